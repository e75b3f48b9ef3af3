//! Compares the oldest Rust of the workspace with the oldest Rust of each package in `Cargo.lock`.

use std::process::Command;

use serde_json::Value;

use super::root;

type Version = (u64, u64);

fn version(text: &str) -> Version {
    let mut numbers = text.split('.').map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap_or(0))
}

/// Returns each package of `Cargo.lock` with the oldest Rust that it declares.
fn packages() -> Vec<(String, Version)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--all-features"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |package: &Value, key: &str| package[key].as_str().map(str::to_owned);
    let packages = metadata["packages"].as_array().unwrap().iter();
    let named = |package: &Value| {
        let name = format!("{} {}", text(package, "name")?, text(package, "version")?);
        Some((name, version(&text(package, "rust_version")?)))
    };
    packages.filter_map(named).collect()
}

/// The test needs no older toolchain. `cargo +1.88.0 check` would report the same.
#[test]
fn no_locked_package_needs_a_newer_rust() {
    let packages = packages();
    let ours = packages.iter().find(|(name, _)| name.starts_with("api-routes ")).unwrap().1;
    let newer: Vec<_> = packages.iter().filter(|(_, version)| *version > ours).collect();
    assert!(newer.is_empty(), "run `cargo update NAME --precise VERSION` with an older version: {newer:?}");
}
