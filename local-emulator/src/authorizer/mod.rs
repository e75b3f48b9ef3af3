//! The caller of a request: JWT authorizers, Cognito authorizers, Lambda authorizers, API keys and IAM.
//!
//! The modules verify a token, an answer of a function, a key or a signature, and import no front door. A front door
//! finds these in its requests, and writes the [`Caller`] into its event or the [`Denial`] into its answer
//! (`gateway/guard`).

mod api_key;
mod caller;
mod denial;
mod development;
mod digest;
mod iam;
pub mod issuer;
mod jwk;
pub mod jwt;
pub mod lambda;
mod options_error;

pub use api_key::{API_KEYS_VARIABLE, ApiKey, ApiKeys};
pub use caller::{Authorized, Caller, IamCaller, PresentedKey};
pub use denial::{ApiKind, Denial, DenialKind};
pub(crate) use development::Development;
pub use development::{AuthMode, Bypass, CLAIMS_HEADER, CLAIMS_VARIABLE, ClaimsError};
pub(crate) use iam::incomplete_signature;
pub use iam::{CredentialsError, IamFrontDoor, IamVerifier};
pub use options_error::AuthorizerOptionsError;
