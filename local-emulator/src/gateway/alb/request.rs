//! Requests that a load balancer refuses before it looks at its rules.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>

use http::header::{HeaderMap, UPGRADE};
use http::request::Parts;
use http::{Method, Version};

use crate::gateway::error::{GatewayError, Unsupported};
use crate::gateway::headers::{FORWARDED_FOR, text};
use crate::gateway::limits;
use crate::ows::trimmed;

/// "The target is a Lambda function and the request body exceeds 1 MB."
///
/// Undocumented (ALB-14): "1 MB" is taken to be 2^20 bytes, and is compared with the body as it was sent.
pub const BODY: usize = 1024 * 1024;

/// "16K per request line, 16K per single header, or 64K for the entire header".
const LINE: usize = 16 * 1024;
/// The limit of the head in bytes, from the sentence on [`LINE`].
const HEAD: usize = 64 * 1024;

/// "an X-Forwarded-For request header with more than 30 IP addresses"
const FORWARDED: usize = 30;

/// Checks the head of a request.
pub(super) fn check(head: &Parts) -> Result<(), GatewayError> {
    check_lines(head)?;
    limits::check_head(head, HEAD)?;
    if head.method == Method::TRACE {
        return Err(Unsupported::Method(head.method.clone()).into());
    }
    if upgrades_to_websocket(head) {
        return Err(Unsupported::Upgrade.into());
    }
    match forwarded_addresses(&head.headers) {
        0..=FORWARDED => Ok(()),
        addresses => Err(Unsupported::ForwardedTooOften(addresses).into()),
    }
}

/// Undocumented (ALB-15): whether a request line that is too long is a 400, like a header that is too long, or a 414, "The
/// request URL or query string parameters are too large", for which no size is given. Here it is a 414.
fn check_lines(head: &Parts) -> Result<(), GatewayError> {
    let size = limits::target_size(head);
    if head.method.as_str().len() + size + "  HTTP/1.1\r\n".len() > LINE {
        return Err(GatewayError::TargetTooLong { size, limit: LINE });
    }
    let lines = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    match lines.max() {
        Some(size) if size > LINE => Err(GatewayError::HeadTooLong { size, limit: LINE }),
        _ => Ok(()),
    }
}

/// "Upgrade requests are rejected with an HTTP 400 code."
///
/// Undocumented (ALB-16): an upgrade to another protocol, such as `h2c`, which curl requests. Here it is ignored.
fn upgrades_to_websocket(head: &Parts) -> bool {
    let protocols = head.headers.get_all(UPGRADE).iter().map(text);
    head.version == Version::HTTP_11
        && protocols
            .into_iter()
            .any(|list| list.split(',').any(|protocol| trimmed(protocol).eq_ignore_ascii_case("websocket")))
}

fn forwarded_addresses(headers: &HeaderMap) -> usize {
    let lists = headers.get_all(FORWARDED_FOR).iter().map(text);
    lists.map(|list| list.split(',').filter(|address| !trimmed(address).is_empty()).count()).sum()
}
