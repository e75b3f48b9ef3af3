//! Lambda Function URLs: payload format 2.0, but for the path, which stays as the client encoded it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>

use api_routes_routing::PathEncoding;

use super::EventError;
use super::envelope::Envelope;
use super::http_api;
use super::target::Target;

pub(super) fn target<'e>(event: &'e Envelope<'_>) -> Result<Target<'e>, EventError> {
    http_api::target(event, PathEncoding::Percent)
}
