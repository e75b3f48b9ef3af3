//! Reasons to refuse a token, in words for the developer and in AWS's words for the client.

use std::fmt;

use api_routes_project::tool::command;
use base64::DecodeError;

use super::key_error::KeySetError;
use super::text::{Age, listed, short};
use crate::authorizer::jwk::KeyFault;

/// A token that is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("the request has no token: send `Authorization: Bearer TOKEN`; {} prints a token", token())]
    NoToken,
    #[error(
        "a token has three parts with dots between them, and this value has {0}; two headers of the same name make one \
         value"
    )]
    Parts(usize),
    #[error("the {0} of the token is not base64url: {1}")]
    Base64(Part, DecodeError),
    #[error("the {0} of the token is not a JSON object of the right form: {1}")]
    Json(Part, String),
    #[error("the token is signed with `{}`, and this API takes {}", short(found), listed(accepted))]
    Algorithm { found: String, accepted: Vec<&'static str> },
    #[error("the header of the token marks {names} as critical, which is not known here", names = short(.0))]
    Critical(String),
    #[error(
        "the token is of the issuer {}, and the authorizer trusts {}",
        found.as_deref().map_or_else(|| "that it does not name".to_owned(), |found| format!("`{}`", short(found))),
        listed(trusted)
    )]
    Issuer { found: Option<String>, trusted: Vec<String> },
    #[error("the header of the token has no `kid`, by which API Gateway finds the key")]
    NoKeyId,
    #[error(transparent)]
    Keys(#[from] KeySetError),
    #[error("the key `{}` does not verify the token: {fault}", short(id))]
    Key { id: String, fault: KeyFault },
    #[error("the token has no `exp`, the time at which it expires")]
    NoExpiry,
    #[error("the token expired {age} ago: get a new one, or sign one with {token}", age = .0, token = token())]
    Expired(Age),
    #[error("the token is valid in {0}, and not before (`nbf`)")]
    NotYetValid(Age),
    #[error(
        "the token was issued {0} from now (`iat`): compare the clocks of this machine and of the issuer"
    )]
    IssuedLater(Age),
    #[error("the claim `{0}` of the token is not a number of seconds")]
    Time(&'static str),
    #[error("the token {}, and the authorizer wants {}", audience(found), listed(accepted))]
    Audience { found: Vec<String>, accepted: Vec<String> },
    #[error("the authorizer has no audience and accepts no token: add an audience to its `audience`")]
    NoAudience,
    #[error("the claim `{name}` of the token is {}, and the authorizer wants {wanted}", short(found))]
    Claim { name: String, found: String, wanted: String },
    #[error(
        "the route wants {}, and the token has {}; {} signs one with a scope",
        one_of(wanted),
        listed(found),
        with_scope(wanted)
    )]
    Scope { found: Vec<String>, wanted: Vec<String> },
}

/// A part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Header,
    Claims,
    Signature,
}

impl Fault {
    /// Returns the `error_description` of an HTTP API; some are texts of Go's library `jwt-go`. The texts about parts,
    /// the signing method and an issuer that does not answer were seen on AWS. The text about the audience is in AWS's
    /// documentation. The other texts are the emulator's own (JWT-4).
    pub(super) fn description(&self) -> String {
        match self {
            Self::NoToken => "no token".to_owned(),
            Self::Parts(_) => "token contains an invalid number of segments".to_owned(),
            Self::Base64(_, DecodeError::InvalidByte(offset, _)) => {
                format!("illegal base64 data at input byte {offset}")
            }
            Self::Base64(..) | Self::Json(..) => "the token is malformed".to_owned(),
            Self::Algorithm { found, .. } => format!("signing method {} is invalid", quotable(found)),
            Self::Critical(_) => "the token has an unknown critical header".to_owned(),
            Self::Issuer { .. } => "the token does not have a valid issuer".to_owned(),
            Self::NoKeyId => "the token does not have a valid kid".to_owned(),
            Self::Keys(error) => error.description().to_owned(),
            Self::Key { .. } => "the token does not have a valid signature".to_owned(),
            Self::NoExpiry | Self::Expired(_) => "the token has expired".to_owned(),
            Self::NotYetValid(_) => "the token is not valid yet".to_owned(),
            Self::IssuedLater(_) => "the token was issued in the future".to_owned(),
            Self::Time(claim) => format!("the token does not have a valid {claim}"),
            Self::Audience { .. } | Self::NoAudience => "the token does not have a valid audience".to_owned(),
            Self::Claim { .. } => "the token does not have a valid claim".to_owned(),
            Self::Scope { .. } => "the token does not have a required scope".to_owned(),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "first part, the header,",
            Self::Claims => "second part, the claims,",
            Self::Signature => "third part, the signature,",
        })
    }
}

/// Shortens a text, and removes characters that would end a quoted text in a header.
fn quotable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "-_+.".contains(*c)).take(32).collect()
}

fn token() -> String {
    format!("`{}`", command("token"))
}

fn audience(found: &[String]) -> String {
    if found.is_empty() {
        "has no audience, the claim `aud`".to_owned()
    } else {
        format!("is for {}", listed(found))
    }
}

fn with_scope(wanted: &[String]) -> String {
    let scope = wanted.first().map_or("SCOPE", String::as_str);
    format!("`{}`", command(&format!("token --scope {}", api_routes_project::tool::quoted(scope))))
}

fn one_of(scopes: &[String]) -> String {
    let (start, noun) = if scopes.len() == 1 { ("", "scope") } else { ("one of ", "scopes") };
    format!("{start}the {noun} {}", listed(scopes))
}
