//! Next.js-style API routes for Rust on AWS Lambda.

mod body;
mod config;
mod cookies;
mod decode;
mod endpoint;
mod error;
mod event;
#[doc(hidden)]
pub mod folder;
mod handler;
mod log;
mod query;
mod request;
mod response;
pub mod route;
mod runtime;
mod service;
pub mod test;

pub use body::Body;
pub use config::{KB, MB};
pub use cookie::{Cookie, SameSite};
pub use cookies::Cookies;
pub use error::{ApiError, OrStatus, Result};
pub use handler::Handler;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
pub use lambda_runtime::Context;
pub use query::Query;
pub use request::ApiRequest;
pub use response::{ApiResponse, Content, Response, SetCookie};
pub use runtime::start;
pub use service::{Route, RouteService};
