//! The answers that the gateway gives by itself.
//!
//! The statuses are from
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>.

use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;

use serde_json::json;

use crate::authorizer::{Denial, DenialKind, incomplete_signature};
use crate::gateway::error::{GatewayError, InvalidReply};
use crate::gateway::reply::Reply;

pub(super) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// The answer that a client gets. Some bodies have a space after the colon and others have none, as recorded: 403 and 502
/// in `tests/aws/services/apigateway` of <https://github.com/localstack/localstack>, 504 in
/// <https://rasp.hateblo.jp/entry/2021/05/13/222835>, 413 in
/// <https://github.com/koki-develop/lgtm-generator/issues/10>.
struct ErrorAnswer {
    status: u16,
    error_type: Option<&'static str>,
    body: &'static str,
}

const INTERNAL: ErrorAnswer = ErrorAnswer {
    status: 502,
    error_type: Some("InternalServerErrorException"),
    body: r#"{"message": "Internal server error"}"#,
};

/// Returns the answer to an error.
///
/// Undocumented (REST-5): the bodies and types of 400, 414 and 431, and the type of the 403 for an unknown stage.
fn error_answer(error: &GatewayError) -> ErrorAnswer {
    let (status, error_type, body) = match error {
        GatewayError::NoRoute | GatewayError::TrailingSlash(_) => {
            (403, "MissingAuthenticationTokenException", r#"{"message":"Missing Authentication Token"}"#)
        }
        GatewayError::NoStage(_) => (403, "ForbiddenException", r#"{"message":"Forbidden"}"#),
        GatewayError::HeadTooLong { .. } => {
            (431, "BadRequestException", r#"{"message":"Request Header Fields Too Large"}"#)
        }
        GatewayError::TargetTooLong { .. } => {
            (414, "BadRequestException", r#"{"message":"Request-URI Too Long"}"#)
        }
        // "The API client will receive a `414 Request URI too long` response":
        // <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html>.
        GatewayError::MethodArnTooLong { .. } => {
            (414, "BadRequestException", r#"{"message":"Request URI too long"}"#)
        }
        GatewayError::BodyTooLong { .. } => return TOO_LONG,
        GatewayError::EventTooLong { .. } => {
            (413, "BadRequestException", r#"{"message": "Request Too Long"}"#)
        }
        GatewayError::BrokenBody(_) | GatewayError::Unsupported(_) => {
            (400, "BadRequestException", r#"{"message":"Bad Request"}"#)
        }
        GatewayError::Denied(denial) => denied(denial.kind),
        GatewayError::TimedOut(_) => {
            (504, "InternalServerErrorException", r#"{"message": "Endpoint request timed out"}"#)
        }
        // Throttled: "If the Lambda API rejects the invocation request, API Gateway returns a
        // 500 error code" (<https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html>).
        // Base64: `API_CONFIGURATION_ERROR`. A stream: undocumented (REST-6).
        GatewayError::Throttled(_)
        | GatewayError::InvalidReply(InvalidReply::Base64(_))
        | GatewayError::InvalidStream(_) => return ErrorAnswer { status: 500, ..INTERNAL },
        GatewayError::FunctionFailed(_) | GatewayError::InvalidReply(_) => return INTERNAL,
    };
    ErrorAnswer { status, error_type: Some(error_type), body }
}

/// Returns status, type and body of the answer to a denial.
fn denied(kind: DenialKind) -> (u16, &'static str, &'static str) {
    match kind {
        DenialKind::Unauthorized => (401, "UnauthorizedException", r#"{"message":"Unauthorized"}"#),
        DenialKind::ExpiredToken => {
            (401, "UnauthorizedException", r#"{"message":"The incoming token has expired"}"#)
        }
        DenialKind::AccessDenied { is_explicit: false } => {
            (403, "AccessDeniedException", r#"{"Message":"User is not authorized to access this resource"}"#)
        }
        DenialKind::AccessDenied { is_explicit: true } => (
            403,
            "AccessDeniedException",
            r#"{"Message":"User is not authorized to access this resource with an explicit deny"}"#,
        ),
        DenialKind::MissingScope | DenialKind::InvalidApiKey => {
            (403, "ForbiddenException", r#"{"message":"Forbidden"}"#)
        }
        DenialKind::InvalidSignature => (
            403,
            "InvalidSignatureException",
            r#"{"message":"The request signature we calculated does not match the signature you provided."}"#,
        ),
        DenialKind::IncompleteSignature => {
            (403, "IncompleteSignatureException", r#"{"message":"Incomplete Signature"}"#)
        }
        // The type is from <https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden>.
        DenialKind::UnrecognizedClient => (
            403,
            "AccessDeniedException",
            r#"{"message":"The security token included in the request is invalid."}"#,
        ),
        DenialKind::ExpiredCredentials => (
            403,
            "ExpiredTokenException",
            r#"{"message":"The security token included in the request is expired"}"#,
        ),
        DenialKind::MissingAuthenticationToken => {
            (403, "MissingAuthenticationTokenException", r#"{"message":"Missing Authentication Token"}"#)
        }
        // Undocumented (LAUTH-11): this type, which is LocalStack's.
        DenialKind::AuthorizerFailure => (500, "AuthorizerFailureException", r#"{"message":null}"#),
        DenialKind::AuthorizerConfiguration | DenialKind::InvalidClaims => {
            (500, "AuthorizerConfigurationException", r#"{"message":null}"#)
        }
    }
}

/// The answer to a body over the limit. It is recorded: not JSON, and without an error type.
const TOO_LONG: ErrorAnswer =
    ErrorAnswer { status: 413, error_type: None, body: "HTTP content length exceeded 10485760 bytes." };

/// Builds the answer to a client.
///
/// An unknown path or method is refused as if it required a signature. An `Authorization` that is not a signature is
/// therefore called incomplete: <https://github.com/amazon-archives/aws-cognito-angular-quickstart/issues/50>.
pub(super) fn reply_to(head: &Parts, error: &GatewayError) -> Reply {
    match error {
        GatewayError::NoRoute | GatewayError::TrailingSlash(_) => match incomplete_signature(head) {
            Some(denial) => reply(&GatewayError::Denied(denial)),
            None => reply(error),
        },
        _ => reply(error),
    }
}

fn reply(error: &GatewayError) -> Reply {
    let ErrorAnswer { status, error_type, body } = error_answer(error);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = if error_type.is_some() { "application/json" } else { "text; charset=utf-8" };
    let mut reply = match error {
        GatewayError::Denied(Denial { message: Some(message), .. }) => {
            Reply::plain(status, content_type, json!({ "message": message }).to_string())
        }
        _ => Reply::plain(status, content_type, body),
    };
    reply.headers.extend(error_type.map(|kind| (ERROR_TYPE, HeaderValue::from_static(kind))));
    reply
}
