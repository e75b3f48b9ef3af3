//! Decides which requests a listener answers: those of programs on this machine, and of web pages that belong to the developer.
//!
//! Any web page that the developer has open can send requests to this machine. Two headers that a page cannot set identify it.
//! `Host` names the address that the page called: a name that the page's owner points at this machine (DNS rebinding) is refused
//! everywhere. `Origin` names the page's own site: front doors pass it on, since the API's CORS settings decide about it, but the
//! Invoke API answers only the developer's own pages.
//!
//! No header stops a program on this machine. `SECURITY.md` describes the promise.

mod cors;
mod host;
mod origin;
mod refusal;

use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::request::Parts;

pub(crate) use cors::{add_cors, preflight};
pub(crate) use host::settle_host;
pub use host::{AllowedHost, InvalidHost};
pub use origin::{AllowedOrigin, InvalidOrigin};
pub(crate) use refusal::{AccessRefusal, EMULATOR_ERROR};

use self::host::RequestHost;
use self::origin::Origin;
use crate::current::Current;

/// The hosts that requests may name and the pages that may send them, besides those of this machine.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    hosts: Vec<AllowedHost>,
    origins: Vec<AllowedOrigin>,
    /// The domain names of the template, which change with it.
    domain_names: Current<Vec<AllowedHost>>,
}

/// The kind of client that sent a request, according to its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A program, or a web page of the developer.
    Own,
    /// A web page of another site.
    Foreign,
}

impl Access {
    /// Creates the rules from the hosts and origins of the command line and the domain names of the template, which may change.
    pub(crate) fn new(
        hosts: Vec<AllowedHost>,
        origins: Vec<AllowedOrigin>,
        domain_names: Current<Vec<AllowedHost>>,
    ) -> Self {
        Self { hosts, origins, domain_names }
    }

    /// Returns the rules of the inspector: the same hosts, and no page of another site. `--allowed-origin` opens only the Invoke
    /// API.
    pub(crate) fn for_inspector(self) -> Self {
        Self { origins: Vec::new(), ..self }
    }

    /// Checks the hosts that a request names, in its `Host` headers and in an absolute target.
    ///
    /// A request that names no host passes. Browsers always send `Host`, and only HTTP/1.0 may leave it out ([`settle_host`]).
    ///
    /// # Errors
    /// [`AccessRefusal::ForeignHost`].
    pub(crate) fn check_host(&self, head: &Parts) -> Result<(), AccessRefusal> {
        let authority = head.uri.authority().map(http::uri::Authority::as_str);
        let named = head.headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or("?"));
        for authority in authority.into_iter().chain(named) {
            if !self.allows(authority) {
                return Err(AccessRefusal::ForeignHost(authority.to_owned()));
            }
        }
        Ok(())
    }

    /// Checks that no page of another site sent a request.
    ///
    /// # Errors
    /// [`AccessRefusal::ForeignOrigin`] or [`AccessRefusal::CrossSite`].
    pub(crate) fn check_sender(&self, head: &Parts) -> Result<(), AccessRefusal> {
        let mut origins = origin::headers(&head.headers).peekable();
        if origins.peek().is_none() && origin::is_cross_site(&head.headers) {
            return Err(AccessRefusal::CrossSite);
        }
        match origins.find(|origin| !self.is_own(origin, &head.headers)) {
            Some(origin) => Err(AccessRefusal::ForeignOrigin(origin.to_owned())),
            None => Ok(()),
        }
    }

    /// Returns the kind of client that sent a request, for an answer in either case.
    pub(crate) fn sender(&self, head: &Parts) -> Sender {
        if self.check_sender(head).is_ok() { Sender::Own } else { Sender::Foreign }
    }

    /// Whether a browser would say in a header that the page of another site sent this request. Browsers do so if the request
    /// names a loopback host, or has an `Origin`. At another address over HTTP, such as `0.0.0.0`, a page can load an image, and
    /// that request has neither header: <https://www.w3.org/TR/fetch-metadata/#framework>.
    pub(crate) fn knows_sender(&self, head: &Parts) -> bool {
        let mut hosts = head.headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or("?"));
        head.headers.contains_key(ORIGIN)
            || hosts.all(|host| {
                let host = RequestHost::parse(host);
                host.is_some_and(|host| {
                    host.is_loopback() || self.hosts.iter().any(|allowed| allowed.matches(&host))
                })
            })
    }

    fn allows(&self, authority: &str) -> bool {
        RequestHost::parse(authority)
            .is_some_and(|host| host.is_of_machine() || host.is_aws() || self.is_listed(&host))
    }

    /// Whether a web page is the developer's own. A page of an allowed host is, whatever its scheme and port. A page at another
    /// machine's address or at a name of AWS may be anybody's: it is the developer's only if the request names the same host.
    fn is_own(&self, origin: &str, headers: &HeaderMap) -> bool {
        if self.origins.iter().any(|allowed| allowed.matches(origin)) {
            return true;
        }
        let Some(Origin { host }) = Origin::parse(origin) else { return false };
        let is_same = || {
            headers.get(HOST).and_then(|it| it.to_str().ok()).and_then(RequestHost::parse).as_ref()
                == Some(&host)
        };
        host.is_private_to_machine() || self.is_listed(&host) || is_same()
    }

    fn is_listed(&self, host: &RequestHost) -> bool {
        let is_allowed = |allowed: &AllowedHost| allowed.matches(host);
        self.hosts.iter().any(is_allowed) || self.domain_names.get().iter().any(is_allowed)
    }
}

/// Checks a request to the Runtime API, which only the function of a sandbox calls. No runtime sends the headers of
/// browsers. A page always sends them with a request that changes something or whose answer it could read.
///
/// # Errors
/// Any [`AccessRefusal`].
pub(crate) fn check_runtime(head: &Parts) -> Result<(), AccessRefusal> {
    let nothing = Access::new(Vec::new(), Vec::new(), Current::new(Vec::new()));
    nothing.check_host(head)?;
    if let Some(origin) = origin::headers(&head.headers).next() {
        return Err(AccessRefusal::ForeignOrigin(origin.to_owned()));
    }
    if origin::is_of_browser(&head.headers) { Err(AccessRefusal::CrossSite) } else { Ok(()) }
}

/// Whether a host, with or without a port, is this machine or has a name that no public site can have.
pub(crate) fn is_private_to_machine(authority: &str) -> bool {
    RequestHost::parse(authority).is_some_and(|host| host.is_private_to_machine())
}

#[cfg(test)]
mod tests;
