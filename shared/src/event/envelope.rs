//! What any front door sends: one shape for all of them, so that the event's bytes are read once.
//!
//! It is read by hand: what serde derives for these types is twice as large, and part of every function.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::EventError;
use super::front_door::FrontDoor;
use super::strings::{Pairs, Text};

/// The members of an event that matter here. Which of them are there tells the front door.
#[derive(Debug, Default)]
pub(super) struct Envelope<'e> {
    pub(super) version: Option<Text<'e>>,
    pub(super) route_key: Option<Text<'e>>,
    pub(super) resource: Option<Text<'e>>,
    pub(super) http_method: Option<Text<'e>>,
    pub(super) raw_path: Option<Text<'e>>,
    pub(super) path: Option<Text<'e>>,
    /// Without a query `""` from AWS, and `null` from `cargo lambda watch`.
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

/// Of payload 2.0; and the `identity` of payload 1.0, which has no method.
#[derive(Debug, Default)]
pub(super) struct Http<'e> {
    pub(super) method: Option<Text<'e>>,
    pub(super) source_ip: Option<Text<'e>>,
}

/// A JSON object whose members are read by their names. `null` is one without members.
trait Object<'de>: Default {
    /// Reads the value of one member, and skips one that does not matter.
    fn read<A: MapAccess<'de>>(&mut self, name: &str, members: &mut A) -> Result<(), A::Error>;
}

impl<'de> Object<'de> for Envelope<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, members: &mut A) -> Result<(), A::Error> {
        let text = match name {
            "version" => &mut self.version,
            "routeKey" => &mut self.route_key,
            "resource" => &mut self.resource,
            "httpMethod" => &mut self.http_method,
            "rawPath" => &mut self.raw_path,
            "path" => &mut self.path,
            "rawQueryString" => &mut self.raw_query_string,
            "body" => &mut self.body,
            _ => return self.read_other(name, members),
        };
        *text = members.next_value()?;
        Ok(())
    }
}

impl<'e> Envelope<'e> {
    fn read_other<A: MapAccess<'e>>(&mut self, name: &str, members: &mut A) -> Result<(), A::Error> {
        let pairs = match name {
            "queryStringParameters" => &mut self.query_string_parameters,
            "multiValueQueryStringParameters" => &mut self.multi_value_query_string_parameters,
            "headers" => &mut self.headers,
            "multiValueHeaders" => &mut self.multi_value_headers,
            "pathParameters" => &mut self.path_parameters,
            "cookies" => return members.next_value().map(|cookies| self.cookies = cookies),
            "requestContext" => return members.next_value().map(|context| self.request_context = context),
            "isBase64Encoded" => return members.next_value().map(|is| self.is_base64_encoded = is),
            _ => return skip(members),
        };
        *pairs = members.next_value()?;
        Ok(())
    }
}

impl<'de> Object<'de> for RequestContext<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, members: &mut A) -> Result<(), A::Error> {
        match name {
            "elb" => self.elb = members.next_value()?,
            "http" => self.http = members.next_value()?,
            "identity" => self.identity = members.next_value()?,
            "stage" => self.stage = members.next_value()?,
            "domainName" => self.domain_name = members.next_value()?,
            _ => skip(members)?,
        }
        Ok(())
    }
}

impl<'de> Object<'de> for Http<'de> {
    fn read<A: MapAccess<'de>>(&mut self, name: &str, members: &mut A) -> Result<(), A::Error> {
        match name {
            "method" => self.method = members.next_value()?,
            "sourceIp" => self.source_ip = members.next_value()?,
            _ => skip(members)?,
        }
        Ok(())
    }
}

fn skip<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    members.next_value().map(|IgnoredAny| ())
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<T, A::Error> {
        let mut object = T::default();
        while let Some(Text(name)) = members.next_key()? {
            object.read(&name, &mut members)?;
        }
        Ok(object)
    }
}

macro_rules! deserialize {
    ($($object:ident),*) => {$(
        impl<'de: 'e, 'e> Deserialize<'de> for $object<'e> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(ObjectVisitor(PhantomData))
            }
        }
    )*};
}

deserialize!(Envelope, RequestContext, Http);

impl<'e> Envelope<'e> {
    /// All headers; where single ones stand beside those with all values, they say nothing more.
    pub(super) fn all_headers(&self) -> &Pairs<'e> {
        all(&self.multi_value_headers, &self.headers)
    }

    /// All keys and values of a query that came taken apart.
    pub(super) fn query(&self) -> &Pairs<'e> {
        all(&self.multi_value_query_string_parameters, &self.query_string_parameters)
    }

    /// Each front door sends something that no other one does.
    pub(super) fn front_door(&self) -> Result<FrontDoor, EventError> {
        let context = &self.request_context;
        if context.elb.is_some() {
            // There is no request without headers: `host` at least.
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

/// `<id>.lambda-url.<region>.on.aws`. All else is as an HTTP API sends it, and no API can have this name.
pub(super) fn is_of_a_function_url(domain_name: &str) -> bool {
    domain_name.contains(".lambda-url.")
}

fn all<'p, 'e>(multi_value: &'p Pairs<'e>, single: &'p Pairs<'e>) -> &'p Pairs<'e> {
    if multi_value.0.is_empty() { single } else { multi_value }
}
