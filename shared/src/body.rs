//! The body of a request or a response: bytes in memory, or a stream.

mod piece;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use http::HeaderValue;
use http_body::{Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, StreamBody};

use crate::error::{ApiError, BoxError};
use crate::etag;
pub use piece::Piece;

/// The body of a [`Response`](crate::Response), and of the request that a layer sees: bytes in memory, or a stream.
///
/// [`Body::new`] takes any [`http_body::Body`].
///
/// ```
/// use api_routes::Body;
///
/// let body = Body::from("hello");
/// assert_eq!(body.as_bytes(), Some(b"hello".as_slice()));
/// ```
#[derive(Default)]
pub struct Body(BodyContent);

enum BodyContent {
    Bytes(Bytes, Hashed),
    Stream(UnsyncBoxBody<Bytes, BoxError>),
}

/// How the `ETag` of bytes is computed, if they have one.
#[derive(Clone, Copy)]
pub(crate) enum Hashed {
    No,
    AsText,
    AsBytes,
}

impl Default for BodyContent {
    fn default() -> Self {
        Self::bytes(Bytes::new())
    }
}

impl BodyContent {
    const fn bytes(bytes: Bytes) -> Self {
        Self::Bytes(bytes, Hashed::No)
    }
}

impl Body {
    /// Makes a body from any [`http_body::Body`], which is sent as it comes.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Body, Result};
    /// use http_body_util::Full;
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     // For example, the body of the response of another service.
    ///     res.body(Body::new(Full::from("hello")))
    /// }
    /// ```
    pub fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<ApiError>,
    {
        Self(BodyContent::Stream(body.map_err(boxed).boxed_unsync()))
    }

    /// Makes a body from a [`Stream`] whose pieces are text or bytes, or a `Result` of them. Each piece is sent as it
    /// comes.
    ///
    /// A handler finishes with [`ApiResponse::stream`](crate::ApiResponse::stream); this function is for a wrapper or a
    /// layer.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Body, Result};
    /// use futures_util::{StreamExt, stream};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     let mut response = res.header("content-type", "text/plain; charset=utf-8").end()?;
    ///     *response.body_mut() = Body::from_stream(stream::iter(1..=3).map(|n| format!("{n}\n")));
    ///     Ok(response)
    /// }
    /// # let route = api_routes::Route::new("/api/x", handler);
    /// # assert_eq!(api_routes::test::TestRequest::get("/api/x").send(&route).text(), "1\n2\n3\n");
    /// ```
    pub fn from_stream<P: Piece + 'static>(pieces: impl Stream<Item = P> + Send + 'static) -> Self {
        let frames = pieces.map(|piece| piece.into_data().map(Frame::data));
        Self(BodyContent::Stream(StreamBody::new(frames).boxed_unsync()))
    }

    /// Makes a body without bytes.
    ///
    /// ```
    /// assert_eq!(api_routes::Body::empty().as_bytes(), Some(&[][..]));
    /// ```
    pub const fn empty() -> Self {
        Self(BodyContent::bytes(Bytes::new()))
    }

    /// Makes a body whose `ETag` the route computes.
    pub(crate) const fn hashed(bytes: Bytes, hashed: Hashed) -> Self {
        Self(BodyContent::Bytes(bytes, hashed))
    }

    /// Returns the `ETag` of a body that `json` or `send` made. A body that replaced it has none.
    pub(crate) fn etag(&self) -> Option<HeaderValue> {
        match &self.0 {
            BodyContent::Bytes(bytes, Hashed::AsText) => Some(etag::of_text(bytes)),
            BodyContent::Bytes(bytes, Hashed::AsBytes) => Some(etag::of_bytes(bytes)),
            BodyContent::Bytes(_, Hashed::No) | BodyContent::Stream(_) => None,
        }
    }

    /// Returns the bytes, if they are in memory, and `None` for a stream.
    ///
    /// ```
    /// use api_routes::Body;
    /// use http_body_util::Full;
    ///
    /// assert_eq!(Body::from("hello").as_bytes(), Some(&b"hello"[..]));
    /// assert_eq!(Body::new(Full::from("hello")).as_bytes(), None);
    /// ```
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            BodyContent::Bytes(bytes, _) => Some(bytes),
            BodyContent::Stream(_) => None,
        }
    }

    /// Returns all bytes. If the body is a stream, waits until it ends.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use api_routes::Body;
    /// use futures_util::{StreamExt, stream};
    ///
    /// let body = Body::from_stream(stream::iter(["one ", "two"]).map(Ok::<_, std::io::Error>));
    /// assert_eq!(body.bytes().await.unwrap(), "one two");
    /// # }
    /// ```
    ///
    /// # Errors
    /// The error of the stream, if it fails midway.
    pub async fn bytes(self) -> Result<Bytes, BoxError> {
        match self.0 {
            BodyContent::Bytes(bytes, _) => Ok(bytes),
            BodyContent::Stream(stream) => Ok(stream.collect().await?.to_bytes()),
        }
    }

    /// Returns all bytes, or `None` if there are more than `limit`. A stream is not read further than the limit.
    pub(crate) async fn bytes_within(self, limit: Option<usize>) -> Result<Option<Bytes>, BoxError> {
        let limit = limit.unwrap_or(usize::MAX);
        let mut stream = match self.0 {
            BodyContent::Bytes(bytes, _) => return Ok(Some(bytes).filter(|bytes| bytes.len() <= limit)),
            BodyContent::Stream(stream) => stream,
        };
        let mut all = Vec::new();
        while let Some(frame) = stream.frame().await {
            // A frame that is not data is a trailer.
            let data = frame?.into_data().unwrap_or_default();
            if data.len() > limit - all.len() {
                return Ok(None);
            }
            all.extend_from_slice(&data);
        }
        Ok(Some(all.into()))
    }

    /// Converts any body. A `Body` is not boxed again.
    pub(crate) fn from_any<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<ApiError>,
    {
        let mut body = Some(body);
        match (&mut body as &mut dyn std::any::Any).downcast_mut::<Option<Self>>() {
            Some(ours) => ours.take().unwrap_or_default(),
            None => body.map(Self::new).unwrap_or_default(),
        }
    }
}

/// Boxes the error of a stream for the code that reads the body.
fn boxed(error: impl Into<ApiError>) -> BoxError {
    error.into().into_boxed_error()
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.get_mut().0 {
            BodyContent::Bytes(bytes, _) if bytes.is_empty() => Poll::Ready(None),
            BodyContent::Bytes(bytes, _) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            BodyContent::Stream(stream) => Pin::new(stream).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            BodyContent::Bytes(bytes, _) => bytes.is_empty(),
            BodyContent::Stream(stream) => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            BodyContent::Bytes(bytes, _) => SizeHint::with_exact(bytes.len() as u64),
            BodyContent::Stream(stream) => stream.size_hint(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            BodyContent::Bytes(bytes, _) => f.debug_tuple("Body").field(bytes).finish(),
            BodyContent::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}

// Each type that holds bytes has a `From` of its own: a blanket `impl<T: Into<Bytes>>` would forbid every other.
macro_rules! from_bytes {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Body {
            fn from(bytes: $kind) -> Self {
                Self(BodyContent::bytes(bytes.into()))
            }
        }
    )*};
}

from_bytes!(Bytes, Vec<u8>, String, &'static str, &'static [u8]);

#[cfg(test)]
mod tests {
    use super::Body;
    use http_body::Frame;
    use http_body_util::{BodyExt, Full, StreamBody};

    #[test]
    fn body_of_this_type_is_not_boxed_again() {
        assert_eq!(Body::from_any(Body::from("here")).as_bytes(), Some(b"here".as_slice()));
        assert_eq!(Body::from_any(Full::new("there".into())).as_bytes(), None);
    }

    #[tokio::test]
    async fn a_stream_is_read_no_further_than_its_limit() {
        let endless = StreamBody::new(futures_util::stream::repeat_with(|| {
            Ok::<_, std::convert::Infallible>(Frame::data(bytes::Bytes::from_static(&[0; 1024])))
        }));
        assert_eq!(Body::new(endless).bytes_within(Some(1024 * 1024)).await.unwrap(), None);
        let fits = || Body::new(Full::<bytes::Bytes>::new("four".into()));
        assert_eq!(fits().bytes_within(Some(4)).await.unwrap().unwrap(), "four");
        assert_eq!(fits().bytes_within(Some(3)).await.unwrap(), None);
        assert_eq!(Body::from("four").bytes_within(Some(3)).await.unwrap(), None);
        assert_eq!(Body::from("four").bytes_within(None).await.unwrap().unwrap(), "four");
    }

    #[tokio::test]
    async fn stream_is_collected_and_reports_its_error() {
        let stream = Body::new(Full::<bytes::Bytes>::new("later".into()));
        assert_eq!(stream.bytes().await.unwrap(), "later");

        let broken = Full::<bytes::Bytes>::default().map_err(|never| match never {});
        let broken =
            Body::new(broken.with_trailers(async {
                Some(Err::<_, std::io::Error>(std::io::ErrorKind::BrokenPipe.into()))
            }));
        assert!(broken.bytes().await.is_err());
    }
}
