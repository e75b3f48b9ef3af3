//! Conditional requests: who already has the answer gets a 304.

use http::header::{CACHE_CONTROL, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};

use crate::body::Body;
use crate::response::Response;

/// What a client has already. Nothing, for most requests.
///
/// The order is that of RFC 9110 §13.2.2: `If-None-Match`, and `If-Modified-Since` only without it. Next
/// answers any request with an `If-Modified-Since` in full, and gives POSTs and errors a 304 as well; what
/// was changed or refused is no copy of what the client has, so here only a 2xx to GET or HEAD is.
#[derive(Default)]
pub(crate) struct Conditions {
    none_match: Vec<HeaderValue>,
    modified_since: Option<HeaderValue>,
}

impl Conditions {
    pub(crate) fn of(request: &Request<Body>) -> Self {
        let headers = request.headers();
        // A reload in a browser says `no-cache`, and wants the whole answer.
        if !matches!(*request.method(), Method::GET | Method::HEAD)
            || lists(headers, &CACHE_CONTROL, "no-cache")
        {
            return Self::default();
        }
        Self {
            none_match: headers.get_all(IF_NONE_MATCH).iter().cloned().collect(),
            modified_since: headers.get(IF_MODIFIED_SINCE).cloned(),
        }
    }

    /// The response, or a 304 in its place.
    pub(crate) fn applied_to(&self, mut response: Response) -> Response {
        if response.status().is_success() && self.is_met_by(response.headers()) {
            // All other headers stay, `content-type` as well: a front door would put its own there, and a
            // cache takes what a 304 says as an update of what it has.
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        response
    }

    fn is_met_by(&self, headers: &HeaderMap) -> bool {
        if !self.none_match.is_empty() {
            return headers.get(ETAG).is_some_and(|etag| {
                let etag = opaque(etag.as_bytes());
                self.none_match.iter().any(|value| names(value.as_bytes(), etag))
            });
        }
        let (Some(since), Some(modified)) = (&self.modified_since, headers.get(LAST_MODIFIED)) else {
            return false;
        };
        match (seconds(since.as_bytes()), seconds(modified.as_bytes())) {
            (Some(since), Some(modified)) => modified <= since,
            // A date in another form can still be the one that was sent.
            _ => since == modified,
        }
    }
}

fn lists(headers: &HeaderMap, name: &HeaderName, member: &str) -> bool {
    let mut members =
        headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
    members.any(|listed| listed.trim().eq_ignore_ascii_case(member))
}

/// An `ETag` without what makes it a weak one: weak comparison is the one for `If-None-Match`.
fn opaque(etag: &[u8]) -> &[u8] {
    etag.strip_prefix(b"W/").unwrap_or(etag)
}

/// Whether a list of `ETag`s, or `*`, names this one. A comma within quotes is a part of its `ETag`.
fn names(mut list: &[u8], etag: &[u8]) -> bool {
    loop {
        list = list.trim_ascii_start();
        let tag = opaque(list);
        let quoted = tag.strip_prefix(b"\"").and_then(|rest| rest.iter().position(|byte| *byte == b'"'));
        let end = match quoted {
            Some(closing) => closing + 2,
            None => tag.iter().position(|byte| *byte == b',').unwrap_or(tag.len()),
        };
        let (tag, rest) = tag.split_at(end);
        if tag.trim_ascii_end() == b"*" || tag.trim_ascii_end() == etag {
            return true;
        }
        match rest.iter().position(|byte| *byte == b',') {
            Some(comma) => list = &rest[comma + 1..],
            None => return false,
        }
    }
}

/// A date such as `Wed, 01 Jan 2020 00:00:00 GMT` as a number that grows with time. The two obsolete forms
/// of RFC 9110 §5.6.7 give `None`.
fn seconds(date: &[u8]) -> Option<u64> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let [_, _, _, b',', b' ', date @ .., b' ', b'G', b'M', b'T'] = date else { return None };
    let [d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ', h1, h2, b':', n1, n2, b':', s1, s2] = date
    else {
        return None;
    };
    let month = MONTHS.chunks(3).position(|month| month == [*m1, *m2, *m3])? as u64;
    let number = |digits: &[&u8]| {
        digits
            .iter()
            .try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u64::from(**digit - b'0')))
    };
    let (year, day) = (number(&[y1, y2, y3, y4])?, number(&[d1, d2])?);
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?);
    // Every month is given 31 days, which is enough for the order.
    Some(((((year * 12 + month) * 32 + day) * 24 + hour) * 60 + minute) * 61 + second)
}
