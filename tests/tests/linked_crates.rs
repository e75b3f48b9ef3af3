//! Compares the crates that a function without features links with `linked-crates.txt`, and checks that the library
//! turns on no feature that changes the crates of its users.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the workspace has failed")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Prints each crate that a package links, by the `format` of `cargo tree`. The package is built alone, without the
/// features that other members of the workspace turn on.
fn linked(package: &str, format: &str, features: &[&str]) -> BTreeSet<String> {
    let cargo = Command::new(env!("CARGO"))
        .args(["tree", "--package", package, "--edges", "normal,no-proc-macro", "--prefix", "none"])
        .args(["--locked", "--offline", "--format", format])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(cargo.stdout).unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    tree.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Returns the crates that a function links.
fn linked_crates(package: &str) -> BTreeSet<String> {
    // `name v1.2.3 (…)`
    let lines = linked(package, "{p}", &[]);
    let names = lines.iter().filter_map(|line| line.split(' ').next());
    names.filter(|name| *name != package).map(str::to_owned).collect()
}

/// Returns the features of a dependency of the library, with all or none of the library's own.
fn features_by_library(dependency: &str, features: &[&str]) -> BTreeSet<String> {
    // `name v1.2.3 one,two (*)`
    let lines = linked("api-routes", "{p} {f}", features);
    let all =
        lines.iter().filter_map(|line| line.strip_prefix(dependency)?.strip_prefix(" v")?.split(' ').nth(1));
    all.flat_map(|features| features.split(',')).map(str::to_owned).collect()
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

/// All crates of a build share the features of a dependency. `preserve_order` changes the order of keys in each
/// `Value`, and `arbitrary_precision` and `float_roundtrip` change how numbers are read. The project chooses all three.
#[test]
fn the_library_leaves_json_as_its_users_chose_it() {
    for (library, allowed) in [("--no-default-features", ""), ("--all-features", "raw_value")] {
        let found = features_by_library("serde_json", &[library]);
        let meant = BTreeSet::from(["alloc", "default", "std", allowed].map(str::to_owned));
        let more: Vec<_> = found.difference(&meant).collect();
        assert!(
            !found.is_empty() && more.is_empty(),
            "{library} turns on {more:?} of serde_json for all users"
        );
    }
}

/// The library names its own requirement, since the workspace's requirement has a feature for functions.
#[test]
fn library_and_functions_need_one_version_of_json() {
    let floor = |manifest: &str, tables: &[&str]| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(manifest);
        let manifest: toml::Value =
            std::fs::read_to_string(path).unwrap().parse::<toml::Table>().unwrap().into();
        let dependency = tables.iter().fold(&manifest, |table, name| &table[*name])["serde_json"].clone();
        dependency.get("version").unwrap_or(&dependency).as_str().unwrap().to_owned()
    };
    assert_eq!(
        floor("shared/Cargo.toml", &["dependencies"]),
        floor("Cargo.toml", &["workspace", "dependencies"])
    );
}
