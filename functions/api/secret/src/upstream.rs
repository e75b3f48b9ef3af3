//! A client of the service behind the route. It is made once, and adds the token.

use std::time::Duration;

use api_routes::{HeaderValue, OrStatus, Result, StatusCode, header::AUTHORIZATION};
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type HttpsClient = Client<HttpsConnector<HttpConnector>, Empty<Bytes>>;

/// The time that an idle connection is kept. Lambda freezes a sandbox between requests, and servers close idle
/// connections meanwhile. The default of the client, 90 seconds, would try dead connections first.
const IDLE: Duration = Duration::from_secs(5);
/// The largest answer of the service: half the size of a reply of Lambda, and a limit for the memory.
const LARGEST_ANSWER: usize = 3 * api_routes::MB;

#[derive(Clone)]
pub(crate) struct Upstream {
    client: HttpsClient,
    url: Uri,
    authorization: HeaderValue,
    patience: Duration,
}

impl Upstream {
    pub(crate) fn new(url: &str, token: &str, patience: Duration) -> Result<Self> {
        let url = url.parse().or_status(500, "`UPSTREAM_URL` is no URL")?;
        let authorization = HeaderValue::try_from(format!("Bearer {token}"));
        let mut authorization = authorization.or_status(500, "`UPSTREAM_TOKEN` does not fit in a header")?;
        authorization.set_sensitive(true); // `Debug` does not show it.
        let https = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).pool_idle_timeout(IDLE).build(https);
        Ok(Self { client, url, authorization, patience })
    }

    /// Returns the JSON of the service, or `None` if it has none.
    pub(crate) async fn get(&self) -> Result<Option<Value>, BoxError> {
        tokio::time::timeout(self.patience, self.ask()).await?
    }

    async fn ask(&self) -> Result<Option<Value>, BoxError> {
        let request = Request::get(&self.url).header(AUTHORIZATION, &self.authorization).body(Empty::new())?;
        let response = self.client.request(request).await?;
        match response.status() {
            status if status.is_success() => Ok(Some(json(response).await?)),
            StatusCode::NOT_FOUND => Ok(None),
            // This includes 401: the client did not choose the token that was refused.
            status => Err(format!("the service answered {status}").into()),
        }
    }
}

async fn json(response: Response<Incoming>) -> Result<Value, BoxError> {
    let body = Limited::new(response.into_body(), LARGEST_ANSWER).collect().await?.to_bytes();
    Ok(serde_json::from_slice(&body)?)
}
