//! The URL of a function.

use super::cors;
use super::reader::Reader;
use super::resource::Resource;
use crate::aws::Cors;

/// `FunctionUrlConfig`.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionUrl {
    /// `AuthType: AWS_IAM`.
    pub signed: bool,
    /// `InvokeMode: RESPONSE_STREAM`.
    pub streams: bool,
    /// What it says to browsers of other origins.
    pub cors: Option<Cors>,
}

pub(super) fn read(resource: &Resource<'_>, reader: &mut Reader) -> Option<FunctionUrl> {
    let property = resource.property("FunctionUrlConfig");
    let node = property.node()?;
    let auth_type = property.member("AuthType");
    if auth_type.node().is_none() {
        reader.error(node, "`FunctionUrlConfig` needs an `AuthType`: `NONE` or `AWS_IAM`");
    }
    let signed = auth_type.choice(&[("NONE", false), ("AWS_IAM", true)], "`NONE`", reader).unwrap_or(false);
    if signed {
        reader.warning(
            auth_type.node().unwrap_or(node),
            format!(
                "the URL of `{}` lets everybody in: the emulator checks no signatures",
                resource.logical_id
            ),
        );
    }
    let modes = [("BUFFERED", false), ("RESPONSE_STREAM", true)];
    Some(FunctionUrl {
        signed,
        streams: property.member("InvokeMode").choice(&modes, "`BUFFERED`", reader).unwrap_or(false),
        cors: cors::of_function_url(property.member("Cors"), reader),
    })
}
