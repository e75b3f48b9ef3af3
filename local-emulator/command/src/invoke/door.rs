//! The front door of a request, and the stage of its addresses.

use local_emulator::printer::{Printer, shown};
use serde::Deserialize;

use super::api::Api;
use crate::parity::BaseUrl;

/// A front door of the emulator.
#[derive(Debug, Deserialize)]
pub(super) struct FrontDoor {
    name: String,
    /// With the stage, if addresses have one.
    url: String,
}

impl Api {
    /// Returns the name of the front door that was chosen, or of the one at the address that was given. `None` leaves the
    /// choice to the emulator: its ports may be others outside a container.
    pub(super) fn door<'a>(&'a self, chosen: Option<&'a str>) -> Option<&'a str> {
        let at_port = || self.doors.iter().find(|door| door.port() == self.port());
        chosen.or_else(|| at_port().map(|door| door.name.as_str()))
    }

    /// Returns the target below the stage of a front door, and says so if the stage is added.
    pub(super) fn with_stage(&self, target: &str, door: Option<&str>, printer: &Printer) -> String {
        let is_it = |known: &&FrontDoor| door.is_none_or(|name| known.name == name);
        let Some(door) = self.doors.iter().find(is_it) else { return target.to_owned() };
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

/// Whether a target begins with the segment of a stage. Without a stage, any target does.
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
