//! Response headers that a function does not set under their own names.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>

use http::HeaderName;

/// The name under which the client gets a header; none if it does not get it.
///
/// Undocumented (REST-9): what happens behind Lambda proxy integrations. The names are those recorded for
/// other integrations in `tests/aws/services/apigateway/test_apigateway_integrations.snapshot.json` of
/// <https://github.com/localstack/localstack>, where the page above says of some of them that they are dropped.
pub(super) fn remapped(name: HeaderName) -> Option<HeaderName> {
    let remapped = match name.as_str() {
        "authorization" => "x-amzn-remapped-authorization",
        "connection" => "x-amzn-remapped-connection",
        "content-length" => "x-amzn-remapped-content-length",
        "content-md5" => "x-amzn-remapped-content-md5",
        "date" => "x-amzn-remapped-date",
        "expect" => "x-amzn-remapped-expect",
        "host" => "x-amzn-remapped-host",
        "max-forwards" => "x-amzn-remapped-max-forwards",
        "proxy-authenticate" => "x-amzn-remapped-proxy-authenticate",
        "server" => "x-amzn-remapped-server",
        "trailer" => "x-amzn-remapped-trailer",
        "upgrade" => "x-amzn-remapped-upgrade",
        "user-agent" => "x-amzn-remapped-user-agent",
        "www-authenticate" => "x-amzn-remapped-www-authenticate",
        // Of one connection, which ends at the gateway.
        "transfer-encoding" | "keep-alive" | "proxy-connection" => return None,
        _ => return Some(name),
    };
    Some(HeaderName::from_static(remapped))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The capture named above, of a response with every header of AWS's list; `TE` too goes through there.
    #[test]
    fn headers_are_remapped_as_recorded() {
        for name in [
            "Authorization",
            "Connection",
            "Content-Length",
            "Content-MD5",
            "Date",
            "Expect",
            "Host",
            "Max-Forwards",
            "Proxy-Authenticate",
            "Server",
            "Trailer",
            "Upgrade",
            "User-Agent",
            "WWW-Authenticate",
        ] {
            let expected = format!("x-amzn-Remapped-{name}").to_lowercase();
            assert_eq!(remapped(name.parse().unwrap()).unwrap().as_str(), expected);
        }
        for name in [
            "accept",
            "accept-charset",
            "accept-encoding",
            "age",
            "content-encoding",
            "content-type",
            "pragma",
            "range",
            "referer",
            "te",
            "via",
            "warn",
            "x-custom",
            "set-cookie",
            "x-amzn-errortype",
        ] {
            assert_eq!(remapped(name.parse().unwrap()).unwrap().as_str(), name);
        }
        assert_eq!(remapped(http::header::TRANSFER_ENCODING), None);
    }
}
