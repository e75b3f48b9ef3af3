//! The limits that the system sets for this process.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The most open files that are of use: each sandbox takes seven, each client one. A higher limit is no gain, since older programs close every number below it when they start another program. macOS takes no more than
/// 10,240.
const OPEN_FILES: u64 = if cfg!(target_os = "macos") { 10_240 } else { 65_536 };

/// Raises the soft limit of open files towards the hard limit: macOS begins with 256, which is too little for 40
/// sandboxes. A library leaves the limit to the program that embeds it.
pub(crate) fn raise_open_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // `None` stands for no limit.
    let wanted = maximum.map_or(OPEN_FILES, |maximum| maximum.min(OPEN_FILES));
    if current.is_some_and(|current| current < wanted) {
        // An error leaves the limit as it was, and `accept` reports when that is too low.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    }
}
