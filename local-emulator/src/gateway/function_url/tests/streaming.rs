use super::*;
use crate::gateway::Note;

const PRELUDE: &str = "{\"statusCode\":201,\"headers\":{\"content-type\":\"text/plain\"}}\0\0\0\0\0\0\0\0";

#[test]
fn streaming_url_sends_the_stream_of_the_function() {
    let behavior = Behavior::Stream(
        &["{\"statusCode\":201,\"headers\"", ":{\"content-type\":\"text/plain\"}}\0\0\0", "\0\0\0\0\0a", "b"],
        false,
    );
    let answer = answer(&streaming(behavior), get("/api/user"));
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (201, "ab"));
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("content-length"), None);
    assert!(!answer.broke_off);
}

#[test]
fn a_streaming_url_does_not_read_a_buffered_reply() {
    let envelope = r#"{"statusCode":201, "body":"hi"}"#;
    let answer = answer(&streaming(Behavior::Reply(envelope)), get("/api/user"));
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, envelope));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn buffered_reply_to_a_streaming_url_has_a_note() {
    let unread = Some(Note::ReplyUnread);
    for (payload, note) in [
        (r#"{"statusCode":201, "body":"hi"}"#, unread),
        (r#"{"status":"fine"}"#, None),
        (r#"["statusCode"]"#, None),
        (r#"{"statusCode""#, None),
        ("hi", None),
    ] {
        assert_eq!(answer(&streaming(Behavior::Reply(payload)), get("/api/user")).note, note, "{payload}");
    }
    let read = answer(&buffered(Behavior::Reply(r#"{"statusCode":201}"#)), get("/api/user"));
    assert_eq!((read.status.as_u16(), read.note), (201, None));
}

#[test]
fn a_stream_that_is_no_http_response_is_a_body() {
    for (content_type, sent) in [(Some("text/html"), "text/html"), (None, "application/octet-stream")] {
        let answer =
            answer(&streaming(Behavior::RawStream(content_type, &["Hello, ", "world!"])), get("/api/user"));
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "Hello, world!"));
        assert_eq!(answer.header("content-type"), Some(sent));
    }
}

#[tokio::test]
async fn developer_is_told_of_an_empty_stream() {
    for (pieces, status, note) in [
        (&[PRELUDE][..], 201, Some(Note::BodyEmpty)),
        (&[], 200, Some(Note::StreamEmpty)),
        (&[PRELUDE, "body"], 201, None),
    ] {
        let response = streaming(Behavior::Stream(pieces, false)).handle(get("/api/user"), PEER).await;
        assert_eq!(response.status(), status);
        let AnswerBody::Stream(mut stream) = response.into_body() else { panic!() };
        let (sender, receiver) = std::sync::mpsc::channel();
        stream.at_end(move |words| sender.send(words).unwrap());
        http_body_util::BodyExt::collect(AnswerBody::Stream(stream)).await.unwrap();
        assert_eq!(receiver.recv().unwrap(), note.map(|note| note.to_string()), "{pieces:?}");
    }
}

#[test]
fn failure_before_the_stream_begins_is_a_502() {
    for behavior in
        [Behavior::Fail, Behavior::Stream(&["{\"statusCode\":200}"], false), Behavior::Stream(&["{"], true)]
    {
        let answer = answer(&streaming(behavior), get("/api/user"));
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (502, "Internal Server Error"));
        assert!(!answer.broke_off && answer.refusal.is_some());
    }
}

#[test]
fn a_stream_that_breaks_off_breaks_off_for_the_client() {
    let answer = answer(&streaming(Behavior::Stream(&[PRELUDE, "half"], true)), get("/api/user"));
    assert_eq!((answer.status.as_u16(), answer.body.as_str(), answer.broke_off), (201, "half", true));
}

#[test]
fn head_gets_the_head_of_a_stream() {
    let answer = answer(&streaming(Behavior::Stream(&[PRELUDE, "body"], false)), with_method("HEAD", &[]));
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (201, ""));
    assert_eq!(answer.header("content-type"), Some("text/plain"));
}

#[tokio::test(start_paused = true)]
async fn a_stream_keeps_to_the_bandwidth() {
    let door = streaming(Behavior::Stream(&[PRELUDE, "0123456789", "0123456789", "0123456789"], false))
        .with_bandwidth(Some(Bandwidth { burst: 10, per_second: 10 }));
    let began = tokio::time::Instant::now();
    let response = door.handle(get("/api/user"), PEER).await;
    let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
    assert_eq!(body.len(), 30);
    assert_eq!(began.elapsed().as_secs(), 2, "for twenty bytes over the burst");
}

#[test]
fn broken_stream_on_the_wire_has_no_last_chunk() {
    for (breaks_off, end) in [(false, "4\r\nbody\r\n0\r\n\r\n"), (true, "4\r\nbody\r\n")] {
        let door = streaming(Behavior::Stream(&[PRELUDE, "body"], breaks_off));
        let request = "GET / HTTP/1.1\r\nhost: api-user.localhost\r\nconnection: close\r\n\r\n";
        let response = on_the_wire(async |request| door.handle(request, PEER).await, request);
        assert!(response.starts_with("HTTP/1.1 201 Created\r\n"), "{response}");
        assert!(response.contains("\r\ntransfer-encoding: chunked\r\n"), "{response}");
        assert!(response.ends_with(end), "{response}");
    }
}
