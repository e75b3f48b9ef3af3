//! The name by which `.env` files are chosen.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A mode, which chooses the `.env` files: the value of `NODE_ENV` in Next.js.
/// <https://nextjs.org/docs/pages/guides/environment-variables#environment-variable-load-order>
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mode(Arc<str>);

/// The error for a text that is not a mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a mode is a part of a file's name, as `staging` is of `.env.staging`: write letters, digits, `-` and `_`, and \
     not `local`"
)]
pub struct ModeError;

const LOCAL: &str = "local";

const TEST: &str = "test";

impl Mode {
    /// Returns the mode of `next dev`.
    pub fn development() -> Self {
        Self("development".into())
    }

    /// Returns the mode of `next build` and `next start`.
    pub fn production() -> Self {
        Self("production".into())
    }

    /// Returns the mode of tests, which leaves out `.env.local`, so that tests run alike on every machine.
    pub fn test() -> Self {
        Self(TEST.into())
    }

    /// Returns the name of the mode.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Returns the names of its files, the strongest first.
    pub fn files(&self) -> Vec<String> {
        let name = self.name();
        let local = (name != TEST).then(|| ".env.local".to_owned());
        [Some(format!(".env.{name}.local")), local, Some(format!(".env.{name}")), Some(".env".to_owned())]
            .into_iter()
            .flatten()
            .collect()
    }
}

impl Default for Mode {
    fn default() -> Self {
        Self::development()
    }
}

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(name: &str) -> Result<Self, ModeError> {
        let is_of_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        let is_mode = !name.is_empty() && name != LOCAL && name.chars().all(is_of_name);
        if is_mode { Ok(Self(name.into())) } else { Err(ModeError) }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.name(), f)
    }
}
