//! The headers of an event: one text per name, in lower case.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, header};
use serde::{Serialize, Serializer};

use crate::gateway::headers::{
    SCHEME, forwarded_for, forwarded_port, is_hop_by_hop, is_replaced, is_signature, joined,
};

/// The headers of the client, and those that the gateway replaces.
#[derive(Debug)]
pub(super) struct EventHeaders<'a> {
    pub(super) sent: &'a HeaderMap,
    /// Whether `cookie` stays among the headers, besides the member `cookies`.
    pub(super) keeps_cookie: bool,
    /// Whether the front door removes the signature of the request.
    pub(super) drops_signature: bool,
    pub(super) trace_id: &'a str,
    /// The address of the client.
    pub(super) source_ip: &'a str,
    /// The length of the body, if the front door adds it.
    pub(super) length: Option<usize>,
}

impl Serialize for EventHeaders<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent = self.sent.keys().filter(|name| !self.is_left_out(name));
        let sent = sent.map(|name| (name.as_str(), joined(&self.sent.get_all(name), ",")));
        let length = self.length.map(|length| ("content-length", Cow::Owned(length.to_string())));
        serializer.collect_map(sent.chain(self.added()).chain(length))
    }
}

impl EventHeaders<'_> {
    /// Undocumented (HTTP-30): the `content-type` that an API adds "if there is no payload and Content-Length is 0"
    /// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>). No capture has
    /// this header, so this event lacks it too.
    ///
    /// Not AWS's (URL-1): a Function URL adds `x-amzn-tls-version` and `-cipher-suite`. Here there is no TLS.
    fn added(&self) -> [(&'static str, Cow<'_, str>); 4] {
        [
            ("x-amzn-trace-id", self.trace_id.into()),
            ("x-forwarded-for", forwarded_for(self.sent, self.source_ip)),
            ("x-forwarded-port", forwarded_port(self.sent).into()),
            ("x-forwarded-proto", SCHEME.into()),
        ]
    }

    fn is_left_out(&self, name: &HeaderName) -> bool {
        (*name == header::COOKIE && !self.keeps_cookie)
            || (self.drops_signature && self.sent.get_all(name).iter().any(|value| is_signature(name, value)))
            || is_replaced(name)
            || is_hop_by_hop(name)
    }
}
