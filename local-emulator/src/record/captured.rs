//! The bodies and headers of a record. They are copied, since a slice of a connection's buffer would keep the whole buffer.
//! The copies of a request share one allocation, which is cheaper than several.

use std::ops::Range;

use http::HeaderMap;

/// The most bytes that are kept of a body.
pub(crate) const KEPT: usize = 64 * 1024;

/// A body with more bytes gets its own allocation.
const LONG: usize = 16 * 1024;

/// The bytes that the headers, the event and the bodies of a small request need.
const USUAL: usize = 2 * 1024;

/// The shared allocation of one request.
#[derive(Debug, Default)]
pub(super) struct CaptureBuffer(Vec<u8>);

/// The beginning of a body, up to [`KEPT`] bytes.
#[derive(Debug, Default)]
pub(super) struct CapturedBody {
    start: CapturedBytes,
    length: usize,
}

/// The bytes that are kept of a body.
#[derive(Debug)]
enum CapturedBytes {
    /// A range of the shared allocation.
    Shared(Range<usize>),
    /// A separate allocation, for a long body or a body that comes in pieces.
    Own(Vec<u8>),
}

/// Headers, as a range of the shared allocation.
#[derive(Clone, Debug, Default)]
pub(super) struct CapturedHeaders(Range<usize>);

/// The part of a body that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BodyExcerpt<'a> {
    /// The beginning of the body.
    pub(crate) bytes: &'a [u8],
    /// The length of the whole body.
    pub(crate) length: usize,
}

impl Default for CapturedBytes {
    fn default() -> Self {
        Self::Shared(0..0)
    }
}

impl BodyExcerpt<'_> {
    pub(crate) fn is_cut(&self) -> bool {
        self.length > self.bytes.len()
    }
}

/// The bytes that end each name and each value. Headers cannot contain them.
const ENDS: (u8, u8) = (b':', b'\n');

impl CaptureBuffer {
    /// Reuses memory that is no longer needed.
    pub(super) fn reusing(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        bytes.reserve(USUAL);
        Self(bytes)
    }

    /// Returns the memory, unless it has grown so large that it is better given back.
    pub(super) fn into_reusable(self) -> Vec<u8> {
        if self.0.capacity() > LONG { Vec::new() } else { self.0 }
    }

    pub(super) fn keep(&mut self, bytes: &[u8]) -> CapturedBody {
        let mut body = CapturedBody::default();
        body.push(bytes, self);
        body
    }

    pub(super) fn keep_headers(&mut self, headers: &HeaderMap) -> CapturedHeaders {
        let start = self.0.len();
        for (name, value) in headers {
            self.0.extend_from_slice(name.as_str().as_bytes());
            self.0.push(ENDS.0);
            self.0.extend_from_slice(value.as_bytes());
            self.0.push(ENDS.1);
        }
        CapturedHeaders(start..self.0.len())
    }

    pub(super) fn size(&self) -> usize {
        self.0.capacity()
    }
}

impl CapturedBody {
    /// Adds a piece.
    pub(super) fn push(&mut self, piece: &[u8], memory: &mut CaptureBuffer) {
        let is_first = self.length == 0;
        self.length += piece.len();
        match &mut self.start {
            CapturedBytes::Shared(range) if is_first && piece.len() <= LONG => {
                let start = memory.0.len();
                memory.0.extend_from_slice(piece);
                *range = start..memory.0.len();
            }
            CapturedBytes::Shared(range) => {
                let mut own = memory.0[range.clone()].to_vec();
                extend(&mut own, piece);
                self.start = CapturedBytes::Own(own);
            }
            CapturedBytes::Own(own) => extend(own, piece),
        }
    }

    pub(super) fn captured<'a>(&'a self, memory: &'a CaptureBuffer) -> BodyExcerpt<'a> {
        let bytes = match &self.start {
            CapturedBytes::Shared(range) => &memory.0[range.clone()],
            CapturedBytes::Own(own) => own,
        };
        BodyExcerpt { bytes, length: self.length }
    }

    /// Returns the size of the separate allocation in bytes.
    pub(super) fn size(&self) -> usize {
        if let CapturedBytes::Own(own) = &self.start { own.capacity() } else { 0 }
    }
}

fn extend(start: &mut Vec<u8>, piece: &[u8]) {
    let room = KEPT.saturating_sub(start.len());
    start.extend_from_slice(&piece[..piece.len().min(room)]);
}

impl CapturedHeaders {
    /// Returns each name with its value.
    pub(super) fn iter<'a>(
        &self,
        memory: &'a CaptureBuffer,
    ) -> impl Iterator<Item = (&'a str, &'a [u8])> + use<'a> {
        memory.0[self.0.clone()].split_inclusive(|byte| *byte == ENDS.1).filter_map(|line| {
            let line = line.strip_suffix(&[ENDS.1])?;
            let colon = line.iter().position(|byte| *byte == ENDS.0)?;
            Some((std::str::from_utf8(&line[..colon]).ok()?, &line[colon + 1..]))
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::HeaderValue;

    use super::{CaptureBuffer, CapturedBody, KEPT, LONG};

    #[test]
    fn pieces_of_a_body_are_kept_up_to_the_limit() {
        for pieces in
            [vec![KEPT + 5], vec![KEPT - 1, 6], vec![1, 1, KEPT, 3], vec![LONG, LONG, KEPT + 5 - 2 * LONG]]
        {
            let (mut memory, mut body) = (CaptureBuffer::default(), CapturedBody::default());
            let whole: Vec<u8> = (0..=u8::MAX).cycle().take(KEPT + 5).collect();
            let mut rest = whole.as_slice();
            for length in &pieces {
                let (piece, behind) = rest.split_at(*length);
                body.push(piece, &mut memory);
                rest = behind;
            }
            let captured = body.captured(&memory);
            assert_eq!((captured.length, captured.is_cut()), (KEPT + 5, true), "{pieces:?}");
            assert_eq!(captured.bytes, &whole[..KEPT], "{pieces:?}");
        }
    }

    #[test]
    fn bodies_in_one_buffer_do_not_mix() {
        let mut memory = CaptureBuffer::default();
        let mut streamed = memory.keep(b"one ");
        let event = memory.keep(b"event");
        streamed.push(b"two", &mut memory);
        let empty = memory.keep(b"");
        assert_eq!(streamed.captured(&memory).bytes, b"one two");
        assert_eq!((event.captured(&memory).bytes, empty.captured(&memory).bytes), (&b"event"[..], &b""[..]));
        assert!(!streamed.captured(&memory).is_cut());
    }

    #[test]
    fn captured_headers_are_unchanged() {
        let mut headers = HeaderMap::new();
        headers.append("x-a", HeaderValue::from_static("one: two"));
        headers.append("x-a", HeaderValue::from_bytes(b"\xff\t ").unwrap());
        headers.append("x-empty", HeaderValue::from_static(""));
        let mut memory = CaptureBuffer::default();
        memory.keep(b"before");
        let captured = memory.keep_headers(&headers);
        let expected: [(&str, &[u8]); 3] = [("x-a", b"one: two"), ("x-a", b"\xff\t "), ("x-empty", b"")];
        assert_eq!(captured.iter(&memory).collect::<Vec<_>>(), expected);
    }
}
