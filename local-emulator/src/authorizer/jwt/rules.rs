//! The rules about tokens that differ between HTTP APIs and REST APIs.

use std::time::Duration;

use super::fault::Fault;
use crate::authorizer::jwk::Algorithm;
use crate::authorizer::{ApiKind, Denial, DenialKind};

impl ApiKind {
    /// Returns the algorithms of an authorizer: the named algorithms that this kind of API has, or all.
    pub(super) fn algorithms(self, named: &[String]) -> Vec<Algorithm> {
        match self {
            Self::Http => Algorithm::RSA.to_vec(),
            Self::Rest if named.is_empty() => Algorithm::ALL.to_vec(),
            Self::Rest => named.iter().filter_map(|name| Algorithm::by_name(name)).collect(),
        }
    }

    /// Returns how long keys are used after they were fetched. HTTP APIs keep them for two hours, REST APIs for one:
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>,
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-jwt-authorizer-keys.html>.
    pub(super) fn lifetime(self) -> Duration {
        const HOUR: Duration = Duration::from_secs(3600);
        match self {
            Self::Http => HOUR * 2,
            Self::Rest => HOUR,
        }
    }

    pub(super) fn denial(self, fault: &Fault) -> Denial {
        let mut denial = Denial::new(self.kind(fault), fault.to_string());
        if self == Self::Http {
            denial.challenge = Some(challenge(fault));
        }
        denial
    }

    /// Returns the kind of a denial. An HTTP API answers 401 if the issuer does not answer, as was seen on AWS. The answer of a
    /// REST API is not known; here it is the answer for an authorizer that fails (JWT-11).
    fn kind(self, fault: &Fault) -> DenialKind {
        match (self, fault) {
            (_, Fault::Scope { .. }) => DenialKind::MissingScope,
            (Self::Rest, Fault::Keys(error)) if error.is_failure() => DenialKind::AuthorizerFailure,
            _ => DenialKind::Unauthorized,
        }
    }
}

/// Returns the value of `www-authenticate`:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html>. Without a token
/// the value is the scheme alone, as was seen on AWS. AWS's `scope` for a token without the scope is not known; here it
/// lists the required scopes, as in RFC 6750 (JWT-4).
fn challenge(fault: &Fault) -> String {
    let (scope, error) = match fault {
        Fault::NoToken => return "Bearer".to_owned(),
        Fault::Scope { wanted, .. } => (wanted.join(" "), "insufficient_scope"),
        _ => (String::new(), "invalid_token"),
    };
    let description = fault.description();
    format!("Bearer scope=\"{scope}\" error=\"{error}\" error_description=\"{description}\"")
}
