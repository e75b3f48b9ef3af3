//! The choice of a function by the host or the path of a request.
//!
//! On AWS each URL has its own host, `https://<url-id>.lambda-url.<region>.on.aws`. Here all URLs share one port:
//! `http://api-user.localhost:3001/` names the function in the first label of its host. If no function has that name, as with
//! plain `localhost`, the path decides, by the route keys of the project's folders. A CDN in front of the URLs would do the
//! same.

use std::collections::HashMap;

use api_routes_project::aws::Cors;
use api_routes_project::aws::http_api::RouteTable;
use api_routes_routing::RouteKey;
use http::Method;
use http::request::Parts;

use crate::gateway::Guard;
use crate::gateway::headers::host_and_port;

#[cfg(test)]
mod tests;

/// The URL of a function, as its `FunctionUrlConfig` has it.
#[derive(Clone, Debug)]
pub struct Url<F> {
    /// The function that the URL invokes.
    pub function: F,
    /// Whether the URL streams.
    pub invoke_mode: InvokeMode,
    /// The CORS settings; `None` leaves CORS to the function.
    pub cors: Option<Cors>,
    /// The authorization of the URL: <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>.
    pub guard: Guard<F>,
}

/// Whether a URL streams: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvokeMode {
    /// `BUFFERED`: answers are sent in one piece.
    #[default]
    Buffered,
    /// `RESPONSE_STREAM`: answers are sent while the function writes them.
    ResponseStream,
}

/// The URLs of a project.
#[derive(Debug)]
pub struct Urls<F> {
    all: Vec<Url<F>>,
    /// In lower case.
    names: HashMap<String, UrlId>,
    paths: RouteTable<UrlId>,
}

/// The index of a URL.
type UrlId = usize;

/// A name or a path that two functions claim.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two functions would answer requests for `{0}`: the first one does")]
pub struct DuplicateUrl(
    /// The name in the host, or the route key.
    pub String,
);

impl<F> From<F> for Url<F> {
    /// A URL with the defaults of AWS.
    fn from(function: F) -> Self {
        Self { function, invoke_mode: InvokeMode::default(), cors: None, guard: Guard::default() }
    }
}

impl<F> Urls<F> {
    /// Adds the URL of a function with `names`, whose folder has `keys`. A name or key that an earlier function has
    /// stays with that function, and is returned.
    pub fn add(
        &mut self,
        names: impl IntoIterator<Item = impl AsRef<str>>,
        keys: impl IntoIterator<Item = RouteKey>,
        url: impl Into<Url<F>>,
    ) -> Vec<DuplicateUrl> {
        let id = self.all.len();
        self.all.push(url.into());
        let names =
            names.into_iter().filter_map(|name| self.name(name.as_ref(), id).err()).collect::<Vec<_>>();
        let keys = keys.into_iter().filter_map(|key| self.route(key, id).err());
        names.into_iter().chain(keys).collect()
    }

    fn name(&mut self, name: &str, id: UrlId) -> Result<(), DuplicateUrl> {
        let holder = *self.names.entry(name.to_ascii_lowercase()).or_insert(id);
        if holder == id { Ok(()) } else { Err(DuplicateUrl(name.to_owned())) }
    }

    /// Adds a route. A URL takes every method, so that methods for which the path has no key lead to its function too.
    fn route(&mut self, key: RouteKey, id: UrlId) -> Result<(), DuplicateUrl> {
        let (any, text) = (with_any_method(&key), key.to_string());
        let added = self.paths.add(key, id).map_err(|_| DuplicateUrl(text));
        // Another key of the path may have added `ANY` already.
        let _ = self.paths.add(any, id);
        added
    }

    /// Returns the URL that a request is for.
    pub(super) fn select(&self, head: &Parts) -> Option<&Url<F>> {
        let id = self.by_host(head).or_else(|| self.by_path(head))?;
        self.all.get(id)
    }

    fn by_host(&self, head: &Parts) -> Option<UrlId> {
        let label = host_and_port(&head.headers).0.split('.').next()?;
        self.names.get(&label.to_ascii_lowercase()).copied()
    }

    /// Whether a path leads to a URL.
    pub(super) fn has_path(&self, method: &Method, path: &str) -> bool {
        self.paths.select(method, path).is_some()
    }

    fn by_path(&self, head: &Parts) -> Option<UrlId> {
        self.paths.select(&head.method, head.uri.path()).map(|found| *found.target)
    }
}

fn with_any_method(key: &RouteKey) -> RouteKey {
    match key {
        RouteKey::Path { path, .. } => RouteKey::Path { method: None, path: path.clone() },
        RouteKey::Default => RouteKey::Default,
    }
}

impl<F> Default for Urls<F> {
    /// No URLs.
    fn default() -> Self {
        Self { all: Vec::new(), names: HashMap::new(), paths: RouteTable::default() }
    }
}
