//! The reply of a function, in payload format 1.0.
//!
//! The values of `headers` and `multiValueHeaders` are all sent, in an order that differs between kinds of API.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::gateway::error::InvalidReply;
use crate::gateway::headers::MAX_HEADERS;
use crate::gateway::reply::Scalar;

/// Reads a JSON object. A derived `Deserialize` would read an array too.
pub(in crate::gateway) fn object<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, InvalidReply> {
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(InvalidReply::Malformed("it is no JSON object".to_owned()));
    }
    serde_json::from_slice(json).map_err(|error| InvalidReply::Malformed(error.to_string()))
}

/// `headers`.
pub(in crate::gateway) type SingleHeaders = Option<BTreeMap<String, Scalar>>;

/// `multiValueHeaders`.
pub(in crate::gateway) type MultiValueHeaders = Option<BTreeMap<String, Vec<Scalar>>>;

/// `isBase64Encoded`, which may also be a text. The accepted texts are known from trials of the authors of `sam local`:
/// <https://github.com/aws/aws-sam-cli/pull/2941>.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged, expecting = "`true` or `false`")]
pub(in crate::gateway) enum Flag {
    Bool(bool),
    Text(Word),
}

#[derive(Clone, Copy, Deserialize)]
pub(in crate::gateway) enum Word {
    #[serde(rename = "true", alias = "True")]
    True,
    #[serde(rename = "false", alias = "False")]
    False,
}

impl Flag {
    pub(in crate::gateway) fn is_set(self) -> bool {
        matches!(self, Self::Bool(true) | Self::Text(Word::True))
    }
}

/// Refuses more values than [`MAX_HEADERS`].
pub(in crate::gateway) fn check_len(
    single: &SingleHeaders,
    multiple: &MultiValueHeaders,
) -> Result<(), InvalidReply> {
    let values = multiple.iter().flat_map(BTreeMap::values).map(Vec::len);
    match values.chain(single.as_ref().map(BTreeMap::len)).sum() {
        len if len > MAX_HEADERS => Err(InvalidReply::TooManyHeaders(len)),
        _ => Ok(()),
    }
}

/// Returns names and values of `headers`. A `null` is left out.
pub(in crate::gateway) fn single_pairs(headers: SingleHeaders) -> impl Iterator<Item = (String, String)> {
    let headers = headers.unwrap_or_default().into_iter();
    headers.filter_map(|(name, value)| Some((name, value.into_text()?)))
}

/// Returns names and values of `multiValueHeaders`. A `null` is left out.
pub(in crate::gateway) fn multi_value_pairs(
    headers: MultiValueHeaders,
) -> impl Iterator<Item = (String, String)> {
    headers.unwrap_or_default().into_iter().flat_map(|(name, values)| {
        values.into_iter().filter_map(move |value| Some((name.clone(), value.into_text()?)))
    })
}
