//! Payload format 2.0, which HTTP APIs and Function URLs share: events, and the replies to them.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

mod event;
pub(super) mod reply;

pub(super) use event::{Destination, InboundRequest};
