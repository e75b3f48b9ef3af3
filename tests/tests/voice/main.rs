//! The rules of prose and names that can be counted. docs/STYLE.md has them all.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the source has failed")]

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The folders with source code.
const FOLDERS: [&str; 8] =
    [".cargo", "benchmarks", "examples", "functions", "fuzz", "local-emulator", "shared", "tests"];

/// The crates in which a type name occurs once.
const CRATES: [&str; 5] = [
    "local-emulator/command/src",
    "local-emulator/project/src",
    "local-emulator/src",
    "shared/routing/src",
    "shared/src",
];

/// Folders whose modules mirror each other, so that a type name may occur once in each module.
const MIRRORS: [(&str, &[&str], &str); 4] = [
    (
        "local-emulator/project/src/aws",
        &["http_api", "rest_api"],
        "each kind of API has its table of routes, and its own rule for choosing among them",
    ),
    ("local-emulator/project/src/text", &["toml", "yaml"], "one set of changes for each format"),
    (
        "local-emulator/src/gateway",
        &["alb", "function_url", "http_api", "payload_1", "payload_2", "rest_api"],
        "AWS documents an event, a reply and their members for each front door",
    ),
    (
        "shared/src",
        &["cookies", "query"],
        "the iterator of a collection is the `Iter` of its module, as in `std`",
    ),
];

/// The advice for each rule.
const RULES: [(&str, &str); 4] = [
    ("doc", "begin with a verb or with the noun that the comment is about"),
    (
        "fn",
        "use `new`, `from_…`, `read` or `parse` for a constructor, and a verb that says what happens otherwise",
    ),
    ("test", "say the condition and then the result, in at most 50 characters"),
    (
        "type",
        "give each type in a crate a name of its own, or add the folder to `MIRRORS` in tests/tests/voice",
    ),
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Each source file of the repository, by its path.
fn sources() -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    let mut folders: Vec<_> = FOLDERS.map(|folder| workspace().join(folder)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(workspace()).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    sources
}

/// A file of tests, which may name its types as it likes.
fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.contains("/tests/")
}

/// The type names that occur more than once in a crate, with their files.
fn repeated_types(sources: &BTreeMap<String, String>) -> BTreeMap<String, Vec<&str>> {
    let mut files: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (file, text) in sources.iter().filter(|(file, _)| !is_test(file)) {
        let Some(package) = CRATES.iter().find(|package| file.starts_with(&format!("{package}/"))) else {
            continue;
        };
        for name in source::types(text) {
            files.entry(format!("{package} {name}")).or_default().insert(file);
        }
    }
    let repeated = files.into_iter().map(|(name, files)| (name, Vec::from_iter(files)));
    repeated.filter(|(_, files)| files.len() > 1 && !are_mirrored(files)).collect()
}

/// Whether each file is in another module of one folder of `MIRRORS`.
fn are_mirrored(files: &[&str]) -> bool {
    MIRRORS.iter().any(|(folder, modules, _)| {
        let modules = files.iter().map(|file| {
            let path = file.strip_prefix(folder)?.strip_prefix('/')?;
            modules.iter().find(|module| path.split(['/', '.']).next() == Some(**module))
        });
        let modules: Option<BTreeSet<_>> = modules.collect();
        modules.is_some_and(|modules| modules.len() == files.len())
    })
}

#[test]
fn names_and_doc_comments_follow_the_rules() {
    let sources = sources();
    assert!(sources.len() > 500, "only {} files were read", sources.len());
    // Each text that breaks a rule, after the name of the rule, with its files.
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (file, text) in &sources {
        let docs = source::riddles(text).map(|line| format!("doc {line}"));
        let functions = source::empty_names(text).map(|line| format!("fn {line}"));
        let tests = source::long_tests(text).map(|name| format!("test {name}"));
        for line in docs.chain(functions).chain(tests) {
            found.entry(line).or_default().push(file);
        }
    }
    found.extend(repeated_types(&sources).into_iter().map(|(name, files)| (format!("type {name}"), files)));
    let mut problems = Vec::new();
    for (line, files) in &found {
        let (_, advice) = RULES.iter().find(|(rule, _)| line.split(' ').next() == Some(rule)).unwrap();
        problems.push(format!("{line}\n    in {}\n    {advice}", files.join(", ")));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn modules_of_one_mirrored_folder_may_share_a_name() {
    let gateway = |file: &str| format!("local-emulator/src/gateway/{file}");
    let (alb, rest, other) =
        (gateway("alb/event.rs"), gateway("rest_api/event.rs"), gateway("rest_api/stage.rs"));
    assert!(are_mirrored(&[&alb, &rest]));
    assert!(!are_mirrored(&[&alb, &rest, &other]), "two in one module");
    assert!(!are_mirrored(&[&alb, "local-emulator/src/record/event.rs"]));
}
