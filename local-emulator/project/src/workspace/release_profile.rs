//! `[profile.release]` of the workspace, with which deployed functions are built.
//!
//! cargo-lambda, which SAM runs too, adds settings where the profile of the root manifest has none:
//! <https://www.cargo-lambda.info/guide/release-optimizations.html>, and `cargo_release_profile_config` of its source.
//! Cargo alone does not, so the same workspace gives two different programs.

use toml::de::{DeTable, DeValue};

/// A setting of the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfileSetting {
    /// Its key below `[profile.release]`.
    pub key: &'static str,
    /// The value that this project recommends, as TOML.
    pub value: &'static str,
    /// The reason for the value.
    pub reason: &'static str,
    /// The value that cargo-lambda adds where the key is absent, as TOML.
    added: Option<&'static str>,
}

/// The settings of a complete profile.
const SETTINGS: [ProfileSetting; 5] = [
    ProfileSetting {
        key: "opt-level",
        value: "\"s\"",
        reason: "a smaller file has a shorter cold start",
        added: None,
    },
    ProfileSetting {
        key: "lto",
        value: "\"fat\"",
        reason: "code that no handler reaches is left out of the file",
        added: Some("\"thin\""),
    },
    ProfileSetting {
        key: "codegen-units",
        value: "1",
        reason: "the whole crate is optimized at once, which makes the file smaller",
        added: Some("1"),
    },
    ProfileSetting {
        key: "strip",
        value: "true",
        reason: "a deployed function needs no symbols",
        added: Some("\"symbols\""),
    },
    ProfileSetting {
        key: "panic",
        value: "\"unwind\"",
        reason: "cargo-lambda builds with `abort` otherwise, and a panic ends the process instead of one request",
        added: Some("\"abort\""),
    },
];

/// The settings of `[profile.release]` in a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseProfile {
    keys: Vec<String>,
    has_debug: bool,
    /// Whether it has `panic = "abort"`.
    pub aborts: bool,
}

impl ReleaseProfile {
    /// Reads the text of the root manifest. A text that is not TOML has no profile.
    pub fn parse(manifest: &str) -> Self {
        DeTable::parse(manifest).map(|document| Self::from_manifest(document.get_ref())).unwrap_or_default()
    }

    pub(crate) fn from_manifest(manifest: &DeTable<'_>) -> Self {
        let profile = manifest.get("profile").and_then(|profile| profile.get_ref().as_table());
        let release = profile.and_then(|profile| profile.get("release")?.get_ref().as_table());
        let Some(release) = release else { return Self::default() };
        let debug = release.get("debug").map(toml::Spanned::get_ref);
        Self {
            keys: release.keys().map(|key| key.get_ref().to_string()).collect(),
            // cargo-lambda reads `debug` like this.
            has_debug: debug.is_some_and(|debug| match debug {
                DeValue::Boolean(is_on) => *is_on,
                DeValue::Integer(level) => level.as_str() != "0",
                _ => debug.as_str() != Some("none"),
            }),
            aborts: release.get("panic").is_some_and(|panic| panic.get_ref().as_str() == Some("abort")),
        }
    }

    /// Returns the settings that the profile leaves open.
    pub fn open(&self) -> impl Iterator<Item = ProfileSetting> {
        SETTINGS.into_iter().filter(|setting| self.keys.iter().all(|key| key != setting.key))
    }

    /// Returns the settings that cargo-lambda adds, as arguments of Cargo's `--config`.
    pub fn added_by_cargo_lambda(&self) -> impl Iterator<Item = String> {
        let is_added = |setting: &ProfileSetting| !(setting.key == "strip" && self.has_debug);
        let added = self.open().filter(is_added);
        added
            .filter_map(|ProfileSetting { key, added, .. }| Some(format!("profile.release.{key}={}", added?)))
    }
}

#[cfg(test)]
mod tests {
    use super::ReleaseProfile;

    fn added(manifest: &str) -> Vec<String> {
        ReleaseProfile::parse(manifest).added_by_cargo_lambda().collect()
    }

    #[test]
    fn cargo_lambda_fills_what_is_open() {
        let all = [
            "profile.release.lto=\"thin\"",
            "profile.release.codegen-units=1",
            "profile.release.strip=\"symbols\"",
            "profile.release.panic=\"abort\"",
        ];
        assert_eq!(added("[workspace]\n"), all);
        assert_eq!(added("[profile.release]\nopt-level = 3\n"), all);
        assert_eq!(added("[profile.release]\nlto = true\npanic = \"unwind\"\n"), [all[1], all[2]]);
        for debug in ["true", "1", "\"line-tables-only\""] {
            let manifest = format!("[profile.release]\ndebug = {debug}\n");
            assert_eq!(added(&manifest), [all[0], all[1], all[3]], "{debug}");
        }
        for debug in ["false", "0", "\"none\""] {
            assert_eq!(added(&format!("[profile.release]\ndebug = {debug}\n")), all, "{debug}");
        }
    }

    #[test]
    fn complete_profile_leaves_nothing_open() {
        let manifest = "[profile.release]\nopt-level = 3\nlto = false\ncodegen-units = 16\nstrip = false\npanic = \"abort\"\n";
        let profile = ReleaseProfile::parse(manifest);
        assert_eq!(profile.open().count(), 0);
        assert!(profile.aborts);
        assert!(!ReleaseProfile::parse("not TOML").aborts);
    }
}
