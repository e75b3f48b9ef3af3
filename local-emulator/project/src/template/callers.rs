//! Resources that call functions in ways that SAM's events do not tell.

use super::definition;
use super::load_balancer::TARGET_GROUP;
use super::node::Node;
use super::resource::Resource;

/// What calls a function besides SAM's events and its URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A target group names it.
    LoadBalancer,
    /// An authorizer of an API asks it.
    Authorizer,
    /// An API that is written out, or one of which nothing is known.
    Other,
}

/// Load balancers, and APIs that are written out.
#[derive(Debug)]
pub(super) struct Callers<'a> {
    target_groups: Vec<Node<'a>>,
    others: Vec<Node<'a>>,
    /// An API is described in another file.
    are_hidden: bool,
}

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
        let are_hidden = callers.clone().any(is_elsewhere);
        let (target_groups, others): (Vec<_>, Vec<_>) =
            callers.partition(|resource| resource.kind == TARGET_GROUP);
        let properties =
            |resources: Vec<&Resource<'a>>| resources.into_iter().filter_map(Resource::properties).collect();
        Self { target_groups: properties(target_groups), others: properties(others), are_hidden }
    }

    /// Which of them names a function, or may do so.
    pub(super) fn who_calls(&self, logical_id: &str) -> Option<Caller> {
        let name = |resources: &[Node<'_>]| resources.iter().any(|resource| names(*resource, logical_id));
        if name(&self.target_groups) {
            return Some(Caller::LoadBalancer);
        }
        (self.are_hidden || name(&self.others)).then_some(Caller::Other)
    }
}

fn is_elsewhere(resource: &Resource<'_>) -> bool {
    if definition::body(resource).is_some() {
        return false;
    }
    let property = |name| resource.property(name).node();
    let is_included = property("DefinitionBody").and_then(Node::intrinsic).is_some();
    is_included || property("DefinitionUri").is_some() || property("BodyS3Location").is_some()
}

/// `!Ref Id`, `!GetAtt Id.Arn`, `${Id.Arn}` in a text, or the same written long.
pub(super) fn names(node: Node<'_>, logical_id: &str) -> bool {
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
