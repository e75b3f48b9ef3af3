//! Lambda authorizers: a function identifies the caller, and API Gateway caches its answer.
//!
//! [`LambdaAuthorizer::authorize`] reads the identity sources of a request, looks in the cache, invokes the function,
//! and judges its policy. Where AWS does not document its behavior, the code that decides says "undocumented", with the
//! number of a row in `docs/contract/authorizers-lambda.md`.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>

mod answer;
mod arn;
mod ask;
mod cache;
mod condition;
mod date;
mod identity;
mod policy;

use std::time::Duration;

use api_routes_project::aws;
use api_routes_project::aws::{AuthorizerEvent, PayloadFormat};

use self::answer::{AnswerForm, Decision};
use self::ask::{AnswerReport, HTTP_TIMEOUT, REST_TIMEOUT, Terms};
pub use self::ask::{AuthorizerRequest, NotAuthorized};
use self::cache::{Cache, Key};
pub use self::condition::ConditionFacts;
use self::identity::IdentityRule;
use self::policy::{Policy, Verdict};
use super::{ApiKind, Caller, Denial, DenialKind};
use crate::backend::Backend;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;

/// An authorizer of one stage of an API. It caches answers, so that a changed API gets a new authorizer.
#[derive(Debug)]
pub struct LambdaAuthorizer<F> {
    name: String,
    /// Absent if the template does not name the function.
    function: Option<F>,
    event: AuthorizerEvent,
    identity: IdentityRule,
    form: AnswerForm,
    timeout: Duration,
    /// Absent if answers are not cached.
    cache: Option<Cache>,
}

impl<F> LambdaAuthorizer<F> {
    /// Builds the authorizer `name` of an API from its declaration in a template. `function` is the declared function,
    /// if it exists.
    pub fn new(
        api: ApiKind,
        name: impl Into<String>,
        declared: &aws::LambdaAuthorizer,
        function: Option<F>,
    ) -> Self {
        let identity = IdentityRule::new(api, declared);
        let is_keeping = !declared.ttl.is_zero() && identity.is_key();
        Self {
            name: name.into(),
            function,
            event: declared.event.clone(),
            identity,
            form: answer_form(api, &declared.event),
            timeout: if api == ApiKind::Rest { REST_TIMEOUT } else { HTTP_TIMEOUT },
            cache: is_keeping.then(|| Cache::new(declared.ttl)),
        }
    }

    /// Waits for the function as long as it runs, since a debugger may stop it.
    #[must_use]
    pub fn without_timeout(self) -> Self {
        Self { timeout: Duration::MAX, ..self }
    }

    /// Decides whether a request may reach its function, and returns its caller.
    ///
    /// # Errors
    /// The request is denied, or the authorizer does not build.
    pub async fn authorize<B: Backend<Function = F>>(
        &self,
        backend: &B,
        request: &impl AuthorizerRequest,
    ) -> Result<Caller, NotAuthorized> {
        let terms = self.terms();
        let function = self.function.as_ref().ok_or_else(|| {
            let words = "the template does not say which function it is. Name a function of the template, for example \
                         `FunctionArn: !GetAtt SessionAuthorizer.Arn`";
            terms.denial(DenialKind::AuthorizerConfiguration, words)
        })?;
        let identity = self.identity.read(request).map_err(|missing| missing.denial(terms))?;
        let ask = async {
            let event = request.event(&self.event, &identity).map_err(|error| {
                terms.denial(DenialKind::AuthorizerFailure, &format!("its event cannot be written: {error}"))
            })?;
            terms.ask(backend, function, request, event).await
        };
        let asked = match &self.cache {
            Some(cache) => cache.get(Key::new(&identity, backend.generation(function)), ask).await?,
            None => ask.await?,
        };
        Ok(self.judge(&asked, request)?)
    }

    fn terms(&self) -> Terms<'_> {
        Terms { name: &self.name, form: self.form, timeout: self.timeout }
    }

    fn judge(&self, asked: &AnswerReport, request: &impl AuthorizerRequest) -> Result<Caller, Denial> {
        match &asked.answer.decision {
            Decision::Simple(true) => {}
            Decision::Simple(false) => {
                let kind = DenialKind::AccessDenied { is_explicit: false };
                return Err(self.terms().denial(kind, "it answered `\"isAuthorized\": false`"));
            }
            Decision::Policy(policy) => self.judge_policy(policy, asked.is_kept, request)?,
        }
        let answer = &asked.answer;
        Ok(Caller::Lambda {
            principal_id: answer.principal_id.clone(),
            context: answer.context.clone(),
            usage_identifier_key: answer.usage_identifier_key.clone(),
            latency_ms: u64::try_from(asked.latency.as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// Judges a policy. A cached policy is judged again for each method: "The IAM policy generated in the Lambda function on a cache
    /// miss then applies to that token + api + authorizer + stage on any resource/method in the API for the duration of
    /// the TTL" (<https://github.com/serverless/serverless/issues/626>).
    fn judge_policy(
        &self,
        policy: &Policy,
        is_kept: bool,
        request: &impl AuthorizerRequest,
    ) -> Result<(), Denial> {
        let arn = request.arn();
        let facts = request.facts();
        let (is_explicit, words) = match policy.judge(arn, &facts) {
            Verdict::Allowed => return Ok(()),
            Verdict::Denied(number) => (true, format!("statement {number} of its policy denies `{arn}`")),
            Verdict::Variable(number, variable) => {
                let words = "the emulator does not know the variables of policies";
                (false, format!("statement {number} of its policy has `{variable}`, and {words}"))
            }
            Verdict::Condition(number, key) => {
                let value = facts.get(&key).map_or("nothing".to_owned(), |value| format!("`{value}`"));
                let words = format!("statement {number} of its policy would allow `{arn}`");
                (false, format!("{words}, and its condition does not hold: `{key}` is {value} here"))
            }
            Verdict::NotAllowed => (false, not_allowed(policy, arn, is_kept)),
        };
        Err(self.terms().denial(DenialKind::AccessDenied { is_explicit }, &words))
    }
}

fn not_allowed(policy: &Policy, arn: &str, is_kept: bool) -> String {
    const MOST: usize = 3;
    let mut resources: Vec<_> = policy.allowed_resources().take(MOST + 1).collect();
    let more = if resources.len() > MOST { ", …" } else { "" };
    resources.truncate(MOST);
    let allowed = match resources.as_slice() {
        [] => "it allows nothing".to_owned(),
        resources => format!("it allows `{}`{more}", resources.join("`, `")),
    };
    let kept = "The answer is kept of an earlier request, so that as on AWS it must do for all methods that the caller may \
                use: allow them with `*`, or keep no answers (`ReauthorizeEvery: 0`)";
    let hint = if is_kept { format!(". {kept}") } else { String::new() };
    format!("no statement of its policy allows `{arn}` ({allowed}){hint}")
}

fn answer_form(api: ApiKind, event: &AuthorizerEvent) -> AnswerForm {
    match (api, event) {
        (ApiKind::Rest, _) => AnswerForm::RestPolicy,
        // Simple responses are "supported only for authorizers with an `authorizerPayloadFormatVersion` of `2.0`".
        (
            ApiKind::Http,
            AuthorizerEvent::Request { payload_format: PayloadFormat::V2, simple_responses: true, .. },
        ) => AnswerForm::Simple,
        (ApiKind::Http, _) => AnswerForm::HttpPolicy,
    }
}
