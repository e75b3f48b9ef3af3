//! Texts with the wildcards `*` and `?`, as policies of IAM and rules of load balancers have them.

/// Whether `text` matches `pattern`, in which `*` matches any characters, including `/` and `:`, and `?` matches one character.
///
/// Only the last `*` is ever retried: an earlier `*` that matched more would leave less for the rest. So the time is at
/// most the product of the two lengths.
pub(crate) fn is_match(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t, mut again) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                again = Some((p + 1, t));
                p += 1;
            }
            Some(b'?') => {
                p += 1;
                t += character_length(text, t);
            }
            Some(byte) if *byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, from)) = again else { return false };
                again = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// The bytes of the character that begins at `at`.
fn character_length(text: &[u8], at: usize) -> usize {
    1 + text[at + 1..].iter().take_while(|byte| **byte & 0xc0 == 0x80).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn asterisk_stands_for_any_and_question_mark_for_one() {
        for (pattern, text, matches) in [
            ("", "", true),
            ("*", "", true),
            ("*", "a/b:c", true),
            ("a*", "a", true),
            ("a*c", "a/b/c", true),
            ("a*c", "a/b/d", false),
            ("a?c", "abc", true),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("a?c", "a/c", true),
            ("*b*b", "abab", true),
            ("*ab", "aab", true),
            ("a**", "ab", true),
            ("ab", "aB", false),
            ("?", "", false),
            ("a", "ab", false),
            ("*é", "aé", true),
        ] {
            assert_eq!(is_match(pattern, text), matches, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn every_pattern_ends(pattern in "[a*?é]{0,12}", text in "[aé:/]{0,12}") {
            let matches = is_match(&pattern, &text);
            prop_assert!(matches || pattern != "*");
            prop_assert!(is_match(&text, &text));
        }
    }
}
