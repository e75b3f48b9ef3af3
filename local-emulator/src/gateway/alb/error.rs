//! The answers that a load balancer gives by itself.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>

use http::StatusCode;

use crate::gateway::error::{GatewayError, Unsupported};
use crate::gateway::reply::Reply;

/// Returns the status of an error.
pub(super) fn status(error: &GatewayError) -> StatusCode {
    match error {
        GatewayError::NoRoute | GatewayError::TrailingSlash(_) | GatewayError::NoStage(_) => {
            StatusCode::NOT_FOUND
        }
        GatewayError::TargetTooLong { .. } => StatusCode::URI_TOO_LONG,
        GatewayError::HeadTooLong { .. } | GatewayError::BrokenBody(_) => StatusCode::BAD_REQUEST,
        GatewayError::BodyTooLong { .. } | GatewayError::EventTooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        GatewayError::Unsupported(unsupported) => unsupported_status(unsupported),
        // A function that fails, or exceeds its own timeout, is a 502. Undocumented (ALB-7): a throttled function is a
        // 502 too. The page on access logs lists `LambdaThrottling` among the reasons for a 502.
        _ => StatusCode::BAD_GATEWAY,
    }
}

fn unsupported_status(unsupported: &Unsupported) -> StatusCode {
    match unsupported {
        Unsupported::Upgrade => StatusCode::BAD_REQUEST,
        Unsupported::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
        Unsupported::ForwardedTooOften(_) => StatusCode::from_u16(463).unwrap_or(StatusCode::BAD_REQUEST),
    }
}

/// Builds the answer to a client: a page like nginx's. The page of the 400 is, byte for byte, the page in
/// <https://github.com/VWS-Python/vws-python-mock>, whose tests also run against AWS. The page of 502 was seen in
/// <https://github.com/CodeGenieApp/serverless-express/issues/688>.
///
/// Undocumented (ALB-8): the default action, for a request that matches no rule, is a setting of the user. Here it is a
/// fixed response of 404 without a body.
pub(super) fn reply(error: &GatewayError) -> Reply {
    let status = status(error);
    match error {
        GatewayError::NoRoute | GatewayError::TrailingSlash(_) => {
            Reply::plain(status, "text/plain; charset=utf-8", "")
        }
        _ => Reply::plain(status, "text/html", page(status)),
    }
}

fn page(status: StatusCode) -> String {
    let title = title(status);
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
}

/// Returns the title of a page, in the words of nginx. The titles of 400 and 502 were seen on AWS; the others are
/// undocumented (ALB-9).
fn title(status: StatusCode) -> String {
    match status.as_u16() {
        405 => "405 Not Allowed".to_owned(),
        413 => "413 Request Entity Too Large".to_owned(),
        414 => "414 Request-URI Too Large".to_owned(),
        _ => status.to_string().trim_end_matches(" <unknown status code>").to_owned(),
    }
}
