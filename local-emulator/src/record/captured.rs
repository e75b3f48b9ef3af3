//! Bodies and headers as a record keeps them: copied, since a slice of a connection's buffer would keep all of that buffer.

use http::HeaderMap;

/// The bytes that are kept of a body.
pub(crate) const KEPT: usize = 64 * 1024;

/// The beginning of a body, up to [`KEPT`] bytes.
#[derive(Debug, Default)]
pub(crate) struct Captured {
    start: Vec<u8>,
    length: usize,
}

/// Headers in their order, as one piece of memory.
#[derive(Debug, Default)]
pub(crate) struct CapturedHeaders(Box<[u8]>);

impl Captured {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self { start: bytes[..bytes.len().min(KEPT)].to_vec(), length: bytes.len() }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = KEPT - self.start.len();
        self.start.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.length += bytes.len();
    }

    /// Returns the bytes that are kept.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.start
    }

    /// Returns the length of the whole body.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.length > self.start.len()
    }

    pub(super) fn memory(&self) -> usize {
        self.start.capacity()
    }
}

/// What ends each name, and what ends each value: neither can stand in a header.
const ENDS: (u8, u8) = (b':', b'\n');

impl CapturedHeaders {
    pub(super) fn new(headers: &HeaderMap) -> Self {
        let length = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum();
        let mut text = Vec::with_capacity(length);
        for (name, value) in headers {
            text.extend_from_slice(name.as_str().as_bytes());
            text.push(ENDS.0);
            text.extend_from_slice(value.as_bytes());
            text.push(ENDS.1);
        }
        Self(text.into_boxed_slice())
    }

    /// Returns each name with its value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.split_inclusive(|byte| *byte == ENDS.1).filter_map(|line| {
            let line = line.strip_suffix(&[ENDS.1])?;
            let colon = line.iter().position(|byte| *byte == ENDS.0)?;
            Some((std::str::from_utf8(&line[..colon]).ok()?, &line[colon + 1..]))
        })
    }

    pub(super) fn memory(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::HeaderValue;

    use super::{Captured, CapturedHeaders, KEPT};

    #[test]
    fn a_long_body_is_cut_and_says_so() {
        let mut body = Captured::new(&vec![b'x'; KEPT - 1]);
        assert!(!body.is_cut());
        body.push(b"yz");
        assert_eq!((body.bytes().len(), body.length(), body.is_cut()), (KEPT, KEPT + 1, true));
        assert_eq!(body.bytes().last(), Some(&b'y'));
        body.push(b"more");
        assert_eq!((body.bytes().len(), body.length()), (KEPT, KEPT + 5));
    }

    #[test]
    fn headers_come_back_byte_for_byte() {
        let mut headers = HeaderMap::new();
        headers.append("x-a", HeaderValue::from_static("one: two"));
        headers.append("x-a", HeaderValue::from_bytes(b"\xff\t ").unwrap());
        headers.append("x-empty", HeaderValue::from_static(""));
        let captured = CapturedHeaders::new(&headers);
        let expected: [(&str, &[u8]); 3] = [("x-a", b"one: two"), ("x-a", b"\xff\t "), ("x-empty", b"")];
        assert_eq!(captured.iter().collect::<Vec<_>>(), expected);
    }
}
