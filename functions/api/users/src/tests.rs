use super::route;
use api_routes::test::TestRequest;
use serde_json::{Value, json};

#[test]
fn users_are_listed() {
    let answer = TestRequest::get("/api/users").send(&route());
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>(), json!([{ "name": "John Doe", "email": "john@example.com" }]));
}

#[test]
fn new_user_is_created() {
    let ann = json!({ "name": "Ann", "email": "ann@example.com" });
    let answer = TestRequest::post("/api/users").json(&ann).send(&route());
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.json::<Value>(), ann);
}

#[test]
fn misfit_in_a_body_is_a_400_with_its_field() {
    for (body, path, message) in [
        (json!({ "name": "Ann", "email": "nobody" }), "email", "must be an e-mail address"),
        (json!({ "name": 7, "email": "ann@example.com" }), "name", "expected a string"),
        (json!({ "name": "Ann" }), "email", "missing field `email`"),
        (
            json!({ "name": "Ann", "email": "ann@example.com", "admin": true }),
            "admin",
            "unknown field `admin`, expected `name` or `email`",
        ),
    ] {
        let answer = TestRequest::post("/api/users").json(&body).send(&route());
        assert_eq!(answer.status(), 400, "{body}");
        let details = json!([{ "path": path, "message": message }]);
        assert_eq!(answer.json::<Value>(), json!({ "error": "Invalid body", "details": details }));
    }
}

#[test]
fn body_that_is_not_json_is_refused() {
    let broken =
        TestRequest::post("/api/users").header("content-type", "application/json").body("{").send(&route());
    assert_eq!((broken.status().as_u16(), broken.text()), (400, r#"{"error":"Invalid JSON"}"#.to_owned()));
    assert_eq!(TestRequest::post("/api/users").body("Ann").send(&route()).status(), 415);
}

#[test]
fn other_methods_get_a_405_with_allow() {
    let answer = TestRequest::delete("/api/users").send(&route());
    assert_eq!((answer.status().as_u16(), answer.header("allow")), (405, Some("GET, POST")));
}
