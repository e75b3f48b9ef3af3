//! Whether the library of a project fits this tool.

use std::fmt;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::tool::command;

/// The library that functions link.
const LIBRARY: &str = "api-routes";

/// The version of this tool, which is released together with the library.
const TOOL: &str = env!("CARGO_PKG_VERSION");

/// A library and a tool whose versions do not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryMismatch {
    library: String,
    tool: &'static str,
}

impl LibraryMismatch {
    /// Compares the version in the lock file of the workspace at `root` with the version of this tool. Cargo writes
    /// that file before the first build; without it, the version is unknown.
    pub fn find(root: &Path) -> Option<Self> {
        let lock = fs::read_to_string(root.join("Cargo.lock")).ok()?;
        let library = locked_version(&lock)?;
        (compatible(&library) != compatible(TOOL)).then_some(Self { library, tool: TOOL })
    }

    /// Returns the command that updates the older of the two to the newer.
    pub fn help(&self) -> String {
        let Self { library, tool } = self;
        if numbers(library) > numbers(tool) {
            format!("install the tool that fits: `cargo install --locked cargo-api-routes@{library}`")
        } else {
            format!("write `api-routes = \"{tool}\"` into `Cargo.toml`, then run `{}`", command("check"))
        }
    }
}

impl fmt::Display for LibraryMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { library, tool } = self;
        write!(
            f,
            "the functions link `{LIBRARY}` {library}, and this tool is {tool}: they were not tested together"
        )
    }
}

fn locked_version(lock: &str) -> Option<String> {
    let lock: Table = toml::from_str(lock).ok()?;
    let packages = lock.get("package")?.as_array()?.iter();
    let mut libraries =
        packages.filter(|package| package.get("name").and_then(Value::as_str) == Some(LIBRARY));
    libraries.next()?.get("version")?.as_str().map(str::to_owned)
}

/// Returns the numbers of a version.
fn numbers(version: &str) -> Vec<u64> {
    let version = version.split(['-', '+']).next().unwrap_or_default();
    version.split('.').map(|number| number.parse().unwrap_or_default()).collect()
}

/// Returns the numbers that two compatible versions share: all up to the first that is not 0.
/// <https://doc.rust-lang.org/cargo/reference/semver.html>
fn compatible(version: &str) -> Vec<u64> {
    let mut numbers = numbers(version);
    let first = numbers.iter().position(|number| *number != 0).unwrap_or(numbers.len());
    numbers.truncate(first + 1);
    numbers
}

#[cfg(test)]
mod tests {
    use super::{LibraryMismatch, TOOL, compatible};
    use std::fs;
    use tempfile::tempdir;

    fn mismatch(version: &str) -> Option<LibraryMismatch> {
        let root = tempdir().unwrap();
        let lock = format!("version = 4\n\n[[package]]\nname = \"api-routes\"\nversion = \"{version}\"\n");
        fs::write(root.path().join("Cargo.lock"), lock).unwrap();
        LibraryMismatch::find(root.path())
    }

    #[test]
    fn compatible_versions_share_their_first_number() {
        for (one, other, is_compatible) in [
            ("0.1.0", "0.1.9", true),
            ("0.1.0", "0.2.0", false),
            ("1.2.0", "1.9.1", true),
            ("1.0.0", "2.0.0", false),
            ("0.0.1", "0.0.2", false),
            ("1.0.0-rc.1", "1.0.0", true),
        ] {
            assert_eq!(compatible(one) == compatible(other), is_compatible, "{one} {other}");
        }
    }

    #[test]
    fn fitting_library_is_no_mismatch() {
        assert_eq!(mismatch(TOOL), None);
        assert_eq!(LibraryMismatch::find(tempdir().unwrap().path()), None);
    }

    #[test]
    fn older_library_is_to_be_updated() {
        let mismatch = mismatch("0.0.9").unwrap();
        assert_eq!(
            mismatch.to_string(),
            format!(
                "the functions link `api-routes` 0.0.9, and this tool is {TOOL}: they were not tested together"
            )
        );
        assert!(
            mismatch.help().starts_with(&format!("write `api-routes = \"{TOOL}\"`")),
            "{}",
            mismatch.help()
        );
    }

    #[test]
    fn newer_library_asks_for_a_newer_tool() {
        let help = mismatch("99.0.1").unwrap().help();
        assert_eq!(help, "install the tool that fits: `cargo install --locked cargo-api-routes@99.0.1`");
    }
}
