//! An invocation of an authorizer, and the meaning of each outcome.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use api_routes_project::aws::{AuthorizerEvent, IdentitySource};
use bytes::Bytes;
use tokio::time::{Instant, timeout};

use super::answer::{AnswerForm, AuthorizerAnswer};
use super::condition::ConditionFacts;
use crate::authorizer::{Denial, DenialKind};
use crate::backend::{Backend, NotReady};
use crate::function_error;
use crate::invocation::{Invocation, Outcome};
use crate::long_work;
use crate::record::{PendingAnswer, Recording};

/// "Timeout for Lambda authorizer response: 10000 ms":
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>.
pub(super) const HTTP_TIMEOUT: Duration = Duration::from_secs(10);

/// Undocumented (LAUTH-5): the limit of a REST API. It has a limit
/// (<https://dev.to/marcogrcr/api-gateway-lambda-authorizer-lambda-proxy-integration-failure-modes-52bc>), which
/// differs from the integration's (<https://zenn.dev/mn87/articles/8ffc61d9f585a6>).
pub(super) const REST_TIMEOUT: Duration = Duration::from_secs(30);

/// A request that a Lambda authorizer sees. Each front door has its own implementation.
pub trait AuthorizerRequest: Sync {
    /// Returns the value of an identity source, if the request has it.
    fn identity(&self, source: &IdentitySource) -> Option<Cow<'_, str>>;

    /// Returns the ARN of the method or route, which policies name:
    /// `arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/pets/7`.
    fn arn(&self) -> &str;

    /// Writes the event for the authorizer. `identity` has the values of the identity sources, in their order.
    ///
    /// # Errors
    /// The event cannot be written as JSON.
    fn event(&self, form: &AuthorizerEvent, identity: &[Cow<'_, str>]) -> serde_json::Result<Bytes>;

    /// Returns the facts that the conditions of a policy compare.
    fn facts(&self) -> ConditionFacts<'_>;

    /// Returns the `X-Amzn-Trace-Id` of the invocation.
    fn trace_id(&self) -> String;

    /// Returns the record of the request, if requests are recorded.
    fn recording(&self) -> Option<&Recording>;
}

/// The reason why a Lambda authorizer did not accept a request.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotAuthorized {
    /// The client gets the answer of AWS.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// The authorizer does not build. Only its developer sees this error.
    #[error("an authorizer does not build: {0}")]
    NotReady(#[from] NotReady),
}

/// An answer of an authorizer, with facts about its invocation.
#[derive(Clone, Debug)]
pub(super) struct AnswerReport {
    pub(super) answer: Arc<AuthorizerAnswer>,
    /// The duration of the authorizer without its build; zero for a cached answer.
    pub(super) latency: Duration,
    /// Whether the answer was cached by an earlier request.
    pub(super) is_kept: bool,
    /// In bytes, as the function posted it.
    pub(super) size: usize,
}

/// The parameters of an invocation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms<'a> {
    /// The name of the authorizer.
    pub(super) name: &'a str,
    pub(super) form: AnswerForm,
    pub(super) timeout: Duration,
}

impl AnswerReport {
    pub(super) fn kept(answer: Arc<AuthorizerAnswer>) -> Self {
        Self { answer, latency: Duration::ZERO, is_kept: true, size: 0 }
    }
}

impl Terms<'_> {
    /// Invokes `function` after it is built.
    pub(super) async fn ask<B: Backend>(
        self,
        backend: &B,
        function: &B::Function,
        request: &impl AuthorizerRequest,
        event: Bytes,
    ) -> Result<AnswerReport, NotAuthorized> {
        let version = backend.ready(function).await?;
        let recording = request.recording().map(|recording| recording.authorizer(self.name));
        let question = recording.clone().map(PendingAnswer::new);
        let invocation = Invocation::new(event, request.trace_id()).recorded_in(recording);
        invocation.leads_to(backend.name(function));
        if let Some(recording) = &invocation.recording {
            recording.function_ready();
        }
        let began = Instant::now();
        let invoked = timeout(self.timeout, backend.invoke(function, version, invocation)).await;
        if let Some(question) = question {
            question.finish();
        }
        let posted = match invoked {
            Err(_) => return Err(self.timed_out().into()),
            Ok(outcome) => self.posted(outcome?)?,
        };
        let form = self.form;
        let answer =
            long_work::read(posted.clone(), move |posted| AuthorizerAnswer::read(&posted, form)).await;
        let answer = answer.map_err(|reason| {
            let words = format!("{reason}. It answered `{}`", excerpt(&posted));
            self.denial(DenialKind::AuthorizerConfiguration, &words)
        })?;
        let latency = began.elapsed();
        Ok(AnswerReport { answer: Arc::new(answer), latency, is_kept: false, size: posted.len() })
    }

    fn posted(self, outcome: Outcome) -> Result<Bytes, Denial> {
        match outcome {
            Outcome::Reply(posted) => Ok(posted),
            Outcome::FunctionError(error) => Err(self.failed(&error)),
            Outcome::Throttled(throttle) => Err(self.denial(
                DenialKind::AuthorizerFailure,
                &format!("its invocation was throttled: {throttle}. Allow more with `--sandboxes`, or wait with `--queue`"),
            )),
            Outcome::Stream(_) => {
                Err(self.denial(DenialKind::AuthorizerConfiguration, "it streams its answer, unasked"))
            }
        }
    }

    /// On a REST API, an error whose message is exactly `Unauthorized` is a 401:
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>. Every
    /// other error is a 500.
    ///
    /// Undocumented (LAUTH-7): an HTTP API has no such message. Its documentation has 500 for an authorizer that cannot
    /// be invoked, and no other answer.
    fn failed(self, error: &[u8]) -> Denial {
        let summary = function_error::summary(error);
        let is_unauthorized = function_error::message(error).as_deref() == Some("Unauthorized");
        match self.form {
            AnswerForm::RestPolicy if is_unauthorized => {
                self.denial(DenialKind::Unauthorized, "it failed with the error `Unauthorized`")
            }
            AnswerForm::HttpPolicy | AnswerForm::Simple if is_unauthorized => self.denial(
                DenialKind::AuthorizerConfiguration,
                "it failed with the error `Unauthorized`, which is a 401 only at a REST API: an HTTP API answers 500. \
                 Deny the request in the answer for a 403; a 401 comes by itself if an identity source is missing",
            ),
            _ => self.denial(DenialKind::AuthorizerConfiguration, &format!("it failed: {summary}")),
        }
    }

    fn timed_out(self) -> Denial {
        let seconds = self.timeout.as_secs();
        self.denial(
            DenialKind::AuthorizerFailure,
            &format!("it did not answer within {seconds} s, which is as long as API Gateway waits"),
        )
    }

    /// Builds a denial whose reason names the authorizer. Long words of a client or an answer are cut.
    pub(super) fn denial(self, kind: DenialKind, words: &str) -> Denial {
        const LIMIT: usize = 2_000;
        let end = words.char_indices().nth(LIMIT).map_or(words.len(), |(end, _)| end);
        let more = if end < words.len() { "…" } else { "" };
        Denial::new(kind, format!("authorizer `{}`: {}{more}", self.name, &words[..end]))
    }
}

/// Returns the beginning of an answer, on one line.
fn excerpt(posted: &[u8]) -> String {
    const LIMIT: usize = 300;
    let posted = String::from_utf8_lossy(&posted[..posted.len().min(4 * LIMIT)]);
    let mut line: String = posted.chars().take(LIMIT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.len() < posted.len() {
        line.push('…');
    }
    line
}
