use super::super::*;

const ROOT: &str = "Root=1-67891233-abcdef012345678912345678";

fn passed_on(sent: &str) -> String {
    let headers = HeaderMap::from_iter([(TRACE_HEADER, sent.parse().unwrap())]);
    trace_header(&headers, &RequestIds::new(&headers))
}

#[test]
fn a_request_without_a_trace_gets_a_root() {
    let identity = RequestIds::new(&HeaderMap::new());
    assert_eq!(trace_header(&HeaderMap::new(), &identity), identity.trace_id);
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
