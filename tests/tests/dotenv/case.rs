//! Recorded cases.

use std::collections::BTreeMap;
use std::fs;

use api_routes_project::SilentWait;
use api_routes_project::environment::{Dotenv, DotenvContext};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

pub(crate) type Variables = BTreeMap<String, String>;

/// Files of variables, and the variables that Next.js read from them.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    files: BTreeMap<String, Content>,
    mode: String,
    shell: Variables,
    pub(crate) next: NextReading,
}

#[derive(Deserialize)]
pub(crate) struct NextReading {
    pub(crate) variables: Variables,
}

/// Our reading of the files.
pub(crate) struct Reading {
    /// The variables of a route, as in [`NextReading`].
    pub(crate) variables: Variables,
    /// The complaints in the words of `check`.
    pub(crate) complaints: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Bytes { base64: String },
}

#[derive(Deserialize)]
struct Recording {
    cases: Vec<Case>,
}

pub(crate) fn cases() -> Vec<Case> {
    let recording: Recording = serde_json::from_str(include_str!("../../fixtures/dotenv/next.json")).unwrap();
    recording.cases
}

impl Case {
    /// Makes a case that was not recorded.
    pub(crate) fn new(id: &str, files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), Content::Text((*text).to_owned())));
        Self {
            id: id.to_owned(),
            files: files.collect(),
            mode: "development".to_owned(),
            shell: Variables::new(),
            next: NextReading { variables: Variables::new() },
        }
    }

    pub(crate) fn read(&self) -> Reading {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in &self.files {
            let bytes = match content {
                Content::Text(text) => text.clone().into_bytes(),
                Content::Bytes { base64 } => STANDARD.decode(base64).unwrap(),
            };
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let context = DotenvContext { mode: self.mode.parse().unwrap(), shell: self.shell.clone() };
        let dotenv = Dotenv::read(folder.path(), &context, &SilentWait).unwrap();
        let mut variables: Variables =
            dotenv.iter().map(|(name, value, _)| (name.to_owned(), value.to_owned())).collect();
        variables.extend(self.shell.clone());
        Reading { variables, complaints: dotenv.complaints.iter().map(ToString::to_string).collect() }
    }
}
