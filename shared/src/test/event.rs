//! An event on its way to a route.

use bytes::Bytes;

use super::{TestResponse, reply};
use crate::service::Route;

/// An event to send to a route.
#[derive(Clone, Debug)]
#[must_use = "an event is sent by `send`"]
pub struct TestEvent(pub(crate) Bytes);

impl TestEvent {
    /// Sends it to a route, and waits for the answer.
    ///
    /// # Panics
    /// If no front door sends such an event.
    pub fn send(self, route: &Route) -> TestResponse {
        TestResponse::from_reply(&self.reply(route))
    }

    /// Sends it to a route, and gives the reply as it is: JSON, in the form that the front door wants.
    ///
    /// # Panics
    /// As [`send`](Self::send).
    pub fn reply(self, route: &Route) -> Bytes {
        reply(&self.0, route)
    }
}
