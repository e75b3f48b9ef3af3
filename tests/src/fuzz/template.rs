//! `template.yaml`.

use api_routes_project::agreement::{Manifest, Survey};
use api_routes_project::template::Template;

use super::sync::project;

/// A template, good or bad: what is wrong has a place in it, for the emulator and for `check`.
pub fn template(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // A line may end in either character, and what is missing is missed behind the last one.
    let lines = text.matches(['\n', '\r']).count() + 2;
    if let Ok(template) = Template::parse(&text, "template.yaml") {
        for warning in &template.warnings {
            assert!((1..=lines).contains(&warning.place.line), "{warning}");
        }
    }
    let manifest = Manifest::parse("[workspace]\n").unwrap();
    for finding in Survey::of(&project(""), Some(("template.yaml", &text)), manifest).findings() {
        let is_there = (1..=lines).contains(&finding.place.line) && finding.place.column > 0;
        assert!(is_there || finding.file != "template.yaml", "{finding}");
    }
}
