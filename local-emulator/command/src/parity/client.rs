//! Sends a request and reads the answer as it comes: no redirect is followed, and nothing is decoded.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use local_emulator::http_client::{Connector, connector};

use super::base::BaseUrl;
use super::request::Request;

/// The `User-Agent` of requests that have none: AWS WAF has a rule that blocks requests without this header.
const AGENT: &str = concat!("cargo-api-routes/", env!("CARGO_PKG_VERSION"));

/// The timeout for a connection.
const CONNECTED_WITHIN: Duration = Duration::from_secs(10);

/// The maximum number of bytes of a body that are read, so that an endless answer does not fill the memory of this
/// machine. No front door sends more: a stream of Lambda ends after 200 MB
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>).
const LONGEST: usize = 256 * 1024 * 1024;

/// An answer that was read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer, or the reason why there is none.
pub(crate) type AnswerResult = Result<Answer, NoAnswer>;

/// A client of HTTP/1.1. Over TLS, it trusts the certificates that this machine trusts.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: legacy::Client<Connector, Full<Bytes>>,
}

/// The reason why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// No connection, or a certificate that is not trusted.
    #[error("cannot connect to {to}: {cause}")]
    Connect { to: String, cause: String },
    /// The answer did not end in time.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The connection was closed before the end of the answer, or the answer is not HTTP.
    #[error("no whole answer: {0}")]
    Broken(String),
    /// The request cannot be written as HTTP.
    #[error("cannot be sent: {0}")]
    Unsendable(String),
}

impl Client {
    pub(crate) fn new() -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECTED_WITHIN));
        // Each request gets a connection of its own, so that one cannot affect the next.
        let http =
            legacy::Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector(tcp));
        Self { http }
    }

    /// Returns the answer to a request, if it ends within `patience`.
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
    // Only headers that the request lacks are added.
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

/// Returns the text of the innermost cause. The errors around it only say that something failed.
fn innermost(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
