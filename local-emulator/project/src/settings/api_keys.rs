//! The API keys that the template and the developer know.

use std::collections::BTreeMap;

use super::Settings;
use crate::aws::rest_api::short_id;
use crate::environment::API_KEYS;
use crate::template::{Api, ApiKeySource};

/// A key that clients of a REST API send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its logical id; for a key that the developer gives, an id that is the same as long as its value is.
    pub id: String,
    /// What `x-api-key` has to be.
    pub value: String,
}

impl Settings {
    /// The keys that a REST API accepts here: those of its usage plans whose values the template has, then those of
    /// [`API_KEYS`] in `shell` or in `.env`.
    pub fn api_keys(&self, api: &Api, shell: &BTreeMap<String, String>) -> Vec<ApiKey> {
        let of_template = api
            .api_keys
            .iter()
            .filter_map(|key| Some(ApiKey { id: key.logical_id.clone(), value: key.value.clone()? }));
        let given = self.own_variable(API_KEYS, shell).unwrap_or_default();
        let given = given.split(',').map(str::trim).filter(|value| !value.is_empty());
        let given = given.map(|value| ApiKey { id: short_id(value), value: value.to_owned() });
        of_template.chain(given).collect()
    }

    /// The REST APIs that let nobody in, since they want a key and none is known.
    pub(super) fn tell_missing_keys(&mut self, shell: &BTreeMap<String, String>) {
        let events = |api: &Api| {
            let functions = self.template.functions.iter().flat_map(|function| &function.events);
            let mut own = functions.filter(|it| (it.kind, &it.api) == (api.kind, &api.logical_id));
            own.any(|event| event.authorization.needs_api_key)
        };
        let is_closed = |api: &&Api| {
            let takes_header = api.api_key_source == ApiKeySource::Header;
            takes_header && events(api) && self.api_keys(api, shell).is_empty()
        };
        let apis: Vec<_> = self.template.apis.iter().filter(is_closed).map(|api| &api.logical_id).collect();
        let told = apis.iter().map(|api| {
            format!("routes of `{api}` need an API key, and no value is known here: write `{API_KEYS}=VALUE` into `.env`")
        });
        let told: Vec<_> = told.collect();
        self.warnings.extend(told);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::tempdir;

    use crate::Settings;
    use crate::fixture::project;

    /// A REST API whose route `GET /a` needs a key, with further resources.
    fn keyed(auth: &str, resources: &str) -> String {
        let event = "{Type: Api, Properties: {RestApiId: !Ref Rest, Method: GET, Path: /a, Auth: {ApiKeyRequired: true}}}";
        format!(
            "Resources:\n  Rest: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1{auth}}}}}\n  \
             F: {{Type: AWS::Serverless::Function, Metadata: {{BuildProperties: {{Binary: f}}}}, Properties: {{Events: {{E: \
             {event}}}}}}}\n{resources}"
        )
    }

    #[test]
    fn api_keys_are_those_of_the_template_and_of_the_developer() {
        let value = "0123456789abcdef0123";
        let own = format!(
            "  Key: {{Type: AWS::ApiGateway::ApiKey, Properties: {{Enabled: true, Value: {value}}}}}\n  \
             Plan: {{Type: AWS::ApiGateway::UsagePlan, Properties: {{ApiStages: [{{ApiId: !Ref Rest, Stage: v1}}]}}}}\n  \
             Pair: {{Type: AWS::ApiGateway::UsagePlanKey, Properties: {{KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: \
             !Ref Plan}}}}\n"
        );
        let per_api = ", Auth: {UsagePlan: {CreateUsagePlan: PER_API}}";
        let nothing: [&str; 0] = [];
        for (auth, resources, env, shell, expected, is_told) in [
            ("", &*own, "", None, &[value][..], false),
            ("", &own, "API_ROUTES_API_KEYS=one, two\n", None, &[value, "one", "two"], false),
            ("", &own, "API_ROUTES_API_KEYS=one\n", Some("three"), &[value, "three"], false),
            (per_api, "", "API_ROUTES_API_KEYS=one\n", None, &["one"], false),
            (per_api, "", "", None, &nothing, true),
            ("", "", "", None, &nothing, true),
        ] {
            let root = tempdir().unwrap();
            fs::write(root.path().join("template.yaml"), keyed(auth, resources)).unwrap();
            fs::write(root.path().join(".env"), env).unwrap();
            let settings = Settings::read(&project(root.path(), &[])).unwrap();
            let shell = shell.map(|keys| ("API_ROUTES_API_KEYS".to_owned(), keys.to_owned()));
            let keys = settings.api_keys(&settings.template().apis[0], &shell.into_iter().collect());
            let values: Vec<_> = keys.iter().map(|key| key.value.as_str()).collect();
            assert_eq!(values, expected, "{auth} {env}");
            let told = "routes of `Rest` need an API key, and no value is known here: write `API_ROUTES_API_KEYS=VALUE` into \
                        `.env`";
            assert_eq!(
                settings.warnings.iter().any(|warning| warning == told),
                is_told,
                "{:?}",
                settings.warnings
            );
        }
    }
}
