//! Checks the claims of a token whose signature is valid: <https://www.rfc-editor.org/rfc/rfc7519#section-4.1>

use api_routes_project::aws::JwtIssuer;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::text::{Age, listed};
use crate::timestamp::Timestamp;

/// How far the clock of an issuer may be ahead, in seconds. AWS documents no allowance, but a laptop's clock is less
/// exact than a data center's (JWT-9). An expired token is expired to the second.
pub(super) const SKEW: f64 = 60.0;

/// Claims, and the time at which they are checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged<'a> {
    claims: &'a Map<String, Value>,
    /// Seconds since 1970.
    now: f64,
}

impl<'a> Judged<'a> {
    pub(super) fn new(claims: &'a Map<String, Value>, now: Timestamp) -> Self {
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds since 1970 are exact in a float for millions of years"
        )]
        let now = now.seconds() as f64;
        Self { claims, now }
    }

    /// Checks `exp`, `nbf` and `iat`. AWS does not say whether `exp` may be missing (JWT-10).
    pub(super) fn check_times(self) -> Result<(), Fault> {
        let expiry = self.time("exp")?.ok_or(Fault::NoExpiry)?;
        if expiry <= self.now {
            return Err(Fault::Expired(Age(self.now - expiry)));
        }
        let until = |time: f64| (time > self.now + SKEW).then_some(Age(time - self.now));
        if let Some(age) = self.time("nbf")?.and_then(until) {
            return Err(Fault::NotYetValid(age));
        }
        if let Some(age) = self.time("iat")?.and_then(until) {
            return Err(Fault::IssuedLater(age));
        }
        Ok(())
    }

    /// Checks what an issuer's configuration requires: an audience, and further claims.
    pub(super) fn check_issuer(self, issuer: &JwtIssuer) -> Result<(), Fault> {
        self.check_audience(issuer)?;
        issuer.required_claims.iter().try_for_each(|(name, accepted)| self.check_claim(name, accepted))?;
        let is_there = |(name, _): &&(String, Vec<String>)| self.claim(name).is_some();
        let optional = issuer.optional_claims.iter().filter(is_there);
        optional.into_iter().try_for_each(|(name, accepted)| self.check_claim(name, accepted))
    }

    /// `client_id` counts only without `aud`:
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>
    fn check_audience(self, issuer: &JwtIssuer) -> Result<(), Fault> {
        let accepted = &issuer.audiences;
        if issuer.has_hidden_audiences {
            return Ok(());
        }
        if accepted.is_empty() {
            return Err(Fault::NoAudience);
        }
        let found = self.audiences();
        if found.iter().any(|audience| accepted.iter().any(|accepted| accepted == audience)) {
            return Ok(());
        }
        let found = found.into_iter().map(str::to_owned).collect();
        Err(Fault::Audience { found, accepted: accepted.clone() })
    }

    /// Returns the values of `aud`, or the value of `client_id`.
    pub(super) fn audiences(self) -> Vec<&'a str> {
        let claim = self.claims.get("aud").or_else(|| self.claims.get("client_id"));
        match claim {
            Some(Value::Array(audiences)) => audiences.iter().filter_map(Value::as_str).collect(),
            Some(claim) => claim.as_str().into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Without accepted values, a claim only has to be present. With them, it is one text, and its case counts:
    /// <https://docs.aws.amazon.com/apigateway/latest/api/API_JwtAdditionalClaim.html>
    fn check_claim(self, name: &str, accepted: &[String]) -> Result<(), Fault> {
        let claim = self.claim(name);
        let is_accepted =
            |claim: &Value| accepted.is_empty() || accepted.iter().any(|accepted| claim == accepted);
        if claim.is_some_and(is_accepted) {
            return Ok(());
        }
        let wanted = if accepted.is_empty() { "any value".to_owned() } else { listed(accepted) };
        let found = claim.map_or_else(|| "missing".to_owned(), |claim| format!("`{claim}`"));
        Err(Fault::Claim { name: name.to_owned(), found, wanted })
    }

    fn claim(self, name: &str) -> Option<&'a Value> {
        self.claims.get(name).filter(|claim| !claim.is_null())
    }

    /// Checks that the token has one of the scopes of a route, if the route has some.
    pub(super) fn check_scopes(self, wanted: &[String]) -> Result<(), Fault> {
        if wanted.is_empty() {
            return Ok(());
        }
        let found = scopes_of(self.claims);
        if found.iter().any(|scope| wanted.iter().any(|wanted| wanted == scope)) {
            return Ok(());
        }
        let found = found.into_iter().map(str::to_owned).collect();
        Err(Fault::Scope { found, wanted: wanted.to_vec() })
    }

    /// A claim that is a time, in seconds since 1970.
    fn time(self, name: &'static str) -> Result<Option<f64>, Fault> {
        match self.claims.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_f64().map(Some).ok_or(Fault::Time(name)),
        }
    }
}

/// Returns the scopes of `scope`, or of `scp` if `scope` is missing: a text with spaces between them, or an array.
pub(crate) fn scopes_of(claims: &Map<String, Value>) -> Vec<&str> {
    match claims.get("scope").or_else(|| claims.get("scp")) {
        Some(Value::String(text)) => text.split_ascii_whitespace().collect(),
        Some(Value::Array(scopes)) => scopes.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
