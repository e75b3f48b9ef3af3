//! The headers of an unfinished response that an error sends.
//!
//! Next.js sends all of them with its 500, even the length of the body that is not sent.

use std::mem;

use http::header::{EXPIRES, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderName, StatusCode};

use super::ApiError;
use crate::header_list::{append, lists};

impl ApiError {
    /// Adds the headers of the response that this error replaces.
    pub(crate) fn keeping(mut self, lost: &HeaderMap) -> Self {
        let status = self.0.status;
        self.put_over(lost, &|name| is_kept(name, lost, status));
        self
    }

    /// Adds the other headers, except those that this error sets itself.
    pub(super) fn put_over(&mut self, others: &HeaderMap, is_wanted: &dyn Fn(&HeaderName) -> bool) {
        let own = mem::take(&mut self.0.headers);
        for (name, value) in others {
            let is_a_list = *name == SET_COOKIE || *name == VARY;
            if is_wanted(name) && (is_a_list || !own.contains_key(name)) {
                self.0.headers.append(name.clone(), value.clone());
            }
        }
        for (name, value) in &own {
            append(&mut self.0.headers, name.clone(), value.clone());
        }
    }
}

fn is_kept(name: &HeaderName, lost: &HeaderMap, status: StatusCode) -> bool {
    match name.as_str() {
        // With a status below 500 the handler has decided, as with a 401 that ends a session.
        "set-cookie" => !status.is_server_error(),
        "expires" => lost.get_all(&EXPIRES).iter().all(|expires| is_in_the_past(expires.as_bytes())),
        // This includes `cdn-cache-control` and the prefixes of CDNs (RFC 9213).
        control if control.ends_with("cache-control") || control == "surrogate-control" => {
            lists(lost, name, "no-store") || lists(lost, name, "no-cache")
        }
        other => !describes_the_body(other),
    }
}

/// Returns whether a header describes a body or a location that the error does not send: type and length, digests (RFC
/// 9530), validators and ranges (RFC 9110 §8 and §14), and `Location`, which in a 201 means that something was created.
fn describes_the_body(name: &str) -> bool {
    name.starts_with("content-") && !name.starts_with("content-security-policy")
        || name.ends_with("digest")
        || "accept-ranges etag last-modified location trailer transfer-encoding"
            .split(' ')
            .any(|other| other == name)
}

/// Returns whether `Expires` is not a date, such as `0`, which means the past (RFC 9111 §5.3).
fn is_in_the_past(expires: &[u8]) -> bool {
    !expires.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests;
