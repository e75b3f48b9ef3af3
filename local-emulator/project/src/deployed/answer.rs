//! The answers of `aws`. They hold secrets: no type here can be printed, and a problem is reported by its position
//! alone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::Problem;
use crate::environment::Variables;

/// A resource that exists in the stack.
pub(super) struct StackResource {
    pub(super) logical_id: String,
    pub(super) kind: String,
    /// The name of a function, the ARN of a stack.
    pub(super) physical_id: String,
}

/// <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/list-stack-resources.html>
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StackResources {
    stack_resource_summaries: Vec<Summary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    logical_resource_id: String,
    resource_type: String,
    physical_resource_id: Option<String>,
    #[serde(default)]
    resource_status: String,
}

/// <https://docs.aws.amazon.com/cli/latest/reference/lambda/get-function-configuration.html>
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FunctionConfiguration {
    #[expect(dead_code, reason = "any object would do without a member that is always there")]
    function_name: String,
    environment: Option<EnvironmentAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EnvironmentAnswer {
    variables: Option<BTreeMap<String, String>>,
    error: Option<EnvironmentError>,
}

/// Variables that the caller may not decrypt:
/// <https://docs.aws.amazon.com/lambda/latest/api/API_EnvironmentError.html>.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EnvironmentError {
    error_code: Option<String>,
    message: Option<String>,
}

/// Returns the resources that exist, without those that are still being created or that an update removed.
pub(super) fn resources(json: &[u8]) -> Result<Vec<StackResource>, Problem> {
    let StackResources { stack_resource_summaries: summaries } = parse(json)?;
    let resource = |summary: Summary| {
        let Summary { logical_resource_id, resource_type, physical_resource_id, resource_status } = summary;
        let physical_id = physical_resource_id.filter(|id| !id.is_empty())?;
        let is_there = resource_status != "DELETE_COMPLETE";
        is_there.then_some(StackResource {
            logical_id: logical_resource_id,
            kind: resource_type,
            physical_id,
        })
    };
    Ok(summaries.into_iter().filter_map(resource).collect())
}

/// Reads the variables of a function, or Lambda's reason to withhold them.
pub(super) fn variables(json: &[u8]) -> Result<Result<Variables, String>, Problem> {
    let FunctionConfiguration { environment, .. } = parse(json)?;
    let Some(EnvironmentAnswer { variables, error }) = environment else {
        return Ok(Ok(Variables::default()));
    };
    if let Some(EnvironmentError { error_code, message }) = error {
        let words = [error_code, message].into_iter().flatten().collect::<Vec<_>>().join(": ");
        return Ok(Err(words));
    }
    Ok(Ok(variables.unwrap_or_default().into_iter().collect()))
}

/// Parses an answer. Serde's own message is dropped, since it may repeat a value.
fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(json).map_err(|error| Problem {
        is_json: error.is_data(),
        line: error.line(),
        column: error.column(),
    })
}

#[cfg(test)]
mod tests {
    use super::{resources, variables};

    #[test]
    fn resources_are_those_that_exist() {
        let json = br#"{"StackResourceSummaries": [
            {"LogicalResourceId": "A", "PhysicalResourceId": "a-1", "ResourceType": "AWS::Lambda::Function",
             "ResourceStatus": "UPDATE_COMPLETE", "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"}},
            {"LogicalResourceId": "B", "ResourceType": "AWS::Lambda::Function", "ResourceStatus": "CREATE_FAILED"},
            {"LogicalResourceId": "C", "PhysicalResourceId": "c-1", "ResourceType": "AWS::Lambda::Function",
             "ResourceStatus": "DELETE_COMPLETE"}]}"#;
        let found = resources(json).ok().unwrap();
        let found: Vec<_> =
            found.iter().map(|it| (it.logical_id.as_str(), it.physical_id.as_str())).collect();
        assert_eq!(found, [("A", "a-1")]);
    }

    #[test]
    fn function_without_variables_has_none() {
        for json in [r#"{"FunctionName": "a"}"#, r#"{"FunctionName": "a", "Environment": {}}"#] {
            assert_eq!(variables(json.as_bytes()).ok().unwrap().unwrap().iter().count(), 0, "{json}");
        }
    }

    #[test]
    fn variables_that_cannot_be_decrypted_have_a_reason() {
        let json = r#"{"FunctionName": "a", "Environment": {"Error": {"ErrorCode": "AccessDeniedException",
                       "Message": "Lambda was unable to decrypt"}}}"#;
        let reason = variables(json.as_bytes()).ok().unwrap().unwrap_err();
        assert_eq!(reason, "AccessDeniedException: Lambda was unable to decrypt");
    }

    #[test]
    fn unreadable_answer_is_told_without_its_text() {
        for (json, expected) in [
            ("hush", "is not JSON, at 1:"),
            ("", "is not JSON, at 1:"),
            ("[\"hush\"]", "is not of the form that AWS documents, at 1:"),
            (
                "{\"FunctionName\": \"a\", \"Environment\": {\"Variables\": \"hush\"}}",
                "is not of the form that AWS documents, at 1:",
            ),
        ] {
            let problem = variables(json.as_bytes()).err().unwrap();
            let message = problem.to_string();
            assert!(message.starts_with(expected) && !message.contains("hush"), "{json}: {message}");
        }
    }
}
