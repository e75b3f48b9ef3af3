//! The data of an event that is not part of the HTTP request.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use api_routes_routing::PathEncoding;
use bytes::Bytes;
use http::{HeaderMap, Request};

use crate::body::Body;
use crate::front_door::FrontDoor;
use crate::late_work::LateWork;
use crate::log::Current;
use crate::ows::trimmed;

/// The data of the event, which travels with the request through the layers to the handler.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) front_door: FrontDoor,
    /// The event, byte for byte.
    pub(crate) event: Bytes,
    /// The path without the stage and the base path of a custom domain.
    pub(crate) path: String,
    /// Whether the front door has decoded that path.
    pub(crate) encoding: PathEncoding,
    /// The path parameters that the front door found, for a request whose path does not fit the route, such as a
    /// parameter that is mapped to another path.
    pub(crate) path_parameters: Vec<(String, String)>,
    pub(crate) parameter_encoding: PathEncoding,
    /// The address in the form of the front door; it is parsed when the handler asks for it.
    pub(crate) client_ip: String,
    /// The invocation; `None` in a test that does not set one.
    pub(crate) current: Option<Arc<Current>>,
    /// The headers of a response that was dropped before it was finished, for the error that is sent instead.
    pub(crate) kept_headers: OnceLock<HeaderMap>,
    /// The work after the response. The caller of the route sets it, and waits for it.
    pub(crate) late: LateWork,
    /// The remaining time that a test sets.
    pub(crate) remaining_time: Option<Duration>,
}

impl Arrival {
    /// Sets the queue for work after the response, which the caller of the route waits for.
    pub(crate) fn wait_for(request: &mut Request<Body>, late: &LateWork) {
        // The `Arc` is not shared yet.
        if let Some(arrival) = request.extensions_mut().get_mut::<Arc<Self>>().and_then(Arc::get_mut) {
            arrival.late = late.clone();
        }
    }

    /// Sets the remaining time, whatever the deadline is.
    pub(crate) fn stop_the_clock(request: &mut Request<Body>, remaining_time: Option<Duration>) {
        if let Some(arrival) = request.extensions_mut().get_mut::<Arc<Self>>().and_then(Arc::get_mut) {
            arrival.remaining_time = remaining_time;
        }
    }

    /// Returns the last address. A load balancer adds the address of the client after the text that the client sent,
    /// with the port if it is set to. The other front doors have one address.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html>
    ///
    /// An address that cannot be parsed does not fail the request.
    pub(crate) fn client_ip(&self) -> Option<IpAddr> {
        let last = trimmed(self.client_ip.rsplit(',').next().unwrap_or_default());
        last.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
    }
}
