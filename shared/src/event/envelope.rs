//! What any front door sends: one shape for all of them, so that the event's bytes are read once.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::EventError;
use super::front_door::FrontDoor;
use super::strings::{Pairs, Text};

/// The members of an event that matter here. Which of them are there tells the front door.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Envelope<'e> {
    #[serde(borrow)]
    pub(super) version: Option<Text<'e>>,
    #[serde(borrow)]
    pub(super) route_key: Option<Text<'e>>,
    #[serde(borrow)]
    pub(super) resource: Option<Text<'e>>,
    #[serde(borrow)]
    pub(super) http_method: Option<Text<'e>>,
    #[serde(borrow)]
    pub(super) raw_path: Option<Text<'e>>,
    #[serde(borrow)]
    pub(super) path: Option<Text<'e>>,
    /// Without a query `""` from AWS, and `null` from `cargo lambda watch`.
    #[serde(borrow)]
    pub(super) raw_query_string: Option<Text<'e>>,
    #[serde(borrow, default)]
    pub(super) query_string_parameters: Pairs<'e>,
    #[serde(borrow)]
    pub(super) multi_value_query_string_parameters: Option<Pairs<'e>>,
    #[serde(borrow)]
    pub(super) cookies: Option<Vec<Text<'e>>>,
    #[serde(borrow, default)]
    pub(super) headers: Pairs<'e>,
    #[serde(borrow)]
    pub(super) multi_value_headers: Option<Pairs<'e>>,
    #[serde(borrow, default)]
    pub(super) path_parameters: Pairs<'e>,
    #[serde(borrow)]
    pub(super) request_context: Option<RequestContext<'e>>,
    #[serde(borrow)]
    pub(super) body: Option<Text<'e>>,
    pub(super) is_base64_encoded: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestContext<'e> {
    elb: Option<IgnoredAny>,
    #[serde(borrow)]
    pub(super) http: Option<Http<'e>>,
    #[serde(borrow)]
    pub(super) identity: Option<Identity<'e>>,
    #[serde(borrow)]
    pub(super) stage: Option<Text<'e>>,
    #[serde(borrow)]
    domain_name: Option<Text<'e>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Http<'e> {
    #[serde(borrow)]
    pub(super) method: Option<Text<'e>>,
    #[serde(borrow)]
    pub(super) source_ip: Option<Text<'e>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Identity<'e> {
    #[serde(borrow)]
    pub(super) source_ip: Option<Text<'e>>,
}

impl<'e> Envelope<'e> {
    /// All headers; where single ones stand beside those with all values, they say nothing more.
    pub(super) fn all_headers(&self) -> &Pairs<'e> {
        all(self.multi_value_headers.as_ref(), &self.headers)
    }

    /// All keys and values of a query that came taken apart.
    pub(super) fn query(&self) -> &Pairs<'e> {
        all(self.multi_value_query_string_parameters.as_ref(), &self.query_string_parameters)
    }

    /// Each front door sends something that no other one does.
    pub(super) fn front_door(&self) -> Result<FrontDoor, EventError> {
        let context = self.request_context.as_ref();
        if context.is_some_and(|context| context.elb.is_some()) {
            let multi_value = self.multi_value_headers.is_some();
            return Ok(if multi_value { FrontDoor::AlbMultiValue } else { FrontDoor::Alb });
        }
        if self.raw_path.is_some() {
            let is_url = context.is_some_and(RequestContext::is_of_a_function_url);
            return Ok(if is_url { FrontDoor::FunctionUrl } else { FrontDoor::HttpApi });
        }
        match (&self.http_method, &self.version) {
            (None, _) => Err(EventError::Unknown),
            (Some(_), None) => Ok(FrontDoor::RestApi),
            (Some(_), Some(_)) => Ok(FrontDoor::HttpApiPayload1),
        }
    }
}

impl RequestContext<'_> {
    fn is_of_a_function_url(&self) -> bool {
        is_of_a_function_url(Text::or_empty(self.domain_name.as_ref()))
    }
}

/// `<id>.lambda-url.<region>.on.aws`. All else is as an HTTP API sends it, and no API can have this name.
pub(super) fn is_of_a_function_url(domain_name: &str) -> bool {
    domain_name.contains(".lambda-url.")
}

fn all<'p, 'e>(multi_value: Option<&'p Pairs<'e>>, single: &'p Pairs<'e>) -> &'p Pairs<'e> {
    multi_value.filter(|pairs| !pairs.0.is_empty()).unwrap_or(single)
}
