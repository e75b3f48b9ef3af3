//! Tests for all front doors, and for the differences between them.

mod callers;
mod hostile;
mod other_crates;
mod reading;
mod replies;

use api_routes_routing::Pattern;
use bytes::Bytes;
use http::Request;
use serde_json::Value;

use super::{Arrival, EncodeError, EventError, FrontDoor, collect, decode, encode};
use crate::body::Body;
use crate::response::Response;
use crate::test::TestRequest;

/// The event that a front door makes of a request to this route.
fn event(request: TestRequest, front_door: FrontDoor, route: &str) -> Value {
    let pattern = Pattern::parse(route).unwrap();
    serde_json::from_slice(&request.via(front_door).event(&pattern).json).unwrap()
}

fn decoded(event: &Value) -> Result<Request<Body>, EventError> {
    decode(&event.to_string().into(), None).map(|(_, request)| request)
}

fn arrival(event: &Value) -> std::sync::Arc<Arrival> {
    decoded(event).unwrap().extensions().get::<std::sync::Arc<Arrival>>().unwrap().clone()
}

fn encoded(front_door: FrontDoor, response: Response) -> Result<Value, EncodeError> {
    let (mut head, body) = response.into_parts();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let body = runtime.block_on(collect(body, Some(front_door)))?;
    let reply: Bytes = encode(front_door, &mut head, &body)?.into();
    Ok(serde_json::from_slice(&reply).unwrap())
}
