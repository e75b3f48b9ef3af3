//! The page of the routes of a front door, at the address that the emulator prints.

use std::fmt::Write as _;

use api_routes_project::front_doors::Listing;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Response};

use super::escape_html;
use crate::access::EMULATOR_ERROR;
use crate::gateway::{AnswerBody, GatewayError};

/// Allows only the page's own style: no script, and no page that shows this page in a frame.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const STYLE: &str = "\
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; } \
    body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; } \
    h1 { font-size: 1.25rem; } \
    table { border-collapse: collapse; width: 100%; } \
    th, td { text-align: left; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid #8884; overflow-wrap: anywhere; } \
    code { font: .9rem ui-monospace, monospace; } \
    p { opacity: .7; }";

/// Whether a browser asks for a page.
pub(crate) fn is_for_browser(head: &Parts) -> bool {
    let accept = head.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    head.method == Method::GET && accept.contains("text/html")
}

/// Whether a path is the address of a front door, with or without the path of its stage.
pub(crate) fn is_address(path: &str, stage: &str) -> bool {
    let path = path.trim_end_matches('/');
    path.is_empty() || path == stage
}

/// Replaces the body of a response about a missing route. The status stays AWS's, and a header says that the body is the
/// emulator's.
pub(crate) fn present(response: &mut Response<AnswerBody>, listing: Listing<'_>) {
    let error = response.extensions().get::<GatewayError>();
    if !matches!(
        error,
        Some(GatewayError::NoRoute | GatewayError::TrailingSlash(_) | GatewayError::NoStage(_))
    ) {
        return;
    }
    let page = page(listing);
    let headers = response.headers_mut();
    headers.insert(EMULATOR_ERROR, HeaderValue::from_static("no-route"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(CONTENT_LENGTH, page.len().into());
    *response.body_mut() = page.into();
}

fn page(listing: Listing<'_>) -> String {
    let stage = if listing.with_stage { listing.door.stage_path() } else { String::new() };
    let mut rows = String::new();
    for [route, key, function] in listing.rows() {
        let key = match link(&key, &stage) {
            Some(link) => format!("<a href=\"{}\">{}</a>", escape_html(&link), escape_html(&key)),
            None => escape_html(&key),
        };
        // Writing to a string does not fail.
        let _ = write!(
            rows,
            "<tr><td><code>{}</code><td><code>{key}</code><td><code>{}</code>",
            escape_html(&route),
            escape_html(&function)
        );
    }
    let title = escape_html(&listing.door.title());
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style>\
         <h1>{title}</h1><table><tr><th>route<th>key<th>function{rows}</table>\
         <p>No route matches this address. Only the emulator shows this page: on AWS the answer is an error.</p></html>\n"
    )
}

/// Returns the address of a route that a browser can open: a GET of a path without parameters, or a URL.
fn link(key: &str, stage: &str) -> Option<String> {
    if key.starts_with("http://") {
        return Some(key.to_owned());
    }
    let (method, path) = key.split_once(' ')?;
    (matches!(method, "ANY" | "GET") && !path.contains('{')).then(|| format!("{stage}{path}"))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::{is_address, is_for_browser, link};

    #[test]
    fn browser_at_the_address_gets_the_page() {
        let asks = |method: &str, accept: &str| {
            let request = Request::builder().method(method).uri("/").header("accept", accept);
            is_for_browser(&request.body(()).unwrap().into_parts().0)
        };
        let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
        assert!(asks("GET", browser) && !asks("GET", "*/*") && !asks("POST", browser));
        for (path, stage) in [("/", ""), ("/", "/Prod"), ("/Prod", "/Prod"), ("/Prod/", "/Prod")] {
            assert!(is_address(path, stage), "{path}");
        }
        for (path, stage) in [("/api/user", ""), ("/Prod/a", "/Prod"), ("/Prod", "")] {
            assert!(!is_address(path, stage), "{path}");
        }
    }

    #[test]
    fn route_without_parameters_is_a_link() {
        for (key, expected) in [
            ("ANY /api/user", Some("/v1/api/user")),
            ("GET /", Some("/v1/")),
            ("POST /api/user", None),
            ("ANY /api/posts/{id}", None),
            ("$default", None),
            ("http://api-user.localhost:3000/", Some("http://api-user.localhost:3000/")),
        ] {
            assert_eq!(link(key, "/v1").as_deref(), expected, "{key}");
        }
    }
}
