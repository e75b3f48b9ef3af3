use futures_util::FutureExt;
use http::Request;
use http::request::Builder;
use proptest::prelude::*;

use super::*;
use crate::authorizer::DenialKind;

mod strict;
mod suite;

const NOW: &str = "20261130T120000Z";
const CREDENTIAL: &str = "AKIAIOSFODNN7EXAMPLE/20261130/us-east-1/execute-api/aws4_request";
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ACCOUNT: &str = "123456789012";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                        Secret Access Key and signing method. Consult the service documentation for details.";
const INVALID_TOKEN: &str = "The security token included in the request is invalid.";

fn judge(request: Builder, body: &[u8], front_door: IamFrontDoor) -> Result<IamCaller, Denial> {
    let (head, ()) = request.body(()).unwrap().into_parts();
    let request = ReceivedRequest { head: &head, body, front_door };
    let verifier = IamVerifier::lenient();
    // Without a keyring there is nothing to wait for.
    verifier.caller(request, ACCOUNT, SigningTime::parse(NOW).unwrap()).now_or_never().unwrap()
}

fn authorization(algorithm: &str, credential: &str, signed_headers: &str) -> String {
    format!("{algorithm} Credential={credential}, SignedHeaders={signed_headers}, Signature={EMPTY_HASH}")
}

/// A request with a signature of the right form.
fn signed() -> Builder {
    Request::get("/pets")
        .header("host", "localhost:3000")
        .header("x-amz-date", NOW)
        .header("authorization", authorization(SYMMETRIC, CREDENTIAL, "host;x-amz-date"))
}

/// A presigned URL without the parameter that begins with `left_out`.
fn presigned(left_out: &str, credential: &str, date: &str) -> Builder {
    let credential = credential.replace('/', "%2F");
    let parameters = [
        format!("X-Amz-Algorithm={SYMMETRIC}"),
        format!("X-Amz-Credential={credential}"),
        format!("X-Amz-Date={date}"),
        "X-Amz-Expires=86400".to_owned(),
        "X-Amz-SignedHeaders=host".to_owned(),
        format!("X-Amz-Signature={EMPTY_HASH}"),
    ];
    let kept = parameters.into_iter().filter(|parameter| !parameter.starts_with(left_out));
    Request::get(format!("/pets?a=b&{}", kept.collect::<Vec<_>>().join("&"))).header("host", "localhost")
}

fn refusal(request: Builder) -> (DenialKind, Option<String>) {
    let denial = judge(request, b"", IamFrontDoor::RestApi).unwrap_err();
    (denial.kind, denial.message)
}

#[test]
fn key_id_decides_the_identity() {
    let caller = judge(signed(), b"", IamFrontDoor::RestApi).unwrap();
    assert_eq!(
        caller,
        IamCaller {
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            account_id: ACCOUNT.to_owned(),
            user_id: "AIDA25EC4BWJXO7MP4HEB".to_owned(),
            user_arn: "arn:aws:iam::123456789012:user/AKIAIOSFODNN7EXAMPLE".to_owned(),
        }
    );
    assert_eq!(judge(signed(), b"", IamFrontDoor::HttpApi).unwrap(), caller);
}

#[test]
fn temporary_key_is_a_session_of_a_role() {
    let credential = CREDENTIAL.replace("AKIA", "ASIA");
    let request = Request::get("/")
        .header("x-amz-date", NOW)
        .header("x-amz-security-token", "token")
        .header("authorization", authorization(SYMMETRIC, &credential, "host"));
    let caller = judge(request, b"", IamFrontDoor::HttpApi).unwrap();
    assert_eq!(caller.user_arn, "arn:aws:sts::123456789012:assumed-role/local/ASIAIOSFODNN7EXAMPLE");
    let (role, session) = caller.user_id.split_once(':').unwrap();
    assert_eq!((role.len(), &role[..4], session), (21, "AROA", "ASIAIOSFODNN7EXAMPLE"));
}

#[test]
fn presigned_url_is_a_signature() {
    let caller = judge(presigned("?", CREDENTIAL, NOW), b"", IamFrontDoor::RestApi).unwrap();
    assert_eq!(caller.access_key, "AKIAIOSFODNN7EXAMPLE");
}

#[test]
fn function_url_wants_the_service_lambda() {
    let credential = CREDENTIAL.replace("execute-api", "lambda");
    let request = || {
        Request::get("/")
            .header("x-amz-date", NOW)
            .header("authorization", authorization(SYMMETRIC, &credential, "host"))
    };
    assert!(judge(request(), b"", IamFrontDoor::FunctionUrl).is_ok());
    assert_eq!(
        refusal(request()),
        (
            DenialKind::InvalidSignature,
            Some("Credential should be scoped to correct service: 'execute-api'. ".to_owned())
        )
    );
}

/// The hash of the third row is from a report in which AWS answered this very header; see `complaint.rs`.
#[test]
fn header_that_is_no_signature_has_the_words_of_aws() {
    const BOLD: &str = "x-api-key CTkrL5f5IxvMpX722zXivqnd1KU5VyoNBOFQFUUnf-E";
    const NO_PAIR: &str = "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and \
                           encoded with Base64): ";
    const MISSING: &str = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' \
                           parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header \
                           requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and \
                           encoded with Base64) Authorization=";
    for (header, message) in [
        ("", "Authorization header cannot be empty.".to_owned()),
        ("  ", "Authorization header cannot be empty.".to_owned()),
        (BOLD, format!("{NO_PAIR}'MZ1DdfK/poPwXem5nlPMS3")),
        ("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", format!("{NO_PAIR}'")),
        (
            "AWS4-HMAC-SHA256 Credential= AKIA/20261130/us-east-1/execute-api/aws4_request",
            format!("{NO_PAIR}'"),
        ),
        ("Authorization: AWS4-HMAC-SHA256 Credential=a", format!("{NO_PAIR}'")),
        ("Basic dXNlcjpwYXNzd29yZA==", MISSING.to_owned()),
        ("Bearer", MISSING.to_owned()),
        ("AWS4-HMAC-SHA256", MISSING.to_owned()),
        ("AWS4-HMAC-SHA256 Credential=,Signature=,", MISSING.to_owned()),
        (
            "x-api-key=1XVOAZ",
            "Authorization header must begin with the algorithm name, which cannot include an equal-sign"
                .to_owned(),
        ),
        ("garbage \u{e9} garbage", format!("{NO_PAIR}'")),
    ] {
        let (kind, words) = refusal(Request::get("/").header("authorization", header));
        let words = words.unwrap();
        assert_eq!(kind, DenialKind::IncompleteSignature, "{header}");
        assert!(words.starts_with(&message), "{header}\n{words}");
    }
}

#[test]
fn pairs_are_separated_by_commas_or_spaces() {
    for separator in [",", " ", ", ", " ,\t"] {
        let pairs = [
            format!("Credential={CREDENTIAL}"),
            "SignedHeaders=host".into(),
            format!("Signature={EMPTY_HASH}"),
        ];
        let header = format!("{SYMMETRIC} {}", pairs.join(separator));
        let request = Request::get("/").header("date", NOW).header("authorization", header);
        assert!(judge(request, b"", IamFrontDoor::RestApi).is_ok(), "{separator:?}");
    }
}

#[test]
fn incomplete_signature_says_what_it_lacks() {
    let pair = |name: &str| format!("AWS4-HMAC-SHA256 {name}");
    for (header, missing) in [
        (pair("Credential=a,Signature=b"), vec!["'SignedHeaders' parameter."]),
        (pair("Credential=a,SignedHeaders="), vec!["'Signature' parameter."]),
        (pair("SignedHeaders=host"), vec!["'Credential' parameter.", "'Signature' parameter."]),
    ] {
        let request = Request::get("/").header("x-amz-date", NOW).header("authorization", header);
        let (kind, message) = refusal(request);
        let sentences: Vec<_> =
            missing.iter().map(|missing| format!("Authorization header requires {missing}")).collect();
        let beginning = format!("{} (Hashed", sentences.join(" "));
        assert_eq!(kind, DenialKind::IncompleteSignature);
        assert!(message.as_ref().unwrap().starts_with(&beginning), "{message:?}");
    }
}

#[test]
fn scope_and_time_have_the_words_of_aws() {
    const NO_DATE: &str = "Date must be in ISO-8601 'basic format'. Got '";
    const REGION: &str = "Credential should be scoped to a valid region. ";
    const SERVICE: &str = "Credential should be scoped to correct service: 'execute-api'. ";
    const TERMINATOR: &str = "Credential should be scoped with a valid terminator: 'aws4_request'. ";
    const DATE: &str =
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP. ";
    use DenialKind::{IncompleteSignature, InvalidSignature, MissingAuthenticationToken, UnrecognizedClient};
    for (date, algorithm, credential, signed_headers, kind, message) in [
        ("yesterday", SYMMETRIC, CREDENTIAL, "host", IncompleteSignature, format!("{NO_DATE}yesterday'. See http://en.wikipedia.org/wiki/ISO_8601")),
        ("Mon, 30 Nov 2026 12:00:00 GMT", SYMMETRIC, CREDENTIAL, "host", IncompleteSignature, format!("{NO_DATE}Mon, 30 Nov 2026 12:00:00 GMT'. See http://en.wikipedia.org/wiki/ISO_8601")),
        ("20261130T115459Z", SYMMETRIC, CREDENTIAL, "host", InvalidSignature, "Signature expired: 20261130T115459Z is now earlier than 20261130T115500Z (20261130T120000Z - 5 min.)".into()),
        ("20261130T120501Z", SYMMETRIC, CREDENTIAL, "host", InvalidSignature, "Signature not yet current: 20261130T120501Z is still later than 20261130T120500Z (20261130T120000Z + 5 min.)".into()),
        (NOW, SYMMETRIC, CREDENTIAL, "x-amz-date", InvalidSignature, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".into()),
        (NOW, SYMMETRIC, CREDENTIAL, "", InvalidSignature, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".into()),
        (NOW, "AWS4-HMAC-SHA512", CREDENTIAL, "host", IncompleteSignature, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'. ".into()),
        (NOW, "Xeni-API", CREDENTIAL, "host", MissingAuthenticationToken, String::new()),
        (NOW, SYMMETRIC, "AKIA/20261130/us-east-1/execute-api", "host", IncompleteSignature, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIA/20261130/us-east-1/execute-api'".into()),
        (NOW, SYMMETRIC, "AKIA//s3/a/b", "host", InvalidSignature, format!("{SERVICE}{TERMINATOR}{DATE}")),
        (NOW, SYMMETRIC, "AKIA/20261129//execute-api/aws4_request", "host", InvalidSignature, format!("{REGION}{DATE}")),
        (NOW, SYMMETRIC, "/20261130/us-east-1/execute-api/aws4_request", "host", UnrecognizedClient, INVALID_TOKEN.into()),
        (NOW, SYMMETRIC, "no-key/20261130/us-east-1/execute-api/aws4_request", "host", UnrecognizedClient, INVALID_TOKEN.into()),
        (NOW, SYMMETRIC, "ASIAIOSFODNN7EXAMPLE/20261130/us-east-1/execute-api/aws4_request", "host", UnrecognizedClient, INVALID_TOKEN.into()),
    ] {
        let request = Request::get("/")
            .header("x-amz-date", date)
            .header("authorization", authorization(algorithm, credential, signed_headers));
        let message = (!message.is_empty()).then_some(message);
        assert_eq!(refusal(request), (kind, message), "{date} {algorithm} {credential} {signed_headers}");
    }
}

#[test]
fn session_token_belongs_to_temporary_keys() {
    for (key, token, taken) in [
        ("ASIAIOSFODNN7EXAMPLE", Some("token"), true),
        ("ASIAIOSFODNN7EXAMPLE", Some(""), false),
        ("ASIAIOSFODNN7EXAMPLE", None, false),
        ("AKIAIOSFODNN7EXAMPLE", Some("token"), false),
        ("AKIAIOSFODNN7EXAMPLE", None, true),
        ("test", None, true),
        ("test", Some("test"), true),
    ] {
        let credential = CREDENTIAL.replace("AKIAIOSFODNN7EXAMPLE", key);
        let mut request = Request::get("/")
            .header("x-amz-date", NOW)
            .header("authorization", authorization(SYMMETRIC, &credential, "host"));
        if let Some(token) = token {
            request = request.header("x-amz-security-token", token);
        }
        let judged = judge(request, b"", IamFrontDoor::RestApi);
        assert_eq!(judged.is_ok(), taken, "{key} {token:?}");
        if let Err(denial) = judged {
            assert_eq!(denial.message.as_deref(), Some(INVALID_TOKEN));
        }
    }
}

#[test]
fn missing_parameters_of_a_presigned_url_are_named() {
    use DenialKind::{IncompleteSignature, InvalidSignature, MissingAuthenticationToken};
    let must = |name: &str| {
        Some(format!(
            "AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
        ))
    };
    for (left_out, refused) in [
        ("X-Amz-Algorithm", (MissingAuthenticationToken, None)),
        ("X-Amz-Credential", (IncompleteSignature, must("X-Amz-Credential"))),
        ("X-Amz-Signature", (IncompleteSignature, must("X-Amz-Signature"))),
        ("X-Amz-SignedHeaders", (IncompleteSignature, must("X-Amz-SignedHeaders"))),
        ("X-Amz-Date", (IncompleteSignature, must("X-Amz-Date"))),
    ] {
        assert_eq!(refusal(presigned(&format!("{left_out}="), CREDENTIAL, NOW)), refused, "{left_out}");
    }
    let two = presigned("?", CREDENTIAL, NOW).header("authorization", "Bearer x");
    assert_eq!(refusal(two), (InvalidSignature, Some(MISMATCH.to_owned())));
    assert_eq!(refusal(Request::get("/?X-Amz-Algorithm=MD5")), (MissingAuthenticationToken, None));
}

/// An API does not read `X-Amz-Expires`, which is one day here.
#[test]
fn presigned_url_holds_for_five_minutes() {
    let credential = CREDENTIAL;
    let (kind, message) = refusal(presigned("?", credential, "20261130T115459Z"));
    assert_eq!(kind, DenialKind::InvalidSignature);
    assert!(message.unwrap().starts_with("Signature expired: 20261130T115459Z"));
}

#[test]
fn two_authorization_headers_are_refused() {
    let valid = authorization(SYMMETRIC, CREDENTIAL, "host");
    for headers in [[valid.as_str(), valid.as_str()], [&valid, "Bearer x"], ["Bearer x", &valid], ["", ""]] {
        let request = headers.iter().fold(Request::get("/").header("x-amz-date", NOW), |request, header| {
            request.header("authorization", *header)
        });
        assert_eq!(refusal(request).0, DenialKind::IncompleteSignature, "{headers:?}");
    }
}

#[test]
fn unsigned_request_lacks_its_token() {
    let denial = judge(Request::get("/"), b"", IamFrontDoor::FunctionUrl).unwrap_err();
    assert_eq!((denial.kind, denial.message), (DenialKind::MissingAuthenticationToken, None));
    assert!(denial.reason.contains("`awscurl --service lambda`"), "{}", denial.reason);
}

#[test]
fn version_4a_is_for_rest_apis() {
    let request = |credential: &str| {
        Request::get("/")
            .header("x-amz-date", NOW)
            .header("x-amz-region-set", "*")
            .header("authorization", authorization(ASYMMETRIC, credential, "host;x-amz-region-set"))
    };
    for (front_door, service, taken) in [
        (IamFrontDoor::RestApi, "execute-api", true),
        (IamFrontDoor::HttpApi, "execute-api", false),
        (IamFrontDoor::FunctionUrl, "lambda", false),
    ] {
        let credential = format!("AKIAIOSFODNN7EXAMPLE/20261130/{service}/aws4_request");
        assert_eq!(judge(request(&credential), b"", front_door).is_ok(), taken, "{front_door:?}");
    }
}

#[test]
fn hash_of_the_payload_fits_the_body() {
    for (hash, body, taken) in [
        (EMPTY_HASH, "", true),
        (EMPTY_HASH, "{}", false),
        ("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "{}", true),
        ("44136FA355B3678A1146AD16F7E8649E94FB4FC21FE77E8310C060F61CAAFF8A", "{}", false),
        ("UNSIGNED-PAYLOAD", "{}", false),
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "", false),
        ("", "", false),
    ] {
        let judged =
            judge(signed().header("x-amz-content-sha256", hash), body.as_bytes(), IamFrontDoor::RestApi);
        assert_eq!(judged.is_ok(), taken, "{hash} {body}");
    }
}

#[test]
fn signature_that_fits_nothing_is_a_mismatch() {
    for signature in ["", "0", "xyz", &EMPTY_HASH.to_uppercase(), &format!("{EMPTY_HASH}0")] {
        let header =
            format!("{SYMMETRIC} Credential={CREDENTIAL}, SignedHeaders=host, Signature=x{signature}");
        let request = Request::get("/").header("x-amz-date", NOW).header("authorization", header);
        assert_eq!(
            refusal(request),
            (DenialKind::InvalidSignature, Some(MISMATCH.to_owned())),
            "{signature}"
        );
    }
}

#[tokio::test]
async fn client_of_an_http_api_learns_nothing() {
    let (head, ()) = Request::get("/").header("authorization", "Bearer x").body(()).unwrap().into_parts();
    let verifier = IamVerifier::lenient();
    for (front_door, has_words) in
        [(IamFrontDoor::HttpApi, false), (IamFrontDoor::RestApi, true), (IamFrontDoor::FunctionUrl, true)]
    {
        let denial = verifier.verify(&head, b"", front_door, ACCOUNT).await.unwrap_err();
        assert_eq!(denial.message.is_some(), has_words, "{front_door:?}");
        assert_eq!(denial.kind, DenialKind::IncompleteSignature);
    }
}

proptest! {
    #[test]
    fn every_header_is_judged(
        header in prop::collection::vec(prop_oneof![32..127_u8, 128..=255_u8], 0..60),
        parameters in "(Credential=|SignedHeaders=|Signature=|[/,; a-zA-Z0-9=%]){0,40}",
        date in "[0-9TZ:-]{0,20}",
        query in "(X-Amz-(Algorithm|Credential|Date|SignedHeaders|Signature)=|AWS4-HMAC-SHA256|[!-~]){0,30}",
        body in prop::collection::vec(any::<u8>(), 0..16),
    ) {
        let written = format!("{SYMMETRIC} {parameters}");
        for header in [header.as_slice(), written.as_bytes()] {
            let Ok(uri) = format!("/?{query}").parse::<http::Uri>() else { continue };
            let request = Request::get(uri.clone()).header("x-amz-date", &date);
            let _ = judge(request, &body, IamFrontDoor::RestApi);
            let request = Request::get("/").header("x-amz-date", &date).header("authorization", header);
            let _ = judge(request, &body, IamFrontDoor::FunctionUrl);
        }
    }
}
