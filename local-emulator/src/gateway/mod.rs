//! Front doors turn an HTTP request into an event for a function, and its reply into an HTTP response. Each has a module;
//! the modules beside them are shared by several.

pub mod alb;
mod answer;
mod api;
mod body;
mod caller;
mod cors;
mod error;
mod exchange;
#[cfg(test)]
pub(crate) mod fake;
pub mod function_url;
mod guard;
mod gunzip;
mod headers;
pub mod http_api;
mod identity;
pub mod limits;
mod pace;
mod payload_1;
mod payload_2;
mod prelude;
mod reply;
pub mod rest_api;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use http::{Request, Response};

pub use crate::backend::{Backend, NotReady};
pub use answer::{AnswerBody, Streamed};
pub use api::{Api, Integration};
pub use error::{GatewayError, InvalidReply, Note, Unsupported};
pub use guard::{Guard, Judge};
pub use headers::MAX_HEADERS;
pub(crate) use identity::{RequestIds, in_lower_case};
pub use limits::RequestBody;
pub use pace::{Bandwidth, Pace};
pub use prelude::PreludeError;

/// A front door of any kind.
pub enum FrontDoor<B: Backend> {
    /// An HTTP API: `http-api`.
    HttpApi(http_api::HttpApi<B>),
    /// A REST API: `rest-api`.
    RestApi(rest_api::RestApi<B>),
    /// An Application Load Balancer: `alb`.
    Alb(alb::Alb<B>),
    /// The Function URLs of a project: `function-url`.
    FunctionUrl(function_url::FunctionUrl<B>),
}

impl<B: Backend> FrontDoor<B> {
    /// Answers a request, whatever the client sends. The extensions of the response have a [`GatewayError`] if the front door
    /// answered instead of the function, and may have a [`Note`] for the developer otherwise.
    pub async fn handle(&self, request: Request<impl RequestBody>, peer: SocketAddr) -> Response<AnswerBody> {
        match self {
            Self::HttpApi(api) => api.handle(request, peer).await,
            Self::RestApi(api) => api.handle(request, peer).await,
            Self::Alb(alb) => alb.handle(request, peer).await,
            Self::FunctionUrl(urls) => urls.handle(request, peer).await,
        }
    }
}

impl<B: Backend> std::fmt::Debug for FrontDoor<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::HttpApi(_) => "HttpApi",
            Self::RestApi(_) => "RestApi",
            Self::Alb(_) => "Alb",
            Self::FunctionUrl(_) => "FunctionUrl",
        })
    }
}
