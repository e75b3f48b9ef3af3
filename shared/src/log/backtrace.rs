//! A backtrace as a field of a log line.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::{self, Write};

use serde_json::Value;

/// The most bytes of a backtrace. The frames of the program come first; those of the runtime may be left out.
const LIMIT: usize = 9_900;

/// Returns the frames, if `RUST_BACKTRACE` asked for them: `3: posts::handler at ./src/main.rs:14:9`, and so on.
pub(crate) fn field(backtrace: &Backtrace) -> Option<(&'static str, Value)> {
    if backtrace.status() != BacktraceStatus::Captured {
        return None;
    }
    let mut frames = Frames::default();
    // The write fails at the limit.
    let _ = write!(frames, "{backtrace}");
    Some(("backtrace", frames.text.into()))
}

/// Collects the text of a backtrace, and moves the place of a frame, which is on a line of its own, after the name.
#[derive(Default)]
struct Frames {
    text: String,
    /// The white space since the last character.
    gap: &'static str,
}

impl Write for Frames {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            match char {
                '\n' => self.gap = "\n",
                ' ' if self.gap.is_empty() && !self.text.is_empty() => self.gap = " ",
                ' ' => {}
                _ if self.text.len() >= LIMIT => return Err(fmt::Error),
                _ => {
                    let gap = std::mem::take(&mut self.gap);
                    // A frame begins with its number.
                    self.text.push_str(if gap == "\n" && !char.is_ascii_digit() { " " } else { gap });
                    self.text.push(char);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::{Frames, LIMIT};

    const BACKTRACE: &str = "   0: posts::handler\n             at ./src/main.rs:14:9\n   1: <unknown>\n";

    #[test]
    fn frame_is_one_line_with_its_place() {
        let mut frames = Frames::default();
        frames.write_str(BACKTRACE).unwrap();
        assert_eq!(frames.text, "0: posts::handler at ./src/main.rs:14:9\n1: <unknown>");
    }

    #[test]
    fn frames_beyond_the_limit_are_left_out() {
        let mut frames = Frames::default();
        assert!(frames.write_str(&BACKTRACE.repeat(1000)).is_err());
        assert_eq!(frames.text.len(), LIMIT);
    }
}
