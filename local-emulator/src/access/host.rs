//! The host that a request names, in its `Host` header or in an absolute target.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use http::header::{HOST, HeaderValue};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Method, Uri, Version};

use super::AccessRefusal;

/// The top-level names that no public site has.
///
/// `.localhost`, `.test`, `.example` and `.invalid` are reserved by <https://www.rfc-editor.org/rfc/rfc6761>, and
/// `.internal`, with `host.docker.internal`, by
/// <https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en>.
const RESERVED: [&str; 5] = ["localhost", "test", "example", "invalid", "internal"];

/// A host without its port, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RequestHost {
    Address(IpAddr),
    Name(String),
}

/// A host that requests may name, besides those of this machine: a name, or with a leading dot (`.example.com`) a name and all
/// names below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    name: String,
    with_subdomains: bool,
}

/// A text that is not an [`AllowedHost`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write a host name without scheme and port, as `dev.example.com`, or `.example.com` for all names below it"
)]
pub struct InvalidHost;

impl RequestHost {
    /// Reads a host with or without a port. `None` for a text that is not a host.
    pub(super) fn parse(authority: &str) -> Option<Self> {
        let authority = without_user(authority);
        if let Some(rest) = authority.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            let has_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
            return address.parse::<Ipv6Addr>().ok().filter(|_| has_port).map(|it| Self::Address(it.into()));
        }
        let host = match authority.split_once(':') {
            Some((host, port)) if is_port(port) => host,
            Some(_) => return None,
            None => authority,
        };
        match host.parse::<Ipv4Addr>() {
            Ok(address) => Some(Self::Address(address.into())),
            Err(_) => name(host).map(Self::Name),
        }
    }

    /// Whether the host can only be this machine or a private network: an address, a name without a dot (a service of Docker
    /// Compose), or a reserved name. An address is safe as a host, since DNS rebinding needs a name.
    pub(super) fn is_of_machine(&self) -> bool {
        match self {
            Self::Address(_) => true,
            Self::Name(name) => is_reserved(name),
        }
    }

    /// Whether a web page of this host is the developer's. Unlike in [`is_of_machine`](Self::is_of_machine), only loopback
    /// addresses count, since any site may have another address.
    pub(super) fn is_private_to_machine(&self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Name(name) => is_reserved(name),
        }
    }

    /// Whether browsers know that the host is their own machine: a loopback address, `localhost`, or a name below it.
    /// <https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy>
    pub(super) fn is_loopback(&self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
        }
    }

    /// Whether the host is the name of an API or of a Function URL on AWS. Clients may send such a name to the emulator, and
    /// only AWS can point it at this machine.
    pub(super) fn is_aws(&self) -> bool {
        let Self::Name(name) = self else { return false };
        let mut labels = name.split('.').skip(1);
        let service = labels.next();
        let rest: Vec<&str> = labels.skip(1).collect();
        match service {
            Some("execute-api") => matches!(rest[..], ["amazonaws", "com"] | ["amazonaws", "com", "cn"]),
            Some("lambda-url") => rest == ["on", "aws"],
            _ => false,
        }
    }
}

fn is_port(text: &str) -> bool {
    text.is_empty() || text.parse::<u16>().is_ok()
}

/// Returns a name in lower case without the final dot of the root, if it has only characters of names. Compose allows
/// underscores.
fn name(host: &str) -> Option<String> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_of_names = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_of_names);
    host.split('.').all(is_label).then(|| host.to_ascii_lowercase())
}

fn is_reserved(name: &str) -> bool {
    name.rsplit_once('.').is_none_or(|(_, last)| RESERVED.contains(&last))
}

impl AllowedHost {
    pub(super) fn matches(&self, host: &RequestHost) -> bool {
        let host = host.to_string();
        let below = || host.strip_suffix(&self.name).is_some_and(|rest| rest.ends_with('.'));
        host == self.name || self.with_subdomains && below()
    }
}

impl FromStr for AllowedHost {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        let (host, with_subdomains) = match text.strip_prefix(['.']).or_else(|| text.strip_prefix("*.")) {
            Some(host) => (host, true),
            None => (text, false),
        };
        let name = match RequestHost::parse(host) {
            Some(RequestHost::Name(name)) if !host.contains([':', '@']) => name,
            Some(address @ RequestHost::Address(_)) if !with_subdomains && !host.contains('@') => {
                address.to_string()
            }
            _ => return Err(InvalidHost),
        };
        Ok(Self { name, with_subdomains })
    }
}

impl fmt::Display for RequestHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.with_subdomains { "." } else { "" }, self.name)
    }
}

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

    use super::{AllowedHost, InvalidHost, RequestHost, settle_host};
    use crate::access::AccessRefusal;

    fn is_answered(authority: &str) -> bool {
        RequestHost::parse(authority).is_some_and(|host| host.is_of_machine() || host.is_aws())
    }

    #[test]
    fn hosts_of_no_public_site_are_allowed() {
        for host in [
            "localhost",
            "localhost:3000",
            "LOCALHOST:3000",
            "localhost.",
            "api-user.localhost:3001",
            "127.0.0.1",
            "127.0.0.1:3000",
            "192.168.1.7:3000",
            "[::1]",
            "[::1]:3000",
            "[fe80::1]:80",
            "api",
            "api_1:3000",
            "host.docker.internal:3000",
            "shop.test",
            "shop.example",
            "shop.invalid",
            "db.internal",
            "localhost:",
            "abc123.execute-api.eu-central-1.amazonaws.com",
            "abc123.execute-api.cn-north-1.amazonaws.com.cn",
            "abc123.lambda-url.eu-central-1.on.aws",
        ] {
            assert!(is_answered(host), "{host}");
        }
    }

    #[test]
    fn hosts_of_public_sites_are_refused() {
        for host in [
            "",
            ".",
            "evil.com",
            "evil.com:3000",
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "evil.com.",
            "a..b",
            "127.0.0.1@evil.com",
            "localhost:3000@evil.com",
            "evil.com:80:80",
            "[::1",
            "[::1]x",
            "[::1]:x",
            "[evil.com]",
            "xlocalhost.com",
            "test.com",
            "internal.com",
            "localhost:99999",
            "127.0.0.1 evil.com",
            "é.com",
            "a/b",
            "127.1",
            "abc.execute-api.eu-central-1.evil.com",
            "execute-api.eu-central-1.amazonaws.com",
            "a.lambda-url.x.on.aws.evil.com",
        ] {
            assert!(!is_answered(host), "{host}");
        }
    }

    #[test]
    fn allowed_host_is_a_name_or_all_names_below() {
        let allows = |allowed: &str, host: &str| {
            allowed.parse::<AllowedHost>().unwrap().matches(&RequestHost::parse(host).unwrap())
        };
        assert!(allows("dev.example.com", "DEV.example.com:80"));
        assert!(!allows("dev.example.com", "a.dev.example.com"));
        assert!(allows(".example.com", "example.com") && allows(".example.com", "a.b.example.com"));
        assert!(!allows(".example.com", "evilexample.com"));
        assert!(allows("*.example.com", "a.example.com"));
        assert!(allows("203.0.113.5", "203.0.113.5:80"));
        for invalid in ["", ".", "http://a.com", "a.com:80", "a b", "*", "user@a.com", ".10.0.0.1"] {
            assert_eq!(invalid.parse::<AllowedHost>(), Err(InvalidHost), "{invalid}");
        }
    }

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
