//! REST APIs that require an API key when no key is known.

use std::collections::BTreeMap;

use super::Settings;
use crate::environment::API_KEYS;
use crate::template::{Api, ApiKeySource};

impl Settings {
    /// Warns of REST APIs that reject every caller, because they require a key and no key is known.
    pub(super) fn tell_missing_keys(&mut self, shell: &BTreeMap<String, String>) {
        let events = |api: &Api| {
            let functions = self.template.functions.iter().flat_map(|function| &function.events);
            let mut own = functions.filter(|it| (it.kind, &it.api) == (api.kind, &api.logical_id));
            own.any(|event| event.authorization.needs_api_key)
        };
        let has_variable = self.own_variable(API_KEYS, shell).is_some_and(|keys| !keys.trim().is_empty());
        let is_closed = |api: &&Api| {
            let takes_header = api.api_key_source == ApiKeySource::Header;
            let knows_none = !api.api_keys.iter().any(|key| key.is_enabled && key.value.is_some());
            takes_header && !has_variable && knows_none && events(api)
        };
        let apis: Vec<_> = self.template.apis.iter().filter(is_closed).map(|api| &api.logical_id).collect();
        let warnings = apis.iter().map(|api| {
            format!("routes of `{api}` need an API key, and no value is known here: write `{API_KEYS}=VALUE` into `.env`")
        });
        let warnings: Vec<_> = warnings.collect();
        self.warnings.extend(warnings);
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
    fn rest_api_without_a_known_key_is_told() {
        let value = "0123456789abcdef0123";
        let own = format!(
            "  Key: {{Type: AWS::ApiGateway::ApiKey, Properties: {{Enabled: true, Value: {value}}}}}\n  \
             Plan: {{Type: AWS::ApiGateway::UsagePlan, Properties: {{ApiStages: [{{ApiId: !Ref Rest, Stage: v1}}]}}}}\n  \
             Pair: {{Type: AWS::ApiGateway::UsagePlanKey, Properties: {{KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: \
             !Ref Plan}}}}\n"
        );
        let per_api = ", Auth: {UsagePlan: {CreateUsagePlan: PER_API}}";
        for (auth, resources, env, is_told) in [
            ("", &*own, "", false),
            (per_api, "", "API_ROUTES_API_KEYS=one\n", false),
            (per_api, "", "API_ROUTES_API_KEYS=\n", true),
            (per_api, "", "", true),
            ("", "", "", true),
        ] {
            let root = tempdir().unwrap();
            fs::write(root.path().join("template.yaml"), keyed(auth, resources)).unwrap();
            fs::write(root.path().join(".env"), env).unwrap();
            let settings = Settings::read(&project(root.path(), &[])).unwrap();
            let expected = "routes of `Rest` need an API key, and no value is known here: write `API_ROUTES_API_KEYS=VALUE` into \
                        `.env`";
            let is_found = settings.warnings.iter().any(|warning| warning == expected);
            assert_eq!(is_found, is_told, "{auth} {env}: {:?}", settings.warnings);
        }
    }
}
