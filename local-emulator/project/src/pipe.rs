//! Reads a file that may be a named pipe, such as the `.env` that a password manager mounts.
//!
//! Opened in the usual way, a named pipe blocks until a program writes to it, and nothing ends that wait. So the pipe
//! is opened without blocking, and polled: its reader can report what it waits for, give up, and notice that another
//! file has replaced the pipe. `poll(2)` would avoid the polling, but reports a pipe that has never had a writer
//! differently on Linux and on macOS.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;

/// The time without a writer after which a reader reports the wait.
const SILENT: Duration = Duration::from_secs(1);

/// The pause between two checks of a pipe.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits for somebody to write to a named pipe.
pub trait PipeWait {
    /// Reports that the reader waits for a writer. Called once for a pipe, after a second.
    fn report(&self, pipe: &Path);

    /// Returns whether the reader gives up.
    fn is_over(&self) -> bool;
}

/// Waits silently, without a limit.
#[derive(Clone, Copy, Debug)]
pub struct SilentWait;

impl PipeWait for SilentWait {
    fn report(&self, _: &Path) {}

    fn is_over(&self) -> bool {
        false
    }
}

/// Returns the line that a reader prints while it waits.
pub fn waiting_for_writer(pipe: &Path) -> String {
    let name = pipe.file_name().unwrap_or(pipe.as_os_str());
    format!(
        "waiting for a writer of `{}`, which is a named pipe: start the program that fills it, or replace the pipe \
         with a file",
        name.display()
    )
}

/// Reads a text file.
///
/// # Errors
/// Reads a file as [`fs::read_to_string`] does. The error is [`ErrorKind::Interrupted`] if `wait` is over.
pub(crate) fn read_to_string(path: &Path, wait: &dyn PipeWait) -> io::Result<String> {
    let text = String::from_utf8(read(path, wait)?);
    text.map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Reads a file.
///
/// # Errors
/// Reads a file as [`fs::read`] does. The error is [`ErrorKind::Interrupted`] if `wait` is over.
pub(crate) fn read(path: &Path, wait: &dyn PipeWait) -> io::Result<Vec<u8>> {
    loop {
        let mut file = open(path)?;
        if file.metadata()?.file_type().is_fifo() {
            if let Some(bytes) = read_pipe(&file, path, wait)? {
                return Ok(bytes);
            }
        } else {
            let mut bytes = Vec::new();
            return file.read_to_end(&mut bytes).map(|_| bytes);
        }
    }
}

/// Opens a file without waiting for a writer. For a file that is not a pipe, this makes no difference.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)
}

/// Reads until the writer closes the pipe. `None` if another file has replaced the pipe.
fn read_pipe(mut pipe: &File, path: &Path, wait: &dyn PipeWait) -> io::Result<Option<Vec<u8>>> {
    let began = Instant::now();
    let mut is_reported = false;
    let mut has_writer = false;
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) if has_writer => return Ok(Some(bytes)),
            // Without a writer, a read is at its end at once.
            Ok(0) => {}
            Ok(length) => {
                has_writer = true;
                bytes.extend_from_slice(&buffer[..length]);
                continue;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => has_writer = true,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if wait.is_over() {
            return Err(ErrorKind::Interrupted.into());
        }
        if is_replaced(pipe, path) {
            return Ok(None);
        }
        if !is_reported && began.elapsed() >= SILENT {
            is_reported = true;
            wait.report(path);
        }
        thread::sleep(PAUSE);
    }
}

fn is_replaced(pipe: &File, path: &Path) -> bool {
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    pipe.metadata().map(identity).ok() != fs::metadata(path).map(identity).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{ErrorKind, Write};
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::thread;

    use tempfile::{TempDir, tempdir};

    use super::{PipeWait, SilentWait, read_to_string};

    struct Over;

    impl PipeWait for Over {
        fn report(&self, _: &Path) {}

        fn is_over(&self) -> bool {
            true
        }
    }

    fn pipe() -> (TempDir, PathBuf) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        (folder, path)
    }

    #[test]
    fn pieces_of_a_writer_are_one_text() {
        let (_folder, path) = pipe();
        let reader = {
            let path = path.clone();
            thread::spawn(move || read_to_string(&path, &SilentWait))
        };
        let mut writer = fs::OpenOptions::new().write(true).open(&path).unwrap();
        writer.write_all(b"A=1\n").unwrap();
        writer.write_all(&b"#".repeat(100_000)).unwrap();
        drop(writer);
        assert_eq!(reader.join().unwrap().unwrap().len(), 100_004);
    }

    #[test]
    fn reader_without_a_writer_can_give_up() {
        let (_folder, path) = pipe();
        assert_eq!(read_to_string(&path, &Over).unwrap_err().kind(), ErrorKind::Interrupted);
    }

    #[test]
    fn removed_pipe_is_a_missing_file() {
        let (_folder, path) = pipe();
        let reader = {
            let path = path.clone();
            thread::spawn(move || read_to_string(&path, &SilentWait))
        };
        fs::remove_file(&path).unwrap();
        assert_eq!(reader.join().unwrap().unwrap_err().kind(), ErrorKind::NotFound);
    }
}
