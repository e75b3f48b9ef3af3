//! The page and its files, which are part of the program.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Response};
use http_body_util::{BodyExt, Full};

use super::error::InspectorError;
use super::response::InspectorBody;

/// Allows only files of the emulator, no inline script or style, and no page that shows this page in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

const FILES: [File; 27] = [
    File::new("", HTML, include_str!("page/index.html")),
    File::new("inspector.css", CSS, include_str!("page/inspector.css")),
    File::new("list.css", CSS, include_str!("page/list.css")),
    File::new("detail.css", CSS, include_str!("page/detail.css")),
    File::new("inspector.js", SCRIPT, include_str!("page/inspector.js")),
    File::new("actions.js", SCRIPT, include_str!("page/actions.js")),
    File::new("api.js", SCRIPT, include_str!("page/api.js")),
    File::new("body.js", SCRIPT, include_str!("page/body.js")),
    File::new("compare.js", SCRIPT, include_str!("page/compare.js")),
    File::new("detail.js", SCRIPT, include_str!("page/detail.js")),
    File::new("dom.js", SCRIPT, include_str!("page/dom.js")),
    File::new("edit.js", SCRIPT, include_str!("page/edit.js")),
    File::new("empty.js", SCRIPT, include_str!("page/empty.js")),
    File::new("filter.js", SCRIPT, include_str!("page/filter.js")),
    File::new("form.js", SCRIPT, include_str!("page/form.js")),
    File::new("functions.js", SCRIPT, include_str!("page/functions.js")),
    File::new("head.js", SCRIPT, include_str!("page/head.js")),
    File::new("json.js", SCRIPT, include_str!("page/json.js")),
    File::new("list.js", SCRIPT, include_str!("page/list.js")),
    File::new("log.js", SCRIPT, include_str!("page/log.js")),
    File::new("routes.js", SCRIPT, include_str!("page/routes.js")),
    File::new("rows.js", SCRIPT, include_str!("page/rows.js")),
    File::new("save.js", SCRIPT, include_str!("page/save.js")),
    File::new("send.js", SCRIPT, include_str!("page/send.js")),
    File::new("tabs.js", SCRIPT, include_str!("page/tabs.js")),
    File::new("timing.js", SCRIPT, include_str!("page/timing.js")),
    File::new("icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
];

/// A file of the page.
#[derive(Debug)]
pub(super) struct File {
    /// Below the path of the inspector.
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
}

/// Returns a file by its path below the inspector's.
pub(super) fn file(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == path)
}

impl File {
    const fn new(name: &'static str, content_type: &'static str, text: &'static str) -> Self {
        Self { name, content_type, text }
    }

    pub(super) fn response(&self, method: &Method) -> Response<InspectorBody> {
        if method != Method::GET && method != Method::HEAD {
            return InspectorError::Method(&[Method::GET, Method::HEAD]).into_response();
        }
        let mut response = Response::new(Full::from(self.text).boxed_unsync());
        let headers = [
            (CONTENT_TYPE, self.content_type),
            (CONTENT_SECURITY_POLICY, POLICY),
            // Another version of the program may listen here the next time.
            (CACHE_CONTROL, "no-cache"),
            (HeaderName::from_static("x-content-type-options"), "nosniff"),
            (HeaderName::from_static("referrer-policy"), "no-referrer"),
        ];
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        response.headers_mut().extend(headers);
        response
    }
}
