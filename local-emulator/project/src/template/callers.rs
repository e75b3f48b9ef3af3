//! Resources that call functions without an event of SAM.

use super::resource::Resource;
use super::value::TemplateValue;

/// A caller of a function besides SAM's events and the function's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A target group of a load balancer.
    LoadBalancer,
    /// An authorizer of an API.
    Authorizer,
    /// An API of plain CloudFormation, or an API whose document is unknown.
    Other,
}

/// Load balancers, and APIs that are written out.
#[derive(Debug)]
pub(super) struct Callers<'a> {
    target_groups: Vec<&'a TemplateValue>,
    others: Vec<&'a TemplateValue>,
    /// An API is described in another file.
    are_hidden: bool,
}

/// The targets of a load balancer.
const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

const TYPES: [&str; 8] = [
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    TARGET_GROUP,
    "AWS::Lambda::Url",
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
];

impl<'a> Callers<'a> {
    pub(super) fn new(resources: &[Resource<'a>]) -> Self {
        let callers = resources.iter().filter(|resource| TYPES.contains(&resource.kind.as_str()));
        let are_hidden = callers.clone().any(is_elsewhere);
        let (target_groups, others): (Vec<_>, Vec<_>) =
            callers.partition(|resource| resource.kind == TARGET_GROUP);
        let properties =
            |resources: Vec<&Resource<'a>>| resources.into_iter().filter_map(Resource::properties).collect();
        Self { target_groups: properties(target_groups), others: properties(others), are_hidden }
    }

    /// Finds the caller that names a function, or that may name it.
    pub(super) fn find_caller(&self, logical_id: &str) -> Option<Caller> {
        let name = |resources: &[&TemplateValue]| resources.iter().any(|resource| resource.names(logical_id));
        if name(&self.target_groups) {
            return Some(Caller::LoadBalancer);
        }
        (self.are_hidden || name(&self.others)).then_some(Caller::Other)
    }
}

fn is_elsewhere(resource: &Resource<'_>) -> bool {
    if resource.document().is_some() {
        return false;
    }
    let property = |name| resource.property(name).node();
    let is_included = property("DefinitionBody").and_then(TemplateValue::intrinsic).is_some();
    is_included || property("DefinitionUri").is_some() || property("BodyS3Location").is_some()
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers>
pub(super) fn has_multi_value_headers(resource: &Resource<'_>) -> bool {
    let is = |attribute: &TemplateValue, name, value| {
        attribute.get(name).and_then(TemplateValue::text).as_deref() == Some(value)
    };
    let attributes = resource.property("TargetGroupAttributes").node();
    resource.kind == TARGET_GROUP
        && attributes.into_iter().flat_map(TemplateValue::items).any(|attribute| {
            is(attribute, "Key", "lambda.multi_value_headers.enabled") && is(attribute, "Value", "true")
        })
}
