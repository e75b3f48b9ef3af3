//! The trace header as a load balancer passes it on.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html>

use http::HeaderMap;

use crate::gateway::headers::joined;
use crate::gateway::identity::{Identity, TRACE_HEADER, new_root};
use crate::ows::trimmed;

/// Without a header of the client's, a new `Root`. A client's `Root` is kept with all other fields, behind a `Self` of
/// the load balancer's own, which replaces an earlier one.
///
/// Undocumented (ALB-2): a client's header without a `Root`; here it gets one, in front.
pub(super) fn header(sent: &HeaderMap, identity: &Identity) -> String {
    let client = joined(&sent.get_all(TRACE_HEADER), ";");
    let fields: Vec<_> = client.split(';').map(trimmed).filter(|field| is_kept(field)).collect();
    let own = if fields.iter().any(|field| field.starts_with("Root=")) {
        format!("Self={}", new_root(identity.time.seconds()))
    } else {
        identity.trace_id.clone()
    };
    [&*own].into_iter().chain(fields).collect::<Vec<_>>().join(";")
}

fn is_kept(field: &str) -> bool {
    !field.is_empty() && !field.starts_with("Self=")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "Root=1-67891233-abcdef012345678912345678";

    fn passed_on(sent: &str) -> String {
        let headers = HeaderMap::from_iter([(TRACE_HEADER, sent.parse().unwrap())]);
        header(&headers, &Identity::new(&headers))
    }

    #[test]
    fn a_request_without_a_trace_gets_a_root() {
        let identity = Identity::new(&HeaderMap::new());
        assert_eq!(header(&HeaderMap::new(), &identity), identity.trace_id);
        assert!(identity.trace_id.starts_with("Root=1-"), "{}", identity.trace_id);
    }

    #[test]
    fn a_clients_root_is_kept_behind_a_self() {
        for (sent, kept) in [
            (ROOT.to_owned(), ROOT.to_owned()),
            (format!("{ROOT};CalledFrom=app"), format!("{ROOT};CalledFrom=app")),
            (format!("Self=1-67891234-12456789abcdef0123456780;{ROOT}"), ROOT.to_owned()),
        ] {
            let passed_on = passed_on(&sent);
            let (own, rest) = passed_on.split_once(';').unwrap();
            assert!(own.starts_with("Self=1-") && own.len() == "Self=1-".len() + 8 + 1 + 24, "{own}");
            assert!(!sent.contains(own), "{own}");
            assert_eq!(rest, kept);
        }
    }

    #[test]
    fn a_trace_without_a_root_gets_one() {
        let passed_on = passed_on("CalledFrom=app");
        assert!(passed_on.starts_with("Root=1-") && passed_on.ends_with(";CalledFrom=app"), "{passed_on}");
    }
}
