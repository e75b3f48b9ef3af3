//! The names and comments of a source file, read line by line.

/// Words that no doc comment begins with, since a sentence names its subject.
const RIDDLES: [&str; 4] = ["What", "Who", "Whose", "Likewise"];

/// The functions whose names say nothing.
const EMPTY_NAMES: [&str; 5] = ["of", "part", "said", "tell", "told"];

/// The longest name of a test.
const LONGEST_TEST: usize = 50;

/// The first lines of doc comments that begin with a riddle.
pub(super) fn riddles(source: &str) -> impl Iterator<Item = &str> {
    let mut kind = "";
    source.lines().filter_map(move |line| {
        let line = line.trim_start();
        let before = kind;
        kind = ["///", "//!"].into_iter().find(|kind| line.starts_with(kind)).unwrap_or_default();
        let text = line.strip_prefix(kind)?;
        let first = text.trim_start().split(|letter: char| !letter.is_alphanumeric()).next()?;
        (kind != before && !kind.is_empty() && RIDDLES.contains(&first)).then_some(line)
    })
}

/// The lines that define a function with a meaningless name.
pub(super) fn empty_names(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .map(str::trim)
        .filter(|line| name_after(line, "fn").is_some_and(|name| EMPTY_NAMES.contains(&name)))
}

/// The names of tests that are too long.
pub(super) fn long_tests(source: &str) -> impl Iterator<Item = &str> {
    let mut is_test = false;
    source.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            return None;
        }
        let name = name_after(line, "fn")?;
        (std::mem::take(&mut is_test) && name.len() > LONGEST_TEST).then_some(name)
    })
}

/// The types and traits at the top level of a file, not within a module or an `impl`.
pub(super) fn types(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter(|line| !line.starts_with(char::is_whitespace)).filter_map(|line| {
        ["enum", "struct", "trait", "type", "union"].into_iter().find_map(|kind| name_after(line, kind))
    })
}

/// The name that a line defines with a keyword: `read` in `pub(crate) async fn read(…`.
fn name_after<'l>(line: &'l str, keyword: &str) -> Option<&'l str> {
    let mut rest = line;
    while let Some((word, after)) = rest.split_once(' ') {
        if word == keyword {
            return after.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
        }
        // `pub(in crate::room)` has a space.
        let is_modifier = ["async", "const", "extern", "unsafe"].contains(&word);
        if !is_modifier && !word.starts_with("pub") && !word.ends_with(')') && !word.starts_with('"') {
            return None;
        }
        rest = after;
    }
    None
}

#[test]
fn only_the_start_of_a_doc_comment_is_a_riddle() {
    let source =
        "//! What it is.\n\n    /// Who calls.\n    /// What follows.\n// What else\n/// Whatever.\n";
    assert_eq!(riddles(source).collect::<Vec<_>>(), ["//! What it is.", "/// Who calls."]);
}

#[test]
fn functions_are_found_with_their_modifiers() {
    let source = "    pub(in crate::a) const fn of() {}\nasync fn told<T>() {}\nfn offer() {}\n// a fn of\n";
    let found: Vec<_> = empty_names(source).collect();
    assert_eq!(found, ["pub(in crate::a) const fn of() {}", "async fn told<T>() {}"]);
}

#[test]
fn long_name_counts_for_a_test_alone() {
    let long = "x".repeat(LONGEST_TEST + 1);
    let source = format!(
        "fn {long}() {{}}\n#[tokio::test]\n#[should_panic]\nasync fn {long}() {{}}\n#[test]\nfn short() {{}}"
    );
    assert_eq!(long_tests(&source).collect::<Vec<_>>(), [long]);
}

#[test]
fn types_within_others_do_not_count() {
    let source = "pub struct A<T>(T);\nenum B {\n    C,\n}\nimpl X for A {\n    type D = u8;\n}\npub(super) type E = A;\n";
    assert_eq!(types(source).collect::<Vec<_>>(), ["A", "B", "E"]);
}
