//! The IAM policy that an authorizer answers with, judged for one method or route.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html>

use serde_json::{Map, Value};

use super::arn::is_arn_match;
use super::condition::{Condition, ConditionError, ConditionFacts};
use crate::wildcard::is_match;

/// The action of every request.
const ACTION: &str = "execute-api:invoke";

/// The maximum number of characters of a resource: "the Resource ARN, as shown in the policy statement output by the
/// authorizer, is currently limited to 512 characters long".
const LONGEST_RESOURCE: usize = 512;

/// The maximum size of a policy in bytes, as JSON without spaces.
///
/// Undocumented (LAUTH-12): API Gateway has a limit, and does not publish it
/// (<https://github.com/aws-solutions/generative-ai-application-builder-on-aws/issues/203>). This limit is far above
/// the limit of policies that IAM stores, and low enough to judge a policy quickly.
const LONGEST_POLICY: usize = 64 * 1024;

/// A policy document.
#[derive(Debug, PartialEq)]
pub(super) struct Policy(Vec<Statement>);

#[derive(Debug, PartialEq)]
struct Statement {
    denies: bool,
    actions: Patterns,
    resources: Patterns,
    conditions: Vec<Condition>,
}

/// `Action` or `Resource`, or the same with `Not`.
#[derive(Debug, PartialEq)]
struct Patterns {
    texts: Vec<String>,
    is_negated: bool,
}

/// The result of a policy for one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    /// The statement of this number denies the request.
    Denied(usize),
    /// No statement allows the request.
    NotAllowed,
    /// No statement allows the request. The statement of this number would, without its condition on this key.
    Condition(usize, String),
    /// The statement of this number has a policy variable, whose value only AWS knows.
    Variable(usize, String),
}

/// A policy that API Gateway does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PolicyError {
    #[error("`{0}` is missing or `null`")]
    Missing(&'static str),
    #[error("`{0}` is not an object")]
    NotAnObject(&'static str),
    #[error("`{0}` is neither a text nor a list of texts")]
    NotTexts(&'static str),
    #[error("`Not{0}` names nothing")]
    Empty(&'static str),
    #[error("`Statement` is neither an object nor a list of objects")]
    Statement,
    #[error("`Version` is neither `2012-10-17` nor `2008-10-17`")]
    Version,
    #[error("`Effect` is neither `Allow` nor `Deny`")]
    Effect,
    #[error("a statement has both `{0}` and `Not{0}`")]
    Both(&'static str),
    #[error("a statement has the member `{0}`, which the policy of an authorizer cannot have")]
    Member(String),
    #[error(
        "it has {0} bytes, over the emulator's limit of {LONGEST_POLICY}; AWS's is lower: allow several methods at once \
         with `*` in a resource"
    )]
    Long(usize),
    #[error("a resource has {0} characters, over the limit of {LONGEST_RESOURCE}")]
    LongResource(usize),
    #[error(transparent)]
    Condition(#[from] ConditionError),
}

impl Policy {
    /// Reads `policyDocument`.
    ///
    /// Undocumented (LAUTH-9): the policies that API Gateway accepts besides IAM's grammar. It refuses `"Condition":
    /// null` (<https://github.com/aws/aws-lambda-dotnet/issues/2022>). Here every member outside of IAM's grammar is
    /// refused, so that the emulator accepts no request that AWS may refuse.
    pub(super) fn read(document: &Value) -> Result<Self, PolicyError> {
        let length = document.to_string().len();
        if length > LONGEST_POLICY {
            return Err(PolicyError::Long(length));
        }
        let document = document.as_object().ok_or(PolicyError::NotAnObject("policyDocument"))?;
        check_members(document, &["Version", "Id", "Statement"])?;
        match document.get("Version") {
            None => {}
            Some(version) if version == "2012-10-17" || version == "2008-10-17" => {}
            Some(_) => return Err(PolicyError::Version),
        }
        match document.get("Statement") {
            None | Some(Value::Null) => Err(PolicyError::Missing("Statement")),
            Some(Value::Array(statements)) => statements.iter().map(Statement::read).collect(),
            Some(statement) => Statement::read(statement).map(|statement| vec![statement]),
        }
        .map(Self)
    }

    /// Judges the invocation of `arn`. A statement that denies it overrides all statements that allow it.
    pub(super) fn judge(&self, arn: &str, facts: &ConditionFacts<'_>) -> Verdict {
        let statements = self.0.iter().zip(1..).filter(|(statement, _)| statement.has_action());
        let mut verdict = Verdict::NotAllowed;
        for (statement, number) in statements {
            if let Some(variable) = statement.variable() {
                return Verdict::Variable(number, variable.to_owned());
            }
            if !statement.resources.have(|pattern| is_arn_match(pattern, arn)) {
                continue;
            }
            verdict = match (statement.unfulfilled(facts), statement.denies, verdict) {
                (None, true, _) => return Verdict::Denied(number),
                (None, false, _) => Verdict::Allowed,
                (Some(condition), false, Verdict::NotAllowed) => {
                    Verdict::Condition(number, condition.key().to_owned())
                }
                (Some(_), _, verdict) => verdict,
            };
        }
        verdict
    }

    /// Returns the resources of the statements that allow something.
    pub(super) fn allowed_resources(&self) -> impl Iterator<Item = &str> {
        let allowing = self.0.iter().filter(|statement| !statement.denies);
        allowing.flat_map(|statement| statement.resources.texts.iter().map(String::as_str))
    }
}

impl Statement {
    fn read(statement: &Value) -> Result<Self, PolicyError> {
        let statement = statement.as_object().ok_or(PolicyError::Statement)?;
        let known = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
        check_members(statement, &known)?;
        let denies = match statement.get("Effect") {
            Some(effect) if effect == "Allow" => false,
            Some(effect) if effect == "Deny" => true,
            _ => return Err(PolicyError::Effect),
        };
        let conditions = match statement.get("Condition") {
            None => Vec::new(),
            Some(Value::Null) => return Err(PolicyError::Missing("Condition")),
            Some(conditions) => Condition::read_all(conditions)?,
        };
        let actions = Patterns::read(statement, "Action", "NotAction")?;
        let resources = Patterns::read(statement, "Resource", "NotResource")?;
        let longest = resources.texts.iter().map(|text| text.chars().count()).max().unwrap_or_default();
        if longest > LONGEST_RESOURCE {
            return Err(PolicyError::LongResource(longest));
        }
        Ok(Self { denies, actions: actions.in_lower_case(), resources, conditions })
    }

    /// Service and action have no case:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>.
    fn has_action(&self) -> bool {
        self.actions.have(|pattern| is_match(pattern, ACTION))
    }

    /// Finds a condition that does not hold.
    fn unfulfilled(&self, facts: &ConditionFacts<'_>) -> Option<&Condition> {
        self.conditions.iter().find(|condition| !condition.holds(facts))
    }

    fn variable(&self) -> Option<&str> {
        let resource = self.resources.texts.iter().map(String::as_str).find(|text| text.contains("${"));
        resource.or_else(|| self.conditions.iter().find_map(Condition::variable))
    }
}

impl Patterns {
    fn read(
        statement: &Map<String, Value>,
        name: &'static str,
        negated: &'static str,
    ) -> Result<Self, PolicyError> {
        let (value, is_negated) = match (statement.get(name), statement.get(negated)) {
            (Some(_), Some(_)) => return Err(PolicyError::Both(name)),
            (Some(value), None) => (value, false),
            (None, Some(value)) => (value, true),
            (None, None) => return Err(PolicyError::Missing(name)),
        };
        let texts = match value {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(texts) => texts.iter().map(|text| text.as_str().map(ToOwned::to_owned)).collect(),
            _ => None,
        };
        let texts = texts.ok_or(PolicyError::NotTexts(name))?;
        // `NotResource: []` would be every resource.
        if is_negated && (texts.is_empty() || texts.iter().any(String::is_empty)) {
            return Err(PolicyError::Empty(name));
        }
        Ok(Self { texts, is_negated })
    }

    fn in_lower_case(self) -> Self {
        Self { texts: self.texts.iter().map(|text| text.to_ascii_lowercase()).collect(), ..self }
    }

    fn have(&self, is_match: impl Fn(&str) -> bool) -> bool {
        self.texts.iter().any(|text| is_match(text)) != self.is_negated
    }
}

fn check_members(object: &Map<String, Value>, known: &[&str]) -> Result<(), PolicyError> {
    match object.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(PolicyError::Member(name.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
