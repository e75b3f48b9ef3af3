//! The body or the event of the command line.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use serde::de::IgnoredAny;

use super::arguments::Invoke;

/// The content of a request.
#[derive(Debug)]
pub(super) enum Content {
    None,
    Json(Vec<u8>),
    Body(Vec<u8>),
    /// An event for a function.
    Event(Vec<u8>),
}

/// A body or an event that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ContentError {
    #[error("cannot read {from}: {cause}")]
    Unreadable { from: String, cause: io::Error },
    #[error("{from} is not JSON: {cause}")]
    NoJson { from: String, cause: serde_json::Error },
    #[error("{from} is not JSON: the byte at offset {at} is not UTF-8")]
    NoUtf8 { from: String, at: usize },
    #[error(
        "`{0}` is not a path: begin it with `/`, as `/api/user`; to invoke a function by its name, add `--event FILE`"
    )]
    NoPath(String),
}

impl Content {
    /// Reads the content, and finds mistakes before anything is sent.
    pub(super) fn read(options: &Invoke) -> Result<Self, ContentError> {
        if let Some(file) = &options.event {
            let (event, from) = if file.as_os_str() == "-" { standard_input() } else { in_file(file) }?;
            return json(event, from).map(Self::Event);
        }
        if let Some(target) = options.target.as_ref().filter(|target| !target.starts_with('/')) {
            return Err(ContentError::NoPath(target.clone()));
        }
        match (&options.request.json, &options.request.body) {
            (Some(argument), _) => {
                let (text, from) = argument_or_file(argument, "--json")?;
                json(text, from).map(Self::Json)
            }
            (None, Some(argument)) => Ok(Self::Body(argument_or_file(argument, "--body")?.0)),
            (None, None) => Ok(Self::None),
        }
    }
}

/// Bytes, and a name of their source for messages.
type NamedBytes = (Vec<u8>, String);

fn argument_or_file(argument: &str, option: &str) -> Result<NamedBytes, ContentError> {
    match argument.strip_prefix('@') {
        Some("-") => standard_input(),
        Some(file) => in_file(Path::new(file)),
        None => Ok((argument.as_bytes().to_vec(), format!("the value of `{option}`"))),
    }
}

fn standard_input() -> Result<NamedBytes, ContentError> {
    let from = "standard input".to_owned();
    let mut bytes = Vec::new();
    match io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => Ok((bytes, from)),
        Err(cause) => Err(ContentError::Unreadable { from, cause }),
    }
}

fn in_file(file: &Path) -> Result<NamedBytes, ContentError> {
    let from = format!("`{}`", file.display());
    match fs::read(file) {
        Ok(bytes) => Ok((bytes, from)),
        Err(cause) => Err(ContentError::Unreadable { from, cause }),
    }
}

fn json(text: Vec<u8>, from: String) -> Result<Vec<u8>, ContentError> {
    // `IgnoredAny` skips strings without decoding them, so UTF-8 is checked first.
    if let Err(error) = std::str::from_utf8(&text) {
        return Err(ContentError::NoUtf8 { from, at: error.valid_up_to() });
    }
    match serde_json::from_slice::<IgnoredAny>(&text) {
        Ok(_) => Ok(text),
        Err(cause) => Err(ContentError::NoJson { from, cause }),
    }
}
