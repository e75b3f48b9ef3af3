//! Readings of an event as a request, by this library and by `lambda_http`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use api_routes::{ApiRequest, ApiResponse, Route};
use http::{HeaderMap, Method};
use serde_json::Value;

/// The request that a handler gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Decoded, with the values of each key in their order.
    pub(crate) query: BTreeMap<String, Vec<String>>,
    /// The values of each name in their order.
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Reads an event with this library.
///
/// # Errors
///
/// The status of the answer, if the library answers before it calls the handler.
pub(crate) fn ours(event: &Value) -> Result<Reading, u16> {
    let seen = Arc::new(Mutex::new(None));
    let kept = seen.clone();
    let handler = move |req: ApiRequest, res: ApiResponse| {
        *kept.lock().unwrap() = Some(Reading {
            method: req.method().clone(),
            path: req.uri().path().to_owned(),
            query: query(req.uri().query()),
            headers: headers(req.headers()),
            cookies: req.cookies().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: req.bytes().to_vec(),
        });
        async { res.no_content() }
    };
    let answer =
        api_routes::test::TestEvent::new(event.to_string()).send(&Route::new("/[[...path]]", handler));
    let reading = seen.lock().unwrap().take();
    reading.ok_or(answer.status().as_u16())
}

/// Reads an event with `lambda_http`.
pub(crate) fn lambda_http(event: &Value) -> Reading {
    let request = lambda_http::request::from_str(&event.to_string()).unwrap();
    Reading {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query: query(request.uri().query()),
        headers: headers(request.headers()),
        cookies: cookies(request.headers()),
        body: request.body().as_ref().to_vec(),
    }
}

fn query(query: Option<&str>) -> BTreeMap<String, Vec<String>> {
    grouped(form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned())
}

fn headers(headers: &HeaderMap) -> BTreeMap<String, Vec<String>> {
    let lines = headers.iter();
    grouped(
        lines.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())),
    )
}

fn cookies(headers: &HeaderMap) -> Vec<(String, String)> {
    let sent = headers.get_all("cookie").iter().map(|value| value.to_str().unwrap());
    let cookies = sent.flat_map(|sent| cookie::Cookie::split_parse(sent).filter_map(Result::ok));
    cookies.map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned())).collect()
}

fn grouped(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut grouped = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in pairs {
        grouped.entry(name).or_default().push(value);
    }
    grouped
}
