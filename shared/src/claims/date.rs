//! Dates that a Cognito authorizer makes of `exp` and `iat`.

use crate::http_date::{MONTHS, number, parts};

/// Returns the seconds since 1970 of `Wed Mar 08 18:39:57 UTC 2023`, as Java prints a `Date`. `None` if the text has
/// another form.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let (date, year) = text.split_once(" UTC ")?;
    let [weekday, month, day, time, ""] = parts(date, ' ')? else { return None };
    let [hour, minute, second, "", ""] = parts(time, ':')? else { return None };
    let month = MONTHS.as_bytes().chunks(3).position(|name| name == month.as_bytes())? as u64;
    let (year, day) = (number(year)?, number(day)?);
    let (hour, minute, second) = (number(hour)?, number(minute)?, number(second)?);
    let is_date = weekday.len() == 3 && (1..=31).contains(&day);
    let is_time = hour < 24 && minute < 60 && second < 61;
    let days = days(year, month, day)?;
    (is_date && is_time).then_some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// Returns the days since 1970. Months count from 0, and years begin in March, so that the leap day is their last.
/// <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month < 2 { year.checked_sub(1)? } else { year };
    let day_of_year = (153 * ((month + 10) % 12) + 2) / 5 + day - 1;
    (365 * year + year / 4 - year / 100 + year / 400 + day_of_year).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::seconds;
    use proptest::prelude::*;

    #[test]
    fn dates_of_cognito_are_seconds() {
        for (text, expected) in [
            ("Thu Jan 01 00:00:00 UTC 1970", 0),
            ("Thu Jan 01 00:00:01 UTC 1970", 1),
            ("Fri Jul 29 18:52:53 UTC 2016", 1_469_818_373),
            ("Tue Apr 04 18:39:39 UTC 2023", 1_680_633_579),
            ("Wed Mar 08 18:39:57 UTC 2023", 1_678_300_797),
            ("Thu Feb 29 23:59:59 UTC 2024", 1_709_251_199),
            ("Fri Mar 01 00:00:00 UTC 2024", 1_709_251_200),
            ("Mon Mar 01 00:00:00 UTC 2100", 4_107_542_400),
            ("Fri Dec 31 23:59:59 UTC 9999", 253_402_300_799),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn text_in_another_form_is_not_a_date() {
        for text in [
            "",
            " UTC ",
            "1680633579",
            "2023-04-04T18:39:39Z",
            "Tue, 04 Apr 2023 18:39:39 GMT",
            "Tue Apr 04 18:39:39 2023",
            "Tue Apr 04 18:39:39 CEST 2023",
            "Tue Foo 04 18:39:39 UTC 2023",
            "Tue Apr 32 18:39:39 UTC 2023",
            "Tue Apr 04 24:39:39 UTC 2023",
            "Tue Apr 04 18:39 UTC 2023",
            "Tue Apr 04 18:39:39 UTC 20233",
            "Wed Dec 31 23:59:59 UTC 1969",
            "Sat Jan 01 00:00:00 UTC 0000",
        ] {
            assert_eq!(seconds(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[\\PCA-Z0-9 :UTC]{0,40}") {
            seconds(&text);
        }

        /// The standard library has no dates. `cookie` depends on `time`, which computes them in another way.
        #[test]
        fn each_second_is_read_as_time_counts_it(expected in 0_i64..253_402_300_800) {
            let time = cookie::time::OffsetDateTime::from_unix_timestamp(expected).unwrap();
            let (weekday, month) = (time.weekday().to_string(), time.month().to_string());
            let text = format!(
                "{} {} {:02} {:02}:{:02}:{:02} UTC {:04}",
                &weekday[..3], &month[..3], time.day(), time.hour(), time.minute(), time.second(), time.year()
            );
            prop_assert_eq!(seconds(&text), u64::try_from(expected).ok(), "{}", text);
        }
    }
}
