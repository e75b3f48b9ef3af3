use super::Report;
use crate::agreement::{Finding, Rule};
use crate::template::SourcePosition;

fn report() -> Report {
    let place = SourcePosition::new(41, 3);
    let error = Finding::new(Rule::MissingRouteKey, "template.yaml", place, "nothing leads there");
    let warning = Finding::new(Rule::NoRouter, "Cargo.toml", SourcePosition::START, "there is none")
        .with_help("write it");
    Report { findings: vec![error, warning], routes: 13 }
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
