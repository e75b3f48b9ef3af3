//! Reads the text of one file, up to a limit.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::refused::{LARGEST_KB, RefusalReason};

/// The value of `LARGEST_KB` in bytes.
const LARGEST: usize = LARGEST_KB * 1024;

/// Returns the text of a file, without a byte order mark.
pub(super) fn read(path: &Path) -> Result<String, RefusalReason> {
    let mut bytes = Vec::new();
    // Reading one byte more than allowed finds a file that is too large, even if it grows meanwhile.
    let limit = LARGEST as u64 + 1;
    let file = File::open(path).map_err(RefusalReason::Unreadable)?;
    file.take(limit).read_to_end(&mut bytes).map_err(RefusalReason::Unreadable)?;
    if bytes.len() > LARGEST {
        return Err(RefusalReason::TooLarge);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => Err(RefusalReason::TextNotUtf8(error.utf8_error().valid_up_to())),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read_bytes(bytes: &[u8]) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ts");
        fs::write(&path, bytes).unwrap();
        read(&path).map_err(|reason| reason.to_string())
    }

    #[test]
    fn text_is_read_up_to_the_limit() {
        assert_eq!(read_bytes("é".as_bytes()), Ok("é".to_owned()));
        assert_eq!(read_bytes(b"\xef\xbb\xbfexport"), Ok("export".to_owned()));
        assert_eq!(read_bytes(&vec![b'a'; LARGEST]).unwrap().len(), LARGEST);
    }

    #[test]
    fn unreadable_text_is_refused() {
        let too_large =
            "larger than 512 KB, which is more than this command reads: move data out of the file";
        assert_eq!(read_bytes(&vec![b'a'; LARGEST + 1]).unwrap_err(), too_large);
        let not_utf8 = "the text is not UTF-8 from byte 3 on: save the file as UTF-8";
        assert_eq!(read_bytes(b"abc\xff").unwrap_err(), not_utf8);
        let missing = read(Path::new("/no/such/file.ts")).unwrap_err().to_string();
        assert_eq!(missing, "cannot be read: No such file or directory (os error 2). Check its permissions");
    }
}
