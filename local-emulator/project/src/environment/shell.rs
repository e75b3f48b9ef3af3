//! The environment of this process.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;

/// Returns the variables of this process. A variable that is not text is left out, since no function could have it.
pub fn shell() -> BTreeMap<String, String> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    env::vars_os().filter_map(text).collect()
}
