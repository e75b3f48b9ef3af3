//! Sizes of bodies: read as Next.js reads them, written as Rust.

/// 1,024 bytes, as `api_routes::KB`.
const KB: u64 = 1024;
/// 1,048,576 bytes, as `api_routes::MB`.
const MB: u64 = 1024 * KB;
/// Larger sizes are not worth a limit: an event of Lambda has 6 MB.
const LARGEST: u64 = 1024 * MB;
/// Digits after the point that still give an exact number of bytes.
const MOST_DECIMALS: usize = 6;

/// Reads a `sizeLimit`, as the npm package `bytes` does for Next.js, if its meaning is certain.
///
/// Next.js reads `0` as 1 MB, `'500k'` as 500 bytes and a text that is not a number as no limit at all.
/// Nobody means any of these, so they are left to the author.
pub(super) fn parse(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim_start_matches(' ') {
        // Without a unit, and with `b`, decimals are cut off.
        "" | "b" if !number.contains('.') => 1,
        "kb" => KB,
        "mb" => MB,
        "gb" => 1024 * MB,
        _ => return None,
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) || decimals.len() > MOST_DECIMALS {
        return None;
    }
    let scale = decimals.bytes().fold(1, |scale, _| scale * 10);
    let fraction = decimals.parse::<u64>().ok()? * unit / scale;
    let bytes = whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(fraction)?;
    (1..=LARGEST).contains(&bytes).then_some(bytes)
}

/// Writes a size as Rust: `500 * KB`, `MB`, `1_000`.
pub(super) fn expression(bytes: u64) -> String {
    let (count, unit) = match bytes {
        _ if bytes.is_multiple_of(MB) => (bytes / MB, "MB"),
        _ if bytes.is_multiple_of(KB) => (bytes / KB, "KB"),
        _ => return grouped(bytes),
    };
    if count == 1 { unit.to_owned() } else { format!("{} * {unit}", grouped(count)) }
}

/// The constant of `api_routes` in an [`expression`].
pub(super) fn constant(bytes: u64) -> Option<&'static str> {
    match bytes {
        _ if bytes.is_multiple_of(MB) => Some("MB"),
        _ if bytes.is_multiple_of(KB) => Some("KB"),
        _ => None,
    }
}

/// `1_048_577`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_is_written_in_its_largest_whole_unit() {
        for (text, expected) in [
            ("500kb", "500 * KB"),
            ("1mb", "MB"),
            ("4 MB", "4 * MB"),
            ("1.5mb", "1_536 * KB"),
            ("0.5kb", "512"),
            ("0.3kb", "307"),
            ("1gb", "1_024 * MB"),
            ("1000", "1_000"),
            ("10b", "10"),
            ("1048577", "1_048_577"),
        ] {
            assert_eq!(parse(text).map(expression).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn size_of_doubtful_meaning_is_not_read() {
        for text in
            ["", "0", "0kb", "500k", "1.5", "1.5b", "big", "-1kb", "1tb", "2gb", "1..5kb", ".5kb", "1.kb"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"9".repeat(40)), None);
        assert_eq!(parse("1.0000001kb"), None);
    }
}
