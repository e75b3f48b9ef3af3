use std::env;
use std::panic::AssertUnwindSafe;
use std::process::Command;
use std::task::Poll;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body::Frame;
use http_body_util::StreamBody;
use serde_json::{Value, json};
use tower::BoxError;

use super::{Body, EncodeError, FrontDoor, encoded};
use crate::error::ApiError;
use crate::request::ApiRequest;
use crate::response::ApiResponse;
use crate::route::Route;
use crate::test::TestRequest;

fn response(cookies: &[&str]) -> Response<Body> {
    let response = Response::builder().status(StatusCode::CREATED).header("vary", "a").header("vary", "b");
    let response = cookies.iter().fold(response, |response, cookie| response.header("set-cookie", *cookie));
    response.header("content-type", "text/html").body(Body::from("hi")).unwrap()
}

#[test]
fn each_front_door_gets_its_own_form() {
    let joined = json!({ "vary": "a, b", "content-type": "text/html" });
    let lists = json!({ "vary": ["a", "b"], "set-cookie": ["a=1", "b=2"], "content-type": ["text/html"] });
    let payload_2 = json!({
        "statusCode": 201, "headers": joined, "cookies": ["a=1", "b=2"], "isBase64Encoded": false, "body": "hi"
    });
    let payload_1 =
        json!({ "statusCode": 201, "multiValueHeaders": lists, "isBase64Encoded": false, "body": "hi" });
    let multi_value = json!({
        "statusCode": 201, "statusDescription": "201 Created", "multiValueHeaders": lists,
        "isBase64Encoded": false, "body": "hi"
    });
    for (front_door, expected) in [
        (FrontDoor::HttpApi, &payload_2),
        (FrontDoor::FunctionUrl, &payload_2),
        (FrontDoor::HttpApiPayload1, &payload_1),
        (FrontDoor::RestApi, &payload_1),
        (FrontDoor::AlbMultiValue, &multi_value),
    ] {
        assert_eq!(encoded(front_door, response(&["a=1", "b=2"])).unwrap(), *expected, "{front_door}");
    }
    let single = json!({
        "statusCode": 201, "statusDescription": "201 Created", "isBase64Encoded": false, "body": "hi",
        "headers": { "vary": "a, b", "set-cookie": "a=1", "content-type": "text/html" },
    });
    assert_eq!(encoded(FrontDoor::Alb, response(&["a=1"])).unwrap(), single);
}

/// JSON has one value for a name, HTTP one name for all spellings.
#[test]
fn each_cookie_line_has_its_own_spelling() {
    let reply = encoded(FrontDoor::Alb, response(&["a=1", "b=2", "c=3"])).unwrap();
    let headers = json!({
        "vary": "a, b", "content-type": "text/html",
        "set-cookIe": "a=1", "set-cookiE": "b=2", "set-cookie": "c=3",
    });
    assert_eq!(reply["headers"], headers);
    let all: Vec<_> = (0..512).map(|n| format!("c{n}={n}")).collect();
    let lines = all.clone();
    let route = Route::new("/api/x", move |_: ApiRequest, res: ApiResponse| {
        let res = lines.iter().fold(res, |res, line| res.append_header("set-cookie", line));
        std::future::ready(res.end())
    });
    assert_eq!(TestRequest::get("/api/x").via(FrontDoor::Alb).send(&route).set_cookies(), all);
}

#[test]
fn cookie_without_a_free_spelling_is_an_error() {
    let error = encoded(FrontDoor::Alb, response(&["a=1"; 513])).unwrap_err();
    assert!(error.to_string().contains("`lambda.multi_value_headers.enabled`"), "{error}");
    assert!(encoded(FrontDoor::AlbMultiValue, response(&["a=1"; 513])).is_ok());
}

/// An error that kept these headers could not be sent either.
#[test]
fn error_does_not_keep_too_large_headers() {
    let large = |res: ApiResponse| res.header("x-large", "x".repeat(7 << 20));
    let route = Route::new("/api/x", move |req: ApiRequest, res: ApiResponse| {
        let answer = match req.query().get("fails") {
            Some(_) => {
                drop(large(res));
                Err(ApiError::new(404, "Not here"))
            }
            None => large(res).send("hello"),
        };
        std::future::ready(answer)
    });
    for front_door in [FrontDoor::HttpApi, FrontDoor::RestApi, FrontDoor::Alb] {
        for target in ["/api/x", "/api/x?fails"] {
            let answer = TestRequest::get(target).via(front_door).send(&route);
            assert_eq!(
                (answer.status().as_u16(), answer.header("x-large")),
                (500, None),
                "{front_door} {target}"
            );
        }
    }
}

#[test]
fn a_status_without_a_name_has_no_description() {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(299).unwrap();
    let reply = encoded(FrontDoor::AlbMultiValue, response).unwrap();
    assert_eq!((&reply["statusCode"], reply.get("statusDescription")), (&json!(299), None));
}

#[test]
fn text_or_base64_is_a_matter_of_the_bytes() {
    for front_door in FrontDoor::ALL {
        for (body, is_base64, text) in [
            (&b"caf\xc3\xa9"[..], false, "café"),
            (b"", false, ""),
            (b"\0\x01\x7f", false, "\0\u{1}\u{7f}"),
            (b"caf\xe9", true, "Y2Fm6Q=="),
        ] {
            let response = Response::builder().header("content-type", "image/png");
            let reply = encoded(*front_door, response.body(Body::from(body.to_vec())).unwrap()).unwrap();
            assert_eq!((&reply["isBase64Encoded"], &reply["body"]), (&json!(is_base64), &json!(text)));
        }
    }
}

fn sized(length: usize) -> Response<Body> {
    Response::builder().header("content-type", "text/html").body(Body::from("x".repeat(length))).unwrap()
}

#[test]
fn reply_up_to_the_limit_of_the_front_door_is_sent() {
    for (front_door, limit) in [
        (FrontDoor::HttpApi, 6_291_556),
        (FrontDoor::FunctionUrl, 6_291_556),
        (FrontDoor::RestApi, 6_291_556),
        (FrontDoor::HttpApiPayload1, 6_291_556),
        (FrontDoor::Alb, 1_048_576),
        (FrontDoor::AlbMultiValue, 1_048_576),
    ] {
        let around = encoded(front_door, sized(0)).unwrap().to_string().len();
        let fits = encoded(front_door, sized(limit - around)).unwrap();
        assert_eq!(fits.to_string().len(), limit, "{front_door}");
        let error = encoded(front_door, sized(limit - around + 1)).unwrap_err();
        assert!(matches!(error, EncodeError::TooLarge { .. }), "{error}");
        assert!(error.to_string().contains(&limit.to_string()), "{error}");
    }
}

#[test]
fn too_large_reply_is_a_500_in_the_projects_form() {
    let handler = async |_: ApiRequest, res: ApiResponse| res.send("x".repeat(7_000_000));
    let plain = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    assert_eq!(
        (plain.status().as_u16(), plain.text().as_str()),
        (500, r#"{"error":"Internal Server Error"}"#)
    );

    let shaped =
        Route::new("/api/x", handler).errors(|error, res| res.json(json!({ "oops": error.message() })));
    let shaped = TestRequest::get("/api/x").send(&shaped);
    assert_eq!(
        (shaped.status().as_u16(), shaped.text().as_str()),
        (500, r#"{"oops":"Internal Server Error"}"#)
    );
}

#[test]
fn endless_stream_is_read_up_to_the_limit() {
    let frames = futures_util::stream::repeat_with(|| {
        Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(&[b'x'; 8192])))
    });
    let error = encoded(FrontDoor::HttpApi, Response::new(Body::new(StreamBody::new(frames)))).unwrap_err();
    assert!(matches!(error, EncodeError::TooLarge { .. }), "{error}");
}

/// A body that panics as it is read.
fn panicking() -> Body {
    Body::from_stream(futures_util::stream::poll_fn(|_| -> Poll<Option<Result<Bytes, BoxError>>> {
        panic!("in the body")
    }))
}

#[test]
fn unsendable_body_is_a_hidden_500_with_kept_headers() {
    let handler = async |req: ApiRequest, res: ApiResponse| {
        let res = res
            .header("access-control-allow-origin", "*")
            .header("content-encoding", "br")
            .cookie(("a", "1"));
        match req.query().get("body") {
            Some("panics") => res.body(panicking()),
            Some("fails") => res.stream(futures_util::stream::iter([Ok("half"), Err("gone")])),
            _ => res.send("x".repeat(7_000_000)),
        }
    };
    let route = Route::new("/api/x", handler);
    for body in ["panics", "fails", "large"] {
        for front_door in FrontDoor::ALL {
            let answer = TestRequest::get(format!("/api/x?body={body}")).via(*front_door).send(&route);
            assert_eq!(answer.status(), 500, "{body} {front_door}");
            assert_eq!(answer.text(), r#"{"error":"Internal Server Error"}"#, "{body} {front_door}");
            let headers = ["access-control-allow-origin", "content-encoding", "set-cookie"];
            assert_eq!(
                headers.map(|name| answer.header(name)),
                [Some("*"), None, None],
                "{body} {front_door}"
            );
        }
    }
}

#[test]
fn panic_of_a_body_may_fail_the_invocation() {
    let handler = async |_: ApiRequest, res: ApiResponse| res.body(panicking());
    let route = Route::new("/api/x", handler).panics_fail_the_invocation();
    let sent = std::panic::catch_unwind(AssertUnwindSafe(|| TestRequest::get("/api/x").send(&route)));
    assert!(sent.is_err());
}

#[test]
fn header_that_is_not_utf_8_is_read_as_latin_1() {
    let latin = http::HeaderValue::from_bytes(b"caf\xe9").unwrap();
    for front_door in FrontDoor::ALL {
        let response = Response::builder().header("x-a", latin.clone()).body(Body::empty()).unwrap();
        let reply: Value = encoded(*front_door, response).unwrap();
        let value = reply.pointer("/headers/x-a").or_else(|| reply.pointer("/multiValueHeaders/x-a/0"));
        assert_eq!(value, Some(&json!("café")), "{front_door}");
    }
}

/// The log of a test can only be read from outside, so this test runs itself a second time.
#[test]
fn the_log_says_what_to_do_about_a_reply() {
    const INNER: &str = "API_ROUTES_TEST_WRITES_ITS_LOG";
    let sized = |length: usize| {
        Route::new(
            "/api/x",
            move |_: ApiRequest, res: ApiResponse| async move { res.send("x".repeat(length)) },
        )
    };
    if env::var_os(INNER).is_some() {
        assert_eq!(TestRequest::get("/api/x").send(&sized(4_190_000)).status(), 200);
        assert_eq!(TestRequest::get("/api/x").send(&sized(4_200_000)).status(), 200);
        assert_eq!(TestRequest::get("/api/x").send(&sized(7_000_000)).status(), 500);
        let cookies = async |_: ApiRequest, res: ApiResponse| {
            let cookie = |res: ApiResponse, n: u16| res.append_header("set-cookie", n.to_string());
            (0..513).fold(res, cookie).end()
        };
        assert_eq!(
            TestRequest::get("/api/x").via(FrontDoor::Alb).send(&Route::new("/api/x", cookies)).status(),
            500
        );
        return;
    }
    let name = "event::tests::replies::the_log_says_what_to_do_about_a_reply";
    let inner = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(INNER, "1")
        .env_remove("AWS_LAMBDA_LOG_LEVEL")
        .env_remove("AWS_LAMBDA_LOG_FORMAT")
        .output()
        .unwrap();
    assert!(inner.status.success(), "{inner:?}");
    let log = String::from_utf8(inner.stderr).unwrap();
    let lines: Vec<_> = log.lines().collect();
    let [large, too_large, cookies] = lines[..] else { panic!("{log}") };
    assert!(large.starts_with("WARN API response exceeds 4MB."), "{large}");
    assert!(too_large.starts_with("ERROR ") && too_large.contains("send less of it"), "{too_large}");
    assert!(cookies.contains("turn on the attribute `lambda.multi_value_headers.enabled`"), "{cookies}");
}
