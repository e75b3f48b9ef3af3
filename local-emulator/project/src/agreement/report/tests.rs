use serde_json::Value;

use super::Report;
use crate::agreement::{Finding, Rule};
use crate::template::Place;

/// The page that tells of rules and of the document.
const PAGE: &str = include_str!("../../../../../docs/guide/check.md");

fn report() -> Report {
    let place = Place { line: 41, column: 3 };
    let error = Finding::new(Rule::MissingRouteKey, "template.yaml", place, "nothing leads there");
    let warning =
        Finding::new(Rule::NoRouter, "Cargo.toml", Place::START, "there is none").with_help("write it");
    Report { findings: vec![error, warning], routes: 13 }
}

#[test]
fn the_guide_has_a_row_for_each_rule() {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `")).filter(|row| row.contains("` | "));
    let cells = rows.map(|row| row.trim_end_matches(" |").split(" | ").collect::<Vec<_>>());
    let told: Vec<_> = cells
        .map(|cells| (cells[0].trim_end_matches('`'), cells[1], cells[cells.len() - 1].to_owned()))
        .collect();
    let rules: Vec<_> =
        Rule::ALL.iter().map(|rule| (rule.name(), rule.severity().name(), rule.help())).collect();
    assert_eq!(told, rules);
}

#[test]
fn text_is_as_a_compiler_has_it() {
    let text = anstream::adapter::strip_str(&report().to_string()).to_string();
    assert_eq!(
        text,
        "template.yaml:41:3: error[missing-route-key]: nothing leads there\n  \
         help: run `cargo api-routes sync`\n\n\
         Cargo.toml:1:1: warning[no-router]: there is none\n  help: write it\n\n\
         1 error, 1 warning"
    );
    assert_eq!(Report { findings: Vec::new(), routes: 1 }.to_string(), "1 route: nothing to mend");
}

#[test]
fn json_is_as_the_guide_has_it() {
    let documented = PAGE.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let documented: Value = serde_json::from_str(documented).unwrap();
    let printed: Value = serde_json::from_str(&report().json().unwrap()).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&printed), names(&documented));
    assert_eq!(names(&printed["findings"][0]), names(&documented["findings"][0]));
    for member in ["version", "routes", "errors"] {
        assert_eq!(printed[member], documented[member]);
    }
    for member in ["rule", "severity", "file", "line", "column", "help"] {
        assert_eq!(printed["findings"][0][member], documented["findings"][0][member]);
    }
}
