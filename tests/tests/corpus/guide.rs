//! Compares the departures in the guide with the departures of the corpus.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Returns the root folder of this repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A row of the table "Different on purpose", and its evidence: at least one of the three lists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GuideRow {
    /// The first cell of the row.
    row: String,
    /// The cases that depart.
    #[serde(default)]
    cases: Vec<String>,
    /// The cases of `tests/dotenv-departures.toml`.
    #[serde(default)]
    dotenv: Vec<String>,
    /// The tests of behaviour that no recorded request can show.
    #[serde(default)]
    tests: Vec<Test>,
}

/// A test, found by a text in its file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    file: String,
    contains: String,
}

/// Checks the evidence of each row.
///
/// # Panics
///
/// If a row of the guide has no evidence, or names evidence that does not exist.
pub(crate) fn check(rows: &[GuideRow], departs: impl Fn(&str) -> bool) {
    let listed: BTreeSet<_> = rows.iter().map(|row| row.row.as_str()).collect();
    let page = fs::read_to_string(root().join("docs/guide/coming-from-next.md")).unwrap();
    assert_eq!(listed, different_on_purpose(&page), "left: `[[guide]]` of departures.toml; right: the guide");
    for row in rows {
        row.check(&departs);
    }
}

/// Returns the first cell of each row of the table.
fn different_on_purpose(page: &str) -> BTreeSet<&str> {
    let section = page.split("\n## ").find(|section| section.starts_with("Different on purpose\n")).unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    rows.skip(1).filter(|cell| !cell.starts_with("---")).collect()
}

impl GuideRow {
    fn check(&self, departs: &impl Fn(&str) -> bool) {
        let Self { row, cases, dotenv, tests } = self;
        assert!(
            !(cases.is_empty() && dotenv.is_empty() && tests.is_empty()),
            "nothing holds the row `{row}`"
        );
        for case in cases {
            assert!(departs(case), "the row `{row}` names `{case}`, which does not depart");
        }
        let departures = include_str!("../../dotenv-departures.toml");
        for case in dotenv {
            let begins = format!("{case} = ");
            assert!(departures.lines().any(|line| line.starts_with(&begins)), "`{row}`: no case `{case}`");
        }
        for Test { file, contains } in tests {
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            assert!(text.contains(contains.as_str()), "`{row}`: `{file}` has no `{contains}`");
        }
    }
}
