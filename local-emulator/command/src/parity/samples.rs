//! The requests without a file of requests: harmless requests, made from the routes.

use std::collections::BTreeSet;

use api_routes_routing::{PathTemplate, RouteKey, TemplateSegment};
use http::Method;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use percent_encoding::percent_encode_byte;

use super::request::Request;

/// A path that only a catch-all route takes.
const UNUSED_PATH: &str = "/no-route-has-this-path";

/// Makes requests that by the rules of HTTP only read. For each path of the front door, these are GET, HEAD and OPTIONS,
/// a GET with an escape, and a GET with a slash at the end. Then come a preflight, and a path that no route has.
pub(crate) fn requests<'a>(keys: impl Iterator<Item = &'a RouteKey>) -> Vec<Request> {
    let paths: BTreeSet<&PathTemplate> = keys.filter_map(path).collect();
    let first = paths.first().map(|path| preflight(path));
    let for_paths = paths.into_iter().flat_map(for_path);
    let mut requests: Vec<Request> = for_paths.chain(first).collect();
    requests.push(Request::plain(Method::GET, UNUSED_PATH));
    let mut names = BTreeSet::new();
    requests.retain(|request| names.insert(request.name.clone()));
    requests
}

fn path(key: &RouteKey) -> Option<&PathTemplate> {
    match key {
        RouteKey::Path { path, .. } => Some(path),
        RouteKey::Default => None,
    }
}

fn for_path(path: &PathTemplate) -> Vec<Request> {
    let target = sample(path);
    let methods = [Method::GET, Method::HEAD, Method::OPTIONS];
    let mut requests: Vec<_> = methods.into_iter().map(|method| Request::plain(method, &target)).collect();
    requests.push(Request::plain(Method::GET, escaped(&target)));
    if target != "/" {
        requests.push(Request::plain(Method::GET, format!("{target}/")));
    }
    requests
}

fn sample(path: &PathTemplate) -> String {
    let segment = |segment: TemplateSegment<'_>| match segment {
        TemplateSegment::Literal(text) => format!("/{text}"),
        TemplateSegment::Parameter(_) => "/7".to_owned(),
        TemplateSegment::Greedy(_) => "/a/b".to_owned(),
    };
    let target: String = path.segments().map(segment).collect();
    if target.is_empty() { "/".to_owned() } else { target }
}

/// Returns an equivalent target, with its last character escaped.
fn escaped(target: &str) -> String {
    match target.char_indices().next_back() {
        Some((at, last)) if last != '/' => {
            let escapes: String = target[at..].bytes().map(percent_encode_byte).collect();
            format!("{}{escapes}", &target[..at])
        }
        _ => format!("{target}%61"),
    }
}

fn preflight(path: &PathTemplate) -> Request {
    let request = Request::plain(Method::OPTIONS, sample(path));
    let request = request.with_header(ORIGIN, "https://example.com");
    let request = request.with_header(ACCESS_CONTROL_REQUEST_METHOD, "GET");
    Request { name: "a preflight".to_owned(), ..request }
}

#[cfg(test)]
mod tests;
