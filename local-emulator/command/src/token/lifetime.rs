//! A time of the command line, such as `15m`.

use std::fmt;
use std::str::FromStr;

/// A time until a token expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetime(u64);

/// The units, with their seconds. The longest one that fits comes first.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// A text that is not a [`Lifetime`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write a number above 0 and a unit, `90s`, `15m`, `1h` or `7d`; for a token that has expired, use `--expired`"
)]
pub(super) struct InvalidLifetime;

impl Lifetime {
    pub(super) const HOUR: Self = Self(3_600);

    pub(super) fn seconds(self) -> u64 {
        self.0
    }
}

impl FromStr for Lifetime {
    type Err = InvalidLifetime;

    fn from_str(text: &str) -> Result<Self, InvalidLifetime> {
        let in_unit = |(unit, seconds): &(char, u64)| Some((text.strip_suffix(*unit)?, *seconds));
        let (number, unit) = UNITS.iter().find_map(in_unit).ok_or(InvalidLifetime)?;
        let number: u64 = number.parse().map_err(|_| InvalidLifetime)?;
        let seconds = number.checked_mul(unit).filter(|seconds| *seconds > 0);
        // The claim is a number of JSON, which is exact up to 53 bits.
        seconds.filter(|seconds| *seconds < 1 << 52).map(Self).ok_or(InvalidLifetime)
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().find(|(_, seconds)| self.0.is_multiple_of(*seconds)).unwrap_or(&UNITS[3]);
        write!(f, "{}{}", self.0 / unit.1, unit.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidLifetime, Lifetime};

    #[test]
    fn time_is_a_number_and_a_unit() {
        for (text, expected) in [("90s", 90), ("15m", 900), ("1h", 3600), ("7d", 604_800), ("60m", 3600)] {
            assert_eq!(text.parse(), Ok(Lifetime(expected)), "{text}");
        }
        for text in
            ["", "1", "h", "1hh", "-1h", "0s", "1.5h", "1 h", "99999999999999999999s", "999999999999999999d"]
        {
            assert_eq!(text.parse::<Lifetime>(), Err(InvalidLifetime), "{text}");
        }
    }

    #[test]
    fn default_is_shown_as_it_is_written() {
        for text in ["90s", "15m", "1h", "7d"] {
            assert_eq!(text.parse::<Lifetime>().unwrap().to_string(), text);
        }
    }
}
