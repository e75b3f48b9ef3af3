//! The inspector's API of a running emulator.

use std::time::Duration;

use api_routes_project::tool;
use http::header::CONTENT_TYPE;
use http::{HeaderName, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::door::FrontDoors;
use super::draft::RequestDraft;
use super::record::{Record, SentRequest};
use crate::parity::{Answer, BaseUrl, Client, NoAnswer, Request};

/// The path of the API.
const API: &str = "/_emulator/api";

/// The timeout for calls that the emulator answers without running a function.
const PROMPT: Duration = Duration::from_secs(30);

/// The timeout for a request that runs a function. The emulator limits each request itself, except one whose function is
/// in a debugger; the developer ends that wait with Ctrl-C.
const UNLIMITED: Duration = Duration::MAX;

/// The header of a response that the emulator writes to refuse a request. The body is the reason.
const EMULATOR_ERROR: HeaderName = HeaderName::from_static("x-emulator-error");

/// An emulator with an inspector.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    url: BaseUrl,
    pub(super) front_doors: FrontDoors,
}

/// A request that the API sends.
#[derive(Debug)]
pub(super) struct OutgoingRequest {
    pub(super) draft: RequestDraft,
    /// The id of the recorded request that `draft` edits.
    pub(super) from: Option<u64>,
}

/// A function of the project.
#[derive(Debug, Deserialize)]
pub(super) struct KnownFunction {
    pub(super) route: String,
    /// The name that the Invoke API knows.
    pub(super) function: String,
}

/// An event that was saved: its file, and the lines of a test that replays it.
#[derive(Debug, Deserialize)]
pub(super) struct SavedEvent {
    pub(super) path: String,
    pub(super) test: String,
}

#[derive(Deserialize)]
struct RoutesReply {
    front_doors: FrontDoors,
}

#[derive(Deserialize)]
struct FunctionsReply {
    functions: Vec<KnownFunction>,
}

/// An error of a call of the API.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApiError {
    #[error(
        "no emulator answers at {url}: {cause}; start it with `{}`, or name its address with `--port` or `--url`",
        tool::command("dev")
    )]
    NoEmulator { url: BaseUrl, cause: String },
    #[error(
        "{url} answers, but has no inspector (`{API}/routes` is {status}): the emulator there was started with \
         `--no-inspector` or is an older one, or another program has the port; start `{}`, or name the address with \
         `--port` or `--url`",
        tool::command("dev")
    )]
    NoInspector { url: BaseUrl, status: StatusCode },
    /// The reason that the API gives.
    #[error("{0}")]
    Refused(String),
    #[error("the emulator did not answer: {0}; look at its terminal for the reason")]
    NoAnswer(#[from] NoAnswer),
    #[error(
        "cannot read the answer of the emulator: {cause}; this command has the version {}: start an emulator of the same \
         version",
        env!("CARGO_PKG_VERSION")
    )]
    Unreadable { cause: serde_json::Error },
}

impl Api {
    /// Finds the inspector of the emulator that a URL of a front door leads to, with or without its stage.
    pub(super) async fn connect(url: &BaseUrl) -> Result<Self, ApiError> {
        let url = url.root();
        let mut api = Self { client: Client::new(), url, front_doors: FrontDoors::default() };
        let url = || api.url.clone();
        let answer = api.answer(Method::GET, "/routes", None, PROMPT).await;
        let answer = answer.map_err(|error| match error {
            NoAnswer::Connect { cause, .. } => ApiError::NoEmulator { url: url(), cause },
            other => ApiError::NoEmulator { url: url(), cause: other.to_string() },
        })?;
        if let Some(reason) = refusal_by_host(&answer) {
            return Err(ApiError::Refused(reason));
        }
        // A front door without an inspector may answer anything here, even JSON.
        let routes = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status.is_success());
        let Some(RoutesReply { front_doors }) = routes else {
            return Err(ApiError::NoInspector { url: url(), status: answer.status });
        };
        api.front_doors = front_doors;
        Ok(api)
    }

    /// Returns the port of the address that was given.
    pub(super) fn port(&self) -> Option<u16> {
        self.url.port()
    }

    pub(super) async fn functions(&self) -> Result<Vec<KnownFunction>, ApiError> {
        let answer = self.call(Method::GET, "/functions", None, PROMPT).await?;
        read::<FunctionsReply>(&answer).map(|FunctionsReply { functions }| functions)
    }

    pub(super) async fn record(&self, id: u64) -> Result<SentRequest, ApiError> {
        sent(&self.call(Method::GET, &format!("/requests/{id}"), None, PROMPT).await?)
    }

    /// Sends a request, and waits for its end.
    pub(super) async fn send(
        &self,
        OutgoingRequest { draft, from }: &OutgoingRequest,
    ) -> Result<SentRequest, ApiError> {
        let path = match from {
            Some(id) => format!("/requests/{id}/send?whole_body=true"),
            None => "/requests?whole_body=true".to_owned(),
        };
        let draft = serde_json::to_value(draft).map_err(|cause| ApiError::Unreadable { cause })?;
        sent(&self.call(Method::POST, &path, Some(draft), UNLIMITED).await?)
    }

    pub(super) async fn save(&self, id: u64, name: &str, secrets: bool) -> Result<SavedEvent, ApiError> {
        let body = json!({ "name": name, "secrets": secrets });
        read(&self.call(Method::POST, &format!("/requests/{id}/save"), Some(body), PROMPT).await?)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        patience: Duration,
    ) -> Result<Answer, ApiError> {
        let answer = self.answer(method, path, body, patience).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let url = self.url.clone();
        let status = answer.status;
        Err(reason(&answer).map_or(ApiError::NoInspector { url, status }, ApiError::Refused))
    }

    async fn answer(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        patience: Duration,
    ) -> Result<Answer, NoAnswer> {
        let mut request = Request::plain(method, format!("{API}{path}"));
        if let Some(body) = body {
            request = request.with_header(CONTENT_TYPE, "application/json");
            request.body = body.to_string().into();
        }
        self.client.send(&self.url, &request, patience).await
    }
}

/// Returns the reason for an error, as the API writes it.
fn reason(answer: &Answer) -> Option<String> {
    #[derive(Deserialize)]
    struct Problem {
        message: String,
    }
    let problem = serde_json::from_slice(&answer.body).ok();
    problem.map(|Problem { message }| message).or_else(|| refusal_by_host(answer))
}

/// Returns the reason of an emulator that does not answer for the host in the URL.
fn refusal_by_host(answer: &Answer) -> Option<String> {
    let text = || String::from_utf8_lossy(&answer.body).trim_end().to_owned();
    answer.headers.contains_key(EMULATOR_ERROR).then(text)
}

fn sent(answer: &Answer) -> Result<SentRequest, ApiError> {
    let json: Value = read(answer)?;
    let record = Record::deserialize(&json).map_err(|cause| ApiError::Unreadable { cause })?;
    Ok(SentRequest { record, json })
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, ApiError> {
    serde_json::from_slice(&answer.body).map_err(|cause| ApiError::Unreadable { cause })
}
