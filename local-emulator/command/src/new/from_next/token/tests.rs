use proptest::prelude::*;

use super::*;

/// Tokens in one line: strings in quotes, boundaries as `|`.
fn shown(source: &str) -> String {
    let show = |token: &ScriptToken<'_>| match token.kind {
        TokenKind::Text => format!("'{}'", token.text),
        TokenKind::Punctuation if token.text.is_empty() => "|".to_owned(),
        _ => token.text.to_owned(),
    };
    tokens(source).iter().map(show).collect::<Vec<_>>().join(" ")
}

#[test]
fn source_becomes_tokens() {
    for (source, expected) in [
        ("req.method === 'GET'", "req . method === 'GET'"),
        ("req?.query!.id", "req ?. query ! . id"),
        ("a!==b==c!=d=>e...f", "a !== b == c != d => e ... f"),
        ("x = 1_000 + 1.5e3", "x = 1_000 + 1.5e3"),
        ("naïve = \"é\"", "naïve = 'é'"),
        ("#!/usr/bin/env node's\na", "a"),
    ] {
        assert_eq!(shown(source), expected);
    }
}

#[test]
fn comments_leave_nothing() {
    for (source, expected) in [
        ("a // b 'c\nd", "a d"),
        ("a /* b 'c' ` // */ d", "a d"),
        ("a /* b", "a"),
        ("a /*/ b */ c", "a c"),
        ("a // b /*\nc", "a c"),
        ("'http://a' // b", "'http://a'"),
        ("/**/a/***/b", "a b"),
    ] {
        assert_eq!(shown(source), expected, "{source}");
    }
}

#[test]
fn string_ends_at_its_quote_or_with_its_line() {
    for (source, expected) in [
        (r#"'a\'b' "c\"d""#, r#"'a\'b' 'c\"d'"#),
        ("'a\nb", "b"),
        ("'a\\\nb'", "'a\\\nb'"),
        ("'a\\\r\nb'", "'a\\\r\nb'"),
        ("it's\n'b'", "it 'b'"),
        ("'\\", ""),
    ] {
        assert_eq!(shown(source), expected, "{source}");
    }
}

#[test]
fn template_is_a_string_or_leads_to_code() {
    for (source, expected) in [
        ("`a 'b' // c`", "'a 'b' // c'"),
        ("`a${b}c`", "| b |"),
        ("`${a}${`${b}`}` + c", "| a | | b | | + c"),
        ("`${ {a: {}} }` d", "| { a : { } } | d"),
        ("`\\${a}`", "'\\${a}'"),
        ("`a\nb` c", "'a\nb' c"),
        ("`a", ""),
        ("`${a", "| a"),
        ("} a", "} a"),
    ] {
        assert_eq!(shown(source), expected, "{source}");
    }
}

#[test]
fn slash_divides_or_begins_a_regular_expression() {
    for (source, expected) in [
        ("a / b / c", "a / b / c"),
        ("(a) / 2 // b", "( a ) / 2"),
        ("x = /['\"`]/g.test(y)", "x = | . test ( y )"),
        ("return /a[/]'/", "return |"),
        ("f(/\\//, 'a')", "f ( | , 'a' )"),
        ("a++ / b", "a ++ / b"),
        ("</p>\na", "< | a"),
    ] {
        assert_eq!(shown(source), expected, "{source}");
    }
}

#[test]
fn tokens_know_their_lines() {
    let source = "a\n/* \n */ b `c\n${d}\n` // e\r\nf 'g\\\nh' i";
    let lines: Vec<_> = tokens(source).iter().map(|token| (token.text, token.line)).collect();
    let expected = [("a", 1), ("b", 3), ("", 3), ("d", 4), ("", 4), ("f", 6), ("g\\\nh", 6), ("i", 7)];
    assert_eq!(lines, expected);
}

proptest! {
    #[test]
    fn any_text_has_tokens_in_order(source in "[a'\"`\\\\/*${}\\[\\]\n\ré. =]{0,60}") {
        let mut end = 0;
        let mut line = 1;
        for token in tokens(&source) {
            prop_assert!(token.line >= line && token.line <= 1 + source.matches('\n').count());
            line = token.line;
            if !token.text.is_empty() {
                let start = token.text.as_ptr() as usize - source.as_ptr() as usize;
                prop_assert!(start >= end, "{:?} overlaps", token);
                end = start + token.text.len();
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        tokens(&String::from_utf8_lossy(&bytes));
    }
}
