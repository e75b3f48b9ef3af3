//! Values of tokens in messages. They may be long, or contain anything.

use std::fmt;

/// The maximum length of a value in a message, in characters.
const LONGEST: usize = 120;

/// The maximum number of values in a list.
const MOST: usize = 8;

/// Returns the beginning of a long value.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns the values with commas between them.
pub(super) fn listed(values: &[impl AsRef<str>]) -> String {
    if values.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<_> =
        values.iter().take(MOST).map(|value| format!("`{}`", short(value.as_ref()))).collect();
    let more = values.len().saturating_sub(MOST);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{rest}", shown.join(", "))
}

/// A number of seconds, for people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Age(pub(super) f64);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.abs();
        let (number, unit) = match seconds {
            s if s < 120.0 => (s, "s"),
            s if s < 7_200.0 => (s / 60.0, "min"),
            s if s < 172_800.0 => (s / 3_600.0, "h"),
            s => (s / 86_400.0, "days"),
        };
        write!(f, "{number:.0} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Age, listed, short};

    #[test]
    fn long_values_are_cut() {
        assert_eq!(short("aß"), "aß");
        assert_eq!(short(&"ß".repeat(121)), format!("{}…", "ß".repeat(120)));
        assert_eq!(listed(&["a", "b"]), "`a`, `b`");
        assert_eq!(listed(&[] as &[&str]), "none");
        assert_eq!(listed(&["a"; 10]), "`a`, `a`, `a`, `a`, `a`, `a`, `a`, `a` and 2 more");
    }

    #[test]
    fn ages_have_a_unit_that_people_use() {
        for (seconds, expected) in
            [(-1.0, "1 s"), (90.4, "90 s"), (600.0, "10 min"), (8_000.0, "2 h"), (3e5, "3 days")]
        {
            assert_eq!(Age(seconds).to_string(), expected);
        }
    }
}
