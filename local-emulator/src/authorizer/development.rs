//! Ways around authorizers for the developer: claims, or no authorization at all.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api_routes_project::with_causes;
use http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

use crate::current::Current;

#[cfg(test)]
mod tests;

/// Claims as JSON, for one request. The front door removes the header, so that no function sees it.
pub const CLAIMS_HEADER: HeaderName = HeaderName::from_static("x-emulator-claims");

/// Claims as JSON, for every request: a variable of the shell or of `.env`, which no function gets.
pub const CLAIMS_VARIABLE: &str = "API_ROUTES_CLAIMS";

/// Whether authorizers are used: `--auth`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AuthMode {
    /// Authorizers are used, as on AWS.
    #[default]
    On,
    /// No authorizer is used, and events have no caller.
    Off,
    /// Every caller has the claims of this file, a JSON object. The file is read for each request, so that saved changes count.
    Claims(PathBuf),
}

/// A way around the authorizer of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bypass {
    /// The request is accepted without a caller.
    Open,
    /// The request has a caller with these claims.
    Claims(Arc<Map<String, Value>>),
    /// The claims of the developer cannot be read, for this reason. A route without an authorizer does not need them.
    Invalid(String),
}

/// Claims that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimsError {
    /// The text is not a JSON object.
    #[error("{origin} must be a JSON object, such as `{{\"sub\":\"7\",\"scope\":\"read\"}}`")]
    Malformed {
        /// The header, the variable or the file.
        origin: String,
        /// The parser's words.
        #[source]
        cause: serde_json::Error,
    },
    /// The file cannot be read.
    #[error("cannot read the claims of `{}`: write a JSON object there, or start without `--auth`", .file.display())]
    Unreadable {
        /// The file of `--auth claims=FILE`.
        file: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
}

/// The ways around authorizers that the options and `.env` set.
#[derive(Clone, Debug)]
pub(crate) struct Development {
    mode: AuthMode,
    /// The value of [`CLAIMS_VARIABLE`], which changes with the file.
    variable: Current<Option<Arc<str>>>,
}

impl Development {
    pub(crate) fn new(mode: AuthMode, variable: Current<Option<Arc<str>>>) -> Self {
        Self { mode, variable }
    }

    /// Removes [`CLAIMS_HEADER`] from a request, and returns the way around authorizers. The header overrides `--auth`, which
    /// overrides the variable.
    ///
    /// # Errors
    /// A [`ClaimsError`] of the source that counts.
    pub(crate) async fn bypass(&self, headers: &mut HeaderMap) -> Result<Option<Bypass>, ClaimsError> {
        if let Some(header) = headers.remove(CLAIMS_HEADER) {
            return claims(header.as_bytes(), "the header `x-emulator-claims`").map(Some);
        }
        match &self.mode {
            AuthMode::Off => return Ok(Some(Bypass::Open)),
            AuthMode::Claims(file) => {
                let text = tokio::fs::read(file).await;
                let text = text.map_err(|cause| ClaimsError::Unreadable { file: file.clone(), cause })?;
                return claims(&text, &origin_of(file)).map(Some);
            }
            AuthMode::On => {}
        }
        let variable = self.variable.get();
        let Some(text) = variable.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
        claims(text.as_bytes(), "`API_ROUTES_CLAIMS`").map(Some)
    }

    /// Returns the warning for a variable that is set: all callers have its claims, or its text is invalid.
    pub(crate) fn variable_warning(variable: &str) -> Option<String> {
        if variable.is_empty() {
            return None;
        }
        Some(match claims(variable.as_bytes(), "`API_ROUTES_CLAIMS`") {
            Ok(_) => {
                "no authorizer is asked: every caller has the claims of `API_ROUTES_CLAIMS`; remove the variable to ask \
                 authorizers"
                    .to_owned()
            }
            Err(error) => with_causes(&error),
        })
    }

    /// Checks the file of `--auth claims=FILE`.
    ///
    /// # Errors
    /// A [`ClaimsError`].
    pub(crate) fn check(mode: &AuthMode) -> Result<(), ClaimsError> {
        let AuthMode::Claims(file) = mode else { return Ok(()) };
        let text = std::fs::read(file);
        let text = text.map_err(|cause| ClaimsError::Unreadable { file: file.clone(), cause })?;
        claims(&text, &origin_of(file)).map(drop)
    }
}

fn origin_of(file: &Path) -> String {
    format!("`{}`", file.display())
}

fn claims(text: &[u8], origin: &str) -> Result<Bypass, ClaimsError> {
    let claims = serde_json::from_slice(text);
    let claims = claims.map_err(|cause| ClaimsError::Malformed { origin: origin.to_owned(), cause })?;
    Ok(Bypass::Claims(Arc::new(claims)))
}
