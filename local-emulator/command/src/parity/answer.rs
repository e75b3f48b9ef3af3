//! What came back.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// An answer in full.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}
