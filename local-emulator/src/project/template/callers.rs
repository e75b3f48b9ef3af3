//! Resources that call functions in ways that SAM's events do not tell.

use super::node::Node;
use super::resource::Resource;

/// Load balancers, and APIs that are written out.
#[derive(Debug)]
pub(super) struct Callers<'a> {
    resources: Vec<Node<'a>>,
    /// Those of them that are a load balancer's.
    target_groups: Vec<Node<'a>>,
    /// An API is described in another file.
    are_hidden: bool,
}

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
    pub(super) fn of(resources: &[Resource<'a>]) -> Self {
        let callers = resources.iter().filter(|resource| TYPES.contains(&resource.kind.as_str()));
        let target_groups = callers.clone().filter(|resource| resource.kind == TARGET_GROUP);
        Self {
            are_hidden: callers.clone().any(is_elsewhere),
            target_groups: target_groups.filter_map(Resource::properties).collect(),
            resources: callers.filter_map(Resource::properties).collect(),
        }
    }

    /// Whether one of them names a function, or may do so.
    pub(super) fn call(&self, logical_id: &str) -> bool {
        self.are_hidden || self.resources.iter().any(|resource| names(*resource, logical_id))
    }

    /// Whether it is a target of a load balancer.
    pub(super) fn balance(&self, logical_id: &str) -> bool {
        self.target_groups.iter().any(|group| names(*group, logical_id))
    }
}

fn is_elsewhere(resource: &Resource<'_>) -> bool {
    let property = |name| resource.property(name).node();
    let is_included = property("DefinitionBody").and_then(Node::intrinsic).is_some();
    is_included || property("DefinitionUri").is_some() || property("BodyS3Location").is_some()
}

/// `!Ref Id`, `!GetAtt Id.Arn`, `${Id.Arn}` in a text, or the same written long.
fn names(node: Node<'_>, logical_id: &str) -> bool {
    let is_named = |text: &str| {
        let mut places = text.match_indices(logical_id);
        places.any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + logical_id.len()..].chars().next();
            before.is_none_or(|c| c == '{') && after.is_none_or(|c| c == '.' || c == '}')
        })
    };
    node.text().is_some_and(|text| is_named(&text)) || node.children().any(|child| names(child, logical_id))
}
