//! The innermost service of a route: it calls the handler with an HTTP request, and makes the result an HTTP response.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;

use api_routes_routing::{Parameter, Parameters, ParametersError, PathEncoding, Pattern};
use futures_util::FutureExt;
use http::header::CONTENT_LENGTH;
use http::{Request, StatusCode};
use http_body_util::LengthLimitError;

use crate::arrival::Arrival;
use crate::body::Body;
use crate::conditional::Conditions;
use crate::config::Settings;
use crate::error::ApiError;
use crate::handler::Bound;
use crate::panics::{self, FailsInvocation};
use crate::refusal::Refusal;
use crate::request::ApiRequest;
use crate::response::{ApiResponse, KeptHeaders, Response, Result, checked};

pub(crate) struct Endpoint {
    pub(crate) handler: Bound,
    pub(crate) pattern: Arc<Pattern>,
    pub(crate) settings: Settings,
}

impl Endpoint {
    pub(crate) async fn answer(&self, mut request: Request<Body>) -> Response {
        let refusal = Refusal::new(&request, self.settings.errors.as_ref());
        let conditions = Conditions::from_request(&request);
        let arrival = request.extensions_mut().remove::<Arc<Arrival>>();
        let kept = KeptHeaders::new(arrival.as_ref());
        let answer = self.handle(request, arrival, kept.clone()).await;
        finished(match answer.and_then(checked) {
            Ok(response) => conditions.applied_to(self.settings.with_etag(response)),
            Err(error) => refusal.answer(kept.added_to(error)),
        })
    }

    /// Makes the request for the handler, or an error if the handler need not be called.
    async fn request(&self, request: Request<Body>, arrival: Option<Arc<Arrival>>) -> Result<ApiRequest> {
        let (head, body) = request.into_parts();
        let parameters = self.parameters(head.uri.path(), arrival.as_deref())?;
        let body = match body.bytes_within(self.settings.body_limit).await {
            Ok(Some(body)) => body,
            Ok(None) => return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, self.settings.exceeded())),
            // A layer has its own limit, such as `RequestBodyLimitLayer` of `tower-http`.
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(
                    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large").caused_by(error)
                );
            }
            // The body failed on the side of the client, before any code of the program ran.
            Err(error) => return Err(ApiError::bad_request("Invalid body").caused_by(error)),
        };
        Ok(ApiRequest::new(head, body, parameters, arrival, self.settings.exposed.clone()))
    }

    /// Reads the parameters from the path. If the path does not fit the route, takes the parameters that API Gateway
    /// found in another path.
    fn parameters(&self, uri_path: &str, arrival: Option<&Arrival>) -> Result<Vec<(String, String)>> {
        let found = match arrival {
            None => self.pattern.parameters(uri_path, PathEncoding::Percent),
            Some(Arrival { front_door, path, encoding, path_parameters, parameter_encoding, .. }) => {
                match self.pattern.parameters(path, *encoding) {
                    Err(ParametersError::NoMatch) if front_door.has_routes() => {
                        self.pattern.parameters_among(path_parameters, *parameter_encoding)
                    }
                    found => found,
                }
            }
        };
        match found {
            Ok(parameters) => Ok(repeated(parameters)),
            Err(ParametersError::NoMatch) => Err(ApiError::new(StatusCode::NOT_FOUND, "Not Found")),
            Err(_) => Err(ApiError::bad_request("Bad Request")),
        }
    }

    async fn handle(
        &self,
        request: Request<Body>,
        arrival: Option<Arc<Arrival>>,
        kept: KeptHeaders,
    ) -> Result {
        // The call may panic as well as the future that it returns.
        let answer = async {
            let request = self.request(request, arrival).await?;
            let answer = (self.handler)(request, ApiResponse::keeping(kept)).await;
            answer.map_err(|error| self.settings.exposed.applied_to(error))
        };
        match AssertUnwindSafe(answer).catch_unwind().await {
            Ok(answer) => answer,
            Err(panic) if self.settings.panics_fail_the_invocation => {
                resume_unwind(Box::new(FailsInvocation(panics::message(&*panic).to_owned())))
            }
            Err(panic) => Err(panics::to_error("the handler", &*panic)),
        }
    }
}

/// Returns the parameters as pairs. A catch-all comes once for each of its segments, as a repeated query key does.
fn repeated(parameters: Parameters<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, parameter) in parameters {
        let values = match parameter {
            Parameter::One(value) => vec![value],
            Parameter::Many(values) => values,
        };
        for value in values {
            pairs.push((name.to_owned(), value.into_owned()));
        }
    }
    pairs
}

/// Removes the body of a 204 and a 304, and the headers that measure it.
fn finished(mut response: Response) -> Response {
    if matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = Body::empty();
    }
    response
}
