use super::{KEPT, Notes, route};
use api_routes::test::TestRequest;
use serde_json::{Value, json};

#[test]
fn added_note_is_listed() {
    let route = route().with_state(Notes::default());
    assert_eq!(TestRequest::get("/api/notes").send(&route).text(), "[]");
    let added = TestRequest::post("/api/notes").json(json!({ "text": "Buy milk" })).send(&route);
    assert_eq!((added.status().as_u16(), added.text()), (201, r#"{"text":"Buy milk"}"#.to_owned()));
    assert_eq!(TestRequest::get("/api/notes").send(&route).text(), r#"[{"text":"Buy milk"}]"#);
}

#[test]
fn oldest_note_is_removed_at_the_limit() {
    let route = route().with_state(Notes::default());
    for number in 0..=KEPT {
        TestRequest::post("/api/notes").json(json!({ "text": number.to_string() })).send(&route);
    }
    let notes: Vec<Value> = TestRequest::get("/api/notes").send(&route).json();
    assert_eq!((notes.len(), &notes[0]["text"]), (KEPT, &json!("1")));
}

#[test]
fn invalid_note_is_refused() {
    let route = route().with_state(Notes::default());
    assert_eq!(TestRequest::post("/api/notes").json(json!({})).send(&route).status(), 400);
    assert_eq!(
        TestRequest::post("/api/notes").json(json!({ "text": "a".repeat(4096) })).send(&route).status(),
        413
    );
    assert_eq!(TestRequest::put("/api/notes").send(&route).header("allow"), Some("GET, POST"));
}
