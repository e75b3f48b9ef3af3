//! Reads a scalar without quotes by YAML 1.1, as PyYAML does for SAM, and writes it in SAM's form.
//!
//! <https://github.com/yaml/pyyaml/blob/main/lib/yaml/resolver.py>

/// A scalar without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    /// `~`, `null`, or nothing.
    Null,
    /// `yes`, `On`, `true`.
    Truth(bool),
    /// A number, in the form in which SAM writes it: `0x1F` is `31`, `1.10` is `1.1`.
    Number(String),
    /// A text, unchanged.
    Text,
}

impl Plain {
    /// Reads `text` by the rules of YAML 1.1.
    pub(crate) fn read(text: &str) -> Self {
        if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Self::Null;
        }
        if let Some(truth) = truth(text) {
            return Self::Truth(truth);
        }
        integer(text).or_else(|| float(text)).map_or(Self::Text, Self::Number)
    }
}

/// Whether other readers take a text for a number with an exponent, such as `1e3`. PyYAML takes it for a text.
pub(crate) fn has_exponent(text: &str) -> bool {
    let is_number = |digits: &str, others: &[char]| {
        digits.contains(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || others.contains(&c))
    };
    let (_, rest) = signed(text);
    rest.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| {
        is_number(mantissa, &['.']) && mantissa.matches('.').count() < 2 && is_number(signed(exponent).1, &[])
    })
}

/// Whether other readers take a text for a number with insignificant zeros, such as `012345678901`.
pub(crate) fn has_leading_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.chars().all(|c| c.is_ascii_digit())
}

/// Reads a boolean. PyYAML leaves out the `y` and `n` of <https://yaml.org/type/bool.html>.
fn truth(text: &str) -> Option<bool> {
    const TRUE: [&str; 3] = ["yes", "true", "on"];
    const FALSE: [&str; 3] = ["no", "false", "off"];
    let is_word = |word: &&str| {
        let (first, rest) = text.split_at(text.len().min(1));
        let is_capital = first.eq_ignore_ascii_case(&word[..1]) && rest == &word[1..];
        is_capital || text == word.to_ascii_uppercase()
    };
    let found = |words: &[&str]| text.is_ascii() && words.iter().any(is_word);
    found(&TRUE).then_some(true).or_else(|| found(&FALSE).then_some(false))
}

/// Reads a binary, octal, decimal or hexadecimal integer, or one with a base of 60: <https://yaml.org/type/int.html>.
fn integer(text: &str) -> Option<String> {
    let (sign, rest) = signed(text);
    let is_of = |digits: &str, set: fn(char) -> bool| {
        !digits.is_empty() && digits.chars().all(|c| c == '_' || set(c))
    };
    let plain: String = rest.chars().filter(|c| *c != '_').collect();
    let (digits, radix) = if let Some(digits) = rest.strip_prefix("0b") {
        (is_of(digits, |c| matches!(c, '0' | '1')).then(|| plain[2..].to_owned())?, 2)
    } else if let Some(digits) = rest.strip_prefix("0x") {
        (is_of(digits, |c| c.is_ascii_hexdigit()).then(|| plain[2..].to_owned())?, 16)
    } else if rest == "0" {
        ("0".to_owned(), 10)
    } else if let Some(digits) = rest.strip_prefix('0') {
        (is_of(digits, |c| matches!(c, '0'..='7')).then(|| plain[1..].to_owned())?, 8)
    } else if rest.contains(':') {
        return Some(format!("{}{}", minus(sign), sexagesimal(rest)?));
    } else {
        let is_decimal =
            rest.starts_with(|c: char| c.is_ascii_digit()) && is_of(rest, |c| c.is_ascii_digit());
        // Python's integers have any length.
        return is_decimal.then(|| signless_zero(sign, &plain));
    };
    // Numbers that are too long for the type stay as they are written.
    let value = if digits.is_empty() { 0 } else { u128::from_str_radix(&digits, radix).ok()? };
    Some(signless_zero(sign, &value.to_string()))
}

/// Parses `10:30` as 630: minutes, or another unit with 60 parts.
fn sexagesimal(text: &str) -> Option<u128> {
    let mut parts = text.split(':');
    let first = parts.next().filter(|first| first.starts_with(|c: char| matches!(c, '1'..='9')))?;
    let mut value: u128 = number(first)?;
    for part in parts {
        let is_part = matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
        value = value.checked_mul(60)?.checked_add(number(part).filter(|_| is_part)?)?;
    }
    Some(value)
}

fn number(digits: &str) -> Option<u128> {
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    plain.chars().all(|c| c.is_ascii_digit()).then(|| plain.parse().ok())?
}

/// Reads a number with a point; an exponent needs a sign: <https://yaml.org/type/float.html>.
fn float(text: &str) -> Option<String> {
    let (sign, rest) = signed(text);
    if matches!(rest, ".inf" | ".Inf" | ".INF") {
        return Some(format!("{}inf", minus(sign)));
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some("nan".to_owned());
    }
    if rest.contains(':') {
        return sexagesimal_float(sign, rest);
    }
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-'])?;
            let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
            (mantissa, is_number.then_some(exponent)?)
        }
        None => (rest, "+0"),
    };
    let (whole, part) = mantissa.split_once('.')?;
    let are_digits = |digits: &str| digits.chars().all(|c| c.is_ascii_digit() || c == '_');
    let begins = whole.starts_with(|c: char| c.is_ascii_digit())
        || (whole.is_empty() && sign.is_none() && part.starts_with(|c: char| c.is_ascii_digit()));
    if !(begins && are_digits(whole) && are_digits(part)) {
        return None;
    }
    let plain = format!("{}{whole}.{part}e{exponent}", minus(sign)).replace('_', "");
    Some(python(plain.parse().ok()?))
}

/// Reads `190:20:30.15` as 685230.15.
fn sexagesimal_float(sign: Option<char>, text: &str) -> Option<String> {
    let (whole, part) = text.split_once('.')?;
    let mut parts = whole.split(':');
    let mut value = number(parts.next().filter(|first| !first.is_empty())?)?;
    for part in parts {
        let is_part = matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
        value = value.checked_mul(60)?.checked_add(number(part).filter(|_| is_part)?)?;
    }
    let digits: String = part.chars().filter(|c| *c != '_').collect();
    let is_number = digits.chars().all(|c| c.is_ascii_digit());
    is_number.then(|| format!("{}{value}.{digits}", minus(sign)).parse().ok().map(python))?
}

/// Returns the shortest text of the number, with a point or an exponent in the way of Python.
fn python(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) && value.is_finite() {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(("+", exponent), |digits| ("-", digits));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".to_owned() } else { "-inf".to_owned() };
    }
    format!("{value:?}")
}

fn signed(text: &str) -> (Option<char>, &str) {
    match text.strip_prefix(['+', '-']) {
        Some(rest) => (text.chars().next(), rest),
        None => (None, text),
    }
}

fn minus(sign: Option<char>) -> &'static str {
    if sign == Some('-') { "-" } else { "" }
}

/// Drops the sign of zero, since Python's integers have no negative zero.
fn signless_zero(sign: Option<char>, digits: &str) -> String {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { "0".to_owned() } else { format!("{}{digits}", minus(sign)) }
}

#[cfg(test)]
mod tests {
    use super::Plain;

    /// Scalars, with their values in the reader of aws-sam-cli 1.170 and PyYAML 6.0.
    const RECORDED: &str = include_str!("scalars.tsv");

    #[test]
    fn scalar_is_read_as_sam_reads_it() {
        for row in RECORDED.lines().skip(1) {
            let fields: Vec<_> = row.split('\t').collect();
            let [written, kind, deployed] = fields[..] else { panic!("{row}") };
            let expected = match kind {
                "null" => Plain::Null,
                "bool" => Plain::Truth(deployed == "true"),
                "int" | "float" => Plain::Number(deployed.to_owned()),
                _ => Plain::Text,
            };
            assert_eq!(Plain::read(written), expected, "{written}");
        }
    }

    #[test]
    fn scalar_beyond_any_number_is_left_as_it_is() {
        for written in [&format!("0x{}", "f".repeat(60)), &"1:00".repeat(60), "é", "10:é"] {
            assert_eq!(Plain::read(written), Plain::Text, "{written}");
        }
    }
}
