//! Payload format 1.0: the events of REST APIs, and of HTTP APIs whose integration wants them.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format>.
//! A member with nothing in it is `null`. What the two kinds of API do differently is theirs to say.

mod authorizer_event;
mod context;
mod headers;
mod reply;
mod values;

use serde::{Serialize, Serializer};

use super::body::EventBody;

pub(super) use authorizer_event::{AuthorizerEvent, REQUEST, token_event};
pub(super) use context::{Identity, RequestContext};
pub(super) use headers::{Named, values_of};
pub(super) use reply::{
    Flag, Headers, MultiValueHeaders, check_len, object, pairs_of_multiple, pairs_of_single,
};
pub(super) use values::{All, Last, Map, Values};

/// An event.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'a, V> {
    /// A REST API has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<&'static str>,
    pub(super) resource: &'a str,
    pub(super) path: &'a str,
    pub(super) http_method: &'a str,
    pub(super) headers: Last<'a>,
    pub(super) multi_value_headers: All<'a>,
    pub(super) query_string_parameters: Last<'a>,
    pub(super) multi_value_query_string_parameters: All<'a>,
    pub(super) path_parameters: PathParameters<'a, V>,
    /// The emulator has no such variables.
    pub(super) stage_variables: Option<&'static str>,
    pub(super) request_context: RequestContext<'a>,
    pub(super) body: Option<EventBody<'a>>,
    pub(super) is_base64_encoded: bool,
}

/// Name and value of each variable of a path.
pub(super) struct PathParameters<'a, V>(pub(super) &'a [(&'a str, V)]);

impl<V: Serialize> Serialize for PathParameters<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { serializer.serialize_none() } else { Map(Self(self.0)).serialize(serializer) }
    }
}

impl<V: Serialize> Serialize for Map<PathParameters<'_, V>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.0.iter().map(|(name, value)| (name, value)))
    }
}
