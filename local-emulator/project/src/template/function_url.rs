//! The URL of a function.

use super::cors;
use super::property::Property;
use super::reader::Reader;
use super::resource::Resource;
use super::value::TemplateValue;
use crate::aws::Cors;

/// A URL that is a resource of its own.
const KIND: &str = "AWS::Lambda::Url";

/// `FunctionUrlConfig`, or `AWS::Lambda::Url`, which has the same properties.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionUrl {
    /// Whether requests must be signed: `AuthType: AWS_IAM`.
    pub signed: bool,
    /// Whether responses are streamed: `InvokeMode: RESPONSE_STREAM`.
    pub streams: bool,
    /// The CORS settings for browsers of other origins.
    pub cors: Option<Cors>,
}

/// Reads the URL of a function, from the function or from a resource beside it.
pub(super) fn read(
    resource: &Resource<'_>,
    resources: &[Resource<'_>],
    reader: &mut Reader,
) -> Option<FunctionUrl> {
    let config = resource.property("FunctionUrlConfig");
    let id = &resource.logical_id;
    if let Some(node) = config.node() {
        return Some(url("FunctionUrlConfig", node, |name| config.member(name), reader));
    }
    let own = resource_of(id, resources)?;
    Some(url(KIND, own.key, |name| own.property(name), reader))
}

/// Returns the resource that is the URL of a function, if there is one and it is deployed.
pub(super) fn resource_of<'a, 'b>(
    logical_id: &str,
    resources: &'a [Resource<'b>],
) -> Option<&'a Resource<'b>> {
    resources.iter().filter(|resource| resource.kind == KIND && resource.is_deployed()).find(|resource| {
        resource.property("TargetFunctionArn").node().is_some_and(|target| target.names(logical_id))
    })
}

fn url<'a>(
    kind: &str,
    node: &'a TemplateValue,
    member: impl Fn(&'static str) -> Property<'a>,
    reader: &mut Reader,
) -> FunctionUrl {
    let auth_type = member("AuthType");
    if auth_type.node().is_none() {
        reader.error(node, format!("`{kind}` needs an `AuthType`: `NONE` or `AWS_IAM`"));
    }
    // A URL that may be signed counts as signed.
    let signed = auth_type.choice(&[("NONE", false), ("AWS_IAM", true)], "`AWS_IAM`", reader).unwrap_or(true);
    let modes = [("BUFFERED", false), ("RESPONSE_STREAM", true)];
    FunctionUrl {
        signed,
        streams: member("InvokeMode").choice(&modes, "`BUFFERED`", reader).unwrap_or(false),
        cors: cors::of_function_url(member("Cors"), reader),
    }
}
