//! The 502 of a function that does not build: a page for a browser, JSON or text for a program.

mod markup;

use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
};
use http::request::Parts;
use http::{Method, Response};
use serde_json::json;
use uuid::Uuid;

use self::markup::Page;
use crate::access::{Access, EMULATOR_ERROR, Sender};
use crate::gateway::AnswerBody;

/// The body for a web page of another site. It must not see the developer's code.
const FOREIGN: &str =
    "the function does not build: read the compiler's message in the terminal of the emulator\n";

/// The properties of a request that decide the form of the answer.
pub(crate) struct ClientPreferences {
    sender: Sender,
    accepts: Option<HeaderValue>,
    is_head: bool,
    has_inspector: bool,
}

/// The form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ErrorFormat {
    Page,
    Json,
    Text,
}

impl ClientPreferences {
    pub(crate) fn new(access: &Access, head: &Parts, has_inspector: bool) -> Self {
        Self {
            sender: access.sender(head),
            accepts: head.headers.get(ACCEPT).cloned(),
            is_head: head.method == Method::HEAD,
            has_inspector,
        }
    }

    fn form(&self) -> ErrorFormat {
        let accepts = self.accepts.as_ref().and_then(|accepts| accepts.to_str().ok()).unwrap_or_default();
        match () {
            () if accepts.contains("text/html") && self.sender == Sender::Own => ErrorFormat::Page,
            () if accepts.contains("application/json") => ErrorFormat::Json,
            () => ErrorFormat::Text,
        }
    }
}

/// Writes the compiler's message into a response, in the form that the client accepts. A web page of another site gets a fixed
/// sentence instead.
pub(crate) fn present(response: &mut Response<AnswerBody>, words: &[u8], caller: &ClientPreferences) {
    let words = String::from_utf8_lossy(words);
    let words = if caller.sender == Sender::Foreign { FOREIGN } else { &*words };
    let (content_type, body) = match caller.form() {
        ErrorFormat::Page => {
            let page = Page::new(words, &Uuid::new_v4().simple().to_string(), caller.has_inspector);
            // The policy is valid as a header: a constant and a nonce of hexadecimal digits.
            let policy =
                HeaderValue::try_from(page.policy).ok().map(|policy| (CONTENT_SECURITY_POLICY, policy));
            response.headers_mut().extend(policy);
            ("text/html; charset=utf-8", page.html)
        }
        ErrorFormat::Json => {
            let body = json!({"message": "The function does not build", "error": words});
            ("application/json", body.to_string())
        }
        ErrorFormat::Text => ("text/plain; charset=utf-8", words.to_owned()),
    };
    let headers = response.headers_mut();
    headers.insert(EMULATOR_ERROR, HeaderValue::from_static("build-failed"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONTENT_LENGTH, body.len().into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if !caller.is_head {
        *response.body_mut() = body.into();
    }
}

#[cfg(test)]
mod tests {
    use http::{Request, Response};
    use http_body_util::BodyExt;

    use super::{ClientPreferences, FOREIGN, present};
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
        present(&mut response, b"error[E0425]: secret", &ClientPreferences::new(&access, &head, true));
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (Response::from_parts(head, ()), String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn program_gets_the_compilers_message_as_text() {
        let (response, body) = answer(&[]).await;
        assert_eq!(body, "error[E0425]: secret");
        assert_eq!(response.headers()["x-emulator-error"], "build-failed");
        assert_eq!(response.headers()["content-length"], "20");
    }

    #[tokio::test]
    async fn client_that_accepts_json_gets_json() {
        let (response, body) = answer(&[("accept", "application/json, text/plain, */*")]).await;
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(body, r#"{"message":"The function does not build","error":"error[E0425]: secret"}"#);
    }

    #[tokio::test]
    async fn browser_gets_a_page_with_its_own_script_only() {
        let (response, body) = answer(&[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]).await;
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        assert!(body.starts_with("<!doctype html>") && body.contains("secret"), "{body}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        let nonce =
            policy.split("script-src 'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert!(body.contains(&format!("<script nonce=\"{nonce}\"")), "{policy}");
    }

    #[tokio::test]
    async fn page_of_another_site_gets_no_code() {
        for accept in ["*/*", "application/json", "text/html"] {
            let (_, body) = answer(&[("origin", "https://evil.com"), ("accept", accept)]).await;
            assert!(!body.contains("secret"), "{body}");
        }
        assert_eq!(answer(&[("origin", "https://evil.com")]).await.1, FOREIGN);
        assert_eq!(answer(&[("origin", "http://localhost:5173")]).await.1, "error[E0425]: secret");
    }
}
