//! Promises about dependencies: the oldest Rust that can build them, and the dependencies of public APIs.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the workspace has failed")]

mod public;
mod rust_version;
mod source;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
