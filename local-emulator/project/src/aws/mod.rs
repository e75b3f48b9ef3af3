//! AWS's own rules, for the gateway and for `check`: kinds of front doors, payload formats, timeouts, CORS settings,
//! and the tables that choose a route.

mod authorization;
mod cors;
pub mod http_api;
mod kind;
pub mod path;
mod payload_format;
pub mod rest_api;
mod route_methods;
mod variables;

pub use authorization::{
    Authorization, Authorizer, AuthorizerEvent, AuthorizerKind, CognitoAuthorizer, IdentitySource,
    JwtAuthorizer, JwtIssuer, LambdaAuthorizer,
};
pub use cors::Cors;
pub use kind::{FrontDoorKind, NoSuchFrontDoor};
pub use payload_format::PayloadFormat;
pub use variables::is_reserved;
pub(crate) use variables::{ACCOUNT, REGION_NAMES, is_ignored};
