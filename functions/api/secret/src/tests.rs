use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::{PATIENCE, Upstream, route};
use api_routes::test::{TestRequest, TestResponse};
use tokio::time::Instant;

const TOKEN: &str = "t0ken";
/// A port that is reserved for a service of 1988, and free on every machine.
const NOWHERE: &str = "http://127.0.0.1:1";
const UNAVAILABLE: (u16, &str) = (502, r#"{"error":"The service is unavailable"}"#);

/// Starts a service that takes one request, passes it to the test, and answers with these bytes.
fn service(answer: String) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/data", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut request = vec![0; 4096];
        let length = client.read(&mut request).unwrap();
        client.write_all(answer.as_bytes()).unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    (url, asked)
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nserver: inner\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn ask(url: &str) -> TestResponse {
    TestRequest::get("/api/secret").send(&route().with_state(Upstream::new(url, TOKEN, PATIENCE).unwrap()))
}

#[test]
fn service_gets_the_token_and_its_json_is_sent_on() {
    let (url, asked) = service(answer("200 OK", r#"{ "plan": "gold" }"#));
    let response = ask(&url);
    assert_eq!((response.status().as_u16(), response.text()), (200, r#"{"plan":"gold"}"#.to_owned()));
    assert_eq!(response.header("server"), None);
    let asked = asked.join().unwrap();
    assert!(asked.starts_with("GET /data HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("authorization: Bearer t0ken\r\n"), "{asked}");
}

#[test]
fn other_answers_of_the_service_are_hidden() {
    for (sent, (status, body)) in [
        (answer("404 Not Found", "no such plan"), (404, r#"{"error":"Not Found"}"#)),
        (answer("401 Unauthorized", "bad token t0ken"), UNAVAILABLE),
        (answer("302 Found", ""), UNAVAILABLE),
        (answer("500 Internal Server Error", r#"{"trace":"t0ken"}"#), UNAVAILABLE),
        (answer("200 OK", "<html>t0ken"), UNAVAILABLE),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}".to_owned(), UNAVAILABLE),
        ("t0ken is no HTTP".to_owned(), UNAVAILABLE),
        (String::new(), UNAVAILABLE),
    ] {
        let (url, _asked) = service(sent.clone());
        let response = ask(&url);
        assert_eq!((response.status().as_u16(), response.text().as_str()), (status, body), "{sent}");
    }
}

#[test]
fn service_that_is_down_is_a_503() {
    let response = ask(NOWHERE);
    assert_eq!((response.status().as_u16(), response.text().as_str()), UNAVAILABLE);
}

/// The paused clock advances by itself while the route waits.
#[tokio::test(start_paused = true)]
async fn silent_service_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let route = route().with_state(Upstream::new(&url, TOKEN, PATIENCE).unwrap());
    let begin = Instant::now();
    let response = TestRequest::get("/api/secret").send_async(&route).await;
    assert_eq!((response.status().as_u16(), response.text().as_str()), UNAVAILABLE);
    assert_eq!(begin.elapsed().as_secs(), PATIENCE.as_secs());
}

#[test]
fn only_get_reaches_the_service() {
    let route = route().with_state(Upstream::new(NOWHERE, TOKEN, PATIENCE).unwrap());
    assert_eq!(TestRequest::post("/api/secret").send(&route).status(), 405);
}

#[test]
fn invalid_setting_is_named_without_its_value() {
    for (url, token, reason) in [
        ("no url: s3cret", TOKEN, "500 `UPSTREAM_URL` is no URL: invalid uri character"),
        (NOWHERE, "s3cret\n", "500 `UPSTREAM_TOKEN` does not fit in a header: failed to parse header value"),
    ] {
        let error = Upstream::new(url, token, PATIENCE).err().unwrap();
        assert_eq!(error.to_string(), reason);
    }
}
