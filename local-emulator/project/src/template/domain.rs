//! The custom domain names of APIs.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapidomainconfiguration.html>

use super::event::{HTTP_API, REST_API};
use super::node::Node;
use super::resource::Resource;

/// Returns the names that clients of the deployed APIs use, as `api.example.com` or `*.example.com`. A name that only AWS
/// can resolve is left out.
pub(super) fn names(resources: &[Resource<'_>]) -> Vec<String> {
    resources.iter().filter_map(name).collect()
}

fn name(resource: &Resource<'_>) -> Option<String> {
    let name = match resource.kind.as_str() {
        HTTP_API | REST_API => resource.property("Domain").member("DomainName"),
        "AWS::ApiGateway::DomainName" | "AWS::ApiGateway::DomainNameV2" | "AWS::ApiGatewayV2::DomainName" => {
            resource.property("DomainName")
        }
        _ => return None,
    };
    name.node().filter(|name| name.intrinsic().is_none()).and_then(Node::text)
}
