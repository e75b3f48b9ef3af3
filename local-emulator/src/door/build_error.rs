//! The 502 of a function that does not build, for who asked for it.

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Response};
use serde_json::json;

use crate::access::{Access, EMULATOR_ERROR, Sender};
use crate::gateway::AnswerBody;

/// The body for a page of another site, which may not read the developer's code.
const FOREIGN: &str = "the function does not build: the terminal of the emulator says why\n";

/// The properties of a caller that the answer depends on.
pub(super) struct Caller {
    sender: Sender,
    accepts: Option<HeaderValue>,
    is_head: bool,
}

impl Caller {
    pub(super) fn new(access: &Access, head: &Parts) -> Self {
        Self {
            sender: access.sender(head),
            accepts: head.headers.get(ACCEPT).cloned(),
            is_head: head.method == Method::HEAD,
        }
    }

    fn accepts_json(&self) -> bool {
        let accepts = self.accepts.as_ref().and_then(|accepts| accepts.to_str().ok()).unwrap_or_default();
        accepts.contains("application/json") && !accepts.contains("text/html")
    }
}

/// Writes the compiler's words into a response, as JSON for a client that asks for it. A page of another site gets a
/// sentence instead.
pub(super) fn present(response: &mut Response<AnswerBody>, words: &[u8], caller: &Caller) {
    let words = String::from_utf8_lossy(words);
    let words = if caller.sender == Sender::Foreign { FOREIGN } else { &*words };
    let (content_type, body) = if caller.accepts_json() {
        ("application/json", json!({"message": "The function does not build", "error": words}).to_string())
    } else {
        ("text/plain; charset=utf-8", words.to_owned())
    };
    let headers = response.headers_mut();
    headers.insert(EMULATOR_ERROR, HeaderValue::from_static("build-failed"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONTENT_LENGTH, body.len().into());
    if !caller.is_head {
        *response.body_mut() = body.into();
    }
}

#[cfg(test)]
mod tests {
    use http::{Request, Response};
    use http_body_util::BodyExt;

    use super::{Caller, FOREIGN, present};
    use crate::access::Access;
    use crate::current::Current;
    use crate::gateway::AnswerBody;

    async fn answer(headers: &[(&str, &str)]) -> (Response<()>, String) {
        let mut request = Request::get("/api/user").header("host", "localhost:3000");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let head = request.body(()).unwrap().into_parts().0;
        let access = Access::new(Vec::new(), Vec::new(), Current::new(Vec::new()));
        let mut response = Response::new(AnswerBody::default());
        present(&mut response, b"error[E0425]: secret", &Caller::new(&access, &head));
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (Response::from_parts(head, ()), String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_program_gets_the_compilers_words() {
        let (response, body) = answer(&[]).await;
        assert_eq!(body, "error[E0425]: secret");
        assert_eq!(response.headers()["x-emulator-error"], "build-failed");
        assert_eq!(response.headers()["content-length"], "20");
    }

    #[tokio::test]
    async fn a_client_that_accepts_json_gets_json() {
        let (response, body) = answer(&[("accept", "application/json, text/plain, */*")]).await;
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(body, r#"{"message":"The function does not build","error":"error[E0425]: secret"}"#);
    }

    #[tokio::test]
    async fn a_page_of_another_site_reads_no_code() {
        for accept in ["*/*", "application/json"] {
            let (_, body) = answer(&[("origin", "https://evil.com"), ("accept", accept)]).await;
            assert!(!body.contains("secret"), "{body}");
        }
        assert_eq!(answer(&[("origin", "https://evil.com")]).await.1, FOREIGN);
        assert_eq!(answer(&[("origin", "http://localhost:5173")]).await.1, "error[E0425]: secret");
    }
}
