//! The signature that a request presents: in its header `Authorization`, or in its query.

use std::collections::HashMap;

use http::HeaderMap;
use http::header::{AUTHORIZATION, DATE};
use http::request::Parts;

use super::complaint;
use crate::authorizer::{Denial, DenialKind};

pub(super) const SYMMETRIC: &str = "AWS4-HMAC-SHA256";

/// Signature Version 4A, which has no region.
pub(super) const ASYMMETRIC: &str = "AWS4-ECDSA-P256-SHA256";

const ALGORITHMS: [&str; 2] = [SYMMETRIC, ASYMMETRIC];

/// The parameters that each presigned URL has, besides `X-Amz-Algorithm`.
const NAMES: [&str; 4] = ["X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];

/// A signature and its parameters.
pub(super) struct PresentedSignature {
    pub(super) place: SignaturePlace,
    /// `AWS4-HMAC-SHA256`.
    pub(super) algorithm: String,
    /// `<key id>/<date>/<region>/<service>/aws4_request`.
    pub(super) credential: String,
    /// In lower case, sorted.
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: String,
    /// The time of the signature, as the client wrote it.
    pub(super) date: String,
    /// The session token of temporary credentials.
    pub(super) security_token: Option<String>,
}

/// The place of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignaturePlace {
    /// `Authorization`.
    Header,
    /// `X-Amz-Signature`: a presigned URL.
    Query,
}

impl PresentedSignature {
    /// Finds the signature of a request.
    ///
    /// Undocumented (IAM-2): a request with a signature in both places. Here it is refused, like a signature that does
    /// not match. Undocumented (IAM-3): several headers `Authorization`. Here they become one list, which is not a
    /// signature.
    ///
    /// # Errors
    /// If the request has no signature, or an incomplete one.
    pub(super) fn find(head: &Parts, service: &str) -> Result<Self, Denial> {
        let query = Query::new(head.uri.query().unwrap_or_default());
        match (authorization(&head.headers), query.get("X-Amz-Algorithm")) {
            (None, None) => Err(complaint::unsigned(service)),
            (Some(_), Some(_)) => Err(complaint::mismatch(
                "the request has a signature in `Authorization` and one in its query: send one of them",
            )),
            (Some(header), None) => Self::from_header(&header, &head.headers, service),
            (None, Some(algorithm)) => Self::from_query(algorithm, &query, service),
        }
    }

    fn from_header(header: &[u8], headers: &HeaderMap, service: &str) -> Result<Self, Denial> {
        let text = latin_1(header);
        let (algorithm, parameters) = parameters(&text, header)?;
        let date = first(headers, "x-amz-date").or_else(|| first(headers, DATE.as_str()));
        let [credential, signature] = ["Credential", "Signature"].map(|name| {
            let value = parameters.get(name).copied();
            value.filter(|value| !value.is_empty())
        });
        let signed_headers = parameters.get("SignedHeaders");
        let (Some(credential), Some(signature), Some(signed_headers), Some(date)) =
            (credential, signature, signed_headers, date.clone())
        else {
            let sentences = [
                credential.is_none().then_some("Authorization header requires 'Credential' parameter."),
                signature.is_none().then_some("Authorization header requires 'Signature' parameter."),
                signed_headers
                    .is_none()
                    .then_some("Authorization header requires 'SignedHeaders' parameter."),
                date.is_none().then_some(
                    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
                ),
            ];
            let sentences: Vec<_> = sentences.into_iter().flatten().collect();
            return Err(complaint::lacks_parameters(&sentences, header));
        };
        // Undocumented (IAM-4): another scheme with all parameters of AWS. One report, of a header
        // `Xeni-API Credential=…`, has `Missing Authentication Token`.
        if !algorithm.starts_with("AWS4-") {
            return Err(complaint::unsigned(service));
        }
        Ok(Self {
            place: SignaturePlace::Header,
            algorithm: algorithm.to_owned(),
            credential: credential.to_owned(),
            signed_headers: names(signed_headers),
            signature: signature.to_owned(),
            date,
            security_token: first(headers, "x-amz-security-token"),
        })
    }

    /// Reads a presigned URL. An unknown algorithm counts as a missing signature. `X-Amz-Expires` is ignored, since an API
    /// always allows five minutes.
    /// <https://stackoverflow.com/a/66961500>
    fn from_query(algorithm: &str, query: &Query, service: &str) -> Result<Self, Denial> {
        if !ALGORITHMS.contains(&algorithm) {
            return Err(complaint::unsigned(service));
        }
        let [Some(credential), Some(signature), Some(signed_headers), Some(date)] =
            NAMES.map(|name| query.get(name))
        else {
            let missing = NAMES.iter().filter(|name| query.get(name).is_none());
            let sentences: Vec<_> =
                missing.map(|name| format!("AWS query-string parameters must include '{name}'.")).collect();
            let message = format!("{} Re-examine the query-string parameters.", sentences.join(" "));
            return Err(complaint::incomplete(message));
        };
        Ok(Self {
            place: SignaturePlace::Query,
            algorithm: algorithm.to_owned(),
            credential: credential.to_owned(),
            signed_headers: names(signed_headers),
            signature: signature.to_owned(),
            date: date.to_owned(),
            security_token: query.get("X-Amz-Security-Token").map(str::to_owned),
        })
    }
}

/// Returns the denial of an incomplete signature in `Authorization`; `None` if the header is missing or complete.
pub(crate) fn incomplete_signature(head: &Parts) -> Option<Denial> {
    let header = authorization(&head.headers)?;
    let presented = PresentedSignature::from_header(&header, &head.headers, "execute-api");
    presented.err().filter(|denial| denial.kind == DenialKind::IncompleteSignature)
}

/// Joins the values of `Authorization`; `None` without the header.
fn authorization(headers: &HeaderMap) -> Option<Vec<u8>> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let mut all = values.next()?.as_bytes().to_vec();
    for value in values {
        all.push(b',');
        all.extend(value.as_bytes());
    }
    Some(all)
}

/// Reads the algorithm and the pairs after it. AWS accepts commas and white space between pairs. If a name is repeated,
/// the last pair counts.
fn parameters<'a>(text: &'a str, header: &[u8]) -> Result<(&'a str, HashMap<&'a str, &'a str>), Denial> {
    let mut words = text.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let Some(algorithm) = words.next() else {
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>
        return Err(complaint::incomplete("Authorization header cannot be empty."));
    };
    if algorithm.contains('=') {
        // Undocumented (IAM-5): whether the message continues where the reports end.
        return Err(complaint::incomplete(
            "Authorization header must begin with the algorithm name, which cannot include an equal-sign.",
        ));
    }
    let pairs = words.map(|word| word.split_once('=').ok_or_else(|| complaint::no_pair(header)));
    Ok((algorithm, pairs.collect::<Result<_, _>>()?))
}

fn names(list: &str) -> Vec<String> {
    let mut names: Vec<_> = list.split(';').map(str::to_ascii_lowercase).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn first(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| latin_1(value.as_bytes()).trim().to_owned())
}

/// Reads bytes as Latin-1, so that no byte is lost.
fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The decoded parameters of a query. If a name is repeated, the first parameter counts.
struct Query(HashMap<String, String>);

impl Query {
    fn new(query: &str) -> Self {
        let mut parameters = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name.starts_with("X-Amz-") {
                parameters.entry(name.into_owned()).or_insert_with(|| value.into_owned());
            }
        }
        Self(parameters)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}
