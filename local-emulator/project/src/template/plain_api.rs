//! APIs of plain `CloudFormation` whose `Body` is an OpenAPI document.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html>

use super::api::{Api, is_edge, key_source};
use super::reader::Reader;
use super::resource::{PLAIN_HTTP_API, PLAIN_REST_API, Resource};
use super::value::TemplateValue;
use crate::aws::FrontDoorKind;

/// The resources that may name a stage, with the property that refers to their API.
const STAGES: [(&str, &str); 3] = [
    ("AWS::ApiGateway::Stage", "RestApiId"),
    ("AWS::ApiGateway::Deployment", "RestApiId"),
    ("AWS::ApiGatewayV2::Stage", "ApiId"),
];

/// Reads an API; `None` for any other resource, and for an API without a document.
pub(super) fn read(resource: &Resource<'_>, resources: &[Resource<'_>], reader: &mut Reader) -> Option<Api> {
    let kind = match resource.kind.as_str() {
        PLAIN_HTTP_API => FrontDoorKind::HttpApi,
        PLAIN_REST_API => FrontDoorKind::RestApi,
        _ => return None,
    };
    resource.document()?;
    let unlisted = Api::unlisted(kind, &resource.logical_id);
    Some(Api {
        stage: stage(&resource.logical_id, resources).unwrap_or(unlisted.stage),
        api_key_source: key_source(resource.property("ApiKeySourceType"), reader).unwrap_or_default(),
        place: Some(resource.key.place()),
        is_edge: is_edge(kind, resource.property("EndpointConfiguration")),
        ..unlisted
    })
}

fn stage(api: &str, resources: &[Resource<'_>]) -> Option<String> {
    let names = |(kind, property): (&'static str, &'static str)| {
        let of_kind = resources.iter().filter(move |resource| resource.kind == kind);
        let of_api = of_kind.filter(move |resource| {
            resource.property(property).node().and_then(TemplateValue::reference).as_deref() == Some(api)
        });
        of_api.filter_map(|resource| resource.property("StageName").node()?.text())
    };
    STAGES.into_iter().flat_map(names).next()
}
