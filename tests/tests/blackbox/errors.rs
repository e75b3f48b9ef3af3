//! Mistakes of clients: each gets the answer of its front door, and harms no other request.

use serde_json::json;

use crate::harness::{Connection, Request, faults, get, main_project, post};

const MB: usize = 1024 * 1024;

fn refused(request: &Request, status: u16, message: &str) {
    let answer = main_project().send(request);
    assert_eq!(answer.status_and_text(), (status, format!(r#"{{"message":"{message}"}}"#)));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(main_project().get("/api/user").status, 200);
}

#[test]
fn bad_json_is_refused_with_its_place() {
    for (body, error, path) in [
        ("{", "Invalid JSON", None),
        ("{\"name\":\"Ann\"", "Invalid JSON", None),
        ("\u{0}", "Invalid JSON", None),
        (r#"{"name":7,"email":"a@b"}"#, "Invalid body", Some("name")),
        (r#"{"name":"Ann"}"#, "Invalid body", Some("email")),
        (r#"{"name":"Ann","email":"nowhere"}"#, "Invalid body", Some("email")),
        (r#"{"name":"Ann","email":"a@b","admin":true}"#, "Invalid body", Some("admin")),
        ("[]", "Invalid body", Some("")),
    ] {
        let answer = main_project().send(&post("/api/users", "application/json", body));
        let found = answer.json();
        assert_eq!((answer.status, &found["error"]), (400, &json!(error)), "{body}: {found}");
        assert_eq!(found["details"][0]["path"].as_str(), path, "{body}: {found}");
    }
}

#[test]
fn json_nested_without_end_is_refused() {
    let answer = main_project().send(&post("/api/users", "application/json", "[".repeat(500_000)));
    assert_eq!(answer.status, 400);
}

#[test]
fn a_body_of_an_unknown_type_is_refused() {
    let answer = main_project().send(&post("/api/users", "application/xml", "<name/>"));
    assert_eq!(answer.status, 415);
}

#[test]
fn a_query_that_does_not_fit_is_refused_with_the_name() {
    let answer = main_project().get("/api/shop?page=two");
    assert_eq!((answer.status, &answer.json()["details"][0]["path"]), (400, &json!("page")));
}

#[test]
fn body_over_the_routes_limit_gets_nexts_error() {
    for (route, length, limit) in [("/api/notes", 5 * 1024, "4kb"), ("/api/users", MB + 1, "1mb")] {
        let answer = main_project().send(&post(route, "application/json", "x".repeat(length)));
        let message = format!(r#"{{"error":"Body exceeded {limit} limit"}}"#);
        assert_eq!(answer.status_and_text(), (413, message), "{route}");
    }
}

#[test]
fn bad_escapes_are_ordinary_characters() {
    for (target, greeting) in [
        ("/api/hello?name=%", "Hello, %!"),
        ("/api/hello?name=%zz", "Hello, %zz!"),
        ("/api/hello?name=%ff", "Hello, \u{fffd}!"),
        ("/api/hello?&&=&name=a%00b", "Hello, a\0b!"),
    ] {
        assert_eq!(main_project().get(target).status_and_text(), (200, greeting.to_owned()), "{target}");
    }
    let plain = main_project().get("/api/plain?name=%zz&%ff=%");
    assert_eq!(plain.status, 200, "{}", plain.text());
}

#[test]
fn bad_cookies_are_ignored() {
    for cookie in
        ["=;;=", "visits", "visits=%zz", "\u{1}visits=4", "visits=4294967295", ";".repeat(4000).as_str()]
    {
        let answer = main_project().send(&get("/api/cookies").header("cookie", cookie));
        assert!([200, 400].contains(&answer.status), "{cookie:?}: {}", answer.status);
    }
    assert_eq!(
        main_project().send(&get("/api/cookies").header("cookie", "=; visits=4")).text(),
        r#"{"visits":5}"#
    );
}

#[test]
fn a_flood_of_headers_is_refused() {
    let one = get("/api/user").header("x-long", &"x".repeat(11_000));
    let many = (0..900).fold(get("/api/user"), |request, n| request.header(&format!("x-{n}"), "12345678"));
    let line = get(&format!("/api/user?{}", "q".repeat(11_000)));
    for flood in [one, many, line] {
        refused(&flood, 431, "Request Header Fields Too Large");
    }
}

#[test]
fn endless_flood_is_refused_while_it_lasts() {
    let mut connection = Connection::open(main_project().address).unwrap();
    connection.write(b"GET /api/user HTTP/1.1\r\nhost: localhost\r\n").unwrap();
    let line = format!("x-flood: {}\r\n", "x".repeat(1000));
    // The emulator may hang up during any of these writes.
    let sent = (0..2000).try_for_each(|_| connection.write(line.as_bytes()));
    assert!(sent.is_err() || connection.answer().status == 431);
    assert_eq!(main_project().get("/api/user").status, 200);
}

#[test]
fn announced_large_body_is_refused_before_sending() {
    let mut connection = Connection::open(main_project().address).unwrap();
    let length = 10 * MB + 1;
    let head = format!("POST /api/users HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n");
    connection.write(head.as_bytes()).unwrap();
    let answer = connection.answer();
    assert_eq!(answer.status_and_text(), (413, r#"{"message":"Request Entity Too Large"}"#.to_owned()));
}

#[test]
fn body_that_grows_too_long_is_refused() {
    let mut connection = Connection::open(main_project().address).unwrap();
    connection
        .write(b"POST /api/users HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n")
        .unwrap();
    let chunk = [b"100000\r\n", "x".repeat(MB).as_bytes(), b"\r\n"].concat();
    (0..10).for_each(|_| connection.write(&chunk).unwrap());
    connection.write(b"1\r\nx").unwrap();
    assert_eq!(connection.answer().status, 413);
}

#[test]
fn an_event_over_lambdas_limit_is_refused() {
    // Base64 makes the body a third longer: over 6 MB.
    refused(
        &post("/api/users", "application/octet-stream", vec![0; 5 * MB]),
        413,
        "Request Entity Too Large",
    );
}

#[test]
fn bytes_that_are_not_http_are_a_bad_request() {
    for nonsense in [
        "HELLO\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /a b HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nbad header\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nhost: localhost\r\ncontent-length: many\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx",
        "POST /api/users HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let mut connection = Connection::open(main_project().address).unwrap();
        connection.write(nonsense.as_bytes()).unwrap();
        assert_eq!(connection.answer().status, 400, "{nonsense:?}");
    }
    assert_eq!(main_project().get("/api/user").status, 200);
}

#[test]
fn one_connection_carries_many_requests() {
    let mut connection = Connection::open(main_project().address).unwrap();
    for _ in 0..3 {
        connection.write(b"GET /api/user HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        assert_eq!(connection.answer().status_and_text(), (200, r#"{"name":"John Doe"}"#.to_owned()));
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let mut connection = Connection::open(main_project().address).unwrap();
    let requests =
        ["1", "2", "3"].map(|id| format!("GET /api/posts/{id} HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    connection.write(requests.concat().as_bytes()).unwrap();
    for id in ["1", "2", "3"] {
        assert_eq!(connection.answer().json(), json!({ "id": id }));
    }
}

#[test]
fn client_that_hangs_up_harms_no_other() {
    for part in [
        "",
        "GET /api/us",
        "GET /api/user HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{",
    ] {
        let mut connection = Connection::open(main_project().address).unwrap();
        connection.write(part.as_bytes()).unwrap();
    }
    assert_eq!(main_project().get("/api/user").status, 200);
    assert_eq!(main_project().get("/api/users").status, 200);
}

#[test]
fn a_target_with_a_host_is_read_as_its_path() {
    let mut connection = Connection::open(faults().address).unwrap();
    connection.write(b"GET http://localhost:3000/api/raw/event HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    assert_eq!(connection.answer().json()["rawPath"], "/api/raw/event");
}
