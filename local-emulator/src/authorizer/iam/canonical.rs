//! The text that a signature is made of.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::date::SigningTime;
use super::presented::{PresentedSignature, SignaturePlace};
use super::scope::Credential;
use crate::authorizer::digest::{hex, hmac, sha256_hex};

/// All bytes but letters, digits and `-._~`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Returns the request in the form that AWS signs: method, path, query, headers, names of headers, hash of the body.
pub(super) fn request(head: &Parts, body: &[u8], presented: &PresentedSignature) -> String {
    [
        head.method.as_str(),
        &path(head.uri.path()),
        &query(head.uri.query().unwrap_or_default(), presented.place),
        &headers(head, &presented.signed_headers),
        &presented.signed_headers.join(";"),
        &sha256_hex(body),
    ]
    .join("\n")
}

/// Returns the text whose HMAC is the signature.
pub(super) fn string_to_sign(request: &str, algorithm: &str, time: SigningTime, scope: &str) -> String {
    format!("{algorithm}\n{time}\n{scope}\n{}", sha256_hex(request.as_bytes()))
}

/// Signs a text with the key that is derived from a secret for one day, region and service.
pub(super) fn signature(secret: &str, credential: &Credential<'_>, string_to_sign: &str) -> String {
    let mut key = hmac(format!("AWS4{secret}").as_bytes(), credential.date.as_bytes());
    for part in [credential.region, credential.service, credential.terminator] {
        key = hmac(&key, part.as_bytes());
    }
    hex(&hmac(&key, string_to_sign.as_bytes()))
}

/// Returns the path without `.`, `..` and empty segments, encoded once more than it was sent. S3 is the only service
/// that does not do this.
pub(super) fn path(sent: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in sent.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let encoded = segments.iter().map(|segment| format!("/{}", utf8_percent_encode(segment, ENCODED)));
    let path: String = encoded.collect();
    if path.is_empty() || sent.ends_with('/') { path + "/" } else { path }
}

/// Returns the parameters, encoded and sorted by name, then by value.
fn query(sent: &str, place: SignaturePlace) -> String {
    let parameters = sent.split('&').filter(|parameter| !parameter.is_empty());
    let parameters = parameters.map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")));
    let mut parameters: Vec<_> =
        parameters.map(|(name, value)| (normalized(name), normalized(value))).collect();
    parameters.retain(|(name, _)| place == SignaturePlace::Header || name != "X-Amz-Signature");
    parameters.sort_unstable();
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parameters.join("&")
}

/// Encodes exactly the bytes of a query's text that must be encoded. A `+` is a space.
fn normalized(text: &str) -> String {
    let text = text.replace('+', " ");
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(&text).collect();
    percent_encoding::percent_encode(&bytes, ENCODED).to_string()
}

/// Returns a line for each signed header of the request: its values in one list, with white space reduced to one space.
///
/// Bytes that are not UTF-8 are lost, so that such a header matches no signature.
fn headers(head: &Parts, signed: &[String]) -> String {
    let line = |name: &String| {
        let values: Vec<_> =
            head.headers.get_all(name).iter().map(|value| collapsed(value.as_bytes())).collect();
        if values.is_empty() { String::new() } else { format!("{name}:{}\n", values.join(",")) }
    };
    signed.iter().map(line).collect()
}

fn collapsed(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}
