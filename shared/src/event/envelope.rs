//! The event of any front door: one type for all of them, so that the bytes of the event are read once.
//!
//! The type is read by hand: the code that serde derives is twice as large, in every function.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::EventError;
use super::strings::{Pairs, Text};
use crate::front_door::FrontDoor;

/// The members of an event that the library reads. The members that exist identify the front door.
#[derive(Debug, Default)]
pub(super) struct Envelope<'e> {
    pub(super) version: Option<Text<'e>>,
    pub(super) route_key: Option<Text<'e>>,
    pub(super) resource: Option<Text<'e>>,
    pub(super) http_method: Option<Text<'e>>,
    pub(super) raw_path: Option<Text<'e>>,
    pub(super) path: Option<Text<'e>>,
    /// The query; without one, AWS sends `""` and `cargo lambda watch` sends `null`.
    pub(super) raw_query_string: Option<Text<'e>>,
    query_string_parameters: Pairs<'e>,
    multi_value_query_string_parameters: Pairs<'e>,
    pub(super) cookies: Option<Vec<Text<'e>>>,
    headers: Pairs<'e>,
    multi_value_headers: Pairs<'e>,
    pub(super) path_parameters: Pairs<'e>,
    pub(super) request_context: RequestContext<'e>,
    pub(super) body: Option<Text<'e>>,
    pub(super) is_base64_encoded: Option<bool>,
}

#[derive(Debug, Default)]
pub(super) struct RequestContext<'e> {
    elb: Option<IgnoredAny>,
    pub(super) http: Http<'e>,
    pub(super) identity: Http<'e>,
    pub(super) stage: Option<Text<'e>>,
    domain_name: Option<Text<'e>>,
}

/// The `http` member of payload 2.0, and the `identity` member of payload 1.0, which has no method.
#[derive(Debug, Default)]
pub(super) struct Http<'e> {
    pub(super) method: Option<Text<'e>>,
    pub(super) source_ip: Option<Text<'e>>,
}

/// A JSON object whose members are read by name. `null` is an object without members.
trait Object<'e> {
    /// Returns the slot for the value of a member.
    fn slot(&mut self, name: &str) -> Slot<'_, 'e>;
}

enum Slot<'s, 'e> {
    Text(&'s mut Option<Text<'e>>),
    Texts(&'s mut Option<Vec<Text<'e>>>),
    Pairs(&'s mut Pairs<'e>),
    Flag(&'s mut Option<bool>),
    /// Only its presence matters.
    Anything(&'s mut Option<IgnoredAny>),
    Object(&'s mut dyn Object<'e>),
    Nowhere,
}

impl<'e> Object<'e> for Envelope<'e> {
    fn slot(&mut self, name: &str) -> Slot<'_, 'e> {
        match name {
            "version" => Slot::Text(&mut self.version),
            "routeKey" => Slot::Text(&mut self.route_key),
            "resource" => Slot::Text(&mut self.resource),
            "httpMethod" => Slot::Text(&mut self.http_method),
            "rawPath" => Slot::Text(&mut self.raw_path),
            "path" => Slot::Text(&mut self.path),
            "rawQueryString" => Slot::Text(&mut self.raw_query_string),
            "queryStringParameters" => Slot::Pairs(&mut self.query_string_parameters),
            "multiValueQueryStringParameters" => Slot::Pairs(&mut self.multi_value_query_string_parameters),
            "cookies" => Slot::Texts(&mut self.cookies),
            "headers" => Slot::Pairs(&mut self.headers),
            "multiValueHeaders" => Slot::Pairs(&mut self.multi_value_headers),
            "pathParameters" => Slot::Pairs(&mut self.path_parameters),
            "requestContext" => Slot::Object(&mut self.request_context),
            "body" => Slot::Text(&mut self.body),
            "isBase64Encoded" => Slot::Flag(&mut self.is_base64_encoded),
            _ => Slot::Nowhere,
        }
    }
}

impl<'e> Object<'e> for RequestContext<'e> {
    fn slot(&mut self, name: &str) -> Slot<'_, 'e> {
        match name {
            "elb" => Slot::Anything(&mut self.elb),
            "http" => Slot::Object(&mut self.http),
            "identity" => Slot::Object(&mut self.identity),
            "stage" => Slot::Text(&mut self.stage),
            "domainName" => Slot::Text(&mut self.domain_name),
            _ => Slot::Nowhere,
        }
    }
}

impl<'e> Object<'e> for Http<'e> {
    fn slot(&mut self, name: &str) -> Slot<'_, 'e> {
        match name {
            "method" => Slot::Text(&mut self.method),
            "sourceIp" => Slot::Text(&mut self.source_ip),
            _ => Slot::Nowhere,
        }
    }
}

impl<'de: 'e, 'e> Deserialize<'de> for Envelope<'e> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut envelope = Self::default();
        Fill(&mut envelope).deserialize(deserializer)?;
        Ok(envelope)
    }
}

/// Reads an object into its slots. It is a `dyn`, so that all objects share one copy of the code.
struct Fill<'s, 'e>(&'s mut dyn Object<'e>);

impl<'de: 'e, 'e> DeserializeSeed<'de> for Fill<'_, 'e> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de: 'e, 'e> Visitor<'de> for Fill<'_, 'e> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    // Not `deserialize_any`, which links the code for all other types.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(Text(name)) = members.next_key()? {
            match self.0.slot(&name) {
                Slot::Text(text) => *text = members.next_value()?,
                Slot::Texts(texts) => *texts = members.next_value()?,
                Slot::Pairs(pairs) => *pairs = members.next_value()?,
                Slot::Flag(flag) => *flag = members.next_value()?,
                Slot::Anything(anything) => *anything = members.next_value()?,
                Slot::Object(object) => members.next_value_seed(Fill(object))?,
                Slot::Nowhere => members.next_value().map(|IgnoredAny| ())?,
            }
        }
        Ok(())
    }
}

impl<'e> Envelope<'e> {
    /// Returns all headers. If the event has multi-value headers, the single ones add nothing.
    pub(super) fn all_headers(&self) -> &Pairs<'e> {
        all(&self.multi_value_headers, &self.headers)
    }

    /// Returns all keys and values of a query that the front door has split.
    pub(super) fn query(&self) -> &Pairs<'e> {
        all(&self.multi_value_query_string_parameters, &self.query_string_parameters)
    }

    /// Recognizes the front door by members that no other one sends.
    pub(super) fn front_door(&self) -> Result<FrontDoor, EventError> {
        let context = &self.request_context;
        if context.elb.is_some() {
            // Each request has headers, at least `host`.
            let single_value = self.multi_value_headers.0.is_empty();
            return Ok(if single_value { FrontDoor::Alb } else { FrontDoor::AlbMultiValue });
        }
        if self.raw_path.is_some() {
            let is_url = is_of_a_function_url(Text::or_empty(context.domain_name.as_ref()));
            return Ok(if is_url { FrontDoor::FunctionUrl } else { FrontDoor::HttpApi });
        }
        match (&self.http_method, &self.version) {
            (None, _) => Err(EventError::Unknown),
            (Some(_), None) => Ok(FrontDoor::RestApi),
            (Some(_), Some(_)) => Ok(FrontDoor::HttpApiPayload1),
        }
    }
}

/// Returns whether the domain is `<id>.lambda-url.<region>.on.aws`. All other members are as from an HTTP API, and no
/// API can have this domain.
pub(super) fn is_of_a_function_url(domain_name: &str) -> bool {
    domain_name.split('.').nth(1) == Some("lambda-url")
}

fn all<'p, 'e>(multi_value: &'p Pairs<'e>, single: &'p Pairs<'e>) -> &'p Pairs<'e> {
    if multi_value.0.is_empty() { single } else { multi_value }
}
