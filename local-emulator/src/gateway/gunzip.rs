//! Decodes a stream in gzip.

use std::io::Write;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;

use crate::invocation::StreamError;

/// The maximum number of bytes that are decoded at once: the output may be a thousand times as long.
const STEP: usize = 8 * 1024;

/// A gzip decoder for pieces of any size.
pub(super) struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    /// The bytes that are not yet decoded.
    encoded: Bytes,
    has_begun: bool,
}

impl Gunzip {
    pub(super) fn new() -> Self {
        Self { decoder: MultiGzDecoder::new(Vec::new()), encoded: Bytes::new(), has_begun: false }
    }

    /// Takes the next piece, once [`next`](Self::next) has nothing more of the last one.
    pub(super) fn push(&mut self, piece: Bytes) {
        self.has_begun |= !piece.is_empty();
        self.encoded = piece;
    }

    /// Returns the next decoded bytes, or `None` if the decoder needs another piece.
    pub(super) fn next(&mut self) -> Option<Result<Bytes, StreamError>> {
        while !self.encoded.is_empty() {
            let step = self.encoded.split_to(self.encoded.len().min(STEP));
            if let Err(error) = self.decoder.write_all(&step) {
                return Some(Err(self.broken(&error.to_string())));
            }
            if let Some(decoded) = self.decoded() {
                return Some(Ok(decoded));
            }
        }
        None
    }

    /// Returns the bytes that are left at the end of the stream, or an error if the stream is incomplete.
    pub(super) fn end(&mut self) -> Option<Result<Bytes, StreamError>> {
        if !self.has_begun {
            return None;
        }
        self.has_begun = false;
        match self.decoder.try_finish() {
            Ok(()) => self.decoded().map(Ok),
            Err(error) => Some(Err(self.broken(&error.to_string()))),
        }
    }

    fn decoded(&mut self) -> Option<Bytes> {
        let decoded = std::mem::take(self.decoder.get_mut());
        (!decoded.is_empty()).then(|| decoded.into())
    }

    fn broken(&mut self, error: &str) -> StreamError {
        self.has_begun = false;
        StreamError {
            error_type: "Gateway.InvalidGzip".to_owned(),
            error: format!("its `content-encoding` is gzip, and its body is not: {error}").into(),
        }
    }
}

impl std::fmt::Debug for Gunzip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gunzip")
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// The output of a stream in pieces, and the words of the error that ends it.
    fn decoded(pieces: &[&[u8]]) -> (Vec<u8>, Option<String>) {
        let (mut gunzip, mut all) = (Gunzip::new(), Vec::new());
        for piece in pieces {
            gunzip.push(Bytes::copy_from_slice(piece));
            while let Some(piece) = gunzip.next() {
                match piece {
                    Ok(piece) => all.extend(piece),
                    Err(error) => return (all, Some(error.to_string())),
                }
            }
        }
        match gunzip.end() {
            Some(Ok(last)) => all.extend(last),
            Some(Err(error)) => return (all, Some(error.to_string())),
            None => {}
        }
        assert!(gunzip.end().is_none());
        (all, None)
    }

    #[test]
    fn stream_is_decoded_however_it_is_cut() {
        let text = b"hello hello hello".repeat(10);
        let whole = gzip(&text);
        for size in 1..=whole.len() {
            let pieces: Vec<_> = whole.chunks(size).collect();
            assert_eq!(decoded(&pieces), (text.clone(), None), "{size}");
        }
        let twice = [gzip(b"one, "), gzip(b"two")].concat();
        assert_eq!(decoded(&[&twice]), (b"one, two".to_vec(), None));
    }

    #[test]
    fn long_stream_is_decoded_in_steps() {
        let zeros = gzip(&vec![0; 30 << 20]);
        let mut gunzip = Gunzip::new();
        gunzip.push(zeros.into());
        let first = gunzip.next().unwrap().unwrap();
        assert!(first.len() < 10 << 20, "{}", first.len());
    }

    #[test]
    fn body_that_is_not_gzip_breaks_off() {
        let cut = gzip(b"hello");
        for pieces in [&[&b"hello world, hello world"[..]][..], &[&cut[..cut.len() - 4]], &[&cut[..5]]] {
            let (_, error) = decoded(pieces);
            assert!(error.is_some_and(|error| error.contains("`content-encoding` is gzip")), "{pieces:?}");
        }
    }

    #[test]
    fn empty_stream_stays_empty() {
        assert_eq!(decoded(&[]), (Vec::new(), None));
    }
}
