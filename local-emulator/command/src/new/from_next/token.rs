//! Splits JavaScript and TypeScript into tokens, without comments.
//!
//! The text may be anything: the lexer never fails, and looks at each byte a bounded number of times. Two
//! things need a parser and are guessed instead. Whether `/` begins a regular expression depends on the token
//! before. Text between JSX tags is read as code. A wrong guess ends with its line in most cases.

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a keyword.
    Word,
    /// A string, or a template string without `${…}`; the token's text is the text between the quotes.
    Text,
    /// A number.
    Number,
    /// An operator or a bracket. A template string with `${…}` and a regular expression also leave one where they begin
    /// and end, so that the tokens around them do not seem adjacent.
    Punctuation,
}

/// A piece of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ScriptToken<'a> {
    /// The kind.
    pub(super) kind: TokenKind,
    /// The text, as the source has it.
    pub(super) text: &'a str,
    /// The line where the token begins, counted from 1.
    pub(super) line: usize,
}

/// Operators of more than one character, longer operators first.
const OPERATORS: [&str; 9] = ["===", "!==", "...", "==", "!=", "=>", "?.", "++", "--"];

/// Keywords that a value follows, so that `/` after them begins a regular expression.
const BEFORE_A_VALUE: [&str; 15] = [
    "await",
    "case",
    "default",
    "delete",
    "do",
    "else",
    "in",
    "instanceof",
    "new",
    "of",
    "return",
    "throw",
    "typeof",
    "void",
    "yield",
];

/// Splits a source into its tokens.
pub(super) fn tokens(source: &str) -> Vec<ScriptToken<'_>> {
    let mut lexer =
        Lexer { source, at: 0, line: 1, value_follows: true, substitutions: vec![], tokens: vec![] };
    if source.starts_with("#!") {
        lexer.skip_line();
    }
    while lexer.at < source.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    line: usize,
    /// Whether `/` begins a regular expression, and does not divide.
    value_follows: bool,
    /// For each `${` that is open, how many braces are open in it.
    substitutions: Vec<usize>,
    tokens: Vec<ScriptToken<'a>>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.source.as_bytes()[self.at..]
    }

    /// Reads one token, or skips white space or a comment. Moves by one byte at least.
    fn step(&mut self) {
        match self.rest() {
            [b'/', b'/', ..] => self.skip_line(),
            [b'/', b'*', ..] => self.block_comment(),
            [b'/', ..] if self.value_follows => self.regular_expression(),
            [quote @ (b'"' | b'\''), ..] => self.quoted(*quote),
            [b'`', ..] => self.template(),
            [b'}', ..] if self.substitutions.last() == Some(&0) => {
                self.substitutions.pop();
                self.template();
            }
            [b'0'..=b'9', ..] => self.run(TokenKind::Number, |byte| is_word(byte) || byte == b'.'),
            [byte, ..] if is_word(*byte) => self.run(TokenKind::Word, is_word),
            [byte, ..] if byte.is_ascii_whitespace() || byte.is_ascii_control() => self.advance(1),
            _ => self.punctuation(),
        }
    }

    /// Moves on by bytes, and counts their lines.
    fn advance(&mut self, length: usize) {
        let end = self.source.len().min(self.at + length);
        self.line += self.source.as_bytes()[self.at..end]
            .iter()
            .map(|byte| usize::from(*byte == b'\n'))
            .sum::<usize>();
        self.at = end;
    }

    /// Adds a token of `length` bytes, whose text leaves out `margin` bytes on both sides.
    fn push(&mut self, kind: TokenKind, length: usize, margin: usize) {
        let text = self.source.get(self.at + margin..self.at + length - margin).unwrap_or_default();
        self.tokens.push(ScriptToken { kind, text, line: self.line });
        self.value_follows = match kind {
            TokenKind::Word => BEFORE_A_VALUE.contains(&text),
            TokenKind::Text | TokenKind::Number => false,
            TokenKind::Punctuation => !matches!(text, ")" | "]" | "}" | "++" | "--"),
        };
        self.advance(length);
    }

    fn run(&mut self, kind: TokenKind, belongs: impl Fn(u8) -> bool) {
        let length = self.rest().iter().take_while(|byte| belongs(**byte)).count();
        self.push(kind, length, 0);
    }

    fn skip_line(&mut self) {
        let length = self.rest().iter().take_while(|byte| **byte != b'\n').count();
        self.advance(length.max(1));
    }

    fn block_comment(&mut self) {
        let inner = self.rest().get(2..).unwrap_or_default();
        let length = inner.windows(2).position(|pair| pair == b"*/").unwrap_or(inner.len());
        self.advance(length + 4);
    }

    /// Reads a string. A string that is not closed ends with its line, and leaves no token.
    fn quoted(&mut self, quote: u8) {
        let rest = self.rest();
        let mut length = 1;
        while let Some(byte) = rest.get(length) {
            match byte {
                byte if *byte == quote => return self.push(TokenKind::Text, length + 1, 1),
                b'\\' if rest[length..].starts_with(b"\\\r\n") => length += 3,
                b'\\' => length += 2,
                b'\n' => break,
                _ => length += 1,
            }
        }
        self.value_follows = false;
        self.advance(length);
    }

    /// Reads the text of a template, from its first backtick or from the `}` of a substitution: up to the
    /// next substitution, or to the end.
    fn template(&mut self) {
        let rest = self.rest();
        let mut length = 1;
        while let Some(byte) = rest.get(length) {
            match byte {
                b'`' if rest[0] == b'`' => return self.push(TokenKind::Text, length + 1, 1),
                b'`' => return self.boundary(length + 1, false),
                b'$' if rest.get(length + 1) == Some(&b'{') => {
                    self.substitutions.push(0);
                    return self.boundary(length + 2, true);
                }
                b'\\' => length += 2,
                _ => length += 1,
            }
        }
        self.advance(length);
    }

    /// Adds a token without text, which keeps its neighbours apart.
    fn boundary(&mut self, length: usize, value_follows: bool) {
        self.tokens.push(ScriptToken { kind: TokenKind::Punctuation, text: "", line: self.line });
        self.value_follows = value_follows;
        self.advance(length);
    }

    /// Skips a regular expression, or the rest of the line if the expression is not closed in it: so each
    /// byte is read once.
    fn regular_expression(&mut self) {
        let rest = self.rest();
        let mut length = 1;
        let mut in_class = false;
        while let Some(byte) = rest.get(length) {
            match byte {
                b'\n' => break,
                b'\\' if rest.get(length + 1) != Some(&b'\n') => length += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    let flags = rest[length + 1..].iter().take_while(|byte| is_word(**byte)).count();
                    return self.boundary(length + 1 + flags, false);
                }
                _ => {}
            }
            length += 1;
        }
        self.boundary(length, false);
    }

    fn punctuation(&mut self) {
        let rest = self.rest();
        if let (Some(open), [brace @ (b'{' | b'}'), ..]) = (self.substitutions.last_mut(), rest) {
            *open = if *brace == b'{' { *open + 1 } else { open.saturating_sub(1) };
        }
        let operator = OPERATORS.iter().find(|operator| rest.starts_with(operator.as_bytes()));
        self.push(TokenKind::Punctuation, operator.map_or(1, |operator| operator.len()), 0);
    }
}

/// Bytes of names; those beyond ASCII come only in whole characters.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || !byte.is_ascii()
}

#[cfg(test)]
mod tests;
