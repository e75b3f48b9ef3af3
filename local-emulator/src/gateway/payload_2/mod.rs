//! Payload format 2.0, which HTTP APIs and Function URLs have in common: events, and the replies to them.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

mod authorizer_event;
mod event;
mod headers;
pub(super) mod reply;

pub(super) use event::{Destination, InboundRequest};
