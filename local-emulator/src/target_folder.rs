//! The tool's folder in the target folder of a project.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// The name of the folder.
pub(crate) const NAME: &str = "api-routes";

/// The file by which backup tools know a cache: <https://bford.info/cachedir/>.
const CACHE_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n";

/// Creates the target folder if Cargo has not done so yet, and marks it as Cargo does.
pub(crate) fn make(target_directory: &Path) -> io::Result<()> {
    if target_directory.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(target_directory)?;
    File::create(target_directory.join("CACHEDIR.TAG"))?.write_all(CACHE_TAG.as_bytes())
}
