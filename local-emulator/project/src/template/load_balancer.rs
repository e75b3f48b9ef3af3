//! Load balancers. Their rules are not read: behind the emulator's, functions answer on their routes.

use super::node::Node;
use super::resource::Resource;

pub(super) const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers>
pub(super) fn has_multi_value_headers(resource: &Resource<'_>) -> bool {
    let is =
        |attribute: Node<'_>, name, value| attribute.get(name).and_then(Node::text).as_deref() == Some(value);
    let attributes = resource.property("TargetGroupAttributes").node();
    resource.kind == TARGET_GROUP
        && attributes.into_iter().flat_map(Node::items).any(|attribute| {
            is(attribute, "Key", "lambda.multi_value_headers.enabled") && is(attribute, "Value", "true")
        })
}
