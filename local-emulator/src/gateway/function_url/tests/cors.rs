use api_routes_project::aws::Cors;

use super::*;

const ORIGIN: &str = "https://www.example.com";

fn with_cors(behavior: Behavior) -> FunctionUrl<FakeBackend> {
    let cors = Cors {
        allow_origins: vec!["*".to_owned()],
        allow_methods: vec!["POST".to_owned()],
        allow_credentials: true,
        ..Cors::default()
    };
    door(behavior, Url { cors: Some(cors), ..().into() })
}

#[test]
fn a_url_answers_a_preflight_by_its_configuration() {
    let door = with_cors(Behavior::Hang);
    let preflight = [("origin", ORIGIN), ("access-control-request-method", "POST")];
    let answer = answer(&door, with_method("OPTIONS", &preflight));
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(door.backend.events(), 0);
}

#[test]
fn cors_headers_of_url_and_function_are_both_sent() {
    let says = r#"{"statusCode":200,"headers":{"access-control-allow-origin":"https://function.example"}}"#;
    let answer = answer(&with_cors(Behavior::Reply(says)), with_method("GET", &[("origin", ORIGIN)]));
    let allowed: Vec<_> = answer.headers.get_all("access-control-allow-origin").iter().collect();
    assert_eq!(allowed, ["https://function.example", ORIGIN]);
}

#[test]
fn options_reach_the_function_without_cors_settings() {
    let preflight = [("origin", ORIGIN), ("access-control-request-method", "POST")];
    let door = buffered(Behavior::Reply("{}"));
    let answer = answer(&door, with_method("OPTIONS", &preflight));
    assert_eq!((answer.status.as_u16(), door.backend.events()), (200, 1));
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn the_urls_own_answers_have_its_cors_headers_too() {
    for (behavior, status) in [(Behavior::Fail, 502), (Behavior::Throttle, 429)] {
        let answer = answer(&with_cors(behavior), with_method("GET", &[("origin", ORIGIN)]));
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    }
}
