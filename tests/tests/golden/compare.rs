//! Compares expected and actual values, down to the member.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::exchange::ClientResponse;
use crate::fixture::Response;
use crate::form::fits;

/// Compares two events. Members may not be missing or added; their order does not count, since AWS does not document
/// it.
///
/// # Errors
///
/// Names each member that differs, and prints both events.
pub(crate) fn events(expected: &Value, actual: &Value) -> Result<(), String> {
    let mut faults = Vec::new();
    differences("event", expected, actual, &mut faults);
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!("{}\nexpected {expected}\nis       {actual}", faults.join("\n")))
}

fn differences(at: &str, expected: &Value, actual: &Value, faults: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, expected) in expected {
                match actual.get(name) {
                    Some(actual) => differences(&format!("{at}.{name}"), expected, actual, faults),
                    None => faults.push(format!("  {at}.{name} is missing, and should be {expected}")),
                }
            }
            let added = actual.iter().filter(|(name, _)| !expected.contains_key(*name));
            faults.extend(added.map(|(name, value)| format!("  {at}.{name} should not be there: {value}")));
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (n, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                differences(&format!("{at}[{n}]"), expected, actual, faults);
            }
        }
        _ if is(expected, actual) => {}
        _ => faults.push(format!("  {at} should be {expected}, and is {actual}")),
    }
}

fn is(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::String(expected), Value::String(actual)) => fits(expected, actual),
        (Value::String(expected), Value::Number(actual)) => {
            expected == "<epoch-ms>" && fits(expected, &actual.to_string())
        }
        _ => expected == actual,
    }
}

/// Compares all headers, with the lines of one name in their order.
///
/// # Errors
///
/// Names each line that differs.
pub(crate) fn responses(expected: &Response, actual: &ClientResponse) -> Result<(), String> {
    let mut faults = Vec::new();
    if expected.status != actual.status {
        faults.push(format!("  the status should be {}, and is {}", expected.status, actual.status));
    }
    let (expected_lines, actual_lines) = (by_name(&expected.headers), by_name(&actual.headers));
    for name in expected_lines.keys().chain(actual_lines.keys()).collect::<std::collections::BTreeSet<_>>() {
        let (expected, actual) = (lines(&expected_lines, name), lines(&actual_lines, name));
        let is = expected.len() == actual.len() && expected.iter().zip(actual).all(|(e, a)| fits(e, a));
        if !is {
            faults.push(format!("  {name} should be {expected:?}, and is {actual:?}"));
        }
    }
    let body = body(expected);
    if body != actual.body {
        let (body, actual) = (String::from_utf8_lossy(&body), String::from_utf8_lossy(&actual.body));
        faults.push(format!("  the body should be {body:?}, and is {actual:?}"));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn by_name(headers: &[(String, String)]) -> BTreeMap<String, Vec<&str>> {
    let mut lines = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in headers {
        lines.entry(name.to_ascii_lowercase()).or_default().push(value.as_str());
    }
    lines
}

fn lines<'a>(lines: &'a BTreeMap<String, Vec<&'a str>>, name: &str) -> &'a [&'a str] {
    lines.get(name).map_or(&[], Vec::as_slice)
}

fn body(expected: &Response) -> Vec<u8> {
    match &expected.body_base64 {
        Some(base64) => STANDARD.decode(base64).unwrap(),
        None => expected.body.clone().into_bytes(),
    }
}
