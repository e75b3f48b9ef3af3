//! Normalizes the host and the target of a request.

use http::header::{HOST, HeaderValue};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Method, Uri, Version};

use super::AccessRefusal;

/// Moves the host of a request into its `Host` header, and leaves a target that begins with the path.
///
/// A target with a scheme, as clients send it to proxies, names the host, and the `Host` header does not count then:
/// <https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2>.
///
/// # Errors
/// [`AccessRefusal::NoHost`] or [`AccessRefusal::SeveralHosts`]. HTTP/1.1 requires a 400 for both:
/// <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>.
pub(crate) fn settle_host(head: &mut Parts) -> Result<(), AccessRefusal> {
    match head.headers.get_all(HOST).iter().count() {
        0 if head.version > Version::HTTP_10 => return Err(AccessRefusal::NoHost),
        0 | 1 => {}
        count => return Err(AccessRefusal::SeveralHosts(count)),
    }
    // The target of `CONNECT` has only an authority.
    if head.method != Method::CONNECT && head.uri.scheme().is_some() {
        let host = head.uri.authority().map(|authority| without_user(authority.as_str()));
        if let Some(host) = host.and_then(|host| HeaderValue::from_str(host).ok()) {
            head.headers.insert(HOST, host);
            head.uri = path_of(&head.uri);
        }
    }
    Ok(())
}

fn without_user(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

fn path_of(uri: &Uri) -> Uri {
    let path = uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    Uri::from(path)
}

#[cfg(test)]
mod tests {
    use http::header::HOST;
    use http::request::Parts;
    use http::{Request, Version};

    use super::settle_host;
    use crate::access::AccessRefusal;

    fn head(target: &str, hosts: &[&str]) -> Parts {
        let request = hosts.iter().fold(Request::get(target), |request, host| request.header(HOST, *host));
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn request_has_one_host() {
        for (hosts, version, refused) in [
            (&[][..], Version::HTTP_11, Some(AccessRefusal::NoHost)),
            (&[], Version::HTTP_10, None),
            (&["a"], Version::HTTP_11, None),
            (&[""], Version::HTTP_11, None),
            (&["a", "a"], Version::HTTP_11, Some(AccessRefusal::SeveralHosts(2))),
            (&["a", "a", "b"], Version::HTTP_10, Some(AccessRefusal::SeveralHosts(3))),
        ] {
            let mut head = head("/", hosts);
            head.version = version;
            assert_eq!(settle_host(&mut head).err(), refused, "{hosts:?} {version:?}");
        }
    }

    #[test]
    fn absolute_target_becomes_host_and_path() {
        for (target, path, host) in [
            ("/a?b", "/a?b", "sent"),
            ("*", "*", "sent"),
            ("http://a.localhost:81/a?b", "/a?b", "a.localhost:81"),
            ("http://me@a/", "/", "a"),
            ("http://a", "/", "a"),
            ("http://a?b", "/?b", "a"),
        ] {
            let mut head = head(target, &["sent"]);
            settle_host(&mut head).unwrap();
            assert_eq!((head.uri.to_string().as_str(), &head.headers[HOST]), (path, &host.parse().unwrap()));
        }
    }
}
