use super::*;

const ORIGIN: &str = "https://www.example.com";

/// A reply with CORS headers, which the API replaces.
const SAYS: &str = r#"{"statusCode":200,"headers":{"access-control-allow-origin":"https://function.example",
    "Access-Control-Allow-Methods":"PURGE","vary":"origin"},"body":"hi"}"#;

fn api_of(keys: &[&str], behavior: Behavior) -> HttpApi<FakeBackend> {
    let routes = keys.iter().map(|key| (key.parse::<RouteKey>().unwrap(), Integration::from(())));
    let cors = Cors {
        allow_origins: vec![ORIGIN.to_owned()],
        allow_methods: vec!["GET".to_owned(), "POST".to_owned()],
        ..Cors::default()
    };
    HttpApi::new(FakeBackend::new(behavior), RouteTable::new(routes).unwrap()).with_cors(Some(cors))
}

fn preflight(path: &str) -> Request<Empty<Bytes>> {
    let request = Request::options(path).header("origin", ORIGIN);
    request.header("access-control-request-method", "POST").body(Empty::new()).unwrap()
}

fn get_from(path: &str, origin: &str) -> Request<Empty<Bytes>> {
    Request::get(path).header("origin", origin).body(Empty::new()).unwrap()
}

#[test]
fn the_api_answers_a_preflight_by_itself() {
    for path in ["/hello", "/nowhere"] {
        let api = api_of(&["GET /hello"], Behavior::Hang);
        let answer = answer(&api, preflight(path));
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET,POST"));
        assert_eq!(answer.header("content-type"), None);
        assert_eq!(answer.header("content-length"), None);
        assert_eq!(answer.header("apigw-requestid").map(str::len), Some(16));
        assert_eq!(answer.refusal, None);
        assert_eq!(api.backend.events(), 0);
    }
}

#[test]
fn any_and_default_are_not_asked_but_options_is() {
    for (key, asked) in [
        ("ANY /hello", 0),
        ("ANY /{proxy+}", 0),
        ("$default", 0),
        ("OPTIONS /hello", 1),
        ("OPTIONS /{proxy+}", 1),
    ] {
        let api = api_of(&["GET /hello", key], Behavior::Reply(SAYS));
        let answer = answer(&api, preflight("/hello"));
        assert_eq!(api.backend.events(), asked, "{key}");
        assert_eq!(answer.status, if asked == 0 { 204 } else { 200 }, "{key}");
        // The headers come from the configuration, whoever answers.
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN), "{key}");
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET,POST"), "{key}");
    }
}

#[test]
fn options_that_ask_nothing_go_by_the_routes() {
    let request = || Request::options("/hello").header("origin", ORIGIN).body(Empty::new()).unwrap();
    assert_eq!(answer(&api_of(&["GET /hello"], Behavior::Hang), request()).status, 404);
    assert_eq!(answer(&api_of(&["ANY /hello"], Behavior::Reply(SAYS)), request()).body, "hi");
}

#[test]
fn the_apis_headers_stand_in_place_of_the_functions() {
    let api = api_of(&["GET /hello"], Behavior::Reply(SAYS));
    for (origin, allowed) in [(ORIGIN, Some(ORIGIN)), ("https://function.example", None)] {
        let answer = answer(&api, get_from("/hello", origin));
        assert_eq!(answer.body, "hi");
        assert_eq!(answer.header("access-control-allow-origin"), allowed, "{origin}");
        assert_eq!(answer.header("access-control-allow-methods"), None, "{origin}");
        assert_eq!(answer.header("vary"), Some("origin"));
    }
    let answer = answer(&api, get("/hello"));
    assert_eq!(answer.header("access-control-allow-origin"), None, "without an `Origin`");
}

#[test]
fn the_apis_own_answers_have_them_too() {
    for (behavior, path, status) in
        [(Behavior::Hang, "/nowhere", 404), (Behavior::Fail, "/hello", 500), (Behavior::Hang, "/hello", 503)]
    {
        let answer = answer(&api_of(&["GET /hello"], behavior), get_from(path, ORIGIN));
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN), "{status}");
    }
}

#[test]
fn forbidden_origin_gets_no_cors_headers() {
    let mut request = preflight("/hello");
    request.headers_mut().insert("origin", "https://elsewhere.example".parse().unwrap());
    let answer = answer(&api_of(&["GET /hello"], Behavior::Hang), request);
    assert_eq!(answer.status, 204);
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")));
}

#[test]
fn functions_set_cors_without_a_configuration() {
    let api = api_of(&["GET /hello"], Behavior::Reply(SAYS)).with_cors(None);
    let allowed = answer(&api, get_from("/hello", ORIGIN));
    assert_eq!(allowed.header("access-control-allow-origin"), Some("https://function.example"));
    assert_eq!(answer(&api, preflight("/hello")).status, 404);
}

#[test]
fn preflight_on_the_wire_has_no_type_and_no_length() {
    let request = format!(
        "OPTIONS /hello HTTP/1.1\r\nhost: localhost\r\norigin: {ORIGIN}\r\n\
         access-control-request-method: POST\r\nconnection: close\r\n\r\n"
    );
    let response = exchanged(&api_of(&["GET /hello"], Behavior::Hang), &request);
    assert!(response.starts_with("HTTP/1.1 204 No Content\r\n"), "{response}");
    assert!(!response.contains("content-type") && !response.contains("content-length"), "{response}");
}
