//! The headers of a request as they go into an event.

use crate::case::Request;

/// Without those of the connection, and with what the front door says itself: names as the client wrote them,
/// repeats apart.
pub(super) fn forwarded(request: &Request) -> Vec<(String, String)> {
    let client = request.header("x-forwarded-for").join(", ");
    let own = [
        ("X-Amzn-Trace-Id", "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0".to_owned()),
        ("X-Forwarded-For", if client.is_empty() { PEER.to_owned() } else { format!("{client}, {PEER}") }),
        ("X-Forwarded-Port", "443".to_owned()),
        ("X-Forwarded-Proto", "https".to_owned()),
    ];
    let is_own = |name: &str| own.iter().any(|(own, _)| name.eq_ignore_ascii_case(own));
    let sent = request.headers().filter(|(name, _)| !is_hop_by_hop(name) && !is_own(name));
    let sent: Vec<_> = sent.map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
    sent.into_iter().chain(own.map(|(name, value)| (name.to_owned(), value))).collect()
}

/// The client's address.
pub(super) const PEER: &str = "203.0.113.1";

/// The values of a header as one.
pub(super) fn joined(request: &Request, name: &str) -> String {
    request.header(name).join(",")
}

/// <https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1>
pub(super) fn is_hop_by_hop(name: &str) -> bool {
    const HOP_BY_HOP: [&str; 7] =
        ["connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
    is_one_of(name, &HOP_BY_HOP)
}

pub(super) fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| name.eq_ignore_ascii_case(other))
}
