//! The answer of an authorizer.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::policy::{Policy, PolicyError};

/// The form of the answers of an authorizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnswerForm {
    /// A policy for a REST API.
    RestPolicy,
    /// A policy for an HTTP API.
    HttpPolicy,
    /// `isAuthorized`, for an HTTP API with `EnableSimpleResponses`.
    Simple,
}

/// An answer that can be judged for any method.
#[derive(Debug, PartialEq)]
pub(super) struct AuthorizerAnswer {
    pub(super) decision: Decision,
    pub(super) principal_id: Option<String>,
    /// Absent if the answer has none.
    pub(super) context: Option<Map<String, Value>>,
    pub(super) usage_identifier_key: Option<String>,
}

/// The part of an answer that accepts or denies a request.
#[derive(Debug, PartialEq)]
pub(super) enum Decision {
    Policy(Policy),
    Simple(bool),
}

/// An answer that API Gateway does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidAnswer {
    #[error("the answer is not a JSON object")]
    NotAnObject,
    #[error(
        "`isAuthorized` is not `true` or `false`: the authorizer has `EnableSimpleResponses`, so answer \
         `{{\"isAuthorized\": true}}`, or remove the setting to answer with a policy"
    )]
    NotSimple,
    #[error(
        "the answer has no `policyDocument`: answer with a policy, or set `EnableSimpleResponses` to answer with \
         `isAuthorized`"
    )]
    NoPolicy,
    #[error("the answer has no `policyDocument`: a REST API takes nothing but a policy")]
    NoRestPolicy,
    #[error("the policy is malformed: {0}")]
    Policy(#[from] PolicyError),
    #[error("the answer has no `principalId`, which a REST API requires: add the id of the caller")]
    NoPrincipal,
    #[error("`principalId` is not a text")]
    Principal,
    #[error("`context` is not an object")]
    Context,
    #[error(
        "the member `{0}` of `context` is an object or a list, and a REST API takes only texts, numbers and booleans: \
         write it as a text, for example as JSON"
    )]
    ContextMember(String),
}

impl AuthorizerAnswer {
    /// Reads what the function of an authorizer has posted.
    ///
    /// # Errors
    /// API Gateway would answer with a 500.
    pub(super) fn read(posted: &Bytes, form: AnswerForm) -> Result<Self, InvalidAnswer> {
        let Ok(Value::Object(mut posted)) = serde_json::from_slice(posted) else {
            return Err(InvalidAnswer::NotAnObject);
        };
        let (decision, principal_id) = match form {
            AnswerForm::Simple => match posted.get("isAuthorized") {
                Some(Value::Bool(is_authorized)) => (Decision::Simple(*is_authorized), None),
                _ => return Err(InvalidAnswer::NotSimple),
            },
            AnswerForm::RestPolicy | AnswerForm::HttpPolicy => {
                let policy = read_policy(&posted, form)?;
                (Decision::Policy(policy), principal_id(&posted, form)?)
            }
        };
        let usage_identifier_key = match posted.get_mut("usageIdentifierKey").map(Value::take) {
            Some(Value::String(key)) => Some(key),
            _ => None,
        };
        Ok(Self { decision, principal_id, context: context(&mut posted, form)?, usage_identifier_key })
    }
}

fn read_policy(posted: &Map<String, Value>, form: AnswerForm) -> Result<Policy, InvalidAnswer> {
    match posted.get("policyDocument") {
        None | Some(Value::Null) if form == AnswerForm::RestPolicy => Err(InvalidAnswer::NoRestPolicy),
        None | Some(Value::Null) => Err(InvalidAnswer::NoPolicy),
        Some(document) => Ok(Policy::read(document)?),
    }
}

/// "If the Lambda function does not return that information, the call fails":
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>.
///
/// Undocumented (LAUTH-8): a number as an id, which projects on AWS return, is read as its text. An HTTP API does not
/// require an id.
fn principal_id(posted: &Map<String, Value>, form: AnswerForm) -> Result<Option<String>, InvalidAnswer> {
    match posted.get("principalId") {
        Some(Value::String(id)) => Ok(Some(id.clone())),
        Some(Value::Number(id)) => Ok(Some(id.to_string())),
        None | Some(Value::Null) if form == AnswerForm::HttpPolicy => Ok(None),
        None | Some(Value::Null) => Err(InvalidAnswer::NoPrincipal),
        Some(_) => Err(InvalidAnswer::Principal),
    }
}

/// A REST API converts numbers and booleans to texts, and leaves `null` as it is, as recorded in
/// <https://github.com/DefinitelyTyped/DefinitelyTyped/pull/69823>. An object or a list is an error, as tried for
/// <https://github.com/dherault/serverless-offline/pull/1376>. An HTTP API accepts any JSON.
fn context(
    posted: &mut Map<String, Value>,
    form: AnswerForm,
) -> Result<Option<Map<String, Value>>, InvalidAnswer> {
    let context = match posted.get_mut("context").map(Value::take) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(context)) => context,
        Some(_) => return Err(InvalidAnswer::Context),
    };
    if form != AnswerForm::RestPolicy {
        return Ok(Some(context));
    }
    context
        .into_iter()
        .map(|(name, value)| Ok((name.clone(), text(name, value)?)))
        .collect::<Result<_, _>>()
        .map(Some)
}

fn text(name: String, value: Value) -> Result<Value, InvalidAnswer> {
    match value {
        Value::Bool(boolean) => Ok(boolean.to_string().into()),
        Value::Number(number) => Ok(number.to_string().into()),
        Value::String(_) | Value::Null => Ok(value),
        Value::Array(_) | Value::Object(_) => Err(InvalidAnswer::ContextMember(name)),
    }
}

#[cfg(test)]
mod tests;
