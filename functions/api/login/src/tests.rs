use super::route;
use api_routes::test::{TestRequest, TestResponse};

fn log_in(password: &str) -> TestResponse {
    TestRequest::post("/api/login").form([("name", "ann"), ("password", password)]).send(&route())
}

#[test]
fn login_sets_a_session_and_redirects() {
    let answer = log_in("correct horse");
    assert_eq!((answer.status().as_u16(), answer.header("location")), (303, Some("/api/user")));
    let cookie = answer.set_cookies()[0];
    assert!(cookie.starts_with("session="), "{cookie}");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/"), "{cookie}");
}

#[test]
fn sessions_are_unique() {
    assert_ne!(log_in("correct horse").set_cookies(), log_in("correct horse").set_cookies());
}

#[test]
fn wrong_password_gets_no_session() {
    let answer = log_in("guess");
    assert_eq!((answer.status().as_u16(), answer.set_cookies().len()), (401, 0));
}

#[test]
fn form_without_a_password_is_refused() {
    let answer = TestRequest::post("/api/login").form([("name", "ann")]).send(&route());
    assert_eq!(answer.status(), 400);
    assert_eq!(TestRequest::get("/api/login").send(&route()).header("allow"), Some("POST"));
}
