//! Compares tables and examples of the guide with the code.

use api_routes_project::agreement::{Finding, Report, Rule};
use api_routes_project::template::SourcePosition;
use serde_json::Value;

/// The page with the rules, and with the document of `check --json`.
const CHECK: &str = include_str!("../../docs/guide/check.md");

#[test]
fn the_guide_has_a_row_for_each_rule() {
    let rows = CHECK.lines().filter_map(|line| line.strip_prefix("| `")).filter(|row| row.contains("` | "));
    let cells = rows.map(|row| row.trim_end_matches(" |").split(" | ").collect::<Vec<_>>());
    let listed: Vec<_> = cells
        .map(|cells| (cells[0].trim_end_matches('`'), cells[1], cells[cells.len() - 1].to_owned()))
        .collect();
    let rules: Vec<_> =
        Rule::ALL.iter().map(|rule| (rule.name(), rule.severity().name(), rule.help())).collect();
    assert_eq!(listed, rules);
}

#[test]
fn json_is_as_the_guide_has_it() {
    let documented = CHECK.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let documented: Value = serde_json::from_str(documented).unwrap();
    let place = SourcePosition::new(41, 3);
    let error = Finding::new(Rule::MissingRouteKey, "template.yaml", place, "nothing leads there");
    let report = Report { findings: vec![error], routes: 13 };
    let printed: Value = serde_json::from_str(&report.json().unwrap()).unwrap();
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
