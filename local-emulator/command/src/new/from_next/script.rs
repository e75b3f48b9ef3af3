//! A source as tokens, with the checks that all searches share.

use super::token::{ScriptToken, TokenKind, tokens};

/// A source to search. Positions are those of its tokens. Beyond its end, every check fails.
#[derive(Debug)]
pub(super) struct Script<'a> {
    tokens: Vec<ScriptToken<'a>>,
    /// The position of the other bracket of its pair, for each bracket.
    partners: Vec<Option<usize>>,
}

/// An entry of an object or of a destructuring pattern: `id`, `id: value`, `...rest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ObjectEntry<'a> {
    /// The key.
    pub(super) key: &'a str,
    /// The position of the key.
    pub(super) at: usize,
    /// The position where the value begins, after the colon.
    pub(super) value: Option<usize>,
    /// Whether the key stands for all other entries: `...rest`.
    pub(super) is_rest: bool,
}

impl<'a> Script<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let tokens = tokens(source);
        let partners = partners(&tokens);
        Self { tokens, partners }
    }

    /// All positions.
    pub(super) fn positions(&self) -> std::ops::Range<usize> {
        0..self.tokens.len()
    }

    /// The line of a token, counted from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(1, |token| token.line)
    }

    fn of_kind(&self, at: usize, kind: TokenKind) -> Option<&'a str> {
        self.tokens.get(at).filter(|token| token.kind == kind).map(|token| token.text)
    }

    /// The name or keyword at a position.
    pub(super) fn word(&self, at: usize) -> Option<&'a str> {
        self.of_kind(at, TokenKind::Word)
    }

    /// The string at a position, without its quotes.
    pub(super) fn string(&self, at: usize) -> Option<&'a str> {
        self.of_kind(at, TokenKind::Text)
    }

    /// The number at a position.
    pub(super) fn number(&self, at: usize) -> Option<&'a str> {
        self.of_kind(at, TokenKind::Number)
    }

    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.word(at) == Some(word)
    }

    /// Whether an operator or a bracket is at a position.
    pub(super) fn is(&self, at: usize, punctuation: &str) -> bool {
        self.of_kind(at, TokenKind::Punctuation) == Some(punctuation)
    }

    /// Whether the token at a position is a member of something: `.query`.
    pub(super) fn is_member(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is(before, ".") || self.is(before, "?."))
    }

    /// The position of the other bracket of a pair.
    pub(super) fn partner(&self, at: usize) -> Option<usize> {
        self.partners.get(at).copied().flatten()
    }

    /// The member that is read at a position, `.name` or `['name']`, and the position after it.
    pub(super) fn member(&self, at: usize) -> Option<(&'a str, usize)> {
        // `req.query!.id`
        let at = if self.is(at, "!") { at + 1 } else { at };
        let after_dot = self.word(at + 1).filter(|_| self.is(at, ".") || self.is(at, "?."));
        if let Some(name) = after_dot {
            return Some((name, at + 2));
        }
        let open = if self.is(at, "?.") { at + 1 } else { at };
        let name = self.string(open + 1)?;
        (self.is(open, "[") && self.is(open + 2, "]")).then_some((name, open + 3))
    }

    /// The braces of a pattern that takes the value at a position apart: `const { id } = req.query`.
    pub(super) fn destructured(&self, value: usize) -> Option<usize> {
        let equals = value.checked_sub(1).filter(|at| self.is(*at, "="))?;
        let mut close = equals.checked_sub(1)?;
        if !self.is(close, "}") {
            // `const { id }: Params = req.query`
            close = close.checked_sub(2).filter(|_| self.word(close).is_some())?;
        }
        let open = self.partner(close).filter(|_| self.is(close, "}"))?;
        // `const { id }: { id: string } = req.query`
        match open.checked_sub(2) {
            Some(pattern) if self.is(open - 1, ":") && self.is(pattern, "}") => self.partner(pattern),
            _ => Some(open),
        }
    }

    /// The entries of the braces that open at a position, without those of inner braces.
    pub(super) fn entries(&self, open: usize) -> Vec<ObjectEntry<'a>> {
        let Some(close) = self.partner(open).filter(|_| self.is(open, "{")) else { return Vec::new() };
        let mut entries = Vec::new();
        let mut at = open + 1;
        while at < close {
            let is_rest = self.is(at, "...");
            at += usize::from(is_rest);
            if let Some(key) = self.word(at).or_else(|| self.string(at)) {
                let value = self.is(at + 1, ":").then_some(at + 2);
                entries.push(ObjectEntry { key, at, value, is_rest });
            }
            while at < close && !self.is(at, ",") {
                at = self.partner(at).filter(|partner| *partner > at).unwrap_or(at) + 1;
            }
            at += 1;
        }
        entries
    }
}

/// Pairs the brackets. A closing bracket without an opening one is left alone.
fn partners(tokens: &[ScriptToken<'_>]) -> Vec<Option<usize>> {
    let mut partners = vec![None; tokens.len()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Punctuation) {
        match token.text {
            "(" => open.push((at, ")")),
            "[" => open.push((at, "]")),
            "{" => open.push((at, "}")),
            text => {
                if let Some((partner, _)) = open.pop_if(|(_, close)| *close == text) {
                    partners[at] = Some(partner);
                    partners[partner] = Some(at);
                }
            }
        }
    }
    partners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn member_is_read_by_a_dot_or_by_brackets() {
        for (source, member) in [
            ("a.b", Some(("b", 3))),
            ("a?.b", Some(("b", 3))),
            ("a!.b", Some(("b", 4))),
            ("a['b-c']", Some(("b-c", 4))),
            ("a?.['b']", Some(("b", 5))),
            ("a[b]", None),
            ("a['b' + c]", None),
            ("a", None),
        ] {
            assert_eq!(Script::new(source).member(1), member, "{source}");
        }
    }

    #[test]
    fn pattern_before_a_value_is_found() {
        for (source, keys) in [
            ("const { a, b: c, d = 1, ...e } = v", &["a", "b", "d", "...e"][..]),
            ("const { a: { b, c }, 'd-e': f } = v", &["a", "d-e"]),
            ("const { a }: { a: string } = v", &["a"]),
            ("const { a }: Params = v", &["a"]),
            ("const a = v", &[]),
            ("} = v", &[]),
            ("v", &[]),
        ] {
            let script = Script::new(source);
            let value = script.positions().find(|at| script.is_word(*at, "v")).unwrap();
            let entries = script.destructured(value).map(|open| script.entries(open)).unwrap_or_default();
            let key =
                |entry: &ObjectEntry<'_>| format!("{}{}", if entry.is_rest { "..." } else { "" }, entry.key);
            assert_eq!(entries.iter().map(key).collect::<Vec<_>>(), keys, "{source}");
        }
    }

    #[test]
    fn brackets_pair_up_in_spite_of_strays() {
        let script = Script::new("( [ ) ] }");
        assert_eq!([0, 1, 2, 3, 4].map(|at| script.partner(at)), [None, Some(3), None, Some(1), None]);
    }
}
