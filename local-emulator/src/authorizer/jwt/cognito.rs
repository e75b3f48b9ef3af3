//! Cognito authorizers of REST APIs:
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html>

use std::sync::Arc;

use api_routes_project::aws;
use api_routes_project::tool::command;
use regex_lite::Regex;
use serde_json::{Map, Value};

use super::claims::Judged;
use super::fault::Fault;
use super::key_sets::KeySets;
use super::token::verified;
use crate::authorizer::jwk::Algorithm;
use crate::authorizer::{ApiKind, Denial, DenialKind};
use crate::timestamp::Timestamp;

/// The body of a REST API for an expired token of a user pool, with the status 401, as clients report it.
const EXPIRED: &str = "The incoming token has expired";

/// User pools sign with RS256:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html>
const ALGORITHMS: [Algorithm; 1] = [Algorithm::Rs256];

/// Verifies the tokens of one Cognito authorizer.
#[derive(Debug)]
pub struct CognitoVerifier {
    issuers: Vec<aws::JwtIssuer>,
    /// The expression and its text, which the reason shows. An expression that cannot be read matches nothing.
    validation: Option<(String, Option<Regex>)>,
    keys: Arc<KeySets>,
}

impl CognitoVerifier {
    /// Builds a verifier from the configuration of an authorizer.
    pub fn new(authorizer: &aws::CognitoAuthorizer, keys: Arc<KeySets>) -> Self {
        let validation = authorizer.validation.as_ref();
        // The whole audience must match, as in Java (JWT-12).
        let read = |text: &String| (text.clone(), Regex::new(&format!("^(?:{text})$")).ok());
        Self { issuers: authorizer.issuers.clone(), validation: validation.map(read), keys }
    }

    /// Returns the claims of a token, which is the value of the authorizer's header. A route with scopes requires an
    /// access token with one of them, a route without scopes an ID token.
    ///
    /// # Errors
    /// A denial with the answer of a REST API, and with the reason for the developer's log.
    pub async fn verify(&self, token: &str, scopes: &[String]) -> Result<Map<String, Value>, Denial> {
        self.verify_at(token, scopes, Timestamp::now()).await
    }

    pub(super) async fn verify_at(
        &self,
        token: &str,
        scopes: &[String],
        now: Timestamp,
    ) -> Result<Map<String, Value>, Denial> {
        self.judge(token, scopes, now).await.map_err(|fault| denial(&fault))
    }

    async fn judge(
        &self,
        token: &str,
        scopes: &[String],
        now: Timestamp,
    ) -> Result<Map<String, Value>, Fault> {
        let token = verified(token, &ALGORITHMS, &self.issuers, ApiKind::Rest, &self.keys).await?;
        let judged = Judged::new(&token.claims, now);
        judged.check_times()?;
        check_use(&token.claims, scopes)?;
        self.check_audience(judged)?;
        // Reports differ about the status of a missing scope. Here it is 403, the status of an HTTP API (JWT-15).
        judged.check_scopes(scopes)?;
        Ok(token.claims)
    }

    /// The expression is about `aud`: <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html>. An
    /// access token has no `aud`, so that its `client_id` is compared (JWT-12).
    fn check_audience(&self, judged: Judged<'_>) -> Result<(), Fault> {
        let Some((text, expression)) = &self.validation else { return Ok(()) };
        let found = judged.audiences();
        let matches = |audience: &&str| expression.as_ref().is_some_and(|it| it.is_match(audience));
        if found.iter().any(matches) {
            return Ok(());
        }
        let wanted = match expression {
            Some(_) => format!("a match of `{text}`"),
            None => format!("a match of `{text}`, which cannot be read as a regular expression"),
        };
        Err(Fault::Claim { name: "aud".to_owned(), found: super::text::listed(&found), wanted })
    }
}

/// "If the OAuth Scopes option isn't specified, API Gateway treats the supplied token as an identity token":
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html>
fn check_use(claims: &Map<String, Value>, scopes: &[String]) -> Result<(), Fault> {
    const NAME: &str = "token_use";
    let (wanted, because, option) = if scopes.is_empty() {
        ("id", "the route has no scopes: send an ID token", "without `--scope`")
    } else {
        ("access", "the route has scopes: send an access token", "with `--scope`")
    };
    let found = claims.get(NAME).and_then(Value::as_str);
    if found == Some(wanted) {
        return Ok(());
    }
    let found = found.map_or_else(|| "missing".to_owned(), |found| format!("`{found}`"));
    let wanted = format!("`{wanted}`, since {because}, such as one of `{}` {option}", command("token"));
    Err(Fault::Claim { name: NAME.to_owned(), found, wanted })
}

fn denial(fault: &Fault) -> Denial {
    let mut denial = ApiKind::Rest.denial(fault);
    if matches!(fault, Fault::Expired(_)) && denial.kind == DenialKind::Unauthorized {
        denial.message = Some(EXPIRED.to_owned());
    }
    denial
}
