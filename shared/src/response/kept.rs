//! Headers of a response that is not sent, kept for the error that is sent instead.

use std::mem;
use std::sync::{Arc, OnceLock};

use http::HeaderMap;

use crate::arrival::Arrival;
use crate::error::ApiError;

/// The place in an invocation where an unfinished response leaves its headers.
///
/// The place belongs to the invocation and not to a thread: several invocations may share a thread, and a handler may
/// move its response into a task on another thread.
#[derive(Clone, Debug)]
pub(crate) enum KeptHeaders {
    /// In the `Arrival` that each event has anyway.
    OfEvent(Arc<Arrival>),
    /// In a cell of its own, for a request without an event, as under axum.
    WithoutEvent(Arc<OnceLock<HeaderMap>>),
}

impl KeptHeaders {
    pub(crate) fn new(arrival: Option<&Arc<Arrival>>) -> Self {
        arrival
            .map_or_else(|| Self::WithoutEvent(Arc::default()), |arrival| Self::OfEvent(Arc::clone(arrival)))
    }

    fn place(&self) -> &OnceLock<HeaderMap> {
        match self {
            Self::OfEvent(arrival) => &arrival.kept_headers,
            Self::WithoutEvent(place) => place,
        }
    }

    /// Adds the headers that were left here to an error.
    pub(crate) fn added_to(&self, error: ApiError) -> ApiError {
        match self.place().get() {
            Some(headers) => error.keeping(headers),
            None => error,
        }
    }
}

/// The headers of an unfinished response.
#[derive(Debug, Default)]
pub(super) struct UnsentHeaders {
    pub(super) map: HeaderMap,
    kept: Option<KeptHeaders>,
}

impl UnsentHeaders {
    pub(super) fn new(kept: KeptHeaders) -> Self {
        Self { map: HeaderMap::new(), kept: Some(kept) }
    }

    /// Takes the headers out, for the response that is sent.
    pub(super) fn sent(mut self) -> HeaderMap {
        mem::take(&mut self.map)
    }
}

impl From<HeaderMap> for UnsentHeaders {
    fn from(map: HeaderMap) -> Self {
        Self { map, kept: None }
    }
}

impl Drop for UnsentHeaders {
    fn drop(&mut self) {
        if let Some(kept) = &self.kept
            && !self.map.is_empty()
        {
            // A route makes one response for each invocation, so the place is empty.
            let _ = kept.place().set(mem::take(&mut self.map));
        }
    }
}
