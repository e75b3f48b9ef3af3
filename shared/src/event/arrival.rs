//! What an event says beside the HTTP request itself.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use api_routes_routing::PathEncoding;
use bytes::Bytes;
use http::{HeaderMap, Request};

use super::front_door::FrontDoor;
use crate::body::Body;
use crate::log::Current;
use crate::ows::trimmed;
use crate::runtime::LateWork;

/// How a request arrived: it travels with the request, through the layers, to the route's handler.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) front_door: FrontDoor,
    /// The whole event, as Lambda gave it.
    pub(crate) event: Bytes,
    /// The path without the stage and the base path of a custom domain.
    pub(crate) path: String,
    /// Whether the front door has percent-decoded that path already.
    pub(crate) encoding: PathEncoding,
    /// The front door's own reading of the path, for a request whose path says nothing (a parameter that
    /// was mapped to another path).
    pub(crate) path_parameters: Vec<(String, String)>,
    pub(crate) parameter_encoding: PathEncoding,
    /// As the front door writes it, and read by who asks for it.
    pub(crate) client_ip: String,
    /// `None` in a test.
    pub(crate) current: Option<Arc<Current>>,
    /// The headers of a response that was dropped before it was finished, for the error in its place.
    pub(crate) kept_headers: OnceLock<HeaderMap>,
    /// Set by whoever waits for it.
    pub(crate) late: LateWork,
    /// Set by a test, where no time passes.
    pub(crate) remaining_time: Option<Duration>,
}

impl Arrival {
    /// Work that the handler leaves for later goes to whoever calls the route.
    pub(crate) fn wait_for(request: &mut Request<Body>, late: &LateWork) {
        // Nobody shares it yet.
        if let Some(arrival) = request.extensions_mut().get_mut::<Arc<Self>>().and_then(Arc::get_mut) {
            arrival.late = late.clone();
        }
    }

    /// The time that remains to the invocation is this, whatever the deadline is.
    pub(crate) fn stop_the_clock(request: &mut Request<Body>, remaining_time: Option<Duration>) {
        if let Some(arrival) = request.extensions_mut().get_mut::<Arc<Self>>().and_then(Arc::get_mut) {
            arrival.remaining_time = remaining_time;
        }
    }

    /// The last address: a load balancer puts it behind whatever the client wrote there before, and adds its
    /// port if it is set to. The others know one address alone.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html>
    ///
    /// One that is none is not worth a failed request.
    pub(crate) fn client_ip(&self) -> Option<IpAddr> {
        let last = trimmed(self.client_ip.rsplit(',').next().unwrap_or_default());
        last.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
    }
}
