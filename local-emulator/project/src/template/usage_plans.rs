//! API keys of REST APIs, and the usage plans that accept them.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>

use super::api::{Api, TemplateApiKey};
use super::property::Property;
use super::reader::Reader;
use super::resource::{REST_API, Resource};
use super::value::TemplateValue;
use crate::aws::FrontDoorKind;

/// A usage plan: its logical id, and the APIs of its stages.
struct UsagePlan {
    id: String,
    apis: Vec<String>,
}

/// Gives each REST API the keys of its usage plans.
pub(super) fn add(
    apis: &mut [Api],
    resources: &[Resource<'_>],
    globals: Option<&TemplateValue>,
    reader: &mut Reader,
) {
    let deployed: Vec<_> = resources.iter().filter(|resource| resource.is_deployed()).collect();
    let of_type = |kind: &'static str| deployed.iter().filter(move |it| it.kind == kind).copied();
    let mut keys: Vec<_> = of_type("AWS::ApiGateway::ApiKey").map(|resource| key(resource, reader)).collect();
    let mut plans: Vec<_> =
        of_type("AWS::ApiGateway::UsagePlan").map(|resource| plan(resource, apis)).collect();
    let mut pairs: Vec<_> = of_type("AWS::ApiGateway::UsagePlanKey").filter_map(pair).collect();
    for api in apis.iter().filter(|api| api.kind == FrontDoorKind::RestApi) {
        let Some([plan_id, key_id]) = made_by_sam(api, resources, globals, reader) else { continue };
        match plans.iter_mut().find(|plan| plan.id == plan_id) {
            Some(plan) => plan.apis.push(api.logical_id.clone()),
            None => plans.push(UsagePlan { id: plan_id.clone(), apis: vec![api.logical_id.clone()] }),
        }
        if keys.iter().all(|key| key.logical_id != key_id) {
            keys.push(TemplateApiKey { logical_id: key_id.clone(), value: None, is_enabled: true });
            pairs.push((key_id, plan_id));
        }
    }
    for api in apis.iter_mut().filter(|api| api.kind == FrontDoorKind::RestApi) {
        let opens = |plan_id: &str| {
            plans.iter().any(|plan| plan.id == plan_id && plan.apis.contains(&api.logical_id))
        };
        let is_let_in = |key: &&TemplateApiKey| {
            pairs.iter().any(|(key_id, plan_id)| *key_id == key.logical_id && opens(plan_id))
        };
        api.api_keys = keys.iter().filter(is_let_in).cloned().collect();
    }
}

fn key(resource: &Resource<'_>, reader: &mut Reader) -> TemplateApiKey {
    let is_enabled = resource.property("Enabled").truth("`false`", reader).unwrap_or(false);
    let value = resource.property("Value");
    let text = value.text("the keys of `API_ROUTES_API_KEYS`", reader);
    if let (Some(node), Some(text)) = (value.node(), &text)
        && !(20..=128).contains(&text.chars().count())
    {
        reader.error(node, "the `Value` of an API key has 20 to 128 characters");
    }
    TemplateApiKey { logical_id: resource.logical_id.clone(), value: text, is_enabled }
}

fn plan(resource: &Resource<'_>, apis: &[Api]) -> UsagePlan {
    let stages = resource.property("ApiStages").node().into_iter().flat_map(TemplateValue::items);
    let api = |stage: &TemplateValue| {
        let id = stage.get("ApiId")?.reference()?;
        let api = apis.iter().find(|api| api.logical_id == id)?;
        let name = stage.get("Stage").and_then(TemplateValue::text);
        name.is_none_or(|name| name == api.stage).then_some(id)
    };
    UsagePlan { id: resource.logical_id.clone(), apis: stages.filter_map(api).collect() }
}

/// Returns a key with its plan.
fn pair(resource: &Resource<'_>) -> Option<(String, String)> {
    let id = |name| resource.property(name).node()?.reference();
    Some((id("KeyId")?, id("UsagePlanId")?))
}

/// Returns the plan and the key of `Auth.UsagePlan`, whose value AWS generates.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiusageplan.html>
fn made_by_sam(
    api: &Api,
    resources: &[Resource<'_>],
    globals: Option<&TemplateValue>,
    reader: &mut Reader,
) -> Option<[String; 2]> {
    let own = resources.iter().find(|it| it.logical_id == api.logical_id);
    let auth = match own {
        Some(resource) if resource.kind == REST_API => resource.property("Auth"),
        Some(_) => return None,
        None => Property::new("Auth", None, globals.and_then(|globals| globals.get("Api")?.get("Auth"))),
    };
    let plan = auth.member("UsagePlan");
    let node = plan.node()?;
    let create = plan.member("CreateUsagePlan");
    if create.node().is_none() && node.intrinsic().is_none() {
        reader.error(node, "`UsagePlan` needs a `CreateUsagePlan`: `PER_API`, `SHARED` or `NONE`");
    }
    let ids = [
        ("PER_API", Some([format!("{}UsagePlan", api.logical_id), format!("{}ApiKey", api.logical_id)])),
        ("SHARED", Some(["ServerlessUsagePlan", "ServerlessApiKey"].map(str::to_owned))),
        ("NONE", None),
    ];
    let names = ids.each_ref().map(|(name, _)| (*name, *name));
    let chosen = create.choice(&names, "`NONE`", reader)?;
    ids.into_iter().find(|(name, _)| *name == chosen)?.1
}
