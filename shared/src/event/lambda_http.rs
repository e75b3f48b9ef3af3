//! Reads a request that `lambda_http` has made of an event.

use std::sync::{Arc, OnceLock};

use api_routes_routing::PathEncoding;
use bytes::Bytes;
use http::{Extensions, Request, Uri};
use lambda_http::RequestExt;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequestContext, ApiGatewayV2httpRequestContext};
use lambda_http::request::RequestContext;

use super::envelope::is_of_a_function_url;
use super::mount::covered;
use super::strings::{Pairs, Text};
use super::target::Target;
use super::{EventError, Identity, http_api};
use crate::arrival::Arrival;
use crate::body::Body;
use crate::front_door::FrontDoor;
use crate::late_work::LateWork;
use crate::log::Current;

/// Reads the path as the front door sent it: `lambda_http` adds the stage. Data that `lambda_http` has lost, such as
/// repeated headers of payload 1.0, stays lost.
///
/// A request that the program itself has made is handled as in any tower stack.
pub(crate) fn arrived(
    request: lambda_http::Request,
    current: Option<Arc<Current>>,
    late: LateWork,
) -> Result<(Option<FrontDoor>, Request<Body>), EventError> {
    let parameters = path_parameters(&request);
    let Some(origin) = Origin::from_request(&request, &parameters) else {
        return Ok((None, request.map(body)));
    };
    let uri = origin.uri(request.uri().query().unwrap_or_default())?;
    let Origin { front_door, path, encoding, parameter_encoding, client_ip } = origin;
    let arrival = Arrival {
        front_door,
        event: Bytes::new(),
        path: path.to_owned(),
        encoding,
        path_parameters: parameters
            .0
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect(),
        parameter_encoding,
        client_ip: client_ip.to_owned(),
        current,
        kept_headers: OnceLock::new(),
        late,
        remaining_time: None,
    };
    let mut request = request.map(body);
    *request.uri_mut() = uri;
    request.extensions_mut().insert(Arc::new(arrival));
    Ok((Some(front_door), request))
}

fn path_parameters(request: &lambda_http::Request) -> Pairs<'static> {
    let parameters = request.path_parameters_ref().into_iter().flat_map(|parameters| parameters.iter());
    Pairs(parameters.map(|(name, value)| (name.to_owned().into(), value.to_owned().into())).collect())
}

fn body(body: lambda_http::Body) -> Body {
    match body {
        lambda_http::Body::Text(text) => Bytes::from(text).into(),
        lambda_http::Body::Binary(bytes) => Bytes::from(bytes).into(),
        _ => Body::empty(),
    }
}

/// The origin of a request, from its context.
struct Origin<'r> {
    front_door: FrontDoor,
    path: &'r str,
    encoding: PathEncoding,
    parameter_encoding: PathEncoding,
    client_ip: &'r str,
}

impl<'r> Origin<'r> {
    fn from_request(request: &'r lambda_http::Request, parameters: &Pairs<'_>) -> Option<Self> {
        let path = request.raw_http_path();
        match request.request_context_ref()? {
            RequestContext::ApiGatewayV2(context) => Some(Self::http_api(path, context, parameters)),
            RequestContext::ApiGatewayV1(context) => Some(Self::rest_api(path, context, parameters)),
            RequestContext::Alb(_) => Some(Self {
                front_door: FrontDoor::Alb,
                path,
                encoding: PathEncoding::Percent,
                parameter_encoding: PathEncoding::Percent,
                client_ip: request
                    .headers()
                    .get_all("x-forwarded-for")
                    .iter()
                    // The client may have sent addresses of its own first.
                    .next_back()
                    .and_then(|addresses| addresses.to_str().ok())
                    .unwrap_or_default(),
            }),
            _ => None,
        }
    }

    fn http_api(path: &'r str, context: &'r ApiGatewayV2httpRequestContext, parameters: &Pairs<'_>) -> Self {
        let domain_name = context.domain_name.as_deref().unwrap_or_default();
        let (front_door, encoding) = if is_of_a_function_url(domain_name) {
            (FrontDoor::FunctionUrl, PathEncoding::Percent)
        } else {
            (FrontDoor::HttpApi, PathEncoding::Decoded)
        };
        let stage = context.stage.as_deref().map(|stage| Text(stage.into()));
        let route_key = context.route_key.as_deref().unwrap_or_default();
        Self {
            front_door,
            path: http_api::path(path, stage.as_ref(), route_key, parameters),
            encoding,
            parameter_encoding: PathEncoding::Decoded,
            client_ip: context.http.source_ip.as_deref().unwrap_or_default(),
        }
    }

    /// The context of an HTTP API with payload 1.0 is the same.
    fn rest_api(path: &'r str, context: &'r ApiGatewayProxyRequestContext, parameters: &Pairs<'_>) -> Self {
        let resource = context.resource_path.as_deref().unwrap_or_default();
        Self {
            front_door: FrontDoor::RestApi,
            path: covered(path, resource, parameters).unwrap_or(path),
            encoding: PathEncoding::Percent,
            parameter_encoding: PathEncoding::Percent,
            client_ip: context.identity.source_ip.as_deref().unwrap_or_default(),
        }
    }

    fn uri(&self, query: &str) -> Result<Uri, EventError> {
        let Self { path, encoding, parameter_encoding, client_ip, .. } = *self;
        Target { method: "", path, encoding, parameter_encoding, query: query.into(), client_ip }.uri()
    }
}

impl Identity {
    /// Reads the identity from the context that `lambda_http` has kept of the event.
    pub(crate) fn from_lambda_http(extensions: &Extensions) -> Result<Option<Self>, serde_json::Error> {
        let Some(context) = extensions.get::<RequestContext>() else { return Ok(None) };
        let front_door = match context {
            RequestContext::ApiGatewayV2(_) => FrontDoor::HttpApi,
            // An HTTP API has its route key here.
            RequestContext::ApiGatewayV1(context)
                if context.resource_id.as_deref().is_some_and(|id| id.contains([' ', '$'])) =>
            {
                FrontDoor::HttpApiPayload1
            }
            RequestContext::ApiGatewayV1(_) => FrontDoor::RestApi,
            _ => return Ok(None),
        };
        Ok(Self::from_context(front_door, serde_json::to_value(context)?))
    }
}
