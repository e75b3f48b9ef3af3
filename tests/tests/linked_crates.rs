//! A function with no features links what stands in `linked-crates.txt`, and no more.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, also in what it shares")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The crates that a function links, built alone: what other members of the workspace ask for does not count.
fn linked_crates(package: &str) -> BTreeSet<String> {
    let cargo = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            package,
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .args(["--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(cargo.stdout).unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    // `name v1.2.3 (…)`
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != package).map(str::to_owned).collect()
}

#[test]
fn a_function_with_no_features_links_what_is_listed() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/linked-crates.txt");
    let listed = std::fs::read_to_string(&list).unwrap();
    let listed: BTreeSet<_> = listed.lines().map(str::to_owned).collect();
    let linked = linked_crates("api-user");
    let new: Vec<_> = linked.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&linked).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "a function with no features links {new:?} on top of what is listed, and no longer {gone:?}. Each crate \
         is a part of every cold start: if it is meant, bring {} up to date, a name a line, sorted",
        list.display()
    );
}
