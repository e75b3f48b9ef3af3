//! The parts that lines about requests have in common.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// A duration in milliseconds, printed with about two digits: `5.2 ms`, `120 ms`, `12.0 s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Milliseconds(pub f64);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            short @ ..10.0 => write!(f, "{short:.1} ms"),
            medium @ ..10_000.0 => write!(f, "{medium:.0} ms"),
            long => write!(f, "{:.1} s", long / 1000.0),
        }
    }
}

/// Returns the colour of a status.
pub fn status_style(status: u16) -> Style {
    let colour = match status {
        200..300 => AnsiColor::Green,
        300..400 => AnsiColor::Cyan,
        400..500 => AnsiColor::Yellow,
        _ => AnsiColor::Red,
    };
    colour.on_default().bold()
}

#[cfg(test)]
mod tests {
    use super::Milliseconds;

    #[test]
    fn duration_has_about_two_digits() {
        for (milliseconds, text) in
            [(0.24, "0.2 ms"), (9.96, "10.0 ms"), (120.4, "120 ms"), (12_000.0, "12.0 s")]
        {
            assert_eq!(Milliseconds(milliseconds).to_string(), text);
        }
    }
}
