//! Sends a request and takes the answer as it comes: no redirect is followed, nothing is decoded.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use local_emulator::http_client::{Connector, connector};

use super::answer::Answer;
use super::base::BaseUrl;
use super::request::Request;

/// What browsers and SDKs do not go without, so that a firewall in front of an API lets these requests pass as
/// well: AWS WAF has a rule against requests without a `User-Agent`.
const AGENT: &str = concat!("cargo-api-routes/", env!("CARGO_PKG_VERSION"));

/// A machine that is there has taken a connection by then.
const CONNECTED_WITHIN: Duration = Duration::from_secs(10);

/// More than any front door sends: a stream of Lambda's ends after 200 MB
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>). Without an end, an answer
/// would fill the memory of this machine.
const LONGEST: usize = 256 * 1024 * 1024;

/// A client of HTTP/1.1, over TLS with what this machine trusts.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: legacy::Client<Connector, Full<Bytes>>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// Nobody is there, or not who it should be.
    #[error("cannot connect to {to}: {cause}")]
    Connect { to: String, cause: String },
    /// Nothing, or not all, came in time.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The connection was closed before the end of an answer, or what came is no HTTP.
    #[error("no whole answer: {0}")]
    Broken(String),
    /// What was to be sent is no HTTP.
    #[error("cannot be sent: {0}")]
    Unsendable(String),
}

impl Client {
    pub(crate) fn new() -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECTED_WITHIN));
        // A connection for each request: what one leaves behind on it is not the next one's matter.
        let http =
            legacy::Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector(tcp));
        Self { http }
    }

    /// The answer to a request, whole within `patience`.
    pub(crate) async fn send(
        &self,
        to: &BaseUrl,
        request: &Request,
        patience: Duration,
    ) -> Result<Answer, NoAnswer> {
        let request = outgoing(to, request).map_err(|error| NoAnswer::Unsendable(error.to_string()))?;
        let answer = async {
            let response = self.http.request(request).await.map_err(|error| failure(to, &error))?;
            whole(response).await
        };
        tokio::time::timeout(patience, answer).await.unwrap_or(Err(NoAnswer::TimedOut(patience)))
    }
}

fn outgoing(to: &BaseUrl, request: &Request) -> Result<http::Request<Full<Bytes>>, http::Error> {
    let mut headers: HeaderMap = request.headers.iter().cloned().collect();
    // What a client sends twice is appended, and what it does not send is ours to say.
    headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(AGENT));
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    let outgoing = http::Request::builder().method(request.method.clone()).uri(to.to(&request.target)?);
    let mut outgoing = outgoing.body(Full::new(request.body.clone()))?;
    *outgoing.headers_mut() = headers;
    Ok(outgoing)
}

async fn whole(response: Response<Incoming>) -> Result<Answer, NoAnswer> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, LONGEST).collect().await;
    let body = body.map_err(|error| NoAnswer::Broken(innermost(error.as_ref())))?;
    Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
}

fn failure(to: &BaseUrl, error: &legacy::Error) -> NoAnswer {
    let cause = innermost(error);
    if error.is_connect() { NoAnswer::Connect { to: to.to_string(), cause } } else { NoAnswer::Broken(cause) }
}

/// The cause of all causes; those before it only say that there is one.
fn innermost(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
