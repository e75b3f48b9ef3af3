//! The time of a signature, which must be close to the time of the request.

use std::fmt;
use std::time::Duration;

use time::{Date, Month, Time, UtcDateTime};

use super::complaint;
use crate::authorizer::Denial;

/// The maximum difference between the client's clock and AWS's, in both directions: five minutes for API Gateway
/// (<https://stackoverflow.com/a/66961500>) and for Lambda
/// (<https://repost.aws/knowledge-center/lambda-sdk-signature>). Other services allow fifteen.
const SKEW: Duration = Duration::from_secs(5 * 60);

/// A time to the second, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SigningTime(UtcDateTime);

impl SigningTime {
    pub(super) fn now() -> Self {
        Self(UtcDateTime::now())
    }

    /// Reads `20150830T123600Z`, and `2015-08-30T12:36:00Z`, which AWS accepts too.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = match text {
            basic if has_form(basic, "00000000T000000Z") => basic.to_owned(),
            extended if has_form(extended, "0000-00-00T00:00:00Z") => extended.replace(['-', ':'], ""),
            _ => return None,
        };
        let number = |from: usize, to: usize| text[from..to].parse::<u16>().ok();
        let small = |from| number(from, from + 2).and_then(|number| u8::try_from(number).ok());
        let month = Month::try_from(small(4)?).ok()?;
        let date = Date::from_calendar_date(i32::from(number(0, 4)?), month, small(6)?).ok()?;
        let time = Time::from_hms(small(9)?, small(11)?, small(13)?).ok()?;
        Some(Self(UtcDateTime::new(date, time)))
    }

    /// Reads the time that a client has signed.
    pub(super) fn signed(text: &str) -> Result<Self, Denial> {
        Self::parse(text).ok_or_else(|| {
            complaint::incomplete(format!(
                "Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ))
        })
    }

    /// Compares the time of a signature with the time of its request.
    pub(super) fn check(self, now: Self) -> Result<(), Denial> {
        let minutes = SKEW.as_secs() / 60;
        let (earliest, latest) = (Self(now.0 - SKEW), Self(now.0 + SKEW));
        if self < earliest {
            let message =
                format!("Signature expired: {self} is now earlier than {earliest} ({now} - {minutes} min.)");
            return Err(complaint::invalid(message));
        }
        if self > latest {
            let message = format!(
                "Signature not yet current: {self} is still later than {latest} ({now} + {minutes} min.)"
            );
            return Err(complaint::invalid(message));
        }
        Ok(())
    }

    /// `20150830`.
    pub(super) fn day(self) -> String {
        let (year, month, day) = (self.0.year(), u8::from(self.0.month()), self.0.day());
        format!("{year:04}{month:02}{day:02}")
    }
}

/// `20150830T123600Z`.
impl fmt::Display for SigningTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.0.time().as_hms();
        write!(f, "{}T{hour:02}{minute:02}{second:02}Z", self.day())
    }
}

/// Whether a text has a digit wherever the form has a `0`, and the same characters elsewhere.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(letter, like): (u8, u8)| letter == like || (like == b'0' && letter.is_ascii_digit());
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_iso_forms_are_read_and_nothing_else() {
        for (text, read) in [
            ("20150830T123600Z", Some("20150830T123600Z")),
            ("2015-08-30T12:36:00Z", Some("20150830T123600Z")),
            ("20240229T235959Z", Some("20240229T235959Z")),
            ("20230229T000000Z", None),
            ("20151301T000000Z", None),
            ("20150830T240000Z", None),
            ("20150830T123600", None),
            ("20150830T123600+0000", None),
            ("2015:08:30T12-36-00Z", None),
            ("Mon, 30 Aug 2015 12:36:00 GMT", None),
            ("1440938160", None),
            ("²0150830T123600Z", None),
            ("", None),
        ] {
            let time = SigningTime::parse(text).map(|time| time.to_string());
            assert_eq!(time.as_deref(), read, "{text}");
        }
    }
}
