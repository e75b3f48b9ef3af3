//! Which function's URL a request is for.
//!
//! On AWS each URL is a host of its own, `https://<url-id>.lambda-url.<region>.on.aws`. Here one port has all
//! of them: `http://api-user.localhost:3001/` names the function in the first label of its host. Where no
//! function has that name, as for plain `localhost`, the path decides, by the route keys of the project's
//! folders, as a CDN in front of the URLs would have it.

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
    /// What is invoked.
    pub function: F,
    /// How its answers are taken.
    pub invoke_mode: InvokeMode,
    /// What browsers of other origins are told; `None` leaves that to the function.
    pub cors: Option<Cors>,
    /// The callers that it lets in: <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>.
    pub guard: Guard<F>,
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvokeMode {
    /// `BUFFERED`: in one piece.
    #[default]
    Buffered,
    /// `RESPONSE_STREAM`: as the function writes it.
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

/// Two functions for the same requests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two functions would answer requests for `{0}`: the first one does")]
pub struct DuplicateUrl(
    /// The name in the host, or the route key.
    pub String,
);

impl<F> From<F> for Url<F> {
    /// As AWS has it without further settings.
    fn from(function: F) -> Self {
        Self { function, invoke_mode: InvokeMode::default(), cors: None, guard: Guard::default() }
    }
}

impl<F> Urls<F> {
    /// Adds the URL of a function with `names`, whose folder has `keys`. What another function has already
    /// stays with that one, and is told.
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

    /// A URL takes every method, so what a key's path has no other key for leads to its function too.
    fn route(&mut self, key: RouteKey, id: UrlId) -> Result<(), DuplicateUrl> {
        let (any, text) = (with_any_method(&key), key.to_string());
        let added = self.paths.add(key, id).map_err(|_| DuplicateUrl(text));
        // Another key of the path may have brought it.
        let _ = self.paths.add(any, id);
        added
    }

    /// The URL that a request is for.
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
    /// None.
    fn default() -> Self {
        Self { all: Vec::new(), names: HashMap::new(), paths: RouteTable::default() }
    }
}
