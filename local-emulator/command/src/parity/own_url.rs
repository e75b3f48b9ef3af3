//! Hides the URL of a server in its answers, so that links to itself compare as equal.

use http::HeaderValue;
use memchr::memmem;

use super::base::BaseUrl;
use super::client::Answer;

/// The text that replaces the URL in the answers of both servers.
const PLACEHOLDER: &[u8] = b"<url>";

/// The URL of a server, with `https` and with `http`: a function may know only its host, and assume either scheme.
#[derive(Clone, Debug)]
pub(super) struct OwnUrl([String; 2]);

impl OwnUrl {
    pub(super) fn new(url: &BaseUrl) -> Self {
        Self(["https", "http"].map(|scheme| format!("{scheme}://{}", url.without_scheme())))
    }

    /// Replaces the URL in the headers and the body of an answer.
    pub(super) fn hide_in(&self, answer: &mut Answer) {
        answer.body = self.hidden(&answer.body).into();
        for value in answer.headers.values_mut() {
            // A header value stays valid without the URL.
            if let Ok(hidden) = HeaderValue::from_bytes(&self.hidden(value.as_bytes())) {
                *value = hidden;
            }
        }
    }

    fn hidden(&self, text: &[u8]) -> Vec<u8> {
        self.0.iter().fold(text.to_owned(), |text, url| replaced(&text, url.as_bytes()))
    }
}

/// Returns the text, which need not be UTF-8, with [`PLACEHOLDER`] instead of each `url`.
fn replaced(text: &[u8], url: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut end = 0;
    for start in memmem::find_iter(text, url) {
        replaced.extend_from_slice(&text[end..start]);
        replaced.extend_from_slice(PLACEHOLDER);
        end = start + url.len();
    }
    replaced.extend_from_slice(&text[end..]);
    replaced
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::OwnUrl;
    use crate::parity::client::Answer;

    fn body(base: &str, body: &str) -> String {
        let mut answer = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::from_iter([(http::header::LOCATION, body.parse().unwrap())]),
            body: body.as_bytes().to_vec().into(),
        };
        OwnUrl::new(&base.parse().unwrap()).hide_in(&mut answer);
        assert_eq!(answer.headers[http::header::LOCATION].as_bytes(), answer.body);
        String::from_utf8(answer.body.to_vec()).unwrap()
    }

    #[test]
    fn link_to_the_server_itself_is_the_same_everywhere() {
        assert_eq!(body("https://a.example/prod", "https://a.example/prod/login?b"), "<url>/login?b");
        assert_eq!(body("http://127.0.0.1:3000", "http://127.0.0.1:3000/login?b"), "<url>/login?b");
        assert_eq!(body("http://127.0.0.1:3000", "see https://127.0.0.1:3000/a"), "see <url>/a");
    }

    #[test]
    fn link_to_elsewhere_or_without_the_stage_stays() {
        for link in ["https://b.example/prod/a", "https://a.example/a", "/prod/a", "https://axexample/prod"] {
            assert_eq!(body("https://a.example/prod", link), link);
        }
    }
}
