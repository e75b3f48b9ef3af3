//! A recorded request as a command.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST};

use super::Inspector;
use super::draft::Sendable;
use super::problem::Problem;
use super::secrets;
use crate::record::Record;

impl Inspector {
    /// Returns a line for a shell that sends the request with curl.
    pub(super) fn curl(&self, record: &Record, with_secrets: bool) -> Result<String, Problem> {
        let sendable = Sendable::from_record(record, true)?;
        let address = self.door(Some(&sendable.door))?.address;
        let host = sendable.headers.get(HOST).and_then(|host| host.to_str().ok());
        let own_host = host.filter(|host| is_of_loopback(host, address.port()));
        let authority = own_host.map_or_else(|| address.to_string(), str::to_owned);
        let url = format!("http://{authority}{}", sendable.target);
        let mut words = vec!["curl".to_owned(), quoted(&url).into_owned()];
        let has_body = !sendable.body.is_empty();
        if sendable.method != if has_body { Method::POST } else { Method::GET } {
            words.push(format!("-X {}", quoted(sendable.method.as_str())));
        }
        for (name, value) in &sendable.headers {
            // curl sends these by itself.
            let is_curls =
                [CONTENT_LENGTH, CONNECTION].contains(name) || (name == HOST && own_host.is_some());
            if !is_curls {
                let value = String::from_utf8_lossy(value.as_bytes());
                let redacted = secrets::header(name.as_str(), &value).filter(|_| !with_secrets);
                words.push(header(name.as_str(), &redacted.map_or(value, Cow::Owned)));
            }
        }
        match std::str::from_utf8(&sendable.body) {
            Ok("") => {}
            Ok(text) => words.push(format!("--data-raw {}", quoted(text))),
            Err(_) => words.push("--data-binary @-".to_owned()),
        }
        let command = words.join(" ");
        Ok(match std::str::from_utf8(&sendable.body) {
            Ok(_) => command,
            Err(_) => format!("printf %s {} | base64 -d | {command}", STANDARD.encode(&sendable.body)),
        })
    }
}

/// Whether curl finds a host by itself: it takes every name below `localhost` for this machine.
fn is_of_loopback(host: &str, port: u16) -> bool {
    let Some(name) = host.strip_suffix(&format!(":{port}")) else { return false };
    name == "127.0.0.1" || name == "[::1]" || name == "localhost" || name.ends_with(".localhost")
}

/// curl takes a header without a value as one to leave out, unless a semicolon ends it.
fn header(name: &str, value: &str) -> String {
    let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
    format!("-H {}", quoted(&header))
}

/// A word of a POSIX shell.
fn quoted(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,+%@".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.into();
    }
    format!("'{}'", text.replace('\'', r"'\''")).into()
}

#[cfg(test)]
mod tests {
    use super::{header, quoted};

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_more_into_it() {
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
