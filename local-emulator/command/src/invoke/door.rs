//! The front doors of the emulator, and the stages in their URLs.

use local_emulator::printer::{Printer, shown};
use serde::Deserialize;

use crate::parity::BaseUrl;

/// The front doors of the emulator, in the order of their ports.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FrontDoors(Vec<FrontDoor>);

/// A front door of the emulator.
#[derive(Debug, Deserialize)]
struct FrontDoor {
    name: String,
    /// The URL, with the stage if its paths begin with one.
    url: String,
}

impl FrontDoors {
    /// Returns the name of the front door that was chosen, or of the front door at the port of the emulator's address.
    /// `None` leaves the choice to the emulator: outside a container, its ports may have other numbers.
    pub(super) fn name<'a>(&'a self, chosen: Option<&'a str>, port: Option<u16>) -> Option<&'a str> {
        let at_port = || self.0.iter().find(|door| door.port() == port);
        chosen.or_else(|| at_port().map(|door| door.name.as_str()))
    }

    /// Returns the target below the stage of a front door. If the stage has to be added, prints the new path.
    pub(super) fn with_stage(&self, target: &str, door: Option<&str>, printer: &Printer) -> String {
        let is_it = |known: &&FrontDoor| door.is_none_or(|name| known.name == name);
        let Some(door) = self.0.iter().find(is_it) else { return target.to_owned() };
        let stage = door.stage();
        if is_below(&stage, target) {
            return target.to_owned();
        }
        let (name, target) = (shown(&door.name), format!("{stage}{target}"));
        let (path, stage) = (shown(&target), shown(&stage));
        printer.line(format_args!(
            "the request goes to `{path}`: the paths of `{name}` begin with the stage, `{stage}`"
        ));
        target
    }
}

impl FrontDoor {
    fn address(&self) -> Option<BaseUrl> {
        self.url.parse().ok()
    }

    fn port(&self) -> Option<u16> {
        self.address()?.port()
    }

    fn stage(&self) -> String {
        self.address().map(|url| url.prefix().to_owned()).unwrap_or_default()
    }
}

/// Returns whether a target begins with the segment of a stage. If the stage is empty, every target does.
fn is_below(stage: &str, target: &str) -> bool {
    let rest = target.strip_prefix(stage);
    rest.is_some_and(|rest| stage.is_empty() || rest.is_empty() || rest.starts_with(['/', '?']))
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn stage_is_a_whole_segment() {
        for (stage, target, expected) in [
            ("", "/api/user", true),
            ("/prod", "/prod/api/user", true),
            ("/prod", "/prod", true),
            ("/prod", "/prod?a=b", true),
            ("/prod", "/api/user", false),
            ("/prod", "/products", false),
        ] {
            assert_eq!(is_below(stage, target), expected, "{stage} {target}");
        }
    }
}
