use futures_util::StreamExt;
use http::Response as HttpResponse;
use http_body_util::BodyExt;

use super::*;

/// The posted part of an answer, without its trailers, and the type of the error in these.
async fn posted(response: Response, front_door: FrontDoor, is_head: bool) -> (String, Option<String>) {
    let (body, _end) = Streamed { response, front_door, is_head }.into_body().unwrap();
    let collected = body.collect().await.unwrap();
    let error = collected.trailers().map(|trailers| trailers[&ERROR_TYPE].to_str().unwrap().to_owned());
    (String::from_utf8(collected.to_bytes().to_vec()).unwrap().replace('\0', ""), error)
}

fn response(status: u16, body: Body) -> Response {
    HttpResponse::builder().status(status).body(body).unwrap()
}

#[tokio::test]
async fn empty_stream_has_a_byte_or_a_length() {
    use FrontDoor::{FunctionUrl, RestApi};
    for (front_door, status, is_head, expected) in [
        (FunctionUrl, 302, false, r#"{"statusCode":302,"headers":{},"cookies":[]}LF"#),
        (FunctionUrl, 204, false, r#"{"statusCode":204,"headers":{},"cookies":[]}LF"#),
        (FunctionUrl, 200, true, r#"{"statusCode":200,"headers":{},"cookies":[]}LF"#),
        (RestApi, 302, false, r#"{"statusCode":302,"multiValueHeaders":{"content-length":["0"]}}"#),
        (RestApi, 304, false, r#"{"statusCode":304,"multiValueHeaders":{}}"#),
        (RestApi, 200, true, r#"{"statusCode":200,"multiValueHeaders":{}}"#),
    ] {
        let (posted, error) = posted(response(status, Body::empty()), front_door, is_head).await;
        assert_eq!((posted.replace('\n', "LF").as_str(), error), (expected, None));
    }
}

/// A stream that turns out to be empty, and a stream with a body.
#[tokio::test]
async fn byte_is_added_only_to_nothing() {
    let failed = || Err::<Bytes, _>(std::io::Error::other("lost"));
    for (pieces, body, error) in [
        (vec![], "\n", None),
        (vec![Ok(Bytes::new())], "\n", None),
        (vec![failed()], "\n", Some("Runtime.StreamError")),
        (vec![Ok("one".into())], "one", None),
        (vec![Ok("one".into()), failed()], "one", Some("Runtime.StreamError")),
    ] {
        let response = response(200, Body::from_stream(futures_util::stream::iter(pieces)));
        let (posted, failure) = posted(response, FrontDoor::FunctionUrl, false).await;
        assert_eq!(posted.split_once('}').unwrap().1.split_once('}').unwrap().1, body);
        assert_eq!(failure.as_deref(), error);
    }
}

#[tokio::test]
async fn no_byte_is_added_to_an_encoded_body() {
    let mut response = response(200, Body::empty());
    response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    let (posted, _) = posted(response, FrontDoor::FunctionUrl, false).await;
    assert!(posted.ends_with('}'), "{posted}");
}

/// The body is dropped in the task of the client, where a panic would look like a lost connection.
#[tokio::test]
async fn panic_of_a_body_that_is_dropped_ends_no_stream() {
    struct Fragile;
    impl Drop for Fragile {
        fn drop(&mut self) {
            panic!("on purpose")
        }
    }
    let fragile = Fragile;
    let pieces = futures_util::stream::iter(["one"]).map(move |piece| {
        let _held = &fragile;
        Ok::<_, std::io::Error>(piece)
    });
    let response = response(200, Body::from_stream(pieces));
    let (posted, failure) = posted(response, FrontDoor::FunctionUrl, false).await;
    assert!(posted.ends_with("}one"), "{posted}");
    assert_eq!(failure, None);
}
