//! Compares the pages of `docs/contract` with the code. Where AWS does not document its behaviour, our choice has a
//! number: in the code that makes it, and in a row of a page.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the project has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each page with the prefixes of its numbers.
const PAGES: [(&str, &str); 12] = [
    ("ALB", "alb.md"),
    ("AUTH", "authorizers-template.md"),
    ("HTTP", "http-api.md"),
    ("IAM", "authorizers-iam.md"),
    ("INV", "invoke.md"),
    ("JWT", "authorizers-jwt.md"),
    ("KEY", "authorizers-iam.md"),
    ("LAUTH", "authorizers-lambda.md"),
    ("LC", "lifecycle.md"),
    ("REST", "rest-api.md"),
    ("RT", "runtime-api.md"),
    ("URL", "function-url.md"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Finds all Rust files below `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

fn code_in(folder: &str) -> String {
    sources(&root().join(folder)).iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

/// Finds the numbers with `prefix` in `text`.
fn numbers(text: &str, prefix: &str) -> BTreeSet<u32> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter_map(|word| word.strip_prefix(prefix)?.strip_prefix('-')?.parse().ok()).collect()
}

/// Returns the number at the start of each row.
fn rows(page: &str, prefix: &str) -> Vec<u32> {
    let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    cells.filter_map(|cell| cell.strip_prefix(prefix)?.strip_prefix('-')?.parse().ok()).collect()
}

#[test]
fn each_number_has_a_row_and_a_place_in_the_code() {
    let code = code_in("local-emulator");
    for (prefix, page) in PAGES {
        let text = fs::read_to_string(root().join("docs/contract").join(page)).unwrap();
        let rows = rows(&text, prefix);
        let once: BTreeSet<_> = rows.iter().copied().collect();
        assert_eq!(rows.len(), once.len(), "{page} has a number twice");
        assert_eq!(numbers(&code, prefix), once, "left: the code, right: {page}");
    }
}

#[test]
fn every_page_has_numbers_that_the_code_can_name() {
    for entry in fs::read_dir(root().join("docs/contract")).unwrap() {
        let name = entry.unwrap().file_name();
        if name == "README.md" {
            continue;
        }
        assert!(PAGES.iter().any(|(_, page)| *page == name), "{name:?} is not in `PAGES`");
    }
}

/// Finds the tests that a page names: `path::to::name`, or `…::name` with the path of the test before.
fn named_tests(page: &str) -> impl Iterator<Item = &str> {
    let code = page.split('`').skip(1).step_by(2);
    code.filter(|code| {
        (code.contains("tests::") || code.starts_with("…::")) && !code.contains([' ', '/', '(', '*', '{'])
    })
}

#[test]
fn each_test_that_a_page_names_exists() {
    let code = code_in("local-emulator") + &code_in("tests/tests");
    for (_, page) in PAGES {
        let text = fs::read_to_string(root().join("docs/contract").join(page)).unwrap();
        let names: Vec<&str> = named_tests(&text).filter_map(|path| path.rsplit("::").next()).collect();
        assert!(names.len() > 10, "{page} names {names:?}");
        for name in names {
            let is_there = code.contains(&format!("fn {name}(")) || code.contains(&format!("mod {name};"));
            assert!(is_there, "{page} names `{name}`, which is not there");
        }
    }
}

/// The folders of the rooms that the pages name.
const ROOTS: [&str; 6] = [
    "",
    "shared/src",
    "shared/routing/src",
    "local-emulator/src",
    "local-emulator/project/src",
    "local-emulator/command/src",
];

/// The paths that a page names: code with a slash that is not a route, address, command or pattern.
fn named_paths(page: &str) -> impl Iterator<Item = &str> {
    let prose = page.split("```").step_by(2);
    let code = prose.flat_map(|prose| prose.split('`').skip(1).step_by(2));
    let is_path = |code: &&str| {
        code.contains('/') && !code.starts_with('/') && !code.contains([' ', '*', '(', '{', '…', ':', ';'])
    };
    code.filter(is_path)
}

#[test]
fn paths_on_the_page_of_the_architecture_exist() {
    let decisions = fs::read_dir(root().join("docs/decisions")).unwrap().map(|page| page.unwrap().path());
    let mut count = 0;
    for page in decisions.chain([root().join("docs/ARCHITECTURE.md")]) {
        for path in named_paths(&fs::read_to_string(&page).unwrap()) {
            let exists = ROOTS.iter().any(|folder| root().join(folder).join(path).exists());
            assert!(exists, "{} names `{path}`, which does not exist", page.display());
            count += 1;
        }
    }
    assert!(count > 50, "the pages name {count} paths");
}
