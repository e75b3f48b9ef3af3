//! The prelude of a stream that is an HTTP response: its head as JSON, and eight NUL bytes. The body follows.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>

use bytes::{Bytes, BytesMut};

use crate::invocation::{StreamError, StreamReader};

/// The `Content-Type` of such a stream, as the function posts it.
pub(super) const CONTENT_TYPE: &str = "application/vnd.awslambda.http-integration-response";

/// The bytes between the head and the body.
pub(super) const SEPARATOR: [u8; 8] = [0; 8];

/// The separator must end within this number of bytes, says the page above about REST APIs.
///
/// Undocumented (URL-18): that Function URLs have the same limit.
pub(super) const LIMIT: usize = 16 * 1024;

/// A stream that is not an HTTP response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PreludeError {
    /// The stream has no bytes.
    #[error("it is empty")]
    Empty,
    /// The stream has no separator within `LIMIT`.
    #[error("there are no eight NUL bytes within the first {LIMIT} bytes")]
    TooLong,
    /// The stream ends without a separator.
    #[error("it ends before the eight NUL bytes that end its prelude")]
    Missing,
    /// The function failed before the separator.
    #[error("it broke off within its prelude: {}", crate::function_error::summary(.0))]
    BrokenOff(
        /// The function's error.
        Bytes,
    ),
    /// The JSON is not the head of a response.
    #[error("its prelude is not the head of a response: {0}")]
    Malformed(String),
}

impl From<StreamError> for PreludeError {
    fn from(error: StreamError) -> Self {
        Self::BrokenOff(error.error)
    }
}

/// Reads the prelude. Returns its JSON and the bytes of the body that came along with it, however the function cut the
/// stream into pieces.
pub(super) async fn read(stream: &mut StreamReader) -> Result<(Bytes, Bytes), PreludeError> {
    let mut read = BytesMut::new();
    loop {
        let searched = read.len().saturating_sub(SEPARATOR.len() - 1);
        match stream.next().await {
            Some(piece) => read.extend_from_slice(&piece?),
            None if read.is_empty() => return Err(PreludeError::Empty),
            None => return Err(PreludeError::Missing),
        }
        if let Some(at) = separator_in(&read[searched..]).map(|at| searched + at)
            && at + SEPARATOR.len() <= LIMIT
        {
            let mut rest = read.split_off(at);
            return Ok((read.freeze(), rest.split_off(SEPARATOR.len()).freeze()));
        }
        if read.len() >= LIMIT {
            return Err(PreludeError::TooLong);
        }
    }
}

/// Finds the JSON at the beginning of a payload that is a stream in one piece. JSON has no NUL bytes, so that no other reply
/// looks like a stream.
pub(super) fn find(payload: &[u8]) -> Option<&[u8]> {
    let beginning = &payload[..payload.len().min(LIMIT)];
    if !beginning.contains(&0) {
        return None;
    }
    separator_in(beginning).map(|at| &beginning[..at])
}

fn separator_in(bytes: &[u8]) -> Option<usize> {
    bytes.windows(SEPARATOR.len()).position(|window| window == SEPARATOR)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{LIMIT, PreludeError, SEPARATOR, find, read};
    use crate::invocation::{ReplyStream, StreamError};

    async fn read_pieces(pieces: &[&[u8]]) -> Result<(Bytes, Bytes), PreludeError> {
        let (mut stream, writer, end) = ReplyStream::new(None);
        for piece in pieces {
            writer.write(Bytes::copy_from_slice(piece)).await;
        }
        drop(writer);
        end.send(Ok(())).unwrap();
        read(&mut stream.body).await
    }

    #[tokio::test]
    async fn prelude_ends_at_eight_nuls_however_cut() {
        let whole = b"{\"statusCode\":201}\0\0\0\0\0\0\0\0body\0";
        let expected = || Ok((Bytes::from_static(b"{\"statusCode\":201}"), Bytes::new()));
        for cut in 1..whole.len() {
            let (json, rest) = read_pieces(&[&whole[..cut], &whole[cut..]]).await.unwrap();
            assert_eq!(json, b"{\"statusCode\":201}"[..], "{cut}");
            assert!(b"body\0".starts_with(&rest), "{cut}: {rest:?}");
        }
        // In one piece, and in as many pieces as a stream buffers without a reader.
        for length in [26, 2] {
            let pieces: Vec<&[u8]> = whole[..26].chunks(length).collect();
            assert_eq!(read_pieces(&pieces).await, expected(), "{length}");
        }
        assert_eq!(read_pieces(&[b"\0\0\0\0\0\0\0\0\0x"]).await, Ok(("".into(), "\0x".into())));
    }

    #[test]
    fn stream_in_one_piece_is_recognized() {
        assert_eq!(find(b"{}\0\0\0\0\0\0\0\0body"), Some(&b"{}"[..]));
        assert_eq!(find(b"\0\0\0\0\0\0\0\0"), Some(&b""[..]));
        for other in [&b""[..], b"{}", b"{}\0\0\0\0\0\0\0body", b"\0\0\0\0 \0\0\0\0"] {
            assert_eq!(find(other), None, "{other:?}");
        }
        let just_fits = [vec![b' '; LIMIT - 8], SEPARATOR.to_vec()].concat();
        assert_eq!(find(&just_fits).map(<[u8]>::len), Some(LIMIT - 8));
        assert_eq!(find(&[vec![b' '; LIMIT - 7], SEPARATOR.to_vec()].concat()), None);
    }

    #[tokio::test]
    async fn stream_without_a_separator_is_refused() {
        assert_eq!(read_pieces(&[]).await, Err(PreludeError::Empty));
        assert_eq!(read_pieces(&[b"{}\0\0\0\0\0\0\0"]).await, Err(PreludeError::Missing));
        let just_fits = [vec![b' '; LIMIT - 8], SEPARATOR.to_vec()].concat();
        assert_eq!(read_pieces(&[&just_fits]).await.unwrap().0.len(), LIMIT - 8);
        let too_long = [vec![b' '; LIMIT - 7], SEPARATOR.to_vec()].concat();
        assert_eq!(read_pieces(&[&too_long]).await, Err(PreludeError::TooLong));
    }

    #[tokio::test]
    async fn failure_within_the_prelude_is_quoted() {
        let (mut stream, writer, end) = ReplyStream::new(None);
        writer.write("{".into()).await;
        drop(writer);
        end.send(Err(StreamError { error_type: "A".to_owned(), error: "why".into() })).unwrap();
        assert_eq!(read(&mut stream.body).await, Err(PreludeError::BrokenOff("why".into())));
    }
}
