//! The callers of the routes of an API: `Auth` of SAM, and the security requirements of an OpenAPI document.
//!
//! SAM writes `Auth` into the document of the API, and API Gateway imports that document. So `api_auth` and
//! `event_auth` add the requirements that SAM adds to a route, and `security` reads the result as an import does. The
//! order is that of aws-sam-translator 1.115.
//!
//! Different from AWS (AUTH-1): a value that only AWS can resolve closes the routes whose callers it decides.

mod api_auth;
mod cognito;
mod description;
mod event_auth;
mod http_authorizers;
mod identity;
mod jwt;
mod lambda;
mod resource;
mod rest_authorizers;
mod scheme;
mod security;

pub(super) use api_auth::{ApiAuth, read as api_auth};
pub(super) use event_auth::{CallerRequirements, read as event_auth};
pub(super) use resource::name_authorizers;
pub(super) use scheme::{Scheme, read as schemes};
pub(super) use security::{Security, closed, of_operation, read as security};
