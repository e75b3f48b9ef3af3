//! What calls a function over HTTP.

use std::fmt;

/// What called the function: a service of AWS that makes an event of a request, and a response of the reply.
///
/// A handler need not know it. Where front doors differ, this is the whole of it:
///
/// | | HTTP API | HTTP API, payload 1.0 | REST API | Function URL | ALB |
/// |---|---|---|---|---|---|
/// | path that it sends | decoded | encoded | encoded | encoded | encoded |
/// | `%2F` in a segment | is a slash | is one value | is one value | is one value | is one value |
/// | `%3F` in a segment | ends the path | is one value | is one value | is one value | is one value |
/// | repeated request headers | joined, `a,b` | apart | apart | joined, `a,b` | apart with multi-value headers, else the last one |
/// | several `cookie` headers | one, `a; b` | one | one | one | one with multi-value headers, else the last one |
/// | repeated query keys | all | all | all | all | all with multi-value headers, else the last one |
/// | repeated response headers | joined, `a, b` | apart | apart | joined, `a, b` | apart with multi-value headers, else joined |
/// | several `set-cookie` | yes | yes | yes | yes | only with multi-value headers |
/// | bytes that are no UTF-8 | yes | yes | with `binaryMediaTypes: ["*/*"]` | yes | yes |
/// | largest reply | 6 MB | 6 MB | 6 MB | 6 MB | 1 MB |
///
/// A REST API without `binaryMediaTypes` cannot carry bytes that are no UTF-8: it replaces them in request
/// bodies by U+FFFD, and hands the base64 of a response to the client as it is. Nothing in an event says so;
/// set `binaryMediaTypes: ["*/*"]` on an API that takes or gives files.
///
/// What cannot be carried is a hidden 500, with a log line that says what to change: a reply that is too
/// large, and a second `set-cookie` behind an ALB without multi-value headers.
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
    /// [API Gateway HTTP API](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html),
    /// payload format 2.0, its default.
    #[default]
    HttpApi,
    /// API Gateway HTTP API that is set to payload format 1.0.
    HttpApiPayload1,
    /// [API Gateway REST API](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html),
    /// Lambda proxy integration.
    RestApi,
    /// [Lambda Function URL](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
    FunctionUrl,
    /// [Application Load Balancer](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html),
    /// as a target group is by default.
    Alb,
    /// ALB whose target group has `lambda.multi_value_headers.enabled`.
    AlbMultiValue,
}

impl FrontDoor {
    /// All of them, for a test that goes through each.
    pub const ALL: &'static [Self] = &[
        Self::HttpApi,
        Self::HttpApiPayload1,
        Self::RestApi,
        Self::FunctionUrl,
        Self::Alb,
        Self::AlbMultiValue,
    ];

    /// Whether it chose the function by a route, so that what it says of a path is about the function's own.
    pub(crate) fn has_routes(self) -> bool {
        matches!(self, Self::HttpApi | Self::HttpApiPayload1 | Self::RestApi)
    }

    /// Whether it can be set to take a response as it comes.
    pub(crate) fn can_stream(self) -> bool {
        matches!(self, Self::RestApi | Self::FunctionUrl)
    }

    /// The largest reply that it takes, in bytes of JSON: Lambda's own limit of 6 MB and 100 bytes, of which
    /// its error message speaks, and 1 MB for an ALB.
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
