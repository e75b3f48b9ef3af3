//! Payload format 1.0: the events of REST APIs, and of HTTP APIs whose integration wants them.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format>.
//! A member with nothing in it is `null`. What the two kinds of API do differently is theirs to say.

mod event;
mod reply;
mod values;

pub(super) use event::{
    AuthorizerEvent, CallerIdentity, Event, PathParameters, REQUEST, RequestContext, token_event,
};
pub(super) use reply::{
    Flag, MultiValueHeaders, SingleHeaders, check_len, object, pairs_of_multiple, pairs_of_single,
};
pub(super) use values::{Map, MultiValues, Named, values_of};
