//! Differences that are known, each with its cause.

use serde::Deserialize;
use toml::Spanned;

use super::difference::Part;
use super::file::{FileError, Place, Source};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    requests: Vec<String>,
    differs: Vec<Spanned<String>>,
    cause: Spanned<String>,
}

/// What is known, and what of it was seen.
#[derive(Debug, Default)]
pub(crate) struct Known(Vec<Entry>);

/// Requests that differ alike, for one cause.
#[derive(Debug)]
struct Entry {
    cause: String,
    /// For each pattern of names and each part, whether there was such a difference.
    claims: Vec<Claim>,
    place: Place,
}

#[derive(Debug)]
struct Claim {
    /// The name of a request, in which `*` stands for any text.
    name: String,
    part: Part,
    seen: bool,
}

/// Something known that is so no more.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {part} of `{name}` does not differ any more: remove it")]
pub(crate) struct Gone<'a> {
    place: &'a Place,
    name: &'a str,
    part: &'a Part,
}

impl Known {
    pub(crate) fn read(source: &Source) -> Result<Self, FileError> {
        let File { known } = source.parse()?;
        known.into_iter().map(|row| entry(row, source)).collect::<Result<_, _>>().map(Self)
    }

    /// Why a request differs in a part, if it is known. From then on it counts as seen.
    pub(crate) fn cause(&mut self, request: &str, part: &Part) -> Option<&str> {
        let mut cause = None;
        for entry in &mut self.0 {
            let claims = entry.claims.iter_mut();
            let claims = claims.filter(|claim| claim.part.covers(part) && fits(&claim.name, request));
            for claim in claims {
                claim.seen = true;
                cause.get_or_insert(entry.cause.as_str());
            }
        }
        cause
    }

    /// What did not occur.
    pub(crate) fn gone(&self) -> impl Iterator<Item = Gone<'_>> {
        self.0.iter().flat_map(|Entry { claims, place, .. }| {
            let gone = claims.iter().filter(|claim| !claim.seen);
            gone.map(move |Claim { name, part, .. }| Gone { place, name, part })
        })
    }
}

fn entry(row: Spanned<Row>, source: &Source) -> Result<Entry, FileError> {
    let span = row.span();
    let Row { requests, differs, cause } = row.into_inner();
    if cause.as_ref().trim().is_empty() {
        return Err(source.wrong(&cause.span(), "say why it differs"));
    }
    if requests.is_empty() || differs.is_empty() {
        return Err(source.wrong(&span, "name the requests, and what differs in their answers"));
    }
    let parse = |text: &Spanned<String>| {
        text.as_ref().parse::<Part>().map_err(|error| source.wrong(&text.span(), error))
    };
    let parts: Vec<Part> = differs.iter().map(parse).collect::<Result<_, _>>()?;
    let claim = |name: &String, part: &Part| Claim { name: name.clone(), part: part.clone(), seen: false };
    let claims = requests.iter().flat_map(|name| parts.iter().map(move |part| claim(name, part))).collect();
    Ok(Entry { cause: cause.into_inner(), claims, place: source.place(&span) })
}

/// Whether a name is what a pattern says.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(name) = name.strip_prefix(first) else { return false };
    // As early as possible is always right, but for the last piece.
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
