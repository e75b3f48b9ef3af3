//! The packages that Cargo compiles at this moment, which decide whether a round may end early.

use std::collections::BTreeSet;

use api_routes_project::workspace::Project;
use cargo_metadata::{Artifact, PackageId, TargetKind};

/// The packages that a round compiles, each as `tokio v1.46.0`.
#[derive(Debug, Default)]
pub(super) struct Units {
    compiling: BTreeSet<String>,
    /// Whether a unit has been compiled to its end.
    pub(super) any_finished: bool,
}

impl Units {
    /// Takes a line of Cargo's progress: `Compiling tokio v1.46.0`, or `Compiling api-user v0.1.0 (/shop/functions/api/user)`.
    pub(super) fn begin(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            self.compiling.insert(format!("{name} {version}"));
        }
    }

    /// Records a finished artifact. A package is not done after its build script, and a function is not done after its
    /// library.
    pub(super) fn finish(&mut self, artifact: &Artifact, project: &Project) {
        let is_build_script = artifact.target.is_kind(TargetKind::CustomBuild);
        let package = name_and_version(&artifact.package_id);
        let is_function = project.functions.iter().any(|function| is_named(&package, &function.package));
        self.any_finished |= !artifact.fresh;
        if !is_build_script && (!is_function || artifact.target.is_bin()) {
            self.compiling.remove(&package);
        }
    }

    /// Returns the units that an urgent function may need: all that are being compiled, except functions that are not urgent.
    pub(super) fn in_question<'u>(
        &'u self,
        urgent: &BTreeSet<String>,
        project: &Project,
    ) -> impl Iterator<Item = &'u String> {
        let others = project.functions.iter().filter(|function| !urgent.contains(&function.package));
        let others: Vec<String> = others.map(|function| function.package.clone()).collect();
        self.compiling.iter().filter(move |unit| !others.iter().any(|package| is_named(unit, package)))
    }
}

fn is_named(unit: &str, package: &str) -> bool {
    unit.split_once(' ').is_some_and(|(name, _)| name == package)
}

/// Returns `tokio v1.46.0` for an id such as `registry+https://…#tokio@1.46.0` or `path+file:///shop/shared#0.1.0`:
/// <https://doc.rust-lang.org/cargo/reference/pkgid-spec.html>
fn name_and_version(id: &PackageId) -> String {
    let (url, fragment) = id.repr.rsplit_once('#').unwrap_or((&id.repr, ""));
    match fragment.split_once('@') {
        Some((name, version)) => format!("{name} v{version}"),
        None => format!("{} v{fragment}", url.rsplit('/').next().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::{PackageId, Units, name_and_version};

    #[test]
    fn package_ids_have_a_name_and_a_version() {
        for (id, expected) in [
            ("registry+https://github.com/rust-lang/crates.io-index#tokio@1.46.0", "tokio v1.46.0"),
            ("path+file:///shop/shared#0.1.0", "shared v0.1.0"),
            ("path+file:///shop/functions/api/%5Bid%5D#api-id@0.1.0", "api-id v0.1.0"),
        ] {
            assert_eq!(name_and_version(&PackageId { repr: id.to_owned() }), expected);
        }
    }

    #[test]
    fn compiling_package_is_known_by_name_and_version() {
        let mut units = Units::default();
        units.begin("api-user v0.1.0 (/shop/functions/api/user)");
        assert!(units.compiling.contains("api-user v0.1.0"));
    }
}
