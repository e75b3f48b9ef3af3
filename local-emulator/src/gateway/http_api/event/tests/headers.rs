use super::*;

#[test]
fn cookies_leave_the_headers() {
    for (sent, cookies) in [
        (&["a=1; b=2"][..], json!(["a=1", "b=2"])),
        (&["a=1;b=2; "], json!(["a=1", "b=2"])),
        (&["a=1", "b=2; c=3"], json!(["a=1", "b=2", "c=3"])),
        (&["a=\"x; y\""], json!(["a=\"x", "y\""])),
        (&[";"], Value::Null),
        (&["\u{2000}__Host-a=1; b=\u{a0}\t"], json!(["\u{2000}__Host-a=1", "b=\u{a0}"])),
    ] {
        let request = sent.iter().fold(get("/"), |request, cookie| request.header("cookie", *cookie));
        let event = event("$default", request, "");
        assert_eq!(event["cookies"], cookies, "{sent:?}");
        assert_eq!(event["headers"].get("cookie"), None);
    }
}

#[test]
fn headers_of_the_connection_end_at_the_gateway() {
    for name in
        ["Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "Proxy-Authorization"]
    {
        let event = event("$default", get("/").header(name, "x"), "");
        assert_eq!(event["headers"].get(name.to_lowercase()), None, "{name}");
    }
}

#[test]
fn request_without_a_body_has_the_length_0() {
    for method in ["GET", "HEAD", "DELETE", "OPTIONS", "POST", "PUT", "PATCH"] {
        let request = || get("/").method(method);
        for request in [request(), request().header("Content-Length", "0")] {
            assert_eq!(event("$default", request, "")["headers"]["content-length"], "0", "{method}");
        }
    }
}

#[test]
fn a_chunked_body_arrives_with_its_length() {
    let event = event("$default", get("/").header("Transfer-Encoding", "chunked"), "four");
    assert_eq!(event["headers"]["content-length"], "4");
    assert_eq!(event["headers"].get("transfer-encoding"), None);
}

#[test]
fn header_bytes_that_are_not_utf8_are_read_as_latin_1() {
    let request = get("/").header("x-utf8", "é".as_bytes()).header("x-latin", &b"\xe9"[..]);
    let event = event("$default", request, "");
    assert_eq!(event["headers"]["x-utf8"], "é");
    assert_eq!(event["headers"]["x-latin"], "é");
}

#[test]
fn client_can_extend_x_forwarded_for_alone() {
    let request = get("/")
        .header("X-Forwarded-For", "203.0.113.7")
        .header("X-Forwarded-Port", "1")
        .header("X-Forwarded-Proto", "gopher")
        .header("X-Amzn-Trace-Id", "Root=1")
        .header("Host", "localhost:3000");
    let headers = &event("$default", request, "")["headers"];
    assert_eq!(headers["x-forwarded-for"], "203.0.113.7, 68.8.83.18");
    assert_eq!(headers["x-forwarded-port"], "3000");
    assert_eq!(headers["x-forwarded-proto"], "http");
    assert_eq!(headers["x-amzn-trace-id"], TRACE_ID);
}

#[test]
fn the_domain_is_the_host_without_its_port() {
    for (host, domain, prefix) in [
        ("localhost:3000", "localhost", "localhost"),
        ("api.example.com", "api.example.com", "api"),
        ("127.0.0.1:3000", "127.0.0.1", "127"),
        ("[::1]:3000", "[::1]", "[::1]"),
        ("[::1]", "[::1]", "[::1]"),
        ("a b", "a b", "a b"),
        ("a:b", "a:b", "a:b"),
    ] {
        let event = event("$default", get("/").header("Host", host), "");
        assert_eq!(event["headers"]["host"], host);
        assert_eq!(event["requestContext"]["domainName"], domain, "{host}");
        assert_eq!(event["requestContext"]["domainPrefix"], prefix, "{host}");
    }
}
