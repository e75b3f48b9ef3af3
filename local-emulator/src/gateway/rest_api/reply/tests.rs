use http::HeaderMap;
use http_body_util::BodyExt;
use proptest::prelude::*;

use super::*;
use crate::gateway::MAX_HEADERS;

type Lines = Vec<(String, String)>;

/// Status, headers in their order, body.
fn read_buffered(payload: &str, accepts_binary: bool) -> Result<(u16, Lines, String), InvalidReply> {
    let Reply { status, headers, body, .. } = read(payload.as_bytes(), accepts_binary)?;
    Ok((status.as_u16(), lines(&headers), text(body)))
}

fn lines(headers: &HeaderMap) -> Lines {
    let line = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.to_string(), String::from_utf8(value.as_bytes().to_vec()).unwrap())
    };
    headers.iter().map(line).collect()
}

#[tokio::main(flavor = "current_thread")]
async fn text(body: AnswerBody) -> String {
    String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// `test_aws_proxy_response_payload_format_validation` in
/// `tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` of
/// <https://github.com/localstack/localstack>, recorded on 2024-11-15.
#[test]
fn replies_are_read_as_recorded() {
    for (payload, status, headers, body) in [
        (r#"{"statusCode": 200}"#, 200, &[][..], ""),
        (
            r#"{"statusCode": 200, "headers": {"test-header": "value", "header-bool": true}}"#,
            200,
            &[("header-bool", "true"), ("test-header", "value")],
            "",
        ),
        (r#"{"statusCode": 200, "headers": null}"#, 200, &[], ""),
        (r#"{"statusCode": 200, "body": "dGVzdC1kYXRh", "isBase64Encoded": true}"#, 200, &[], "dGVzdC1kYXRh"),
        (r#"{"statusCode": 200, "body": "dGVzdC1kYXRh"}"#, 200, &[], "dGVzdC1kYXRh"),
        (
            r#"{"statusCode": 200, "multiValueHeaders": {"test-multi": ["value1", "value2"]}}"#,
            200,
            &[("test-multi", "value1"), ("test-multi", "value2")],
            "",
        ),
        (
            r#"{"multiValueHeaders": {"test-multi": ["value-multi"]}, "headers": {"test-multi": "value-solo"}}"#,
            200,
            &[("test-multi", "value-multi"), ("test-multi", "value-solo")],
            "",
        ),
        (
            r#"{"multiValueHeaders": {"tesT-Multi": ["value-multi"]}, "headers": {"test-multi": "value-solo"}}"#,
            200,
            &[("test-multi", "value-multi"), ("test-multi", "value-solo")],
            "",
        ),
        (r#"{"statusCode": "201"}"#, 201, &[], ""),
        (r#"{"headers": {"test-header": "value"}}"#, 200, &[("test-header", "value")], ""),
    ] {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(read_buffered(payload, false), Ok((status, headers, body.to_owned())), "{payload}");
    }
}

#[test]
fn these_are_no_responses() {
    for payload in [
        // As recorded with the replies above, and for `Snapshots/V1_HandlesZeroStatusCodeRest.json` in
        // <https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2/tests>.
        r#"{"statusCode": 200, "wrongValue": "value"}"#,
        r#"{"statusCode": 200, "multiValueHeaders": {"test-multi-invalid": "value1"}}"#,
        r#"{"statusCode": "test"}"#,
        r#""justAString""#,
        r#"{"statusCode": 0, "body": "This body should be replaced"}"#,
        // Undocumented, by the same rules.
        "",
        "null",
        "[200]",
        r#"[{"statusCode": 200}]"#,
        "{",
        r#"{"statusCode": 200} {}"#,
        r#"{"statusCode": 200, "cookies": ["a=1"]}"#,
        r#"{"statusCode": 200, "statusDescription": "200 OK"}"#,
        r#"{"statusCode": 200, "statusCode": 200}"#,
        r#"{"statusCode": 99}"#,
        r#"{"statusCode": 101}"#,
        r#"{"statusCode": 600}"#,
        r#"{"statusCode": 200.5}"#,
        r#"{"statusCode": [200]}"#,
        r#"{"body": {"a": 1}}"#,
        r#"{"body": 1}"#,
        r#"{"headers": []}"#,
        r#"{"headers": {"a": ["1"]}}"#,
        r#"{"headers": {"a b": "1"}}"#,
        r#"{"headers": {"a": "1\r\nb: 2"}}"#,
        r#"{"isBase64Encoded": "yes"}"#,
        r#"{"isBase64Encoded": 1}"#,
    ] {
        assert!(read_buffered(payload, false).is_err(), "{payload}");
    }
}

#[test]
fn an_empty_object_and_null_members_are_a_response() {
    for payload in [
        "{}",
        r#" {"statusCode":null,"headers":null,"multiValueHeaders":null,"body":null,"isBase64Encoded":null} "#,
        r#"{"headers":{"a":null},"multiValueHeaders":{"b":[],"c":[null]}}"#,
    ] {
        assert_eq!(read_buffered(payload, true), Ok((200, Vec::new(), String::new())), "{payload}");
    }
}

#[test]
fn base64_is_decoded_for_who_accepts_a_binary_body() {
    let payload = r#"{"body":"aGk=","isBase64Encoded":true}"#;
    assert_eq!(read_buffered(payload, true).unwrap().2, "hi");
    assert_eq!(read_buffered(payload, false).unwrap().2, "aGk=");
    assert_eq!(read_buffered(r#"{"body":"aGk="}"#, true).unwrap().2, "aGk=");
    let broken = read_buffered(r#"{"body":"aGk","isBase64Encoded":true}"#, true);
    assert!(matches!(broken, Err(InvalidReply::Base64(_))), "{broken:?}");
}

/// <https://github.com/aws/aws-sam-cli/pull/2941>
#[test]
fn base64_is_told_in_several_ways() {
    for (members, is_base64) in [
        (r#""isBase64Encoded":"true""#, true),
        (r#""isBase64Encoded":"True""#, true),
        (r#""isBase64Encoded":"false""#, false),
        (r#""base64Encoded":true"#, true),
        (r#""base64Encoded":true,"isBase64Encoded":false"#, true),
        (r#""base64Encoded":false,"isBase64Encoded":true"#, false),
        (r#""base64Encoded":null,"isBase64Encoded":true"#, true),
    ] {
        let body = if is_base64 { "hi" } else { "aGk=" };
        assert_eq!(
            read_buffered(&format!(r#"{{"body":"aGk=",{members}}}"#), true).unwrap().2,
            body,
            "{members}"
        );
    }
}

#[test]
fn header_of_the_gateway_is_remapped() {
    let payload =
        r#"{"headers":{"Date":"never","Transfer-Encoding":"chunked","Content-Length":7,"X-A":1.5}}"#;
    let headers = read_buffered(payload, false).unwrap().1;
    let expected =
        [("x-amzn-remapped-content-length", "7"), ("x-amzn-remapped-date", "never"), ("x-a", "1.5")];
    assert_eq!(headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn there_is_an_end_to_headers() {
    let values = |count| format!(r#"{{"multiValueHeaders":{{"a":[{}]}}}}"#, vec!["\"\""; count].join(","));
    assert_eq!(read_buffered(&values(MAX_HEADERS), false).unwrap().1.len(), MAX_HEADERS);
    let refused = read_buffered(&values(MAX_HEADERS + 1), false);
    assert_eq!(refused, Err(InvalidReply::TooManyHeaders(MAX_HEADERS + 1)));
    let cookies = format!(r#"{{"cookies":[{}]}}"#, vec!["\"a=1\""; MAX_HEADERS + 1].join(","));
    assert!(head(cookies.as_bytes()).is_err());
}

#[test]
fn a_prelude_may_have_cookies_and_no_other_member() {
    let Reply { status, headers, .. } = head(br#"{"statusCode":201,"cookies":["a=1","b=2"]}"#).unwrap();
    assert_eq!(status, 201);
    let cookie = |value: &str| ("set-cookie".to_owned(), value.to_owned());
    assert_eq!(lines(&headers), [cookie("a=1"), cookie("b=2")]);
    for refused in [r#"{"body":""}"#, r#"{"isBase64Encoded":false}"#, "[]", "", r#"{"statusCode":"x"}"#] {
        assert!(head(refused.as_bytes()).is_err(), "{refused}");
    }
}

proptest! {
    #[test]
    fn no_reply_panics(payload in proptest::collection::vec(any::<u8>(), 0..64), accepts_binary: bool) {
        let _ = read(&payload, accepts_binary);
        let _ = head(&payload);
    }

    #[test]
    fn no_envelope_panics(
        status in any::<i32>(),
        name in ".{0,8}",
        value in ".{0,8}",
        body in ".{0,16}",
        accepts_binary: bool,
        nuls in 0_usize..10,
    ) {
        let json = serde_json::json!({
            "statusCode": status,
            "headers": { name.clone(): value },
            "multiValueHeaders": { name: [body.clone()] },
            "body": body,
            "isBase64Encoded": true,
        });
        let payload = json.to_string() + &"\0".repeat(nuls);
        let _ = read(payload.as_bytes(), accepts_binary);
    }
}

/// The capture that [`remapped`] cites: a response with every header of AWS's list. `TE` is passed on there too.
#[test]
fn headers_are_remapped_as_recorded() {
    for name in [
        "Authorization",
        "Connection",
        "Content-Length",
        "Content-MD5",
        "Date",
        "Expect",
        "Host",
        "Max-Forwards",
        "Proxy-Authenticate",
        "Server",
        "Trailer",
        "Upgrade",
        "User-Agent",
        "WWW-Authenticate",
    ] {
        let expected = format!("x-amzn-Remapped-{name}").to_lowercase();
        assert_eq!(remapped(name.parse().unwrap()).unwrap().as_str(), expected);
    }
    for name in [
        "accept",
        "accept-charset",
        "accept-encoding",
        "age",
        "content-encoding",
        "content-type",
        "pragma",
        "range",
        "referer",
        "te",
        "via",
        "warn",
        "x-custom",
        "set-cookie",
        "x-amzn-errortype",
    ] {
        assert_eq!(remapped(name.parse().unwrap()).unwrap().as_str(), name);
    }
    assert_eq!(remapped(http::header::TRANSFER_ENCODING), None);
}
