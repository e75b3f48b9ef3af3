//! The settings of a route, `export const config` in Next.js.

use std::fmt;

use http::header::ETAG;

use crate::error::Exposed;
use crate::refusal::ErrorHook;
use crate::response::Response;
use crate::runtime_api::PostStream;

/// A kilobyte of 1,024 bytes, for [`Route::body_limit`](crate::Route::body_limit).
pub const KB: usize = 1024;
/// A megabyte of 1,024 [`KB`], for [`Route::body_limit`](crate::Route::body_limit).
pub const MB: usize = 1024 * KB;

#[derive(Clone)]
pub(crate) struct Settings {
    /// The largest body, in bytes; `None` takes bodies of any size.
    pub(crate) body_limit: Option<usize>,
    pub(crate) panics_fail_the_invocation: bool,
    /// Posts a response, if the front door streams. It is a function, so that only such routes link its code.
    pub(crate) streaming: Option<PostStream>,
    /// Whether bodies that `json` and `send` made get an `ETag`.
    pub(crate) etag: bool,
    /// The errors of the program that have a response for the client.
    pub(crate) exposed: Exposed,
    /// The form that the project gives to errors.
    pub(crate) errors: Option<ErrorHook>,
}

impl Default for Settings {
    /// The defaults of Next.js: a body of at most `1mb`, and an `ETag`.
    fn default() -> Self {
        Self {
            body_limit: Some(MB),
            panics_fail_the_invocation: false,
            streaming: None,
            etag: true,
            exposed: Exposed::default(),
            errors: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("body_limit", &self.body_limit)
            .field("panics_fail_the_invocation", &self.panics_fail_the_invocation)
            .field("streaming", &self.streaming.is_some())
            .field("etag", &self.etag)
            .field("exposed", &self.exposed)
            .field("errors", &self.errors.is_some())
            .finish()
    }
}

impl Settings {
    /// Adds the `ETag` of Next.js, unless the handler set an `ETag` itself.
    pub(crate) fn with_etag(&self, mut response: Response) -> Response {
        if self.etag
            && !response.headers().contains_key(ETAG)
            && let Some(etag) = response.body().etag()
        {
            response.headers_mut().insert(ETAG, etag);
        }
        response
    }

    /// Returns the message for a body over the limit, in the words of Next.js.
    pub(crate) fn exceeded(&self) -> String {
        format!("Body exceeded {} limit", size(self.body_limit.unwrap_or(usize::MAX)))
    }
}

/// Returns a size in the form of Next.js: `1mb`, `500kb`, `10b`.
fn size(bytes: usize) -> String {
    match bytes {
        0 => "0b".to_owned(),
        _ if bytes.is_multiple_of(MB) => format!("{}mb", bytes / MB),
        _ if bytes.is_multiple_of(KB) => format!("{}kb", bytes / KB),
        _ => format!("{bytes}b"),
    }
}

#[cfg(test)]
mod tests {
    use super::{KB, MB, size};

    #[test]
    fn a_limit_is_written_in_its_largest_whole_unit() {
        for (bytes, text) in [(0, "0b"), (10, "10b"), (500 * KB, "500kb"), (MB, "1mb"), (MB + 1, "1048577b")]
        {
            assert_eq!(size(bytes), text);
        }
    }
}
