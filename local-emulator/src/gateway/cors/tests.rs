use http::request::Parts;
use http::{HeaderMap, Request};

use super::{
    ACCESS_CONTROL_ALLOW_ORIGIN, AnyOrigin, Cors, HeaderValue, VARY, headers, is_preflight, remove, vary,
};

const EXAMPLE: &str = "https://www.example.com";

fn cors(origins: &[&str]) -> Cors {
    let strings = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
    Cors {
        allow_origins: strings(origins),
        allow_methods: strings(&["GET", "POST"]),
        allow_headers: strings(&["authorization", "x-api-key"]),
        expose_headers: strings(&["date"]),
        allow_credentials: true,
        max_age: Some(300),
    }
}

fn head(method: &str, headers: &[(&str, &str)]) -> Parts {
    let request = Request::builder().method(method).uri("/");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(()).unwrap().into_parts().0
}

fn preflight(origin: &str) -> Parts {
    head("OPTIONS", &[("origin", origin), ("access-control-request-method", "POST")])
}

fn lines(cors: &Cors, head: &Parts, any_origin: AnyOrigin) -> Vec<String> {
    let headers = headers(cors, head, any_origin);
    headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
}

fn allowed(origins: &[&str], origin: &str, any_origin: AnyOrigin) -> Option<String> {
    let headers = headers(&cors(origins), &head("GET", &[("origin", origin)]), any_origin);
    headers.first().map(|(_, value)| value.to_str().unwrap().to_owned())
}

#[test]
fn a_preflight_is_told_what_a_browser_may_send() {
    assert_eq!(
        lines(&cors(&[EXAMPLE]), &preflight(EXAMPLE), AnyOrigin::Wildcard),
        [
            "access-control-allow-origin: https://www.example.com",
            "access-control-allow-credentials: true",
            "access-control-allow-methods: GET,POST",
            "access-control-allow-headers: authorization,x-api-key",
            "access-control-max-age: 300",
        ]
    );
}

#[test]
fn any_other_answer_says_what_a_script_may_read() {
    for method in ["GET", "POST", "OPTIONS"] {
        assert_eq!(
            lines(&cors(&[EXAMPLE]), &head(method, &[("origin", EXAMPLE)]), AnyOrigin::Wildcard),
            [
                "access-control-allow-origin: https://www.example.com",
                "access-control-allow-credentials: true",
                "access-control-expose-headers: date",
            ],
            "{method}"
        );
    }
}

#[test]
fn request_without_an_origin_gets_no_cors_headers() {
    for head in [head("GET", &[]), head("OPTIONS", &[("access-control-request-method", "GET")])] {
        assert!(headers(&cors(&["*"]), &head, AnyOrigin::Wildcard).is_empty());
    }
}

#[test]
fn an_origin_is_allowed_as_a_whole_or_by_its_scheme() {
    for (allowed_origins, origin, is_allowed) in [
        (&[EXAMPLE][..], EXAMPLE, true),
        (&["https://other.example", EXAMPLE], EXAMPLE, true),
        (&[EXAMPLE], "https://www.example.com:8443", false),
        (&[EXAMPLE], "http://www.example.com", false),
        (&[EXAMPLE], "https://WWW.example.com", false),
        (&[EXAMPLE], "null", false),
        (&["https://*"], EXAMPLE, true),
        (&["https://*"], "http://www.example.com", false),
        (&["http://*"], "http://localhost:5173", true),
        (&["http://*"], EXAMPLE, false),
        (&["https://*.example.com"], EXAMPLE, false),
        (&["www.example.com"], EXAMPLE, false),
        (&[], EXAMPLE, false),
    ] {
        for any_origin in [AnyOrigin::Wildcard, AnyOrigin::Echoed] {
            let answer = allowed(allowed_origins, origin, any_origin);
            assert_eq!(answer.as_deref(), is_allowed.then_some(origin), "{allowed_origins:?} {origin}");
        }
    }
}

#[test]
fn all_origins_are_a_star_or_each_its_own() {
    assert_eq!(allowed(&["*"], EXAMPLE, AnyOrigin::Wildcard).as_deref(), Some("*"));
    assert_eq!(allowed(&["*"], EXAMPLE, AnyOrigin::Echoed).as_deref(), Some(EXAMPLE));
}

#[test]
fn caches_are_told_of_an_origin_that_is_named() {
    for (allowed, functions, expected) in [
        (Some(EXAMPLE), &[][..], &["origin"][..]),
        (Some(EXAMPLE), &["accept"], &["accept", "origin"]),
        (Some(EXAMPLE), &["Origin"], &["Origin"]),
        (Some("*"), &["accept"], &["accept"]),
        (None, &[], &[]),
    ] {
        let mut headers = HeaderMap::new();
        headers.extend(allowed.map(|it| (ACCESS_CONTROL_ALLOW_ORIGIN, it.parse::<HeaderValue>().unwrap())));
        for value in functions {
            headers.append(VARY, value.parse().unwrap());
        }
        vary(&mut headers);
        assert_eq!(headers.get_all(VARY).iter().collect::<Vec<_>>(), expected, "{allowed:?}");
    }
}

#[test]
fn credentials_do_not_go_with_a_star() {
    let lines = |any_origin| lines(&cors(&["*"]), &preflight(EXAMPLE), any_origin).join("\n");
    assert!(!lines(AnyOrigin::Wildcard).contains("credentials"));
    assert!(lines(AnyOrigin::Echoed).contains("access-control-allow-credentials: true"));
}

#[test]
fn unset_options_add_no_headers() {
    let cors = Cors { allow_origins: vec!["*".to_owned()], ..Cors::default() };
    for head in [preflight(EXAMPLE), head("GET", &[("origin", EXAMPLE)])] {
        assert_eq!(lines(&cors, &head, AnyOrigin::Wildcard), ["access-control-allow-origin: *"]);
    }
}

#[test]
fn invalid_list_is_left_out() {
    let cors = Cors { allow_methods: vec!["GET\r\n".to_owned()], ..cors(&[EXAMPLE]) };
    assert!(!lines(&cors, &preflight(EXAMPLE), AnyOrigin::Wildcard).join("\n").contains("methods"));
    let request = Request::get("/").header("origin", &b"https://\xff"[..]).body(()).unwrap();
    assert!(headers(&cors, &request.into_parts().0, AnyOrigin::Echoed).is_empty());
}

#[test]
fn a_preflight_names_an_origin_and_a_method() {
    assert!(is_preflight(&preflight(EXAMPLE)));
    for head in [
        head("OPTIONS", &[("origin", EXAMPLE)]),
        head("OPTIONS", &[("access-control-request-method", "GET")]),
        head("GET", &[("origin", EXAMPLE), ("access-control-request-method", "GET")]),
    ] {
        assert!(!is_preflight(&head), "{head:?}");
    }
}

#[test]
fn all_that_a_function_says_of_cors_is_taken_away() {
    let mut headers: HeaderMap = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-origin", "https://a"),
        ("access-control-allow-private-network", "true"),
        ("vary", "origin"),
    ]
    .into_iter()
    .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
    .fold(HeaderMap::new(), |mut headers, (name, value): (http::HeaderName, HeaderValue)| {
        headers.append(name, value);
        headers
    });
    remove(&mut headers);
    assert_eq!(headers.into_iter().collect::<Vec<_>>().len(), 1);
}
