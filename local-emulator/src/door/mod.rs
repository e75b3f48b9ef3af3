//! The layer between clients and the gateway of a front door. It checks the caller, records the request, and adds messages and
//! pages that AWS does not have. The gateway does not know this layer.

mod pages;

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

use api_routes_project::front_doors::{self as project, Listing};
use api_routes_project::with_causes;
use bytes::Bytes;
use futures_util::FutureExt;
use http::header::ORIGIN;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};

pub(crate) use self::pages::INSPECTOR_PATH;
use self::pages::build_error::{self, ClientPreferences};
use self::pages::routes as routes_page;
use crate::access::{self, Access, AccessRefusal, Sender};
use crate::authorizer::{Bypass, CLAIMS_HEADER, ClaimsError, Denial, DenialKind, Development};
use crate::deployment::{LiveFrontDoor, LocalBackend};
use crate::gateway::{AnswerBody, GatewayError, NotReady, Note, RequestBody};
use crate::invoke_api::{self, InvokeApi, RefusalWords};
use crate::record::{DoorName, PendingAnswer, RecordedBody, Recorder, Recording};

/// A front door with its listener's address, and Lambda's Invoke API beside it.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) access: Access,
    /// The front door of the project, which changes with it.
    pub(crate) current: LiveFrontDoor,
    pub(crate) address: SocketAddr,
    pub(crate) invoke_api: Arc<InvokeApi<LocalBackend>>,
    pub(crate) name: DoorName,
    pub(crate) recorder: Recorder,
    /// The claims with which the developer signs in.
    pub(crate) development: Development,
}

const FOREIGN: &str = "the developer's claims (`--auth`, `API_ROUTES_CLAIMS`, `x-emulator-claims`) were ignored: a web page of \
                       another site sent the request";

const UNKNOWN: &str = "the developer's claims (`--auth`, `API_ROUTES_CLAIMS`) were ignored: for this host no browser says whether \
                       a web page of another site sent the request; use `localhost`, or name the host with `--allowed-host`";

/// A response, and a note for the log.
type LoggedResponse = (Response<AnswerBody>, Option<String>);

impl Door {
    /// Begins to record a request. `sent_from` is the id of the recorded request that it repeats.
    pub(crate) fn record(&self, head: &Parts, sent_from: Option<u64>) -> Recording {
        self.recorder.request(head, &self.name, sent_from)
    }

    /// Answers the request that `recording` records.
    pub(crate) async fn answer(
        &self,
        request: Request<impl RequestBody + Unpin>,
        peer: SocketAddr,
        recording: Recording,
    ) -> Response<AnswerBody> {
        let (mut head, body) = request.into_parts();
        let unanswered = PendingAnswer::new(recording.clone());
        head.extensions.insert(recording.clone());
        let body = RecordedBody::new(body, recording.clone());
        let (mut response, words) = match self.access.check_host(&head) {
            Err(refused) => refuse(refused),
            Ok(()) if invoke_api::is_invoke_api_path(head.uri.path()) => self.invoke(head, body).await,
            Ok(()) => self.call(head, body, peer).await,
        };
        record(&mut response, words, recording, unanswered);
        response
    }

    /// Refuses a request that no front door sees.
    pub(crate) fn refuse(refused: AccessRefusal, recording: Recording) -> Response<AnswerBody> {
        let unanswered = PendingAnswer::new(recording.clone());
        let (mut response, words) = refuse(refused);
        record(&mut response, words, recording, unanswered);
        response
    }

    async fn call(&self, mut head: Parts, body: impl RequestBody, peer: SocketAddr) -> LoggedResponse {
        let caller = ClientPreferences::new(&self.access, &head, self.recorder.is_keeping());
        let listed = self.listed(&head);
        let note = match self.sign_in(&mut head).await {
            Ok(note) => note,
            Err(error) => return refuse(AccessRefusal::Claims(with_causes(&error))),
        };
        let mut response = self.current.current().handle(Request::from_parts(head, body), peer).await;
        if let Some(reason) = invalid_claims(&response) {
            return refuse(AccessRefusal::Claims(reason));
        }
        let words = joined(words(&response), note);
        if let Some(NotReady(words)) = response.extensions_mut().remove() {
            build_error::present(&mut response, &words, &caller);
        }
        if let Some(door) = listed.as_deref().and_then(Option::as_ref) {
            routes_page::present(&mut response, self.listing(door));
        }
        (response, words)
    }

    /// Signs a request in with the developer's claims, if there are any. A web page of another site is not signed in:
    /// otherwise every page in a browser would be the signed-in user. Returns a note for the log if claims are ignored.
    ///
    /// # Errors
    /// The claims in the header of the request cannot be read. If other claims cannot be read, the route decides: a route
    /// without an authorizer does not need them.
    async fn sign_in(&self, head: &mut Parts) -> Result<Option<Cow<'static, str>>, ClaimsError> {
        // A page of another site can send this header only after a preflight, and that has an `Origin`.
        let is_asked_for = head.headers.contains_key(CLAIMS_HEADER);
        let bypass = self.development.bypass(&mut head.headers).await;
        let ignored = match self.access.sender(head) {
            Sender::Foreign => Some(FOREIGN),
            Sender::Own if !is_asked_for && !self.access.knows_sender(head) => Some(UNKNOWN),
            Sender::Own => None,
        };
        if ignored.is_some() {
            // Errors in ignored claims do not matter.
            return Ok(ignored.filter(|_| !matches!(bypass, Ok(None))).map(Cow::from));
        }
        match bypass {
            Ok(Some(bypass)) => drop(head.extensions.insert(bypass)),
            Ok(None) => {}
            Err(error) if is_asked_for => return Err(error),
            Err(error) => {
                let reason = with_causes(&error);
                head.extensions.insert(Bypass::Invalid(reason.clone()));
                return Ok(Some(reason.into()));
            }
        }
        Ok(None)
    }

    /// Returns the path of the stage, such as `/Prod`, or an empty string.
    pub(crate) fn stage(&self) -> String {
        let declared = self.current.declared();
        let stage = declared.as_ref().as_ref().filter(|_| self.current.with_stage());
        stage.map(project::FrontDoor::stage_path).unwrap_or_default()
    }

    /// Returns a target without the stage, or the whole target if it does not begin with the stage.
    pub(crate) fn without_stage<'a>(&self, target: &'a str) -> Option<&'a str> {
        target.strip_prefix(&self.stage()).filter(|rest| rest.starts_with('/'))
    }

    /// Returns the declaration of this front door with its address.
    pub(crate) fn listing<'a>(&self, declared: &'a project::FrontDoor) -> Listing<'a> {
        Listing { door: declared, address: Some(self.address), with_stage: self.current.with_stage() }
    }

    /// Returns the declaration of this front door, if a browser should see its routes when none of them matches.
    fn listed(&self, head: &Parts) -> Option<Arc<Option<project::FrontDoor>>> {
        if !routes_page::is_for_browser(head) {
            return None;
        }
        let declared = self.current.declared();
        let stage = declared.as_ref().as_ref().map(project::FrontDoor::stage_path).unwrap_or_default();
        routes_page::is_address(head.uri.path(), &stage).then_some(declared)
    }

    /// Calls the Invoke API. Functions run with the developer's credentials and take any event there, so web pages of other
    /// sites may not call it. Front doors answer such pages, as on AWS.
    async fn invoke(&self, head: Parts, body: impl RequestBody) -> LoggedResponse {
        if let Err(refused) = self.access.check_sender(&head) {
            return refuse(refused);
        }
        if let Some(response) = access::preflight(&head) {
            return (response, None);
        }
        let origin = head.headers.get(ORIGIN).cloned();
        let mut response = self.invoke_api.handle(Request::from_parts(head, body)).await;
        access::add_cors(origin, response.headers_mut());
        let words = words(&response);
        (response, words)
    }
}

/// Records the response and the end of the answer.
fn record(
    response: &mut Response<AnswerBody>,
    words: Option<String>,
    recording: Recording,
    unanswered: PendingAnswer,
) {
    let status = response.status().as_u16();
    recording.response_headers(response.headers());
    match response.body_mut() {
        AnswerBody::Whole(body) => {
            recording.response_body(&whole(body));
            unanswered.answered(status, words);
        }
        AnswerBody::Stream(stream) => {
            stream.record(recording);
            stream.at_end(move |broken| unanswered.answered(status, broken.or(words)));
        }
    }
}

/// Returns a copy of the bytes of a body that comes in one piece.
fn whole(body: &Full<Bytes>) -> Bytes {
    let frame = body.clone().frame().now_or_never().flatten();
    frame.and_then(Result::ok).and_then(|frame| frame.into_data().ok()).unwrap_or_default()
}

fn refuse(refused: AccessRefusal) -> LoggedResponse {
    let words = refused.to_string();
    (refused.into_response(), Some(words))
}

fn joined(words: Option<String>, note: Option<Cow<'_, str>>) -> Option<String> {
    match (words, note) {
        (Some(words), Some(note)) => Some(format!("{words}; {note}")),
        (words, note) => words.or(note.map(Cow::into_owned)),
    }
}

/// Returns the reason why the claims of the developer cannot be read, if the route needs them.
fn invalid_claims<B>(response: &Response<B>) -> Option<String> {
    match response.extensions().get() {
        Some(GatewayError::Denied(Denial { kind: DenialKind::InvalidClaims, reason, .. })) => {
            Some(reason.clone())
        }
        _ => None,
    }
}

/// Returns the reason why the emulator answered by itself or left out a part of the function's response. The log of the function
/// does not have it.
fn words<B>(response: &Response<B>) -> Option<String> {
    let extensions = response.extensions();
    let error = extensions.get::<GatewayError>().map(ToString::to_string);
    let note = || extensions.get::<Note>().map(ToString::to_string);
    let refusal = || extensions.get::<RefusalWords>().map(|RefusalWords(words)| words.clone());
    let build = || extensions.get::<NotReady>().map(|_| "the function does not build".to_owned());
    error.or_else(note).or_else(refusal).or_else(build)
}
