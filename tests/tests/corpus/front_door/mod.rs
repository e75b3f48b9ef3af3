//! The front doors of AWS: a request becomes an event, a reply becomes what the client sees.
//!
//! Written from what AWS documents and what was measured on it, and from nothing in `api_routes`, whose event
//! layer is what they are held against. Where neither tells, the place that decides says "undocumented".

mod alb;
mod body;
mod function_url;
mod headers;
mod http_api;
mod reply;
mod rest_api;

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use self::body::Body;
use crate::case::{Answer, Request};
use crate::routing::Selected;

/// Each is listed as the table of departures spells it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FrontDoor {
    HttpApi,
    #[serde(rename = "http-api-1.0")]
    HttpApiPayload1,
    /// With `binaryMediaTypes: ["*/*"]`.
    RestApi,
    /// As it is set up by default.
    RestApiText,
    FunctionUrl,
    Alb,
    AlbMultiValue,
}

impl FrontDoor {
    pub(crate) const ALL: [Self; 7] = [
        Self::HttpApi,
        Self::HttpApiPayload1,
        Self::RestApi,
        Self::RestApiText,
        Self::FunctionUrl,
        Self::Alb,
        Self::AlbMultiValue,
    ];

    /// Whether it chooses a function by route keys. A Function URL belongs to one function; the rules of an
    /// ALB are its owner's own.
    pub(crate) fn has_routes(self) -> bool {
        !matches!(self, Self::FunctionUrl | Self::Alb | Self::AlbMultiValue)
    }

    /// The path that its route keys are held against.
    pub(crate) fn path_to_select(self, request: &Request) -> &str {
        match self {
            Self::RestApi | Self::RestApiText => rest_api::path_to_select(request.path()),
            _ => request.path(),
        }
    }

    /// What it answers where no route takes the request.
    pub(crate) fn no_route(self, request: &Request) -> Answer {
        match self {
            Self::RestApi | Self::RestApiText => rest_api::no_route(request),
            _ => http_api::no_route(request),
        }
    }

    /// The event that the function gets.
    ///
    /// # Errors
    /// What the front door answers instead.
    pub(crate) fn event(self, request: &Request, selected: &Selected<'_>) -> Result<Value, Answer> {
        match self {
            Self::HttpApi => Ok(http_api::event(request, selected)),
            Self::HttpApiPayload1 => Ok(rest_api::http_api_event(request, selected)),
            Self::RestApi => Ok(rest_api::event(request, selected, Body::base64(request))),
            Self::RestApiText => Ok(rest_api::event(request, selected, Body::lossy_text(request))),
            Self::FunctionUrl => Ok(function_url::event(request)),
            Self::Alb => alb::event(request),
            Self::AlbMultiValue => alb::multi_value_event(request),
        }
    }

    /// What the client sees of a function's reply.
    pub(crate) fn answer(self, request: &Request, reply: &[u8]) -> Answer {
        match self {
            Self::HttpApi => http_api::answer(request, reply),
            Self::HttpApiPayload1 => rest_api::http_api_answer(request, reply),
            Self::RestApi => rest_api::answer(request, reply),
            Self::RestApiText => rest_api::text_answer(request, reply),
            Self::FunctionUrl => function_url::answer(request, reply),
            Self::Alb => alb::answer(request, reply),
            Self::AlbMultiValue => alb::multi_value_answer(request, reply),
        }
    }
}

impl fmt::Display for FrontDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::HttpApi => "http-api",
            Self::HttpApiPayload1 => "http-api-1.0",
            Self::RestApi => "rest-api",
            Self::RestApiText => "rest-api-text",
            Self::FunctionUrl => "function-url",
            Self::Alb => "alb",
            Self::AlbMultiValue => "alb-multi-value",
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::alb::AlbTargetGroupRequest;
    use aws_lambda_events::event::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
    use aws_lambda_events::event::lambda_function_urls::LambdaFunctionUrlRequest;

    use super::*;
    use crate::case::cases;
    use crate::routing::Deployment;

    fn read(front_door: FrontDoor, event: Value) -> serde_json::Result<()> {
        match front_door {
            FrontDoor::HttpApi => serde_json::from_value::<ApiGatewayV2httpRequest>(event).map(drop),
            FrontDoor::HttpApiPayload1 | FrontDoor::RestApi | FrontDoor::RestApiText => {
                serde_json::from_value::<ApiGatewayProxyRequest>(event).map(drop)
            }
            FrontDoor::FunctionUrl => serde_json::from_value::<LambdaFunctionUrlRequest>(event).map(drop),
            FrontDoor::Alb | FrontDoor::AlbMultiValue => {
                serde_json::from_value::<AlbTargetGroupRequest>(event).map(drop)
            }
        }
    }

    #[test]
    fn each_event_is_one_that_aws_lambda_events_reads() {
        let deployment = Deployment::new();
        for case in cases() {
            let path = case.request.path();
            let Some(selected) = deployment.select(&case.request, path) else { continue };
            for front_door in FrontDoor::ALL {
                if let Ok(event) = front_door.event(&case.request, &selected) {
                    let read = read(front_door, event);
                    assert!(read.is_ok(), "{} at {front_door}: {read:?}", case.id);
                }
            }
        }
    }
}
