//! A profile in a file of `aws configure`: `~/.aws/credentials` or `~/.aws/config`.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::key_pair::{CredentialsError, KeyPair};

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";

/// The settings of one section, with their lines. If a name is repeated, the last setting counts.
#[derive(Debug, Default)]
pub(super) struct ConfiguredProfile(HashMap<String, (String, usize)>);

impl ConfiguredProfile {
    /// Reads a section; `None` if the file or the section does not exist.
    pub(super) fn read(
        path: &Path,
        variable: &'static str,
        section: &str,
    ) -> Result<Option<Self>, CredentialsError> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, section)
                .map_err(|line| CredentialsError::Malformed { path: path.to_owned(), line }),
            Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(cause) => Err(CredentialsError::Unreadable { path: path.to_owned(), variable, cause }),
        }
    }

    /// Reads a section of a text. The error is the number of a line that is neither a section nor a setting.
    fn parse(text: &str, section: &str) -> Result<Option<Self>, usize> {
        let mut profile = None;
        let mut is_within = false;
        for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
            // A line that is indented belongs to the setting above, which has settings of its own.
            let is_nested = line.starts_with([' ', '\t']);
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) || is_nested {
                continue;
            }
            if let Some(name) = line.strip_prefix('[') {
                let name = name.split_once(']').ok_or(number)?.0;
                is_within = name.split_ascii_whitespace().eq(section.split_ascii_whitespace());
                if is_within {
                    profile.get_or_insert_with(Self::default);
                }
                continue;
            }
            let (name, value) = line.split_once('=').ok_or(number)?;
            if let (true, Some(Self(settings))) = (is_within, &mut profile) {
                settings.insert(name.trim().to_ascii_lowercase(), (value.trim().to_owned(), number));
            }
        }
        Ok(profile)
    }

    fn setting(&self, name: &str) -> Option<(&str, usize)> {
        let (value, line) = self.0.get(name)?;
        (!value.is_empty()).then_some((value, *line))
    }
}

/// The key pair of a profile; `None` if it has another way to log in.
pub(super) fn key_pair(
    path: &Path,
    profile: &ConfiguredProfile,
) -> Result<Option<KeyPair>, CredentialsError> {
    let half = |line, has, lacks| {
        let place = format!("{}:{line}", path.display());
        CredentialsError::Half { place, has, lacks }
    };
    match (profile.setting(ID), profile.setting(SECRET)) {
        (None, None) => Ok(None),
        (Some((_, line)), None) => Err(half(line, ID, SECRET)),
        (None, Some((_, line))) => Err(half(line, SECRET, ID)),
        (Some((access_key, _)), Some((secret, _))) => Ok(Some(KeyPair {
            access_key: access_key.to_owned(),
            secret_key: secret.to_owned(),
            session_token: profile.setting("aws_session_token").map(|(token, _)| token.to_owned()),
            expiration: None,
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\u{feff}# all of mine\r\n[default]\r\naws_access_key_id = AKIA1\naws_secret_access_key=a=b/c\n\n\
                        [ work ] # the other one\n; none\nAWS_ACCESS_KEY_ID=AKIA2\ns3 =\n  max = 3\n\
                        aws_secret_access_key = x\naws_session_token = t\nAWS_ACCESS_KEY_ID=AKIA3\n[profile sso]\nregion=eu\n";

    #[test]
    fn section_has_its_settings_alone() {
        for (section, read) in [
            ("default", Some(("AKIA1", "a=b/c", None))),
            ("work", Some(("AKIA3", "x", Some("t")))),
            ("profile sso", None),
        ] {
            let profile = ConfiguredProfile::parse(FILE, section).unwrap().unwrap();
            let pair = key_pair(Path::new("x"), &profile).unwrap();
            let pair = pair.as_ref().map(|pair| {
                (pair.access_key.as_str(), pair.secret_key.as_str(), pair.session_token.as_deref())
            });
            assert_eq!(pair, read, "{section}");
        }
        assert!(ConfiguredProfile::parse(FILE, "nobody").unwrap().is_none());
    }

    #[test]
    fn line_that_is_none_is_named() {
        for (text, line) in [("[default]\nkey\n", 2), ("[default\n", 1), ("a=b\n\ngarbage", 3)] {
            assert_eq!(ConfiguredProfile::parse(text, "default").unwrap_err(), line, "{text}");
        }
    }
}
