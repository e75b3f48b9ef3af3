//! The event that a front door would make of a request. No function gets it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use api_routes_project::front_doors::{self as project, FunctionId};
use api_routes_project::with_causes;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;

use super::functions::FunctionLookup;
use super::gateway_builder::{FrontDoorOptions, GatewayBuilder};
use crate::authorizer::{AuthMode, Development};
use crate::current::Current;
use crate::gateway::{Backend, GatewayError, NotReady};
use crate::invocation::{Invocation, Outcome};

/// The result of a request that reaches no function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Preview {
    /// The function that would get this event.
    Event(FunctionId, Bytes),
    /// The reason why no function would get one.
    Refused(String),
}

/// Returns the event that the front door `declared` would make of `request`. No authorizer is asked: the event has the claims
/// of `x-emulator-claims`, or no caller.
pub(crate) async fn preview(
    declared: &project::FrontDoor,
    options: FrontDoorOptions,
    mut request: Request<Full<Bytes>>,
    peer: SocketAddr,
) -> Preview {
    let taken = Arc::<Mutex<Option<(FunctionId, Bytes)>>>::default();
    let front_door = GatewayBuilder::new(&PreviewBackend(Arc::clone(&taken)), options).front_door(declared);
    let development = Development::new(AuthMode::Off, Current::new(None));
    match development.bypass(request.headers_mut()).await {
        Ok(Some(bypass)) => drop(request.extensions_mut().insert(bypass)),
        Ok(None) => {}
        Err(error) => return Preview::Refused(with_causes(&error)),
    }
    let response = front_door.handle(request, peer).await;
    let taken = taken.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((function, event)) = taken {
        return Preview::Event(function, event);
    }
    let error = response.extensions().get::<GatewayError>().map(ToString::to_string);
    Preview::Refused(error.unwrap_or_else(|| format!("it answers {} by itself", response.status())))
}

/// A backend that has every function and only keeps the event.
#[derive(Debug)]
struct PreviewBackend(Arc<Mutex<Option<(FunctionId, Bytes)>>>);

impl FunctionLookup<Self> for PreviewBackend {
    fn backend(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    fn find(&self, id: &FunctionId) -> Option<FunctionId> {
        Some(id.clone())
    }

    fn is_debugged(&self, _: &FunctionId) -> bool {
        false
    }
}

impl Backend for PreviewBackend {
    type Function = FunctionId;
    type Version = ();

    async fn ready(&self, _: &FunctionId) -> Result<(), NotReady> {
        Ok(())
    }

    async fn invoke(
        &self,
        function: &FunctionId,
        (): (),
        invocation: Invocation,
    ) -> Result<Outcome, NotReady> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *taken = Some((function.clone(), invocation.event));
        Ok(Outcome::Reply(Bytes::from_static(b"{}")))
    }
}
