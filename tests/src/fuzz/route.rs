//! Folders, routes and route keys.

use api_routes_project::aws::http_api::RouteTable;
use api_routes_routing::{Parameters, PathEncoding, Pattern, RouteKey};
use http::Method;

use super::lines;

/// Takes a folder, and a path in the second line. A route is written as it is read and has route keys that can be read,
/// and a path that matches has parameters.
pub fn pattern(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (folder, path) = text.split_once('\n').unwrap_or((&text, "/"));
    let Ok(pattern) = Pattern::from_folder(folder) else { return };
    assert_eq!(Pattern::parse(&pattern.to_string()).as_ref(), Ok(&pattern), "{folder:?}");
    let parameters = pattern.parameters(path, PathEncoding::Percent);
    let _ = pattern.parameters(path, PathEncoding::Decoded);
    if pattern.deployable().is_err() {
        return;
    }
    let keys = pattern.route_keys();
    for key in &keys {
        assert_eq!(key.to_string().parse().as_ref(), Ok(key), "{folder:?}");
    }
    let table = RouteTable::new(keys.into_iter().map(|key| (key, ()))).unwrap();
    // Only the function accepts one slash too many. A static route accepts any path, since its front door has chosen
    // it.
    let fits = parameters.as_ref().is_ok_and(|found: &Parameters<'_>| !found.is_empty());
    if fits && path.starts_with('/') && !path.ends_with('/') {
        assert!(table.select(&Method::GET, path).is_some(), "{folder:?} {path:?} {parameters:?}");
    }
}

/// Takes a route key, which is written as it is read.
pub fn route_key(bytes: &[u8]) {
    let mut table = RouteTable::default();
    for line in lines(bytes) {
        let text = String::from_utf8_lossy(line);
        let Ok(key) = text.parse::<RouteKey>() else { continue };
        assert_eq!(key.to_string(), text);
        let _ = table.add(key, ());
    }
    for line in lines(bytes) {
        let text = String::from_utf8_lossy(line);
        let _ = table.select(&Method::GET, text.rsplit(' ').next().unwrap_or_default());
    }
}
