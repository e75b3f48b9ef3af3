use http_body_util::BodyExt;
use proptest::prelude::*;

use super::super::{InvalidReply, read_1};
use crate::gateway::answer::AnswerBody;
use crate::gateway::reply::Reply;

fn lines(payload: &str) -> Result<Vec<(String, String)>, InvalidReply> {
    let Reply { headers, .. } = read_1(payload.as_bytes())?;
    Ok(headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect())
}

#[tokio::main(flavor = "current_thread")]
async fn text(body: AnswerBody) -> String {
    String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// `Snapshots/V1_CombinesSingleAndMultiValueHeadersHttpV1.json` in
/// <https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2/tests>. A REST API sends the single
/// value last.
#[test]
fn single_value_of_a_header_is_sent_first() {
    let payload = r#"{
        "statusCode": 200,
        "headers": {"Content-Type": "application/json", "X-Custom-Header": "single", "Combined-Header": "single"},
        "multiValueHeaders": {"X-Multi-Header": ["multi1", "multi2"], "Combined-Header": ["multi1", "multi2"]}
    }"#;
    let mut lines = lines(payload).unwrap();
    // The order of different names has no meaning.
    lines.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        ("combined-header", "single"),
        ("combined-header", "multi1"),
        ("combined-header", "multi2"),
        ("content-type", "application/json"),
        ("x-custom-header", "single"),
        ("x-multi-header", "multi1"),
        ("x-multi-header", "multi2"),
    ];
    assert_eq!(lines, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn base64_is_decoded_whatever_the_client_accepts() {
    for flag in ["true", "\"true\"", "\"True\""] {
        let payload = format!(r#"{{"statusCode":200,"body":"aGk=","isBase64Encoded":{flag}}}"#);
        assert_eq!(text(read_1(payload.as_bytes()).unwrap().body), "hi", "{flag}");
    }
}

#[test]
fn nothing_is_inferred() {
    for payload in [
        "",
        "null",
        "\"text\"",
        "[200]",
        "{}",
        r#"{"body":"hi"}"#,
        // `Snapshots/V1_HandlesZeroStatusCodeHttpV1.json`, in the folder named above.
        r#"{"statusCode":0,"body":"This body should be replaced"}"#,
        r#"{"statusCode":null}"#,
        r#"{"statusCode":200,"multiValueHeaders":{"a":"1"}}"#,
        r#"{"statusCode":200,"body":{}}"#,
    ] {
        assert!(read_1(payload.as_bytes()).is_err(), "{payload}");
    }
}

#[test]
fn members_of_other_names_are_passed_over() {
    assert_eq!(lines(r#"{"statusCode":"200","cookies":["a=1"],"other":{}}"#), Ok(Vec::new()));
}

#[test]
fn headers_of_the_gateway_are_not_for_functions() {
    let payload =
        r#"{"statusCode":200,"headers":{"Date":"x","apigw-requestid":"x","Connection":"close","A":"1"}}"#;
    assert_eq!(lines(payload), Ok(vec![("a".to_owned(), "1".to_owned())]));
}

#[test]
fn a_stream_loses_its_body() {
    let reply = read_1(b"{\"statusCode\":201,\"headers\":{\"A\":\"1\"}}\0\0\0\0\0\0\0\0body").unwrap();
    assert_eq!((reply.status.as_u16(), reply.headers.len()), (201, 1));
    assert_eq!(text(reply.body), "");
    assert!(read_1(b"{}\0\0\0\0\0\0\0\0body").is_err());
}

proptest! {
    #[test]
    fn no_reply_panics(payload in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = read_1(&payload);
    }
}
