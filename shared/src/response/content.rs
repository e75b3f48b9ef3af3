//! The content that a handler sends: text, bytes or a JSON value.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderValue;
use serde_json::Value;

use crate::body::{Body, Hashed};

/// The content that [`ApiResponse::send`](crate::ApiResponse::send) takes: text, bytes or a JSON value. Each has a
/// content type of its own.
///
/// ```
/// use api_routes::{ApiResponse, Content};
///
/// let content: Content = "hello".into();
/// let response = ApiResponse::new().send(content).unwrap();
/// assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
/// ```
#[derive(Clone, Debug)]
pub struct Content {
    pub(super) kind: ContentKind,
    pub(super) bytes: Bytes,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum ContentKind {
    Text,
    Bytes,
    Json,
}

impl ContentKind {
    pub(super) const fn content_type(self) -> HeaderValue {
        match self {
            Self::Text => super::TEXT,
            Self::Bytes => super::BYTES,
            Self::Json => super::JSON,
        }
    }
}

impl Content {
    pub(super) fn json(text: Vec<u8>) -> Self {
        Self { kind: ContentKind::Json, bytes: text.into() }
    }

    pub(super) fn into_body(self) -> Body {
        let hashed = match self.kind {
            ContentKind::Text | ContentKind::Json => Hashed::AsText,
            ContentKind::Bytes => Hashed::AsBytes,
        };
        Body::hashed(self.bytes, hashed)
    }
}

macro_rules! content {
    ($kind:ident: $($from:ty => $bytes:expr),* $(,)?) => {$(
        impl From<$from> for Content {
            fn from(content: $from) -> Self {
                let bytes: fn($from) -> Bytes = $bytes;
                Self { kind: ContentKind::$kind, bytes: bytes(content) }
            }
        }
    )*};
}

content!(Text:
    String => Bytes::from,
    &String => |text| text.clone().into(),
    &str => |text| text.to_owned().into(),
    Cow<'_, str> => |text| text.into_owned().into(),
);
content!(Bytes:
    Bytes => |bytes| bytes,
    Vec<u8> => Bytes::from,
    &[u8] => Bytes::copy_from_slice,
);
content!(Json:
    Value => |value| value.to_string().into(),
    &Value => |value| value.to_string().into(),
);

impl<const N: usize> From<&[u8; N]> for Content {
    fn from(bytes: &[u8; N]) -> Self {
        bytes.as_slice().into()
    }
}
