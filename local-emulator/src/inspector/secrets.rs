//! Removes the secrets of a request from a curl command and from a saved event.

use serde_json::Value;

use crate::ows::trimmed;

/// Replaces a secret.
pub(super) const REDACTED: &str = "REDACTED";

/// Returns the value of a header without its secret, or `None` if the header has no secret. The scheme of `Authorization` and
/// the names of cookies stay.
pub(super) fn header(name: &str, value: &str) -> Option<String> {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if is("authorization") || is("proxy-authorization") {
        let scheme = value.split_once(' ').map(|(scheme, _)| scheme).filter(|scheme| is_scheme(scheme));
        return Some(scheme.map_or_else(|| REDACTED.to_owned(), |scheme| format!("{scheme} {REDACTED}")));
    }
    if is("cookie") {
        return Some(value.split(';').map(|pair| cookie(trimmed(pair))).collect::<Vec<_>>().join("; "));
    }
    if is("set-cookie") {
        return Some(
            value
                .split_once(';')
                .map_or_else(|| cookie(value), |(pair, attributes)| format!("{};{attributes}", cookie(pair))),
        );
    }
    (name.to_ascii_lowercase().starts_with("x-amzn-oidc-") || names_a_secret(name))
        .then(|| REDACTED.to_owned())
}

/// Whether a word of a header's name says that its value is a secret, as in `X-Partner-Key` and `x-emulator-claims`. Authorizers
/// may read any header.
fn names_a_secret(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "apikey",
        "auth",
        "authentication",
        "authorization",
        "claims",
        "credential",
        "credentials",
        "jwt",
        "key",
        "password",
        "secret",
        "session",
        "signature",
        "token",
    ];
    name.split(['-', '_']).any(|word| WORDS.iter().any(|secret| secret.eq_ignore_ascii_case(word)))
}

/// Whether a word is a known scheme. Any other first word may be a part of the secret.
fn is_scheme(word: &str) -> bool {
    const SCHEMES: [&str; 6] = ["AWS4-HMAC-SHA256", "Basic", "Bearer", "Digest", "DPoP", "Negotiate"];
    SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(word))
}

fn cookie(pair: &str) -> String {
    pair.split_once('=').map_or_else(|| REDACTED.to_owned(), |(name, _)| format!("{name}={REDACTED}"))
}

/// Replaces the secrets in an event of any front door: in headers, in cookies, in the claims of an authorizer, and in the key of
/// a REST API. Secrets in the body and in the query stay.
pub(super) fn redact(event: &mut Value) {
    for member in ["headers", "multiValueHeaders"] {
        if let Some(Value::Object(headers)) = event.get_mut(member) {
            headers.iter_mut().for_each(|(name, value)| redact_header(name, value));
        }
    }
    if let Some(Value::Array(cookies)) = event.get_mut("cookies") {
        for cookie in cookies {
            redact_header("cookie", cookie);
        }
    }
    if let Some(authorizer) = event.pointer_mut("/requestContext/authorizer") {
        redact_all(authorizer);
    }
    for secret in [
        "/requestContext/identity/apiKey",
        "/requestContext/identity/apiKeyId",
        "/authorizationToken",
        "/identitySource",
    ] {
        if let Some(secret) = event.pointer_mut(secret) {
            redact_all(secret);
        }
    }
}

fn redact_header(name: &str, value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(redacted) = header(name, text) {
                *text = redacted;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| redact_header(name, value)),
        _ => {}
    }
}

/// Replaces every string and every number. Names and structure stay.
fn redact_all(value: &mut Value) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Array(values) => values.iter_mut().for_each(redact_all),
        Value::Object(members) => members.values_mut().for_each(redact_all),
        other => *other = REDACTED.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{header, redact};

    #[test]
    fn header_loses_only_its_secret() {
        for (name, value, expected) in [
            ("Authorization", "Bearer abc.def", Some("Bearer REDACTED")),
            ("authorization", "abc", Some("REDACTED")),
            ("authorization", "secret of two words", Some("REDACTED")),
            ("cookie", "a=1; b=2=3", Some("a=REDACTED; b=REDACTED")),
            ("cookie", "\u{2000}__Host-a=1;\tb=2", Some("\u{2000}__Host-a=REDACTED; b=REDACTED")),
            ("set-cookie", "a=1; Path=/; HttpOnly", Some("a=REDACTED; Path=/; HttpOnly")),
            ("X-Api-Key", "k", Some("REDACTED")),
            ("X-Partner-Key", "k", Some("REDACTED")),
            ("x-emulator-claims", "{}", Some("REDACTED")),
            ("x-amzn-oidc-data", "a.b.c", Some("REDACTED")),
            ("x-author", "Ann", None),
            ("content-type", "application/json", None),
        ] {
            assert_eq!(header(name, value).as_deref(), expected, "{name}: {value}");
        }
    }

    #[test]
    fn event_of_any_front_door_loses_its_secrets() {
        let mut event = json!({
            "headers": { "authorization": "Bearer abc", "host": "localhost", "Cookie": "a=1" },
            "multiValueHeaders": { "X-Api-Key": ["k", "l"], "accept": ["*/*"] },
            "cookies": ["a=1", "b=2"],
            "requestContext": {
                "authorizer": { "jwt": { "claims": { "sub": "me", "admin": true }, "scopes": ["read"] } },
                "identity": { "apiKey": "k", "sourceIp": "127.0.0.1" },
            },
            "body": "Bearer abc",
        });
        redact(&mut event);
        let expected = json!({
            "headers": { "authorization": "Bearer REDACTED", "host": "localhost", "Cookie": "a=REDACTED" },
            "multiValueHeaders": { "X-Api-Key": ["REDACTED", "REDACTED"], "accept": ["*/*"] },
            "cookies": ["a=REDACTED", "b=REDACTED"],
            "requestContext": {
                "authorizer": { "jwt": { "claims": { "sub": "REDACTED", "admin": true }, "scopes": ["REDACTED"] } },
                "identity": { "apiKey": "REDACTED", "sourceIp": "127.0.0.1" },
            },
            "body": "Bearer abc",
        });
        assert_eq!(event, expected);
    }

    #[test]
    fn event_of_an_authorizer_loses_the_callers_identity() {
        for (event, expected) in [
            (json!({ "authorizationToken": "abc" }), json!({ "authorizationToken": "REDACTED" })),
            (json!({ "identitySource": "abc,7" }), json!({ "identitySource": "REDACTED" })),
            (
                json!({ "identitySource": ["abc", "7"] }),
                json!({ "identitySource": ["REDACTED", "REDACTED"] }),
            ),
            (json!({ "identitySource": null }), json!({ "identitySource": null })),
        ] {
            let mut redacted = event.clone();
            redact(&mut redacted);
            assert_eq!(redacted, expected, "{event}");
        }
    }
}
