//! Each dependency of a package is named by the package's code.

use std::fs;
use std::path::{Path, PathBuf};

/// The tables of a manifest that declare dependencies.
const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// A folder with code outside the package that has its dependencies: the doctests of the guide.
const DOCTESTS: (&str, &str) = ("tests", "docs/guide");

/// Finds the folder of each package of this repository, also of those outside the workspace.
fn packages() -> Vec<PathBuf> {
    let mut packages = Vec::new();
    let mut folders = vec![super::root()];
    while let Some(folder) = folders.pop() {
        folders.extend(folders_in(&folder));
        if folder.join("Cargo.toml").exists() {
            packages.push(folder);
        }
    }
    packages
}

/// Returns the folders in a folder, without those that builds write.
fn folders_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_dir() && !path.ends_with("target") && !path.ends_with(".git"))
}

/// Reads the code of a package, without the code of packages in its folders.
fn code(folder: &Path) -> String {
    let mut code = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs" || extension == "md") {
            code += &fs::read_to_string(path).unwrap();
        }
    }
    let folders = folders_in(folder).filter(|folder| !folder.join("Cargo.toml").exists());
    folders.fold(code, |code, folder| code + &self::code(&folder))
}

/// Returns the names of the dependencies that a manifest declares, as code writes them.
fn declared(manifest: &toml::Table) -> Vec<String> {
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let platforms = platforms.into_iter().flat_map(toml::Table::values).filter_map(toml::Value::as_table);
    let tables = platforms.chain([manifest]).flat_map(|table| TABLES.map(|name| table.get(name)));
    let names = tables.flatten().filter_map(toml::Value::as_table).flat_map(toml::Table::keys);
    names.map(|name| name.replace('-', "_")).collect()
}

/// Whether code names a crate: `serde::Serialize`, `use serde;` or `use serde as s`.
fn is_named(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let is_start = !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let after = &code[at + name.len()..];
        is_start && ["::", ";", " as "].iter().any(|next| after.starts_with(next))
    })
}

#[test]
fn each_dependency_is_named_by_the_code() {
    let mut unused = Vec::new();
    let mut count = 0;
    for package in packages() {
        let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap().parse().unwrap();
        let mut code = code(&package);
        if package.ends_with(DOCTESTS.0) {
            code += &self::code(&super::root().join(DOCTESTS.1));
        }
        for name in declared(&manifest) {
            count += 1;
            if !is_named(&code, &name) {
                unused.push(format!("{}: {name}", package.join("Cargo.toml").display()));
            }
        }
    }
    assert!(count > 100, "only {count} dependencies were found");
    assert!(
        unused.is_empty(),
        "the code does not name these dependencies; remove them:\n{}",
        unused.join("\n")
    );
}

#[test]
fn dependency_is_named_by_a_path_or_an_import() {
    assert!(is_named("fn f() -> serde::Value", "serde") && is_named("use ring;", "ring"));
    assert!(!is_named("use serde_json::Value;", "serde") && !is_named("the string; a ring", "ring"));
}
