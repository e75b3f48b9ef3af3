//! The ids and the time that the gateway gives to a request.

use crate::ows::trimmed;
use crate::timestamp::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use http::{HeaderMap, HeaderName};
use serde::Serializer;
use uuid::Uuid;

pub(super) const TRACE_HEADER: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// The ids of a request, and the time of its arrival.
#[derive(Debug)]
pub(crate) struct RequestIds {
    pub(super) request_id: String,
    /// The header [`TRACE_HEADER`], up to its `Root`.
    pub(crate) trace_id: String,
    /// The segment that the client sent, `;Parent=…;Sampled=…`, which may lack either field or both.
    pub(super) segment: String,
    /// The time of arrival.
    pub(super) time: Timestamp,
}

impl RequestIds {
    /// Makes the ids of a request that arrives now.
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        let time = Timestamp::now();
        let trace_id = trace_id(headers, time.seconds());
        Self { request_id: request_id(), trace_id, segment: client_segment(headers), time }
    }

    /// Returns the header [`TRACE_HEADER`] with the client's segment, which a REST API and `Invoke` pass on:
    /// <https://github.com/localstack/localstack/pull/11327>, <https://github.com/localstack/localstack/pull/11708>.
    pub(crate) fn trace(&self) -> String {
        format!("{}{}", self.trace_id, self.segment)
    }
}

#[cfg(test)]
impl RequestIds {
    /// The ids of an event that was captured.
    pub(super) fn captured(request_id: &str, trace_id: &str, time_epoch: i64) -> Self {
        let time = Timestamp::from_milliseconds(time_epoch);
        let (request_id, trace_id) = (request_id.to_owned(), trace_id.to_owned());
        Self { request_id, trace_id, segment: String::new(), time }
    }
}

/// Formats a time as events do.
pub(super) fn common_log_format<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.common_log())
}

/// Makes an id of sixteen characters that end in `=`, as in every capture: eleven bytes in base64.
///
/// Undocumented (HTTP-5): that the event's `requestId` and the header `apigw-requestid` are the same.
fn request_id() -> String {
    URL_SAFE.encode(&random()[..11])
}

/// Returns `Root=1-<seconds>-<96 random bits>`, both in hexadecimal, or the root that the client sent.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
///
/// Undocumented (HTTP-6): the client's other fields. An HTTP API and a Function URL drop them here, since no segment is
/// recorded.
fn trace_id(headers: &HeaderMap, epoch_seconds: i64) -> String {
    match client_root(headers) {
        Some(root) => format!("Root={root}"),
        None => format!("Root={}", new_root(epoch_seconds)),
    }
}

/// Returns a trace header in the form that Lambda sends to its clients: names in lower case, and a decision on sampling.
///
/// Undocumented (URL-11, INV-10): the decision, if the client made none. Here nothing is recorded.
pub(crate) fn in_lower_case(trace: &str) -> String {
    let fields = trace.split(';').filter_map(|field| field.split_once('='));
    let fields: Vec<_> =
        fields.map(|(name, value)| format!("{}={value}", name.to_ascii_lowercase())).collect();
    let sampled = if fields.iter().any(|field| field.starts_with("sampled=")) { "" } else { ";sampled=0" };
    format!("{}{sampled}", fields.join(";"))
}

/// Makes the id of a new trace or of a part of one.
pub(super) fn new_root(epoch_seconds: i64) -> String {
    let random = random().iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    format!("1-{epoch_seconds:08x}-{random:024x}")
}

fn client_root(headers: &HeaderMap) -> Option<&str> {
    client_field(headers, "Root=", is_root)
}

/// Returns the client's segment. Without a root it has no meaning.
fn client_segment(headers: &HeaderMap) -> String {
    if client_root(headers).is_none() {
        return String::new();
    }
    let parent = client_field(headers, "Parent=", |value| is_hex(value, 16));
    let sampled = client_field(headers, "Sampled=", |value| ["0", "1", "?"].contains(&value));
    let parent = parent.map(|value| format!(";Parent={value}")).unwrap_or_default();
    parent + &sampled.map(|value| format!(";Sampled={value}")).unwrap_or_default()
}

fn client_field<'h>(headers: &'h HeaderMap, name: &str, is_valid: impl Fn(&str) -> bool) -> Option<&'h str> {
    let sent = headers.get(TRACE_HEADER)?.to_str().ok()?;
    sent.split(';').filter_map(|field| trimmed(field).strip_prefix(name)).find(|value| is_valid(value))
}

fn is_root(root: &str) -> bool {
    match root.split('-').collect::<Vec<_>>()[..] {
        [version, time, random] => version == "1" && is_hex(time, 8) && is_hex(random, 24),
        _ => false,
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns random bytes: the bytes of a version 4 UUID, without the two that have fixed bits.
fn random() -> [u8; 12] {
    let uuid = Uuid::new_v4().into_bytes();
    let mut random = [0; 12];
    random[..6].copy_from_slice(&uuid[..6]);
    random[6..].copy_from_slice(&uuid[9..15]);
    random
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_id_has_16_characters_and_ends_in_equals() {
        let id = request_id();
        assert_eq!(id.len(), 16);
        assert!(id.ends_with('=') && !id.ends_with("=="), "{id}");
        assert_ne!(id, request_id());
    }

    #[test]
    fn a_new_trace_id_begins_with_the_time() {
        let id = trace_id(&HeaderMap::new(), 0x6a51_45a9);
        assert!(id.starts_with("Root=1-6a5145a9-"), "{id}");
        assert!(is_root(&id["Root=".len()..]), "{id}");
    }

    const ROOT: &str = "1-6a5145a9-1bae89e2512ec92d5d9438a0";

    #[test]
    fn clients_segment_is_kept_with_its_root() {
        for (sent, kept) in [
            (format!("Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"), ";Parent=53995c3f42cd8ad8;Sampled=1"),
            (
                format!("Sampled=?; Parent=53995c3f42cd8ad8; Root={ROOT}"),
                ";Parent=53995c3f42cd8ad8;Sampled=?",
            ),
            (format!("Root={ROOT};Sampled=0;Lineage=a:1|b:2"), ";Sampled=0"),
            (format!("Root={ROOT};Parent=short;Sampled=yes"), ""),
            ("Parent=53995c3f42cd8ad8;Sampled=1".to_owned(), ""),
            (format!("Root={ROOT}"), ""),
        ] {
            let headers = HeaderMap::from_iter([(TRACE_HEADER, sent.parse().unwrap())]);
            let identity = RequestIds::new(&headers);
            assert_eq!(identity.trace().strip_prefix(&identity.trace_id), Some(kept), "{sent}");
        }
    }

    #[test]
    fn lambda_tells_a_trace_in_lower_case() {
        for (trace, expected) in [
            ("Root=1-a-b", "root=1-a-b;sampled=0"),
            ("Root=1-a-b;Parent=c;Sampled=1", "root=1-a-b;parent=c;sampled=1"),
        ] {
            assert_eq!(in_lower_case(trace), expected);
        }
    }

    #[test]
    fn the_clients_root_is_kept_if_it_is_one() {
        for (sent, kept) in [
            (format!("Root={ROOT}"), true),
            (format!("Self=1-2-3; Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"), true),
            (format!("root={ROOT}"), false),
            (format!("Root={ROOT}-0"), false),
            ("Root=1-6a5145a9-xyz".to_owned(), false),
            (String::new(), false),
        ] {
            let headers = HeaderMap::from_iter([(TRACE_HEADER, sent.parse().unwrap())]);
            assert_eq!(trace_id(&headers, 0) == format!("Root={ROOT}"), kept, "{sent}");
        }
    }
}
