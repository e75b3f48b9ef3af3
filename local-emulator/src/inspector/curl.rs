//! The curl command for a recorded request.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING, USER_AGENT};

use super::Inspector;
use super::draft::Sendable;
use super::error::InspectorError;
use super::secrets;
use crate::invoke_api::is_invoke_api_path;
use crate::record::Record;

impl Inspector {
    /// Returns a shell command that sends the same request with curl.
    pub(super) fn curl(&self, record: &Record, with_secrets: bool) -> Result<String, InspectorError> {
        let sendable = Sendable::from_record(record, true)?;
        let address = self.door(Some(&sendable.door))?.address;
        let impossible = |what| InspectorError::NoCommandLine { id: record.id(), what };
        let host = sendable.headers.get(HOST).and_then(|host| host.to_str().ok());
        let own_host = host.filter(|host| is_of_loopback(host, address.port()));
        let authority = own_host.map_or_else(|| address.to_string(), str::to_owned);
        let mut words = vec!["curl".to_owned()];
        words.extend(target(&sendable.target, &authority).ok_or_else(|| impossible("target"))?);
        words.extend(method(&sendable));
        for (name, value) in &sendable.headers {
            let is_curls = [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION].contains(name);
            if !is_curls && (name != HOST || own_host.is_none()) {
                let value = std::str::from_utf8(value.as_bytes()).map_err(|_| impossible("headers"))?;
                let redacted = secrets::header(name.as_str(), value).filter(|_| !with_secrets);
                words.push(header(name.as_str(), redacted.as_deref().unwrap_or(value)));
            }
        }
        // curl would add its own values for these headers.
        let added = [ACCEPT, USER_AGENT].into_iter().chain(has_body(&sendable).then_some(CONTENT_TYPE));
        let missing = added.filter(|name| !sendable.headers.contains_key(name));
        words.extend(missing.map(|name| format!("-H {name}:")));
        let body = if with_secrets { sendable.body.clone() } else { shown_body(&sendable, record)? };
        Ok(with_body(words, &body, has_body(&sendable)))
    }
}

/// Whether curl has to send a body, which may be empty.
fn has_body(sendable: &Sendable) -> bool {
    !sendable.body.is_empty()
        || (sendable.method == Method::POST && sendable.headers.contains_key(CONTENT_LENGTH))
}

/// Returns the URL, with the options that keep curl from changing it.
fn target(target: &str, authority: &str) -> Option<Vec<String>> {
    if target == "*" {
        return Some(vec![format!("http://{authority}"), "--request-target '*'".to_owned()]);
    }
    let path = target.split('?').next().filter(|path| path.starts_with('/'))?;
    let mut words = vec![quoted(&format!("http://{authority}{target}")).into_owned()];
    let globs = target.contains(['[', ']', '{', '}']).then_some("--globoff");
    let dots = path.split('/').any(|segment| segment == "." || segment == "..").then_some("--path-as-is");
    words.extend(globs.into_iter().chain(dots).map(str::to_owned));
    Some(words)
}

/// Returns the option for the method. HEAD needs `--head`: with `-X HEAD`, curl would wait for a body.
fn method(sendable: &Sendable) -> Option<String> {
    let usual = if has_body(sendable) { Method::POST } else { Method::GET };
    match &sendable.method {
        method if *method == usual => None,
        &Method::HEAD if !has_body(sendable) => Some("--head".to_owned()),
        method => Some(format!("-X {}", quoted(method.as_str()))),
    }
}

/// Returns the body. Secrets are removed from the body of a call of the Invoke API, which is an event.
fn shown_body(sendable: &Sendable, record: &Record) -> Result<Bytes, InspectorError> {
    if sendable.body.is_empty() || !is_invoke_api_path(&sendable.target) {
        return Ok(sendable.body.clone());
    }
    let mut event =
        serde_json::from_slice(&sendable.body).map_err(|_| InspectorError::NotSearchable(record.id()))?;
    secrets::redact(&mut event);
    Ok(event.to_string().into())
}

/// Adds the body. Bytes that an argument cannot hold are piped in as base64.
fn with_body(mut words: Vec<String>, body: &[u8], has_body: bool) -> String {
    match std::str::from_utf8(body) {
        Ok(text) if !text.contains('\0') => {
            words.extend(has_body.then(|| format!("--data-raw {}", quoted(text))));
            words.join(" ")
        }
        _ => {
            words.push("--data-binary @-".to_owned());
            format!("printf %s {} | base64 -d | {}", STANDARD.encode(body), words.join(" "))
        }
    }
}

/// Whether curl resolves a host to this machine. It does so for `localhost` and every name below it.
fn is_of_loopback(host: &str, port: u16) -> bool {
    let Some(name) = host.strip_suffix(&format!(":{port}")) else { return false };
    name == "127.0.0.1" || name == "[::1]" || name == "localhost" || name.ends_with(".localhost")
}

/// Returns the option for a header. A header without a value needs a semicolon, since curl would leave it out otherwise.
fn header(name: &str, value: &str) -> String {
    let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
    format!("-H {}", quoted(&header))
}

/// Quotes a word for a POSIX shell.
fn quoted(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,+%@".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.into();
    }
    format!("'{}'", text.replace('\'', r"'\''")).into()
}

#[cfg(test)]
mod tests {
    use super::{header, quoted, target, with_body};

    #[test]
    fn curl_sends_a_target_unchanged() {
        for (given, words) in [
            ("/api/user?a=b", Some("'http://h/api/user?a=b'")),
            ("/a?x=[1-3]&y={a,b}", Some("'http://h/a?x=[1-3]&y={a,b}' --globoff")),
            ("/api/../b", Some("http://h/api/../b --path-as-is")),
            ("*", Some("http://h --request-target '*'")),
            ("host:443", None),
        ] {
            assert_eq!(target(given, "h").map(|words| words.join(" ")).as_deref(), words, "{given}");
        }
    }

    #[test]
    fn curl_sends_a_body_byte_for_byte() {
        let curl = || vec!["curl".to_owned()];
        assert_eq!(with_body(curl(), b"it's", true), r"curl --data-raw 'it'\''s'");
        assert_eq!(with_body(curl(), b"", true), "curl --data-raw ''");
        assert_eq!(with_body(curl(), b"", false), "curl");
        for bytes in [&b"a\0b"[..], b"\xff"] {
            let command = with_body(curl(), bytes, true);
            assert!(command.ends_with("| base64 -d | curl --data-binary @-"), "{command}");
        }
    }

    #[test]
    fn words_with_shell_characters_are_quoted() {
        for (text, expected) in [
            ("http://127.0.0.1:3000/api/user", "http://127.0.0.1:3000/api/user"),
            ("/a?b=$(id)&c", "'/a?b=$(id)&c'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(text), expected);
        }
        assert_eq!(header("x-empty", ""), "-H 'x-empty;'");
    }
}
