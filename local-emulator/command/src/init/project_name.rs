//! The name of a project and of its stack.

use std::ffi::OsStr;
use std::fmt;
use std::str::FromStr;

/// A name that CloudFormation accepts for a stack: letters, digits and hyphens, beginning with a letter.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProjectName(String);

/// A name that a stack cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a name for a project: use letters, digits and hyphens, begin with a letter, and stay below 129 \
     characters; for example `--name {1}`"
)]
pub(crate) struct InvalidName(String, ProjectName);

/// The longest name of a stack.
const MAX: usize = 128;

/// The name for a folder whose own name has no letters.
const FALLBACK: &str = "my-api";

impl ProjectName {
    /// Returns the name that is nearest to the name of a folder.
    pub(crate) fn of_folder(folder: Option<&OsStr>) -> Self {
        let folder = folder.map(OsStr::to_string_lossy).unwrap_or_default();
        let mut name = String::new();
        for c in folder.chars() {
            if c.is_ascii_alphanumeric() && (!name.is_empty() || c.is_ascii_alphabetic()) {
                name.push(c);
            } else if !name.is_empty() && !name.ends_with('-') {
                name.push('-');
            }
        }
        name.truncate(MAX);
        let name = name.trim_end_matches('-');
        Self(if name.is_empty() { FALLBACK } else { name }.to_owned())
    }
}

impl FromStr for ProjectName {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        let is_name = name.len() <= MAX
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_name {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidName(name.to_owned(), Self::of_folder(Some(OsStr::new(name)))))
        }
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ProjectName;
    use std::ffi::OsStr;

    #[test]
    fn a_folder_gives_the_nearest_name() {
        for (folder, name) in [
            ("shop", "shop"),
            ("My Shop", "My-Shop"),
            ("2026_shop.", "shop"),
            ("naïve café", "na-ve-caf"),
            ("日本", "my-api"),
            ("", "my-api"),
        ] {
            assert_eq!(ProjectName::of_folder(Some(OsStr::new(folder))).to_string(), name);
        }
        assert_eq!(ProjectName::of_folder(None).to_string(), "my-api");
        assert_eq!(ProjectName::of_folder(Some(OsStr::new(&"a".repeat(200)))).to_string().len(), 128);
    }

    #[test]
    fn a_wrong_name_comes_with_a_right_one() {
        for (name, right) in
            [("my shop", "my-shop"), ("7up", "up"), ("", "my-api"), ("a_b", "a-b"), ("ü", "my-api")]
        {
            let error = name.parse::<ProjectName>().unwrap_err().to_string();
            assert!(error.ends_with(&format!("`--name {right}`")), "{error}");
            assert!(right.parse::<ProjectName>().is_ok());
        }
    }
}
