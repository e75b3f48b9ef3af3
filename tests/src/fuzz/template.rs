//! `template.yaml`.

use api_routes_project::agreement::{Manifest, Survey};
use api_routes_project::template::Template;

use super::sync::project;

/// Reads a template, good or bad. Each complaint of the emulator and of `check` has a place in the file.
pub fn template(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // A line may end in either character, and a missing end is reported on the line after the last.
    let lines = text.matches(['\n', '\r']).count() + 2;
    if let Ok(template) = Template::parse(&text, "template.yaml") {
        for warning in &template.warnings {
            assert!((1..=lines).contains(&warning.place.line), "{warning}");
        }
    }
    let manifest = Manifest::parse("[workspace]\n").unwrap();
    for finding in Survey::from_texts(&project(""), Some(("template.yaml", &text)), manifest).findings() {
        let is_there = (1..=lines).contains(&finding.place.line) && finding.place.column > 0;
        assert!(is_there || finding.file != "template.yaml", "{finding}");
    }
}
