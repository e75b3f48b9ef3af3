//! The runs of build scripts, from Cargo's message and the files that Cargo keeps of a run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cargo_metadata::BuildScript;
use percent_encoding::percent_decode_str;

use crate::watch::{ScriptRun, change_time};

/// The run that a message is about; `None` for a package that is not on this machine's disk by path.
///
/// Beside `OUT_DIR` Cargo keeps `invoked.timestamp`, written before the script starts, and `output`, written when the
/// script has ended, with what the script printed. Cargo sets the modification time of `output` back to the start; the
/// change time stays. Without these files the run has just ended.
pub(super) fn run(script: &BuildScript) -> Option<ScriptRun> {
    let package = package_folder(&script.package_id.repr)?;
    let kept = script.out_dir.as_std_path().parent()?;
    let now = SystemTime::now();
    let began = changed(&kept.join("invoked.timestamp")).unwrap_or(now);
    let ended = changed(&kept.join("output")).unwrap_or(now);
    let output = fs::read(kept.join("output")).unwrap_or_default();
    Some(ScriptRun { package, began, ended, names_inputs: names_inputs(&output) })
}

/// The folder in `path+file:///folder#name@version`.
fn package_folder(id: &str) -> Option<PathBuf> {
    let url = id.strip_prefix("path+file://")?;
    let path = url.split_once('#').map_or(url, |(path, _)| path);
    Some(PathBuf::from(percent_decode_str(path).decode_utf8().ok()?.into_owned()))
}

fn changed(file: &Path) -> Option<SystemTime> {
    Some(change_time(&fs::metadata(file).ok()?))
}

/// The instruction is `cargo:rerun-if-changed=` or, since Rust 1.77, `cargo::rerun-if-changed=`.
fn names_inputs(output: &[u8]) -> bool {
    let output = String::from_utf8_lossy(output);
    output.lines().any(|line| line.starts_with("cargo:rerun-if-") || line.starts_with("cargo::rerun-if-"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{names_inputs, package_folder};

    #[test]
    fn package_id_holds_the_folder() {
        for (id, expected) in [
            ("path+file:///shop/functions/api/x#api-x@0.1.0", Some("/shop/functions/api/x")),
            ("path+file:///My%20Project/shared#0.1.0", Some("/My Project/shared")),
            ("registry+https://github.com/rust-lang/crates.io-index#ring@0.17.14", None),
        ] {
            assert_eq!(package_folder(id), expected.map(PathBuf::from), "{id}");
        }
    }

    #[test]
    fn rerun_instruction_names_inputs() {
        assert!(names_inputs(b"words\ncargo::rerun-if-changed=schema.json\n"));
        assert!(names_inputs(b"cargo:rerun-if-env-changed=A\n"));
        assert!(!names_inputs(b"cargo::rustc-cfg=x\n"));
    }
}
