use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn matches(pattern: &str, path: &str) -> bool {
    pattern.parse::<PathPattern>().unwrap().matches(path)
}

#[test]
fn star_matches_any_characters_question_mark_one() {
    for (pattern, path, expected) in [
        ("/img/*", "/img/", true),
        ("/img/*", "/img/a", true),
        ("/img/*", "/img/a/b", true),
        ("/img/*", "/img", false),
        ("/img/*/pics", "/img/a/b/pics", true),
        ("/img/*/pics", "/img//pics", true),
        ("/img/*/pics", "/img/pics", false),
        ("/api/hello", "/api/hello", true),
        ("/api/hello", "/api/hello/", false),
        ("/api/hello", "/API/hello", false),
        ("/a?c", "/abc", true),
        ("/a?c", "/ac", false),
        ("/a?c", "/abbc", false),
        ("*", "", true),
        ("*", "/", true),
        ("**", "/a", true),
        ("/*?", "/", false),
        ("/*?", "/a", true),
        ("/*a*b", "/xxaxab", true),
        ("/*a*b", "/ba", false),
        ("/a", "", false),
        ("/", "/", true),
    ] {
        assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
    }
}

#[test]
fn a_path_is_compared_as_it_was_sent() {
    assert!(!matches("/a", "/%61"));
    assert!(matches("/a*b", "/a%2Fb"));
}

#[test]
fn invalid_pattern_is_refused() {
    let longest = format!("/{}", "a".repeat(127));
    assert!(PathPattern::new(longest.clone()).is_ok());
    let long = format!("{longest}a");
    assert_eq!(PathPattern::new(long.clone()), Err(PathPatternError::TooLong(long)));
    for (pattern, character) in [("/na\u{ef}ve", '\u{ef}'), ("/a b", ' '), ("/v[x]", '['), ("/a%20", '%')] {
        assert_eq!(
            PathPattern::new(pattern),
            Err(PathPatternError::Character(pattern.to_owned(), character))
        );
    }
}

#[test]
fn hostile_path_costs_at_most_the_product_of_lengths() {
    let pattern = format!("/{}b", "*a".repeat(60));
    let path = format!("/{}", "a".repeat(64 * 1024));
    let began = Instant::now();
    assert!(!matches(&pattern, &path));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// The definition of a match, whatever it costs.
fn defined(pattern: &[u8], path: &[u8]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=path.len()).any(|taken| defined(rest, &path[taken..])),
        ([b'?', rest @ ..], [_, path @ ..]) => defined(rest, path),
        ([a, rest @ ..], [b, path @ ..]) if a == b => defined(rest, path),
        _ => false,
    }
}

proptest! {
    #[test]
    fn matcher_agrees_with_the_definition(pattern in "[ab*?]{0,8}", path in "[ab]{0,8}") {
        prop_assert_eq!(matches(&pattern, &path), defined(pattern.as_bytes(), path.as_bytes()));
    }
}
