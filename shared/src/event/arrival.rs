//! What an event says beside the HTTP request itself.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use lambda_runtime::Context;

use super::front_door::FrontDoor;
use crate::body::Body;
use crate::route::PathEncoding;
use crate::runtime::LateWork;

/// How a request arrived: it travels with the request, through the layers, to the route's handler.
#[derive(Clone, Debug)]
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
    pub(crate) client_ip: Option<IpAddr>,
    /// `None` in a test.
    pub(crate) context: Option<Arc<Context>>,
    /// Set by whoever waits for it.
    pub(crate) late: LateWork,
}

impl Arrival {
    /// Work that the handler leaves for later goes to whoever calls the route.
    pub(crate) fn wait_for(request: &mut Request<Body>, late: &LateWork) {
        if let Some(arrival) = request.extensions_mut().get_mut::<Self>() {
            arrival.late = late.clone();
        }
    }
}
