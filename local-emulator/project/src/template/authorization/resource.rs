//! Authorizers that are resources of their own: `AWS::ApiGateway::Authorizer`, `AWS::ApiGatewayV2::Authorizer`.
//!
//! A document refers to authorizers only by the names of its security schemes, and SAM has no other reference.
//!
//! Undocumented (AUTH-5): a scheme that has no `x-amazon-apigateway-authorizer` is the resource with its name.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-authorizer.html>

use super::description::Description;
use super::scheme::{Scheme, authorizer_kind, known};
use crate::aws::FrontDoorKind;
use crate::template::Fault;
use crate::template::function_index::FunctionIndex;
use crate::template::reader::Reader;
use crate::template::resource::Resource;
use crate::template::value::TemplateValue;

/// Gives each scheme without an extension the authorizer resource of the API that has the scheme's name.
pub(in crate::template) fn name_authorizers(
    schemes: &mut [Scheme],
    kind: FrontDoorKind,
    api: &str,
    resources: &[Resource<'_>],
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) {
    for scheme in schemes.iter_mut().filter(|scheme| scheme.lacks_extension()) {
        let found = resources.iter().find(|resource| is_authorizer(resource, kind, api, &scheme.name));
        let settings = found.and_then(|resource| Some((resource.key, resource.properties()?)));
        let Some((key, settings)) = settings else {
            let message = format!(
                "`{}` has an `x-amazon-apigateway-authtype` and no `x-amazon-apigateway-authorizer`: API Gateway makes no routes \
                 with it, and they reject every caller here; add it, or an authorizer with this `Name`",
                scheme.name
            );
            reader.caution(scheme.place, Fault::IgnoredAuth, message);
            continue;
        };
        let description = Description { kind, settings, scheme: None, functions };
        let authorizer = authorizer_kind(&description, reader);
        *scheme =
            Scheme::named(&scheme.name, known(&scheme.name, authorizer, key.place(), reader), key.place());
    }
}

fn is_authorizer(resource: &Resource<'_>, kind: FrontDoorKind, api: &str, name: &str) -> bool {
    let (of_kind, property) = match kind {
        FrontDoorKind::RestApi => ("AWS::ApiGateway::Authorizer", "RestApiId"),
        _ => ("AWS::ApiGatewayV2::Authorizer", "ApiId"),
    };
    let text = |name| resource.property(name).node().and_then(TemplateValue::reference);
    resource.kind == of_kind
        && text(property).as_deref() == Some(api)
        && text("Name").as_deref() == Some(name)
}
