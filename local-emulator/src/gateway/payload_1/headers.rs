//! A request's headers as an event of payload format 1.0 has them.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::values::Values;
use crate::gateway::headers::{SCHEME, forwarded_for, forwarded_port, is_replaced, text};

/// How an API writes the names of headers, and which it keeps.
pub(in crate::gateway) struct Named {
    /// The names that it writes in a form of its own, beside those that it adds.
    ///
    /// Undocumented (REST-8): all others are written as HTTP/2 has them, in lower case. Of HTTP/1 clients
    /// AWS keeps the letters that they sent, which hyper does not tell.
    pub(in crate::gateway) as_its_own: &'static [&'static str],
    pub(in crate::gateway) drops: fn(&HeaderName, &HeaderValue) -> bool,
}

/// What the client sent, and what the gateway puts in its place.
pub(in crate::gateway) fn values_of<'a>(
    sent: &'a HeaderMap,
    named: &Named,
    trace_id: &'a str,
    source_ip: &'a str,
) -> Values<'a> {
    let clients = sent.iter().filter(|(name, value)| !is_replaced(name) && !(named.drops)(name, value));
    let clients = clients.map(|(name, value)| (named.name(name), text(value)));
    let added = [
        ("X-Amzn-Trace-Id", trace_id.into()),
        ("X-Forwarded-For", forwarded_for(sent, source_ip)),
        ("X-Forwarded-Port", forwarded_port(sent).into()),
        ("X-Forwarded-Proto", SCHEME.into()),
    ];
    clients.chain(added.map(|(name, value)| (Cow::Borrowed(name), value))).collect()
}

impl Named {
    fn name<'a>(&self, name: &'a HeaderName) -> Cow<'a, str> {
        let own = self.as_its_own.iter().find(|own| own.eq_ignore_ascii_case(name.as_str()));
        own.map_or(name.as_str(), |own| own).into()
    }
}
