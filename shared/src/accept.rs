//! The form of an error that a client prefers.

use crate::ows::trimmed;

/// Returns whether an `Accept` header prefers `text/plain` over `application/json`.
///
/// For each type, the most specific range counts (RFC 9110 §12.5.1), and the higher weight decides. If the weights are
/// equal, text wins only if the client names text and does not name JSON (`text/plain, */*`).
pub(crate) fn prefers_text(accept: &str) -> bool {
    let mut text = Preference::default();
    let mut json = Preference::default();
    for range in accept.split(',') {
        let mut parts = range.split(';').map(trimmed);
        let media = parts.next().unwrap_or_default();
        let weight = parts.find_map(weight).unwrap_or(1000);
        text.heed(media, "text/plain", "text/*", weight);
        json.heed(media, "application/json", "application/*", weight);
    }
    text.weight > 0 && text > json
}

/// The preference for a type: the weight, then how exactly the type was named.
#[derive(Default, PartialEq, PartialOrd)]
struct Preference {
    weight: u16,
    exactness: u8,
}

impl Preference {
    fn heed(&mut self, media: &str, exact: &str, any_of_type: &str, weight: u16) {
        let exactness = match media {
            _ if media.eq_ignore_ascii_case(exact) => 3,
            _ if media.eq_ignore_ascii_case(any_of_type) => 2,
            "*/*" => 1,
            _ => return,
        };
        if exactness > self.exactness {
            *self = Self { weight, exactness };
        }
    }
}

/// Returns the weight of `q=0.8` in thousandths, the finest step that HTTP allows.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !trimmed(name).eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = trimmed(value).split_once('.').unwrap_or((trimmed(value), ""));
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    let thousandths = digits.fold(0, |sum, digit| sum * 10 + u16::from(digit.wrapping_sub(b'0').min(9)));
    Some(if whole == "0" { thousandths } else { 1000 })
}

#[cfg(test)]
mod tests {
    use super::prefers_text;
    use proptest::prelude::proptest;

    #[test]
    fn client_that_prefers_text_gets_it() {
        for text in [
            "text/plain",
            "text/*",
            "Text/Plain;charset=utf-8",
            "text/plain, */*",
            "text/plain, */*; q=0.01",
            "text/plain, application/json;q=0.9",
            "application/json;q=0.1, text/*;q=0.15",
            "*/*, application/json;q=0",
            "*/*;q=0.5, application/*;q=0.4",
        ] {
            assert!(prefers_text(text), "{text}");
        }
    }

    #[test]
    fn other_clients_get_json() {
        for json in [
            "",
            "*/*",
            "application/json",
            "application/json, text/plain, */*",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html",
            "text/plain;q=0",
            "text/plain;q=0.5, */*",
            "text/plain;q=0.2;q=1, application/json;q=0.3",
            "q=1;;,,;q=x",
        ] {
            assert!(!prefers_text(json), "{json}");
        }
    }

    proptest! {
        #[test]
        fn no_header_of_a_client_panics(value in "[\\PCq=;,./*0-9]{0,40}") {
            prefers_text(&value);
        }
    }
}
