//! The headers of a response that an error takes the place of.
//!
//! Next sends all of them with its 500, even the length of the body that does not come.

use http::header::{EXPIRES, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderName, StatusCode};

use super::ApiError;
use crate::header_list::lists;
use crate::response::append;

/// Headers that describe a body, or a place, that the error does not send. Beside the length and the type, these are
/// validators and ranges (RFC 9110 §8 and §14), and a `Location`, which says of a 201 that something was created.
const OF_THE_LOST_BODY: [&str; 17] = [
    "accept-ranges",
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-md5",
    "content-range",
    "content-type",
    "digest",
    "etag",
    "last-modified",
    "location",
    "repr-digest",
    "trailer",
    "transfer-encoding",
];

impl ApiError {
    /// Adds the headers of the response that this error takes the place of.
    pub(crate) fn keeping(mut self, lost: &HeaderMap) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in lost {
            if is_kept(name, lost, self.0.status) {
                headers.append(name, value.clone());
            }
        }
        let own = &self.0.headers;
        for name in own.keys().filter(|name| ![SET_COOKIE, VARY].contains(name)) {
            headers.remove(name);
        }
        for (name, value) in own {
            append(&mut headers, name.clone(), value.clone());
        }
        self.0.headers = headers;
        self
    }
}

fn is_kept(name: &HeaderName, lost: &HeaderMap, status: StatusCode) -> bool {
    match name.as_str() {
        // Below 500 the handler has decided, as with a 401 that ends a session.
        "set-cookie" => !status.is_server_error(),
        "expires" => lost.get_all(EXPIRES).iter().all(|expires| is_in_the_past(expires.as_bytes())),
        // Also `cdn-cache-control` and the names that CDNs put before it (RFC 9213).
        control if control.ends_with("cache-control") || control == "surrogate-control" => {
            lists(lost, name, "no-store") || lists(lost, name, "no-cache")
        }
        other => !OF_THE_LOST_BODY.contains(&other),
    }
}

/// Whether `Expires` is not a date, such as `0`, which means the past (RFC 9111 §5.3).
fn is_in_the_past(expires: &[u8]) -> bool {
    !expires.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests;
