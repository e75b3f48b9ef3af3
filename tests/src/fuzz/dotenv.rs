//! `.env` files.

use std::fs;

use api_routes_project::SilentWait;
use api_routes_project::environment::{Dotenv, DotenvContext, Mode};

/// Reads two files, good or bad. Each complaint has a place in a file, and no value is longer than a process accepts.
#[expect(clippy::unwrap_used, reason = "a broken promise is a panic")]
pub fn dotenv(bytes: &[u8]) {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join(".env"), bytes).unwrap();
    fs::write(root.path().join(".env.local"), bytes.repeat(2)).unwrap();
    let context = DotenvContext { mode: Mode::development(), shell: [("A".into(), "$B".into())].into() };
    let dotenv = Dotenv::read(root.path(), &context, &SilentWait).unwrap();
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() * 2 + 1;
    for complaint in &dotenv.complaints {
        let is_there = (1..=lines).contains(&complaint.place.line) && complaint.place.column > 0;
        assert!(is_there, "{complaint}");
    }
    for (_, value, _) in dotenv.all() {
        assert!(value.len() <= 128 * 1024 && !value.contains('\0'));
    }
}
