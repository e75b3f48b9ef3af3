//! The pieces of a streamed body.

use bytes::Bytes;

use crate::error::{ApiError, BoxError};

/// A piece of a stream: text or bytes, or a `Result` of them for a stream that can fail. See
/// [`ApiResponse::stream`](crate::ApiResponse::stream).
///
/// The trait is sealed: give a type of your own `From<YourType> for Bytes`, and the stream a `Result`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a piece of a stream",
    label = "expected a stream of text, bytes, or a `Result` of them",
    note = "a piece is `String`, `&'static str`, `Vec<u8>`, `Bytes`, or `Result<T, E>` with `T: Into<Bytes>` and \
            `E: Into<ApiError>`"
)]
pub trait Piece: sealed::Sealed {
    #[doc(hidden)]
    fn into_data(self) -> Result<Bytes, BoxError>;
}

mod sealed {
    pub trait Sealed {}
}

impl<T: Into<Bytes>, E: Into<ApiError>> sealed::Sealed for Result<T, E> {}

impl<T: Into<Bytes>, E: Into<ApiError>> Piece for Result<T, E> {
    fn into_data(self) -> Result<Bytes, BoxError> {
        self.map(Into::into).map_err(|error| error.into().into_boxed_error())
    }
}

// Each type has its own impl: an impl for all `Into<Bytes>` would overlap with the one for `Result`.
macro_rules! pieces {
    ($($piece:ty),*) => {$(
        impl sealed::Sealed for $piece {}

        impl Piece for $piece {
            fn into_data(self) -> Result<Bytes, BoxError> {
                Ok(self.into())
            }
        }
    )*};
}

pieces!(String, &'static str, Vec<u8>, &'static [u8], Bytes);
