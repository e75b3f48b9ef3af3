use http_body_util::BodyExt;
use proptest::prelude::*;

use super::*;
use crate::gateway::answer::AnswerBody;

/// Status, header lines and body.
type Read = (u16, Vec<(String, String)>, String);

fn response(payload: &str, multi_value_headers: bool) -> Result<Read, InvalidReply> {
    let reply = read(payload.as_bytes(), multi_value_headers)?;
    let headers = reply.headers.iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    Ok((reply.status.as_u16(), headers, text(reply.body)))
}

#[tokio::main(flavor = "current_thread")]
async fn text(body: AnswerBody) -> String {
    String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

fn lines(lines: &[(&str, &str)]) -> Vec<(String, String)> {
    lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_status_is_all_that_a_response_needs() {
    assert_eq!(response(r#"{"statusCode":204}"#, false), Ok((204, vec![], String::new())));
    assert_eq!(response(r#"{"statusCode":204}"#, true), Ok((204, vec![], String::new())));
}

#[test]
fn the_attribute_says_which_headers_are_read() {
    let payload =
        r#"{"statusCode":200,"headers":{"x-a":"single"},"multiValueHeaders":{"x-a":["1","2"]},"body":"hi"}"#;
    assert_eq!(response(payload, false), Ok((200, lines(&[("x-a", "single")]), "hi".to_owned())));
    assert_eq!(response(payload, true), Ok((200, lines(&[("x-a", "1"), ("x-a", "2")]), "hi".to_owned())));

    let null = r#"{"statusCode":200,"headers":{"x-a":"1"},"multiValueHeaders":null}"#;
    assert_eq!(response(null, false), Ok((200, lines(&[("x-a", "1")]), String::new())));
}

#[test]
fn each_spelling_of_a_name_is_a_line() {
    let payload = r#"{"statusCode":200,"headers":{"Set-Cookie":"a=1","set-cookie":"b=2"}}"#;
    let expected = lines(&[("set-cookie", "a=1"), ("set-cookie", "b=2")]);
    assert_eq!(response(payload, false), Ok((200, expected, String::new())));
}

#[test]
fn base64_is_decoded() {
    let payload = r#"{"statusCode":200,"isBase64Encoded":true,"body":"aGk="}"#;
    assert_eq!(response(payload, false), Ok((200, vec![], "hi".to_owned())));
}

#[test]
fn hop_by_hop_headers_and_length_are_replaced() {
    let payload = r#"{"statusCode":200,"headers":{"Connection":"close","Transfer-Encoding":"chunked",
        "Content-Length":"9","Date":"never","Server":"mine"}}"#;
    assert_eq!(response(payload, false), Ok((200, lines(&[("server", "mine")]), String::new())));
}

#[test]
fn invalid_reply_is_refused() {
    for payload in [
        "",
        "null",
        "\"hi\"",
        "[200]",
        "[200,\"\",{},{},\"\",false]",
        "{}",
        "{",
        r#"{"body":"hi"}"#,
        r#"{"statusCode":null}"#,
        r#"{"statusCode":"200"}"#,
        r#"{"statusCode":0}"#,
        r#"{"statusCode":100}"#,
        r#"{"statusCode":600}"#,
        r#"{"statusCode":200.5}"#,
        r#"{"statusCode":200,"statusDescription":null}"#,
        r#"{"statusCode":200,"headers":null}"#,
        r#"{"statusCode":200,"headers":{"x-a":true}}"#,
        r#"{"statusCode":200,"headers":{"x-a":1}}"#,
        r#"{"statusCode":200,"headers":{"x-a":null}}"#,
        r#"{"statusCode":200,"headers":{"x a":"1"}}"#,
        r#"{"statusCode":200,"headers":{"x-a":"1\r\nx-b: 2"}}"#,
        r#"{"statusCode":200,"headers":[]}"#,
        r#"{"statusCode":200,"body":null}"#,
        r#"{"statusCode":200,"body":{"a":1}}"#,
        r#"{"statusCode":200,"isBase64Encoded":"true","body":""}"#,
        r#"{"statusCode":200,"isBase64Encoded":true,"body":"*"}"#,
    ] {
        assert!(response(payload, false).is_err(), "{payload}");
    }
    for payload in [
        r#"{"statusCode":200,"multiValueHeaders":null}"#,
        r#"{"statusCode":200,"multiValueHeaders":{"x-a":"1"}}"#,
        r#"{"statusCode":200,"multiValueHeaders":{"x-a":[1]}}"#,
    ] {
        assert!(response(payload, true).is_err(), "{payload}");
    }
}

#[test]
fn a_reply_of_more_than_a_megabyte_of_json_is_refused() {
    let around = r#"{"statusCode":200,"body":""}"#.len();
    for (len, refused) in [(RESPONSE - around, false), (RESPONSE - around + 1, true)] {
        let payload = format!(r#"{{"statusCode":200,"body":"{}"}}"#, "x".repeat(len));
        let too_long = InvalidReply::TooLong { size: RESPONSE + 1, limit: RESPONSE };
        assert_eq!(response(&payload, false).err(), refused.then_some(too_long));
    }
}

#[test]
fn a_flood_of_headers_is_refused() {
    let values = vec!["\"\""; MAX_HEADERS + 1].join(",");
    let payload = format!(r#"{{"statusCode":200,"multiValueHeaders":{{"x-a":[{values}]}}}}"#);
    assert_eq!(response(&payload, true), Err(InvalidReply::TooManyHeaders(MAX_HEADERS + 1)));
}

#[test]
fn a_description_of_the_status_is_its_reason_phrase() {
    for (description, phrase) in [
        ("201 Created", Some("Created")),
        ("201 All is well", Some("All is well")),
        ("Created", None),
        ("201", None),
        ("201 ", None),
        ("200 OK", None),
        (r"201 a\r\nb", None),
        ("", None),
    ] {
        let payload = format!(r#"{{"statusCode":201,"statusDescription":"{description}"}}"#);
        let reply = read(payload.as_bytes(), false).unwrap();
        let reason = reply.extensions.get().map(ReasonPhrase::as_bytes);
        assert_eq!(reason, phrase.map(str::as_bytes), "{description}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(payload in prop::collection::vec(any::<u8>(), 0..200), multi in any::<bool>()) {
        let _ = read(&payload, multi);
    }

    #[test]
    fn no_members_make_it_panic(
        status in any::<i32>(),
        description in ".{0,20}",
        name in ".{0,20}",
        value in ".{0,20}",
        body in ".{0,20}",
        base64 in any::<bool>(),
    ) {
        let reply = serde_json::json!({
            "statusCode": status, "statusDescription": description, "headers": {name: value},
            "body": body, "isBase64Encoded": base64,
        });
        let _ = read(reply.to_string().as_bytes(), false);
    }
}
