//! The source of the library for a new project.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use api_routes_project::text::toml::quoted;

const LIBRARY: &str = "api-routes";

/// The library of a new project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    /// A version from the registry.
    Version(String),
    /// The package `api-routes` in a folder.
    Path(PathBuf),
    /// A Git repository that holds the package.
    Git(String),
}

/// A text that does not name a library.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidLibrary {
    #[error("`{0}` is not a version: write one such as `0.1.0`, `path=FOLDER` or `git=URL`")]
    Version(String),
    #[error(
        "`{}` does not have the package `api-routes`: name the folder `shared` of a checkout, as in \
         `--library path=../api-routes/shared`", .0.display()
    )]
    NotThere(PathBuf),
    #[error("nothing follows `{0}=`: write `{0}={1}`")]
    Empty(&'static str, &'static str),
}

impl FromStr for Library {
    type Err = InvalidLibrary;

    fn from_str(text: &str) -> Result<Self, InvalidLibrary> {
        match text.split_once('=') {
            Some(("path", "")) => Err(InvalidLibrary::Empty("path", "../api-routes/shared")),
            Some(("git", "")) => Err(InvalidLibrary::Empty("git", "https://…")),
            Some(("path", path)) => Ok(Self::Path(path.into())),
            Some(("git", url)) => Ok(Self::Git(url.to_owned())),
            _ if is_version(text) => Ok(Self::Version(text.to_owned())),
            _ => Err(InvalidLibrary::Version(text.to_owned())),
        }
    }
}

/// Returns whether a text is a version requirement of digits, dots and a pre-release: `0.1`, `0.1.0`, `1.0.0-rc.1`.
fn is_version(text: &str) -> bool {
    let (numbers, rest) = text.split_once('-').map_or((text, "rc"), |(numbers, rest)| (numbers, rest));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_rest =
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    numbers.split('.').count() <= 3 && numbers.split('.').all(is_number) && is_rest
}

impl Library {
    /// Returns the library of this tool: that of the checkout that it runs from, or its own version.
    pub(crate) fn of_this_tool() -> Self {
        match checkout() {
            Some(checkout) => Self::Path(checkout.join("shared")),
            None => Self::Version(env!("CARGO_PKG_VERSION").to_owned()),
        }
    }

    /// Returns the library with an absolute path that contains it.
    ///
    /// # Errors
    /// [`InvalidLibrary::NotThere`], if the folder does not contain the library.
    pub(crate) fn located(self) -> Result<Self, InvalidLibrary> {
        let Self::Path(path) = self else { return Ok(self) };
        match std::path::absolute(&path) {
            Ok(absolute) if is_package(&absolute.join("Cargo.toml"), LIBRARY) => Ok(Self::Path(absolute)),
            _ => Err(InvalidLibrary::NotThere(path)),
        }
    }
}

/// Writes the dependency of a manifest: `"0.1.0"`, `{ path = "…" }`, `{ git = "…" }`.
impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let string = |text: &str| quoted(text, '"');
        match self {
            Self::Version(version) => write!(f, "{}", string(version)),
            Self::Path(path) => write!(f, "{{ path = {} }}", string(&path.to_string_lossy())),
            Self::Git(url) => write!(f, "{{ git = {} }}", string(url)),
        }
    }
}

/// Returns the checkout of this repository that built this program, if it still runs from there: below its target
/// folder, or by `cargo run`, which sets the folder of the package.
fn checkout() -> Option<PathBuf> {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let program = env::current_exe().ok();
    let above = [package, program].into_iter().flatten();
    above
        .flat_map(|path| path.ancestors().map(Path::to_owned).collect::<Vec<_>>())
        .find(|folder| is_checkout(folder))
}

fn is_checkout(folder: &Path) -> bool {
    is_package(&folder.join("local-emulator/command/Cargo.toml"), env!("CARGO_PKG_NAME"))
        && is_package(&folder.join("shared/Cargo.toml"), LIBRARY)
}

fn is_package(manifest: &Path, package: &str) -> bool {
    let text = std::fs::read_to_string(manifest).unwrap_or_default();
    text.lines().any(|line| line.trim() == format!("name = \"{package}\""))
}

#[cfg(test)]
mod tests {
    use super::Library;

    #[test]
    fn a_library_is_a_version_a_path_or_a_repository() {
        for (text, dependency) in [
            ("0.1.0", r#""0.1.0""#),
            ("1", r#""1""#),
            ("1.0.0-rc.1", r#""1.0.0-rc.1""#),
            ("path=../api-routes/shared", r#"{ path = "../api-routes/shared" }"#),
            ("path=a=b", r#"{ path = "a=b" }"#),
            (r#"path=a"b\c"#, r#"{ path = "a\"b\\c" }"#),
            ("git=https://example.com/a.git", r#"{ git = "https://example.com/a.git" }"#),
        ] {
            let library: Library = text.parse().unwrap();
            assert_eq!(library.to_string(), dependency);
            assert!(toml::from_str::<toml::Table>(&format!("a = {dependency}")).is_ok(), "{dependency}");
        }
    }

    #[test]
    fn a_wrong_library_says_what_to_write() {
        for (text, words) in [
            ("latest", "`latest` is not a version: write one such as `0.1.0`, `path=FOLDER` or `git=URL`"),
            ("1.2.3.4", "is not a version"),
            ("1.", "is not a version"),
            ("1-", "is not a version"),
            ("^1", "is not a version"),
            ("", "is not a version"),
            ("path=", "nothing follows `path=`: write `path=../api-routes/shared`"),
            ("git=", "nothing follows `git=`"),
        ] {
            let error = text.parse::<Library>().unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
