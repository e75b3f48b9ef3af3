//! How a request's body stands in its event.

use std::borrow::Cow;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};

/// A body as text, or as base64 with `isBase64Encoded`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::gateway) enum Body<'a> {
    Text(Cow<'a, str>),
    Base64(&'a [u8]),
}

impl Body<'_> {
    pub(in crate::gateway) fn is_base64(&self) -> bool {
        matches!(self, Body::Base64(_))
    }
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Body::Text(text) => serializer.serialize_str(text),
            Body::Base64(bytes) => serializer.collect_str(&Base64Display::new(bytes, &STANDARD)),
        }
    }
}
