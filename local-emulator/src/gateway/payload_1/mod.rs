//! Payload format 1.0: the events of REST APIs, and of HTTP APIs whose integration has this format.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format>.
//! An empty member is `null`. Differences between the two kinds of API are in `http_api` and `rest_api`.

mod event;
mod reply;
mod values;

pub(super) use event::{
    AuthorizerEvent, CallerIdentity, Event, PathParameters, REQUEST, RequestContext, token_event,
};
pub(super) use reply::{
    Flag, MultiValueHeaders, SingleHeaders, check_len, multi_value_pairs, object, single_pairs,
};
pub(super) use values::{Map, MultiValues, Named, values_of};
