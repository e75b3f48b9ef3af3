//! Prints the variables as text.

use std::collections::BTreeMap;
use std::fmt;

use api_routes_project::environment::{Assignment, OF_SANDBOX, Source};

use super::function::FunctionVariables;

/// Replaces a value that is not shown. Its length does not reveal the length of the value.
const MASK: &str = "••••";

/// The variables of functions; those that all functions have come first.
pub(super) struct Table {
    /// Each title with its rows, which are a name, a source and a value.
    sections: Vec<(String, Vec<[String; 3]>)>,
}

/// The variables of a function. Those of the developer come before those that Lambda sets.
type Entries<'a> = BTreeMap<(bool, &'a str), VariableEntry<'a>>;

#[derive(PartialEq, Eq)]
struct VariableEntry<'a> {
    /// `.env.local over .env, template`.
    source: String,
    value: Value<'a>,
}

#[derive(PartialEq, Eq)]
enum Value<'a> {
    Known(&'a str),
    /// The intrinsic function or text of a value that only AWS knows.
    Unset(&'a str),
    /// The value differs in each sandbox.
    OfSandbox,
}

impl Table {
    /// Makes a table, with the values if `show`.
    pub(super) fn new(functions: &[FunctionVariables<'_>], show: bool) -> Self {
        let mut functions: Vec<_> =
            functions.iter().map(|function| (title(function), entries(function))).collect();
        let common = take_common(&mut functions);
        let common = (!common.is_empty()).then(|| ("all functions".to_owned(), common));
        let sections = common.into_iter().chain(functions);
        Self { sections: sections.map(|(title, entries)| (title, rows(&entries, show))).collect() }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = || self.sections.iter().flat_map(|(_, rows)| rows);
        let width = |column: usize| rows().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let (names, sources) = (width(0), width(1));
        for (at, (title, rows)) in self.sections.iter().enumerate() {
            let gap = if at == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{title}")?;
            for [name, source, value] in rows {
                write!(f, "\n  {name:names$}  {source:sources$}  {value}")?;
            }
        }
        Ok(())
    }
}

fn title(FunctionVariables { function, .. }: &FunctionVariables<'_>) -> String {
    format!("{}  {}", function.place, function.id.name())
}

fn entries<'a>(FunctionVariables { environment, .. }: &'a FunctionVariables<'_>) -> Entries<'a> {
    let assigned = environment.assignments.iter().map(|(name, assignment)| {
        let entry = VariableEntry { source: sources(assignment), value: Value::Known(&assignment.value) };
        ((assignment.origin.source == Source::Lambda, name.as_str()), entry)
    });
    let unset = environment.unset.iter().map(|(name, intrinsic)| {
        let entry =
            VariableEntry { source: Source::Template.name().to_owned(), value: Value::Unset(intrinsic) };
        ((false, name.as_str()), entry)
    });
    let of_sandbox = OF_SANDBOX.map(|name| {
        ((true, name), VariableEntry { source: Source::Lambda.name().to_owned(), value: Value::OfSandbox })
    });
    assigned.chain(unset).chain(of_sandbox).collect()
}

/// Removes and returns the entries that several functions all have.
fn take_common<'a>(functions: &mut [(String, Entries<'a>)]) -> Entries<'a> {
    let [(_, first), others @ ..] = functions else { return Entries::new() };
    if others.is_empty() {
        return Entries::new();
    }
    let is_common = |key: &(bool, &str), entry: &VariableEntry<'_>| {
        others.iter().all(|(_, it)| it.get(key) == Some(entry))
    };
    let (common, own) = std::mem::take(first).into_iter().partition(|(key, entry)| is_common(key, entry));
    *first = own;
    for (_, entries) in others {
        entries.retain(|key, _| !Entries::contains_key(&common, key));
    }
    common
}

fn rows(entries: &Entries<'_>, show: bool) -> Vec<[String; 3]> {
    let row = |((_, name), entry): (&(bool, &str), &VariableEntry<'_>)| {
        [(*name).to_owned(), entry.source.clone(), entry.value.text(show)]
    };
    entries.iter().map(row).collect()
}

/// `.env.local over .env, template`.
fn sources(Assignment { origin, overridden, .. }: &Assignment) -> String {
    let overridden: Vec<_> = overridden.iter().map(ToString::to_string).collect();
    if overridden.is_empty() {
        origin.to_string()
    } else {
        format!("{origin} over {}", overridden.join(", "))
    }
}

impl Value<'_> {
    /// Returns the text of the value. An empty value is always shown: it hides nothing, and is often the mistake.
    fn text(&self, show: bool) -> String {
        match self {
            Self::Known("") => "(empty)".to_owned(),
            Self::Known(value) if show => escaped(value),
            Self::Unset(intrinsic) => format!("(not set: only AWS knows {})", escaped(intrinsic)),
            Self::OfSandbox if show => "(another one in each sandbox)".to_owned(),
            Self::Known(_) | Self::OfSandbox => MASK.to_owned(),
        }
    }
}

/// Returns a value in one line. Control characters, invisible characters and the backslash are escaped as in a Rust
/// string.
fn escaped(value: &str) -> String {
    let mut escaped = String::new();
    for letter in value.chars() {
        match letter {
            '\'' | '"' => escaped.push(letter),
            _ => escaped.extend(letter.escape_debug()),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn shown_value_is_one_line_without_controls() {
        for (value, expected) in [
            ("it's \"plain\" é", "it's \"plain\" é"),
            ("a\nb\r\t\u{1b}[31m\0", r"a\nb\r\t\u{1b}[31m\0"),
            (r"a\nb", r"a\\nb"),
            ("\u{202e}\u{200b}\u{7f}", r"\u{202e}\u{200b}\u{7f}"),
        ] {
            assert_eq!(escaped(value), expected);
        }
    }
}
