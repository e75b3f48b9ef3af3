//! The runs of build scripts, read from Cargo's message and from the files that Cargo keeps of a run.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use cargo_metadata::BuildScript;
use percent_encoding::percent_decode_str;

/// A run of a build script, in this build or in an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptRun {
    /// The folder of the package.
    pub package: PathBuf,
    /// The start of the run, by the clock of the file system.
    pub began: SystemTime,
    /// The end of the run.
    pub ended: SystemTime,
    /// Whether the script names the files that it reads. Cargo runs any other script after each change in the package.
    pub names_inputs: bool,
}

/// Returns the run that a message reports; `None` for a package without a folder on this machine.
///
/// Beside `OUT_DIR`, Cargo keeps two files. It writes `invoked.timestamp` before the script starts, and `output`, the lines
/// of the script, after its end. Cargo sets the modification time of `output` back to the start; the change time stays.
/// Without these files, the present counts as start and end of the run.
pub(super) fn read_run(script: &BuildScript) -> Option<ScriptRun> {
    let package = package_folder(&script.package_id.repr)?;
    let kept = script.out_dir.as_std_path().parent()?;
    let now = SystemTime::now();
    let began = changed(&kept.join("invoked.timestamp")).unwrap_or(now);
    let ended = changed(&kept.join("output")).unwrap_or(now);
    let output = fs::read(kept.join("output")).unwrap_or_default();
    Some(ScriptRun { package, began, ended, names_inputs: names_inputs(&output) })
}

/// Returns the folder in `path+file:///folder#name@version`.
fn package_folder(id: &str) -> Option<PathBuf> {
    let url = id.strip_prefix("path+file://")?;
    let path = url.split_once('#').map_or(url, |(path, _)| path);
    Some(PathBuf::from(percent_decode_str(path).decode_utf8().ok()?.into_owned()))
}

/// Returns the time of the last write or rename of a file, which no program can set.
fn change_time(metadata: &Metadata) -> SystemTime {
    let seconds = Duration::from_secs(metadata.ctime().try_into().unwrap_or(0));
    SystemTime::UNIX_EPOCH + seconds + Duration::from_nanos(metadata.ctime_nsec().try_into().unwrap_or(0))
}

fn changed(file: &Path) -> Option<SystemTime> {
    Some(change_time(&fs::metadata(file).ok()?))
}

/// Whether a script names its inputs: with `cargo:rerun-if-changed=` or, since Rust 1.77, `cargo::rerun-if-changed=`.
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
