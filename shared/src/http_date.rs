//! Dates of HTTP, in the three forms that a recipient must read: <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>.
//!
//! The `httpdate` crate reads them too, and returns a time. Only the order counts here, which makes every function 7 kB
//! smaller.

/// The names of the months, with three letters each.
pub(crate) const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// Returns a date as a number that grows with time, or `None` if it has none of the three forms.
pub(crate) fn ordinal(date: &[u8]) -> Option<u64> {
    let date = std::str::from_utf8(date).ok()?;
    // Splitting at a text instead of a character would double the size of this function.
    match date.split_once(',') {
        Some((_, rest)) => with_zone(rest.strip_prefix(' ')?),
        None => asctime(date),
    }
}

/// Reads `06 Nov 1994 08:49:37 GMT`, and the obsolete `06-Nov-94 08:49:37 GMT`.
fn with_zone(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix(" GMT")?.rsplit_once(' ')?;
    let separator = if date.contains('-') { '-' } else { ' ' };
    let [day, month, year, "", ""] = parts(date, separator)? else { return None };
    let year = match (number(year)?, separator, year.len()) {
        (year, ' ', 4) => year,
        // A year of two digits means 1970 to 2069, as in other implementations.
        (year, '-', 2) => year + if year < 70 { 2000 } else { 1900 },
        _ => return None,
    };
    if day.len() == 2 { in_order(year, month, number(day)?, time) } else { None }
}

/// Reads the obsolete `Sun Nov  6 08:49:37 1994`, as C writes it.
fn asctime(text: &str) -> Option<u64> {
    let [_, month, day, time, year] = parts(text, ' ')?;
    if year.len() == 4 { in_order(number(year)?, month, number(day)?, time) } else { None }
}

fn in_order(year: u64, month: &str, day: u64, time: &str) -> Option<u64> {
    let month = MONTHS.as_bytes().chunks(3).position(|name| name == month.as_bytes())? as u64;
    let [hour, minute, second, "", ""] = parts(time, ':')? else { return None };
    let is_clock = [hour, minute, second].iter().all(|part| part.len() == 2);
    let (hour, minute, second) = (number(hour)?, number(minute)?, number(second)?);
    // A minute may have a 61st second, the leap second.
    let is_time = is_clock && hour < 24 && minute < 60 && second < 61;
    // Each month counts 31 days, which is enough for the order.
    let ordinal = ((((year * 12 + month) * 32 + day) * 24 + hour) * 60 + minute) * 61 + second;
    (is_time && (1..=31).contains(&day)).then_some(ordinal)
}

/// Returns the parts of a text. No form has more than five; missing parts are empty.
pub(crate) fn parts(text: &str, separator: char) -> Option<[&str; 5]> {
    let mut parts = [""; 5];
    let mut found = text.split(separator).filter(|part| !part.is_empty());
    for part in &mut parts {
        *part = found.next().unwrap_or_default();
    }
    found.next().is_none().then_some(parts)
}

/// Reads digits alone. `str::parse` would also take a sign.
pub(crate) fn number(digits: &str) -> Option<u64> {
    if digits.len() <= 4 && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        digits.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::ordinal;
    use proptest::prelude::*;

    #[test]
    fn dates_are_in_order() {
        let ascending = [
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Tue, 31 Dec 2019 23:59:59 GMT",
            "Wed, 01 Jan 2020 00:00:00 GMT",
            "Wed, 01 Jan 2020 00:00:01 GMT",
            "Wed, 01 Jan 2020 00:01:00 GMT",
            "Fri, 31 Jan 2020 23:59:59 GMT",
            "Sat, 01 Feb 2020 00:00:00 GMT",
            "Wed, 01 Jan 2030 00:00:00 GMT",
            "Fri, 31 Dec 9999 23:59:60 GMT",
        ];
        for dates in ascending.windows(2) {
            let [earlier, later] = [dates[0], dates[1]].map(|date| ordinal(date.as_bytes()).unwrap());
            assert!(earlier < later, "{dates:?}");
        }
    }

    #[test]
    fn three_forms_of_a_date_are_one_date() {
        for [fixed, rfc850, asctime] in [
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"],
            [
                "Wed, 31 Dec 2025 23:59:59 GMT",
                "Wednesday, 31-Dec-25 23:59:59 GMT",
                "Wed Dec 31 23:59:59 2025",
            ],
            ["Thu, 01 Jan 1970 00:00:00 GMT", "Thursday, 01-Jan-70 00:00:00 GMT", "Thu Jan  1 00:00:00 1970"],
            [
                "Sat, 29 Feb 2068 12:00:00 GMT",
                "Wednesday, 29-Feb-68 12:00:00 GMT",
                "Wed Feb 29 12:00:00 2068",
            ],
        ] {
            assert!(ordinal(fixed.as_bytes()).is_some(), "{fixed}");
            assert_eq!(ordinal(fixed.as_bytes()), ordinal(rfc850.as_bytes()), "{rfc850}");
            assert_eq!(ordinal(fixed.as_bytes()), ordinal(asctime.as_bytes()), "{asctime}");
        }
    }

    #[test]
    fn text_in_another_form_is_not_a_date() {
        for text in [
            "",
            ", ",
            ",  GMT",
            "2030",
            "1577836800",
            "2020-01-01T00:00:00Z",
            "Wed, 01 Jan 2020 00:00:00",
            "Wed, 01 Jan 2020 00:00:00 UTC",
            "Wed, 1 Jan 2020 00:00:00 GMT",
            "Wed, 01 Jan 20 00:00:00 GMT",
            "Wed, 01-Jan-2020 00:00:00 GMT",
            "Wed, 01 Foo 2020 00:00:00 GMT",
            "Wed, 01 Jan +020 00:00:00 GMT",
            "Wed, 01 Jan 2020 24:00:00 GMT",
            "Wed, 00 Jan 2020 00:00:00 GMT",
            "Wed, 01 Jan 2020 0:00:00 GMT",
            "Wed Jan  1 00:00:00 20",
            "Wed Jan  1 00:00:00 2020 GMT",
        ] {
            assert_eq!(ordinal(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(ordinal(b"Wed, 01 Jan 2020 00:00:00 \xffMT"), None);
    }

    proptest! {
        #[test]
        fn no_text_of_a_client_panics(text in "[\\PCA-Z0-9 ,:-]{0,40}") {
            ordinal(text.as_bytes());
        }
    }
}
