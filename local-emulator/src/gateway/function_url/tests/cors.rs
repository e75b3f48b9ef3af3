use api_routes_project::aws::Cors;

use super::*;

const ORIGIN: &str = "https://www.example.com";

fn with_cors(does: Does) -> FunctionUrl<Fake> {
    let cors = Cors {
        allow_origins: vec!["*".to_owned()],
        allow_methods: vec!["POST".to_owned()],
        allow_credentials: true,
        ..Cors::default()
    };
    door(does, Url { cors: Some(cors), ..().into() })
}

#[test]
fn a_url_answers_a_preflight_by_its_configuration() {
    let door = with_cors(Does::Hang);
    let preflight = [("origin", ORIGIN), ("access-control-request-method", "POST")];
    let answer = answer(&door, with_method("OPTIONS", &preflight));
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(door.backend.events(), 0);
}

#[test]
fn what_url_and_function_both_say_of_cors_is_said_twice() {
    let says = r#"{"statusCode":200,"headers":{"access-control-allow-origin":"https://function.example"}}"#;
    let answer = answer(&with_cors(Does::Reply(says)), with_method("GET", &[("origin", ORIGIN)]));
    let allowed: Vec<_> = answer.headers.get_all("access-control-allow-origin").iter().collect();
    assert_eq!(allowed, ["https://function.example", ORIGIN]);
}

#[test]
fn options_reach_the_function_of_a_url_that_leaves_cors_to_it() {
    let preflight = [("origin", ORIGIN), ("access-control-request-method", "POST")];
    let door = buffered(Does::Reply("{}"));
    let answer = answer(&door, with_method("OPTIONS", &preflight));
    assert_eq!((answer.status.as_u16(), door.backend.events()), (200, 1));
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn the_urls_own_answers_have_its_cors_headers_too() {
    for (does, status) in [(Does::Fail, 502), (Does::Throttle, 429)] {
        let answer = answer(&with_cors(does), with_method("GET", &[("origin", ORIGIN)]));
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    }
}
