use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::stream;
use http_body::Frame;
use http_body_util::StreamBody;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::body::Body;
use crate::request::ApiRequest;
use crate::response::{ApiResponse, Result};
use crate::route::Route;

mod captured;
mod sending;
mod signing_in;
mod streams;

/// Answers with the request as the handler sees it.
async fn seen(req: ApiRequest, res: ApiResponse) -> Result {
    let query: Vec<_> = req.query().iter().collect();
    let cookies: Vec<_> = req.cookies().iter().collect();
    res.json(json!({
        "method": req.method().as_str(),
        "path": req.uri().path(),
        "query": query,
        "cookies": cookies,
        "type": req.headers().get("content-type").map(|value| value.to_str().unwrap()),
        "body": req.bytes().to_vec(),
        "ip": req.client_ip(),
        "context": req.context().is_some(),
    }))
}

/// The important notes of AWS say this; `%3B` is a semicolon everywhere.
#[test]
fn rest_api_splits_a_query_at_semicolons() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        res.send(req.query().get("a").unwrap_or_default())
    });
    for front_door in FrontDoor::ALL {
        let split = *front_door == FrontDoor::RestApi;
        let expected = if split { "1" } else { "1;b=2" };
        assert_eq!(
            TestRequest::get("/api/x?a=1;b=2").via(*front_door).send(&route).text(),
            expected,
            "{front_door}"
        );
        assert_eq!(
            TestRequest::get("/api/x?a=1%3Bb=2").via(*front_door).send(&route).text(),
            "1;b=2",
            "{front_door}"
        );
    }
}

#[test]
fn a_request_is_the_same_through_every_front_door() {
    let route = Route::new("/api/posts/[id]/[...rest]", seen);
    let sent = || {
        TestRequest::put("/api/posts/7%20b/x/%C3%A9?q=1%202&q=%26&empty&id=9&e=%C3%A9")
            .cookie("a", "1")
            .cookie("b", "%20")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(b"a=1&b=\xff".to_vec())
    };
    let expected = json!({
        "method": "PUT",
        "path": "/api/posts/7%20b/x/%C3%A9",
        "query": [["e", "é"], ["empty", ""], ["id", "7 b"], ["q", "1 2"], ["q", "&"], ["rest", "x"], ["rest", "é"]],
        "cookies": [["a", "1"], ["b", " "]],
        "type": "application/x-www-form-urlencoded",
        "body": b"a=1&b=\xff",
        "ip": "203.0.113.7",
        "context": false,
    });
    for front_door in FrontDoor::ALL {
        let answer = sent().via(*front_door).send(&route);
        let mut answer: Value = answer.json();
        // Maps of an event have an order of their own; the values of one key keep theirs.
        let pairs = answer["query"].as_array_mut().unwrap();
        pairs.sort_by_key(|pair| pair[0].as_str().unwrap().to_owned());
        let mut expected = expected.clone();
        if *front_door == FrontDoor::Alb {
            // The last one alone is what it sends.
            expected["query"].as_array_mut().unwrap().retain(|pair| *pair != json!(["q", "1 2"]));
        }
        assert_eq!(answer, expected, "{front_door}");
    }
}

#[test]
fn header_replaces_and_append_header_adds() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        let lines =
            |name| req.headers().get_all(name).iter().map(|line| line.to_str().unwrap()).collect::<Vec<_>>();
        res.json((lines("x-a"), lines("content-type")))
    });
    let request = || TestRequest::post("/api/x");
    for (request, expected) in [
        (request().header("x-a", "1").header("X-A", "2"), json!([["2"], []])),
        (request().header("x-a", "1").append_header("X-A", "2"), json!([["1", "2"], []])),
        (
            request().append_header("x-a", "1").append_header("x-a", "2").header("x-a", "3"),
            json!([["3"], []]),
        ),
        (request().json(1).header("content-type", "a/b"), json!([[], ["a/b"]])),
        (request().header("content-type", "a/b").json(1), json!([[], ["application/json"]])),
    ] {
        assert_eq!(request.via(FrontDoor::AlbMultiValue).send(&route).json::<Value>(), expected);
    }
}

#[test]
fn request_takes_texts_of_any_type() {
    let route = Route::new("/api/posts/[id]", async |req: ApiRequest, res: ApiResponse| {
        res.json((req.query().get("id"), req.header("x-a"), req.cookies().get("b"), req.text()?))
    });
    let id = String::from("7");
    let request = || TestRequest::post(format!("/api/posts/{id}")).header("x-a", &id).cookie("b", id.clone());
    let expected = json!(["7", "7", "7", "c=7"]);
    assert_eq!(request().form([("c", &id)]).send(&route).json::<Value>(), expected);
    assert_eq!(request().form(&[("c", "7")]).send(&route).json::<Value>(), expected);
    assert_eq!(request().form(vec![(String::from("c"), id.clone())]).send(&route).json::<Value>(), expected);
    assert_eq!(request().form(BTreeMap::from([("c", "7")])).send(&route).json::<Value>(), expected);
}

/// Joined as in Node, since a client may send several: <https://nodejs.org/api/http.html#messageheaders>.
#[test]
fn several_cookie_headers_are_one_header() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        let lines = req.headers().get_all("cookie").iter().count();
        res.json((lines, req.header("cookie"), req.cookies().get("c")))
    });
    for front_door in FrontDoor::ALL {
        let request = TestRequest::get("/api/x").header("cookie", "a=1; b=2").append_header("cookie", "c=3");
        let expected = match front_door {
            // The last one alone is what it sends.
            FrontDoor::Alb => json!([1, "c=3", "3"]),
            _ => json!([1, "a=1; b=2; c=3", "3"]),
        };
        assert_eq!(request.via(*front_door).send(&route).json::<Value>(), expected, "{front_door}");
    }
}

#[test]
fn an_answer_is_the_same_through_every_front_door() {
    let route = Route::new("/api/x", async |_: ApiRequest, res: ApiResponse| {
        let res = res.status(418).header("x-a", "é").append_header("vary", "a").append_header("vary", "b");
        res.cookie(("a", "1")).send(vec![0xff, 0, 1])
    });
    for front_door in FrontDoor::ALL {
        let answer = TestRequest::get("/api/x").via(*front_door).send(&route);
        assert_eq!(
            (answer.status().as_u16(), answer.bytes().as_ref()),
            (418, &[0xff, 0, 1][..]),
            "{front_door}"
        );
        assert_eq!(answer.set_cookies(), ["a=1"], "{front_door}");
        assert_eq!(answer.header("x-a"), Some("é"), "{front_door}");
        let vary: Vec<_> = answer.headers().get_all("vary").iter().map(|v| v.to_str().unwrap()).collect();
        assert_eq!(vary.join(", "), "a, b", "{front_door}");
    }
}

#[test]
fn a_handler_knows_its_front_door() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        res.send(req.front_door().map(|door| format!("{door:?}")).unwrap_or_default())
    });
    for front_door in FrontDoor::ALL {
        assert_eq!(
            TestRequest::get("/api/x").via(*front_door).send(&route).text(),
            format!("{front_door:?}")
        );
    }
}

#[test]
fn other_front_doors_keep_what_an_http_api_loses() {
    let route = Route::new("/api/[...all]", async |req: ApiRequest, res: ApiResponse| {
        res.json(req.query().get_all("all").collect::<Vec<_>>())
    });
    for front_door in FrontDoor::ALL {
        let (slash, question) = match front_door {
            FrontDoor::HttpApi => (r#"["a","b%","c"]"#, r#"["a"]"#),
            _ => (r#"["a/b%","c"]"#, r#"["a?b","c"]"#),
        };
        for (path, expected) in [("/api/a%2Fb%25/c", slash), ("/api/a%3Fb/c", question)] {
            assert_eq!(
                TestRequest::get(path).via(*front_door).send(&route).text(),
                expected,
                "{front_door} {path}"
            );
        }
    }
}

#[test]
fn path_of_another_route_is_a_404() {
    let route = Route::new("/api/posts/[id]", seen);
    for front_door in FrontDoor::ALL {
        for path in ["/api/others/7", "/api/posts/", "/"] {
            assert_eq!(
                TestRequest::get(path).via(*front_door).send(&route).status(),
                404,
                "{front_door} {path}"
            );
        }
    }
}

#[test]
fn a_body_that_is_a_stream_is_collected() {
    let frames = ["snow", "☃"].map(|text| Ok::<_, std::io::Error>(Frame::data(Bytes::from(text))));
    let body = Body::new(StreamBody::new(stream::iter(frames)));
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| res.send(req.text()?));
    assert_eq!(TestRequest::post("/api/x").body(body).send(&route).text(), "snow☃");
}

#[test]
#[should_panic = "the request's body failed: broken"]
fn a_body_that_fails_fails_the_test() {
    let frames = stream::iter([Err::<Frame<Bytes>, _>(std::io::Error::other("broken"))]);
    let _ = TestRequest::post("/api/x")
        .body(Body::new(StreamBody::new(frames)))
        .send(&Route::new("/api/x", seen));
}

#[tokio::test]
async fn request_is_sent_from_a_test_with_its_own_runtime() {
    assert_eq!(TestRequest::get("/api/x").send(&Route::new("/api/x", seen)).status(), 200);
}

#[test]
fn an_event_is_sent_as_it_was_recorded() {
    let recorded = r#"{
        "version": "2.0", "rawPath": "/api/x", "rawQueryString": "a=b",
        "requestContext": { "http": { "method": "GET" } }, "isBase64Encoded": false
    }"#;
    let route = Route::new("/api/x", seen);
    assert_eq!(TestEvent::new(recorded).send(&route).json::<Value>()["query"], json!([["a", "b"]]));
    let reply: Value = serde_json::from_slice(&TestEvent::new(recorded).reply(&route)).unwrap();
    assert_eq!((&reply["statusCode"], &reply["isBase64Encoded"]), (&json!(200), &json!(false)));
}

#[test]
#[should_panic = "`x` is not a request target: begin it with `/`"]
fn target_that_is_not_a_path_fails_the_test() {
    let _ = TestRequest::get("x");
}

#[test]
#[should_panic = "no front door sends this event"]
fn invalid_event_fails_the_test() {
    let _ = TestEvent::new("{}").send(&Route::new("/api/x", seen));
}

#[test]
fn an_answer_is_printed_with_its_headers_by_name() {
    let answered = |body: Vec<u8>| {
        let route = Route::new("/api/x", move |_: ApiRequest, res: ApiResponse| {
            let body = body.clone();
            async move {
                let res = res.status(201).header("x-b", "2").cookie(("b", "1")).cookie(("a", "2"));
                res.header("content-type", "text/plain").header("etag", "\"e\"").send(body)
            }
        });
        TestRequest::get("/api/x").send(&route).to_string()
    };
    let head =
        "201 Created\ncontent-type: text/plain\netag: \"e\"\nset-cookie: b=1\nset-cookie: a=2\nx-b: 2\n";
    assert_eq!(answered(b"two\nlines".to_vec()), format!("{head}\ntwo\nlines"));
    assert_eq!(answered(vec![0xff; 3]), format!("{head}\n(3 bytes)"));
    assert_eq!(answered(Vec::new()), format!("{head}\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_query_and_segment_pass_every_front_door(
        pairs in prop::collection::vec((any::<String>(), any::<String>()), 0..5),
        id in "[^/?]+",
    ) {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let query: Vec<_> = pairs.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
        let target = format!("/api/{}?{}", encode(&id), query.join("&"));
        let route = Route::new("/api/[a-name-that-no-key-has]", seen);
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, value) in pairs {
            expected.entry(key).or_default().push(value);
        }
        expected.insert("a-name-that-no-key-has".to_owned(), vec![id]);
        for front_door in FrontDoor::ALL {
            let answer: Value = TestRequest::get(&target).via(*front_door).send(&route).json();
            let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (key, value) in serde_json::from_value::<Vec<(String, String)>>(answer["query"].clone()).unwrap() {
                found.entry(key).or_default().push(value);
            }
            let mut expected = expected.clone();
            if *front_door == FrontDoor::Alb {
                for values in expected.values_mut() {
                    values.drain(..values.len() - 1);
                }
            }
            prop_assert_eq!(found, expected, "{}", front_door);
        }
    }
}
