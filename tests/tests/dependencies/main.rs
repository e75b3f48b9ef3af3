//! Promises about dependencies: the oldest Rust that can build them, the dependencies of public APIs, and
//! no dependency without a use.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the workspace has failed")]

mod public;
mod rust_version;
mod source;
mod unused;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
