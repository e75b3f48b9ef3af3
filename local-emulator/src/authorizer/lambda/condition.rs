//! `Condition` of a policy's statement: operators, keys and values.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::borrow::Cow;
use std::net::IpAddr;

use serde_json::Value;

use super::date;
use crate::wildcard::is_match;

/// The facts of a request that a condition may compare.
#[derive(Clone, Debug)]
pub struct ConditionFacts<'a> {
    /// The address of the client: `aws:SourceIp`.
    pub source_ip: IpAddr,
    /// The header `User-Agent`: `aws:UserAgent`.
    pub user_agent: Option<Cow<'a, str>>,
    /// The header `Referer`: `aws:Referer`.
    pub referer: Option<Cow<'a, str>>,
    /// `aws:EpochTime` and `aws:CurrentTime`, in seconds since 1970.
    pub time: i64,
}

/// An operator with a key. All conditions of a statement must hold.
#[derive(Debug, PartialEq)]
pub(super) struct Condition {
    operator: Operator,
    /// `ForAllValues:`, which holds for a key that the request lacks.
    for_all_values: bool,
    if_exists: bool,
    /// In lower case: keys have no case.
    key: String,
    values: Vec<String>,
}

/// A `Condition` that API Gateway does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ConditionError {
    #[error("`Condition` is not an object")]
    NotAnObject,
    #[error("IAM has no condition operator `{0}`")]
    Operator(String),
    #[error("the condition key `{0}` has a value that is not a text, a number or a boolean")]
    Value(String),
}

/// A test of a value, and whether it is negated: `StringNotEquals`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Operator {
    test: Test,
    is_negated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Test {
    Equals {
        ignores_case: bool,
    },
    Like,
    Number(Relation),
    Date(Relation),
    Bool,
    Address,
    Null,
    /// A test of a type of value that no key of a request has.
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Relation {
    Equals,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Condition {
    /// Reads the member `Condition` of a statement.
    pub(super) fn read_all(value: &Value) -> Result<Vec<Self>, ConditionError> {
        let operators = value.as_object().ok_or(ConditionError::NotAnObject)?;
        let mut conditions = Vec::new();
        for (operator, keys) in operators {
            let keys = keys.as_object().ok_or(ConditionError::NotAnObject)?;
            for (key, values) in keys {
                conditions.push(Self::read(operator, key, values)?);
            }
        }
        Ok(conditions)
    }

    fn read(operator: &str, key: &str, values: &Value) -> Result<Self, ConditionError> {
        let unknown = || ConditionError::Operator(operator.to_owned());
        let (for_all_values, name) = match operator.split_once(':') {
            Some(("ForAllValues", name)) => (true, name),
            Some(("ForAnyValue", name)) => (false, name),
            Some(_) => return Err(unknown()),
            None => (false, operator),
        };
        let (name, if_exists) = name.strip_suffix("IfExists").map_or((name, false), |name| (name, true));
        let operator = Operator::named(name).ok_or_else(unknown)?;
        let values = match values {
            Value::Array(values) => values.iter().map(scalar).collect::<Option<_>>(),
            value => scalar(value).map(|value| vec![value]),
        };
        let values = values.ok_or_else(|| ConditionError::Value(key.to_owned()))?;
        Ok(Self { operator, for_all_values, if_exists, key: key.to_ascii_lowercase(), values })
    }

    /// Returns the key, in lower case.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Returns the first value with a variable, `${aws:username}`.
    pub(super) fn variable(&self) -> Option<&str> {
        self.values.iter().map(String::as_str).find(|value| value.contains("${"))
    }

    /// Whether the condition holds for a request.
    ///
    /// Undocumented (LAUTH-10): the keys that API Gateway knows for the policy of an authorizer. Here they are the keys
    /// that its resource policies have without IAM:
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html>.
    pub(super) fn holds(&self, facts: &ConditionFacts<'_>) -> bool {
        let Operator { test, is_negated } = self.operator;
        let fact = facts.get(&self.key);
        if test == Test::Null {
            return self.values.iter().any(|value| value.eq_ignore_ascii_case("true") == fact.is_none());
        }
        match fact {
            // A missing key fulfils a negated operator.
            None => is_negated || self.if_exists || self.for_all_values,
            Some(fact) => self.values.iter().any(|value| test.holds(&fact, value)) != is_negated,
        }
    }
}

impl ConditionFacts<'_> {
    /// Returns the value of a condition key, which is in lower case.
    pub(super) fn get(&self, key: &str) -> Option<Cow<'_, str>> {
        match key {
            "aws:sourceip" => Some(self.source_ip.to_canonical().to_string().into()),
            "aws:useragent" => self.user_agent.as_deref().map(Cow::Borrowed),
            "aws:referer" => self.referer.as_deref().map(Cow::Borrowed),
            "aws:epochtime" | "aws:currenttime" => Some(self.time.to_string().into()),
            // API Gateway always uses TLS; the emulator's own transport does not matter for the deployed API.
            "aws:securetransport" => Some("true".into()),
            _ => None,
        }
    }
}

impl Operator {
    fn named(name: &str) -> Option<Self> {
        use Relation::{Equals, Greater, GreaterOrEqual, Less, LessOrEqual};
        let (test, is_negated) = match name {
            "StringEquals" => (Test::Equals { ignores_case: false }, false),
            "StringNotEquals" => (Test::Equals { ignores_case: false }, true),
            "StringEqualsIgnoreCase" => (Test::Equals { ignores_case: true }, false),
            "StringNotEqualsIgnoreCase" => (Test::Equals { ignores_case: true }, true),
            "StringLike" | "ArnLike" | "ArnEquals" => (Test::Like, false),
            "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => (Test::Like, true),
            "NumericEquals" => (Test::Number(Equals), false),
            "NumericNotEquals" => (Test::Number(Equals), true),
            "NumericLessThan" => (Test::Number(Less), false),
            "NumericLessThanEquals" => (Test::Number(LessOrEqual), false),
            "NumericGreaterThan" => (Test::Number(Greater), false),
            "NumericGreaterThanEquals" => (Test::Number(GreaterOrEqual), false),
            "DateEquals" => (Test::Date(Equals), false),
            "DateNotEquals" => (Test::Date(Equals), true),
            "DateLessThan" => (Test::Date(Less), false),
            "DateLessThanEquals" => (Test::Date(LessOrEqual), false),
            "DateGreaterThan" => (Test::Date(Greater), false),
            "DateGreaterThanEquals" => (Test::Date(GreaterOrEqual), false),
            "Bool" => (Test::Bool, false),
            "IpAddress" => (Test::Address, false),
            "NotIpAddress" => (Test::Address, true),
            "Null" => (Test::Null, false),
            "BinaryEquals" => (Test::Never, false),
            _ => return None,
        };
        Some(Self { test, is_negated })
    }
}

impl Test {
    fn holds(self, fact: &str, value: &str) -> bool {
        match self {
            Self::Equals { ignores_case: false } => fact == value,
            Self::Equals { ignores_case: true } | Self::Bool => fact.eq_ignore_ascii_case(value),
            Self::Like => is_match(value, fact),
            Self::Number(comparison) => compare(comparison, fact.parse::<f64>().ok(), value.parse().ok()),
            Self::Date(comparison) => compare(comparison, date::seconds(fact), date::seconds(value)),
            Self::Address => is_in_network(fact, value),
            Self::Null | Self::Never => false,
        }
    }
}

/// Compares two values. A missing or invalid value makes the result false.
fn compare<T: PartialOrd>(comparison: Relation, fact: Option<T>, value: Option<T>) -> bool {
    let (Some(fact), Some(value)) = (fact, value) else { return false };
    match comparison {
        Relation::Equals => fact == value,
        Relation::Less => fact < value,
        Relation::LessOrEqual => fact <= value,
        Relation::Greater => fact > value,
        Relation::GreaterOrEqual => fact >= value,
    }
}

/// Whether an address is in a network, `203.0.113.0/24`, or is the address `network`.
fn is_in_network(address: &str, network: &str) -> bool {
    let (base, length) = network.split_once('/').map_or((network, None), |(base, it)| (base, Some(it)));
    let (Ok(address), Ok(base)) = (address.parse::<IpAddr>(), base.parse::<IpAddr>()) else { return false };
    let (address, base, bits) = match (address, base) {
        (IpAddr::V4(address), IpAddr::V4(base)) => (address.to_bits().into(), base.to_bits().into(), 32),
        (IpAddr::V6(address), IpAddr::V6(base)) => (address.to_bits(), base.to_bits(), 128_u32),
        _ => return false,
    };
    match length.map_or(Some(bits), |length| length.parse().ok()) {
        Some(length) if length <= bits => {
            let differing: u128 = address ^ base;
            differing.checked_shr(bits - length).unwrap_or_default() == 0
        }
        _ => false,
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests;
