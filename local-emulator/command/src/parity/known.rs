//! A file of known differences, each with its cause.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::difference::Part;
use super::file::{FileError, FilePosition, SourceFile};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownFile {
    #[serde(default)]
    known: Vec<Spanned<KnownRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownRow {
    requests: Vec<String>,
    differs: Vec<Spanned<String>>,
    cause: Spanned<String>,
}

/// The known differences, and which of them occurred in this run.
#[derive(Debug, Default)]
pub(crate) struct KnownDifferences(Vec<KnownGroup>);

/// Differences with the same cause.
#[derive(Debug)]
struct KnownGroup {
    cause: String,
    /// A difference for each pattern of names and each part.
    differences: Vec<KnownDifference>,
    place: FilePosition,
}

/// A difference that the file allows.
#[derive(Debug)]
struct KnownDifference {
    /// The name of a request, in which `*` stands for any text.
    name: String,
    part: Part,
    /// Whether the difference occurred in this run.
    seen: bool,
}

/// A known difference that did not occur.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {part} of `{name}` no longer differs: remove it from the file")]
pub(crate) struct StaleDifference<'a> {
    place: &'a FilePosition,
    name: &'a str,
    part: &'a Part,
}

impl KnownDifferences {
    /// Reads the differences of a file.
    ///
    /// # Errors
    /// If the file cannot be read, or something in it is wrong.
    pub(crate) fn read_file(file: &Path) -> Result<Self, FileError> {
        Self::read(&SourceFile::read(file)?)
    }

    pub(crate) fn read(source: &SourceFile) -> Result<Self, FileError> {
        let KnownFile { known } = source.parse()?;
        known.into_iter().map(|row| entry(row, source)).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the cause of a difference, if it is known, and marks the known difference as seen.
    pub(crate) fn cause(&mut self, request: &str, part: &Part) -> Option<&str> {
        let mut cause = None;
        for entry in &mut self.0 {
            let known = entry.differences.iter_mut();
            let known = known.filter(|known| known.part.covers(part) && fits(&known.name, request));
            for known in known {
                known.seen = true;
                cause.get_or_insert(entry.cause.as_str());
            }
        }
        cause
    }

    /// Returns the known differences that did not occur.
    pub(crate) fn gone(&self) -> impl Iterator<Item = StaleDifference<'_>> {
        self.0.iter().flat_map(|KnownGroup { differences, place, .. }| {
            let gone = differences.iter().filter(|known| !known.seen);
            gone.map(move |KnownDifference { name, part, .. }| StaleDifference { place, name, part })
        })
    }
}

fn entry(row: Spanned<KnownRow>, source: &SourceFile) -> Result<KnownGroup, FileError> {
    let span = row.span();
    let KnownRow { requests, differs, cause } = row.into_inner();
    if cause.as_ref().trim().is_empty() {
        return Err(source.wrong(&cause.span(), "write the cause of the difference"));
    }
    if requests.is_empty() || differs.is_empty() {
        return Err(source.wrong(&span, "name the requests, and what differs in their answers"));
    }
    let parse = |text: &Spanned<String>| {
        text.as_ref().parse::<Part>().map_err(|error| source.wrong(&text.span(), error))
    };
    let parts: Vec<Part> = differs.iter().map(parse).collect::<Result<_, _>>()?;
    let known =
        |name: &String, part: &Part| KnownDifference { name: name.clone(), part: part.clone(), seen: false };
    let differences =
        requests.iter().flat_map(|name| parts.iter().map(move |part| known(name, part))).collect();
    Ok(KnownGroup { cause: cause.into_inner(), differences, place: source.place(&span) })
}

/// Returns whether a name fits a pattern, in which `*` stands for any text.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(name) = name.strip_prefix(first) else { return false };
    // Each piece may be found as early as possible, except the last one, which must end the name.
    let (rest, last) = rest.rsplit_once('*').map_or(("", rest), |(rest, last)| (rest, last));
    let mut left = name;
    for piece in rest.split('*') {
        let Some(at) = left.find(piece) else { return false };
        left = &left[at + piece.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests;
