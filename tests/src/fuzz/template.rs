//! `template.yaml`.

use local_emulator::project::template::Template;

/// A template, good or bad: what is wrong has a place in it.
pub fn template(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(template) = Template::parse(&text, "template.yaml") {
        let lines = text.lines().count().max(1);
        for warning in &template.warnings {
            assert!((1..=lines).contains(&warning.place.line), "{warning}");
        }
    }
}
