//! The dates of conditions: the forms of ISO 8601 that W3C recommends, and seconds since 1970.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>

use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset};

/// Returns the seconds since 1970 of `2026-11-30T12:34:56Z`, `2026-11-30T12:34+01:00`, `2026-11-30` or `1796041800`.
pub(super) fn seconds(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let (date, rest) = text.split_once('T').map_or((text, None), |(date, rest)| (date, Some(rest)));
    let date = read_date(date)?;
    let (time, offset) = rest.map_or(Some((Time::MIDNIGHT, UtcOffset::UTC)), read_time)?;
    Some(PrimitiveDateTime::new(date, time).assume_offset(offset).unix_timestamp())
}

fn read_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = Month::try_from(u8::try_from(number(parts.next()?, 2)?).ok()?).ok()?;
    let day = u8::try_from(number(parts.next()?, 2)?).ok()?;
    if parts.next().is_some() { None } else { Date::from_calendar_date(year, month, day).ok() }
}

fn read_time(text: &str) -> Option<(Time, UtcOffset)> {
    let at = text.find(['Z', '+', '-'])?;
    let (time, offset) = text.split_at(at);
    let (hour, minute, second) = read_clock(time)?;
    let offset = match offset {
        "Z" => UtcOffset::UTC,
        offset => {
            let sign = if offset.starts_with('-') { -1 } else { 1 };
            let (hours, minutes, _) = read_clock(&offset[1..])?;
            let signed = |part: u8| i8::try_from(part).ok().map(|part| sign * part);
            UtcOffset::from_hms(signed(hours)?, signed(minutes)?, 0).ok()?
        }
    };
    Some((Time::from_hms(hour, minute, second).ok()?, offset))
}

/// Reads hours, minutes and perhaps seconds, whose fraction is cut off.
fn read_clock(text: &str) -> Option<(u8, u8, u8)> {
    let mut parts = text.split(':');
    let next = |text: &str| u8::try_from(number(text, 2)?).ok();
    let (hour, minute) = (next(parts.next()?)?, next(parts.next()?)?);
    let second = match parts.next() {
        Some(second) => next(second.split('.').next()?)?,
        None => 0,
    };
    if parts.next().is_some() { None } else { Some((hour, minute, second)) }
}

fn number(text: &str, digits: usize) -> Option<i32> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_date_is_read_in_the_forms_of_iam() {
        for (text, read) in [
            ("2026-11-30T00:00:00Z", Some(1_795_996_800)),
            ("2026-11-30T00:00:00.999Z", Some(1_795_996_800)),
            ("2026-11-30T00:00Z", Some(1_795_996_800)),
            ("2026-11-30", Some(1_795_996_800)),
            ("2026-11-30T01:00:00+01:00", Some(1_795_996_800)),
            ("2026-11-29T22:30:00-01:30", Some(1_795_996_800)),
            ("1795996800", Some(1_795_996_800)),
            ("-1", Some(-1)),
            ("2026-02-30", None),
            ("2026-11-30T00:00:00", None),
            ("2026-11-30T24:00:00Z", None),
            ("2026-11", None),
            ("2026-11-30-01", None),
            ("tomorrow", None),
            ("", None),
            ("+", None),
            ("2026-11-30T1:0:0Z", None),
            ("2026-11-30Té", None),
        ] {
            assert_eq!(seconds(text), read, "{text}");
        }
    }
}
