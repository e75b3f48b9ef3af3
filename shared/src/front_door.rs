//! The AWS services that call a function over HTTP.

use std::fmt;

/// A front door: an AWS service that calls the function with an event for each HTTP request, and turns the reply into a
/// response.
///
/// A handler rarely needs to know its front door. This table lists all differences:
///
/// | | HTTP API | HTTP API, payload 1.0 | REST API | Function URL | ALB |
/// |---|---|---|---|---|---|
/// | path in the event | decoded | encoded | encoded | encoded | encoded |
/// | `%2F` in a segment | is a slash | is in the value | is in the value | is in the value | is in the value |
/// | `%3F` in a segment | ends the path | is in the value | is in the value | is in the value | is in the value |
/// | repeated request headers | joined, `a,b` | all | all | joined, `a,b` | all with multi-value headers, else the last one |
/// | several `cookie` headers | one, `a; b` | one | one | one | one with multi-value headers, else the last one |
/// | repeated query keys | all | all | all | all | all with multi-value headers, else the last one |
/// | repeated response headers | joined, `a, b` | all | all | joined, `a, b` | all with multi-value headers, else joined |
/// | several `set-cookie` | yes | yes | yes | yes | only with multi-value headers |
/// | bytes that are not UTF-8 | yes | yes | with `binaryMediaTypes: ["*/*"]` | yes | yes |
/// | largest reply | 6 MB | 6 MB | 6 MB | 6 MB | 1 MB |
///
/// A REST API without `binaryMediaTypes` cannot carry bytes that are not UTF-8: it replaces them in request bodies by
/// U+FFFD, and sends such a response to the client as base64. No event reports this; set `binaryMediaTypes: ["*/*"]` on
/// an API that takes or sends files.
///
/// A response that the front door cannot carry, such as a reply that is too large, becomes a hidden 500. The log says
/// what to change.
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiRequest, ApiResponse, FrontDoor, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     res.json(req.query().get("id"))
/// }
///
/// let route = Route::new("/api/posts/[id]", handler);
/// for front_door in FrontDoor::ALL {
///     assert_eq!(TestRequest::get("/api/posts/a%20b").via(*front_door).send(&route).text(), r#""a b""#);
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrontDoor {
    /// An [HTTP API of API
    /// Gateway](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html)
    /// with payload format 2.0, the default.
    #[default]
    HttpApi,
    /// An HTTP API of API Gateway with payload format 1.0.
    HttpApiPayload1,
    /// A [REST API of API
    /// Gateway](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html)
    /// with a Lambda proxy integration.
    RestApi,
    /// A [Function URL of Lambda](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
    FunctionUrl,
    /// An [Application Load
    /// Balancer](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html) whose
    /// target group has the default settings.
    Alb,
    /// An Application Load Balancer whose target group has `lambda.multi_value_headers.enabled`.
    AlbMultiValue,
}

impl FrontDoor {
    /// All front doors, for a test that goes through each.
    pub const ALL: &'static [Self] = &[
        Self::HttpApi,
        Self::HttpApiPayload1,
        Self::RestApi,
        Self::FunctionUrl,
        Self::Alb,
        Self::AlbMultiValue,
    ];

    /// Returns whether the front door chooses the function by a route, so that its path parameters are those of the
    /// function.
    pub(crate) fn has_routes(self) -> bool {
        matches!(self, Self::HttpApi | Self::HttpApiPayload1 | Self::RestApi)
    }

    /// Returns whether the front door can be set to stream.
    pub(crate) fn can_stream(self) -> bool {
        matches!(self, Self::RestApi | Self::FunctionUrl)
    }

    /// Returns the largest reply, in bytes of JSON: 6 MB and 100 bytes, as the error message of Lambda says, and 1 MB
    /// for a load balancer.
    pub(crate) fn reply_limit(self) -> usize {
        match self {
            Self::Alb | Self::AlbMultiValue => 1024 * 1024,
            _ => 6 * 1024 * 1024 + 100,
        }
    }
}

impl fmt::Display for FrontDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HttpApi => "HTTP API",
            Self::HttpApiPayload1 => "HTTP API with payload format 1.0",
            Self::RestApi => "REST API",
            Self::FunctionUrl => "Function URL",
            Self::Alb => "ALB",
            Self::AlbMultiValue => "ALB with multi-value headers",
        })
    }
}
