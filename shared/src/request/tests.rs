use http::header::HOST;
use http::{HeaderValue, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::util::MapRequestLayer;
use tower_service::Service;

use super::*;
use crate::body::Body;
use crate::response::ApiResponse;
use crate::route::Route;
use crate::test::{TestRequest, TestResponse};

/// A route that answers with the body as it read it.
fn echo() -> Route {
    Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| res.json(req.body::<Value>()?))
}

#[test]
fn a_body_is_read_by_its_content_type() {
    let cases = [
        ("application/json", r#"{"a":1}"#, json!({ "a": 1 })),
        ("Application/JSON; charset=utf-8", "[1,2]", json!([1, 2])),
        ("application/vnd.api+json", "\"x\"", json!("x")),
        ("application/json", "", json!({})),
        ("application/json", "\u{feff}[1]", json!([1])),
        ("application/json", "\u{feff}", json!({})),
        ("application/x-www-form-urlencoded", "a=1&b=x+y", json!({ "a": "1", "b": "x y" })),
        ("text/plain; charset=utf-8", "\u{feff}né", json!("né")),
        ("text/csv", "", json!("")),
    ];
    for (content_type, body, expected) in cases {
        let answer =
            TestRequest::post("/api/x").header("content-type", content_type).body(body).send(&echo());
        assert_eq!(answer.json::<Value>(), expected, "{content_type} {body}");
    }
}

#[test]
fn a_body_that_cannot_be_read_is_a_400() {
    for body in ["{", " ", "{} {}", "{'a':1}", "\u{feff} ", "nul"] {
        let answer =
            TestRequest::post("/api/x").header("content-type", "application/json").body(body).send(&echo());
        assert_eq!(
            (answer.status().as_u16(), answer.text().as_str()),
            (400, r#"{"error":"Invalid JSON"}"#),
            "{body:?}"
        );
    }
    let bytes =
        TestRequest::post("/api/x").header("content-type", "application/json").body(vec![0xff]).send(&echo());
    assert_eq!(bytes.status(), 400);
}

#[test]
fn a_body_of_another_type_is_a_415() {
    for content_type in ["application/octet-stream", "multipart/form-data; boundary=x", "json"] {
        let answer =
            TestRequest::post("/api/x").header("content-type", content_type).body("{}").send(&echo());
        assert_eq!(answer.status(), 415, "{content_type}");
    }
    assert_eq!(TestRequest::post("/api/x").body("{}").send(&echo()).status(), 415);
}

#[test]
fn ascii_body_is_read_in_any_charset_with_ascii() {
    let refused = r#"{"error":"Invalid body","details":[{"path":"","message":"expected `charset=utf-8`"}]}"#;
    let text = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| res.send(req.text()?));
    for (parameters, taken) in [
        ("", true),
        ("; version=1", true),
        (";charset=UTF-8", true),
        ("; Charset=\"utf8\"", true),
        ("; charset = utf_8 ; version=1", true),
        ("; charset=unicode-1-1-utf-8", true),
        ("; charset=us-ascii; version=1", true),
        ("; charset=ascii", true),
        ("; charset=iso-8859-1", true),
        ("; charset=iso8859-1", true),
        ("; charset=ISO_8859-1:1987", true),
        ("; charset=latin1", true),
        ("; charset=cp1252", true),
        ("; charset='Windows-1252'", true),
        ("; charset=shift_jis", true),
        ("; charset=windows-31j", true),
        ("; charset=", true),
        ("; charset=\"\"", true),
        ("; charset", true),
        ("; version=1; charset=\"utf-16le\"", false),
        ("; charset=iso-2022-jp", false),
        ("; charset=x-unknown", false),
        ("; charset=utf-8; charset=utf-16", false),
    ] {
        for (media_type, route) in [("application/json", echo()), ("text/plain", text.clone())] {
            let content_type = format!("{media_type}{parameters}");
            let answer =
                TestRequest::post("/api/x").header("content-type", &content_type).body("{}").send(&route);
            let expected = if taken { (200, "{}") } else { (400, refused) };
            assert_eq!((answer.status().as_u16(), answer.text().as_str()), expected, "{content_type}");
        }
    }
}

#[test]
fn body_beyond_ascii_is_read_as_utf_8_alone() {
    let text = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| res.send(req.text()?));
    let sent = |charset: &str, body: &[u8]| {
        let content_type = format!("text/plain; charset={charset}");
        TestRequest::post("/api/x").header("content-type", &content_type).body(body.to_vec()).send(&text)
    };
    for charset in ["utf-8", "UTF8", "unicode20utf8", "ascii", "us-ascii", "\"\""] {
        assert_eq!(sent(charset, "café".as_bytes()).text(), "café", "{charset}");
    }
    for charset in ["iso-8859-1", "latin1", "cp1252", "koi8-r", "shift_jis", "gbk"] {
        for body in ["café".as_bytes(), b"caf\xe9"] {
            let answer = sent(charset, body);
            assert_eq!(answer.status(), 400, "{charset}");
            assert_eq!(
                answer.json::<Value>()["details"][0]["message"],
                "expected `charset=utf-8`",
                "{charset}"
            );
        }
    }
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct Signup {
    name: String,
    age: u8,
}

#[test]
fn a_field_that_does_not_fit_is_named() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        req.body::<Signup>()?;
        res.end()
    });
    let json = TestRequest::post("/api/x").json(json!({ "name": "ann", "age": 300 })).send(&route);
    assert_eq!(json.status(), 400);
    assert_eq!(
        json.json::<Value>(),
        json!({ "error": "Invalid body", "details": [{ "path": "age", "message": "expected u8" }] })
    );
    let form = TestRequest::post("/api/x").form([("name", "ann"), ("age", "old")]).send(&route);
    assert_eq!(form.json::<Value>()["details"][0]["path"], "age");
    let text = TestRequest::post("/api/x").header("content-type", "text/plain").body("s3cret").send(&route);
    assert_eq!(
        text.json::<Value>(),
        json!({ "error": "Invalid body", "details": [{ "path": "", "message": "expected struct Signup" }] })
    );
}

#[test]
fn text_and_bytes_are_read_with_any_content_type() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        assert_eq!(req.bytes().len(), 6);
        res.send(req.text()?)
    });
    assert_eq!(TestRequest::post("/api/x").body("snow☃").body("né☃").send(&route).text(), "né☃");
    assert_eq!(TestRequest::post("/api/x").body("\u{feff}né").send(&route).text(), "né");
    let broken = TestRequest::post("/api/x").body(vec![0xff; 6]).send(&route);
    assert_eq!((broken.status().as_u16(), broken.text().as_str()), (400, r#"{"error":"Invalid body"}"#));
}

/// Returns the query that `/api/posts/[id]` reads.
fn post_query(request: TestRequest) -> TestResponse {
    #[derive(Deserialize)]
    struct Params {
        id: u64,
        #[serde(default)]
        tag: Vec<String>,
    }
    request.send(&Route::new("/api/posts/[id]", async |req: ApiRequest, res: ApiResponse| {
        let Params { id, tag } = req.query().parse()?;
        res.json((id, tag, req.query().get("tag")))
    }))
}

#[test]
fn a_query_fills_a_type_and_the_path_wins() {
    assert_eq!(post_query(TestRequest::get("/api/posts/7?id=9&tag=a&tag=b")).text(), r#"[7,["a","b"],"a"]"#);
    let misfit = post_query(TestRequest::get("/api/posts/x"));
    assert_eq!(misfit.status(), 400);
    let body = misfit.json::<Value>();
    assert_eq!((&body["error"], &body["details"][0]["path"]), (&json!("Invalid query"), &json!("id")));
}

#[test]
fn path_of_another_route_gets_a_404() {
    assert_eq!(post_query(TestRequest::get("/api/other/7")).status(), 404);
    assert_eq!(post_query(TestRequest::get("/api/posts/")).status(), 404);
}

#[test]
fn http_api_decodes_segments() {
    let route = Route::new("/api/posts/[id]", async |req: ApiRequest, res: ApiResponse| {
        res.json(req.query().get("id"))
    });
    for (target, id) in [
        ("/api/posts/a%20b", "a b"),
        ("/api/posts/a%2Fb", "a/b"),
        ("/api/posts/%zz", "%zz"),
        ("/api/posts/a+b", "a+b"),
    ] {
        assert_eq!(TestRequest::get(target).send(&route).json::<String>(), id, "{target}");
    }
    let all = Route::new("/api/docs/[...slug]", async |req: ApiRequest, res: ApiResponse| {
        res.json(req.query().get_all("slug").collect::<Vec<_>>())
    });
    // The gateway has decoded the path, so an encoded slash is the same as a real one.
    assert_eq!(TestRequest::get("/api/docs/a%2Fb/c").send(&all).text(), r#"["a","b","c"]"#);
}

#[test]
fn repeated_header_is_one_value() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        res.json(req.headers()["x-a"].to_str()?)
    });
    assert_eq!(
        TestRequest::get("/api/x").header("x-a", "1").append_header("x-a", "2").send(&route).text(),
        r#""1,2""#
    );
}

#[test]
fn a_header_is_its_first_value_as_text() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        assert_eq!(req.header(HOST), req.header("Host"));
        res.json((req.header("X-A"), req.header("x-text"), req.header("absent"), req.header("no name")))
    });
    let request =
        TestRequest::get("/api/x").header("x-a", "1").append_header("x-a", "2").header("x-text", "é☃");
    assert_eq!(request.via(FrontDoor::RestApi).send(&route).text(), r#"["1","é☃",null,null]"#);
    let mut bytes = Request::new(Body::empty());
    *bytes.uri_mut() = "/api/x".parse().unwrap();
    bytes.headers_mut().insert("x-text", HeaderValue::from_bytes(b"\xe9").unwrap());
    let (head, _) = bytes.into_parts();
    assert_eq!(
        ApiRequest::new(head, Bytes::new(), Vec::new(), None, Exposed::default()).header("x-text"),
        None
    );
}

/// A layer sees what the handler sees.
#[tokio::test]
async fn cookie_headers_are_joined_before_any_layer() {
    let seen = |request: &Request<Body>| request.headers()["cookie"].clone();
    let layer = MapRequestLayer::new(move |mut request: Request<Body>| {
        let cookie = seen(&request);
        request.headers_mut().insert("x-seen", cookie);
        request
    });
    let handler =
        async |req: ApiRequest, res: ApiResponse| res.json((req.header("x-seen"), req.header("cookie")));
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = "/api/x".parse().unwrap();
    for line in ["a=1", "", "b=2"] {
        request.headers_mut().append("cookie", HeaderValue::from_static(line));
    }
    let Ok(response) = Route::new("/api/x", handler).layer(layer).call(request).await;
    assert_eq!(response.into_body().bytes().await.unwrap(), r#"["a=1; ; b=2","a=1; ; b=2"]"#);
}

#[test]
fn cookies_arrive_as_they_were_set() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        res.json((req.cookies().get("a"), req.cookies().get("b"), req.context().is_none()))
    });
    assert_eq!(TestRequest::get("/api/x").cookie("a", "x%20y").send(&route).text(), r#"["x y",null,true]"#);
}

#[test]
fn remaining_time_ends_at_the_deadline() {
    use std::time::{Duration, SystemTime};

    let route =
        Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| res.json(req.remaining_time()));
    let remaining = |deadline: SystemTime| {
        let context = Context::new("7f3").with_deadline(deadline);
        TestRequest::get("/api/x").context(context).send(&route).json::<Duration>()
    };
    let hour = Duration::from_secs(3600);
    let left = remaining(SystemTime::now() + hour);
    assert!(left <= hour && left.as_secs() > 3500, "{left:?}");
    assert_eq!(remaining(SystemTime::now() - hour), Duration::ZERO);
}
