//! IAM authorization: a request is signed with AWS Signature Version 4, and the key identifies the caller.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>. The order of the checks is AWS's
//! (`complaint.rs` has the source). A request is verified as the client sent it, before a front door changes anything.

mod canonical;
mod complaint;
mod credentials;
mod date;
mod key_pair;
mod keyring;
mod presented;
mod profile;
mod scope;

use std::sync::Arc;

use http::request::Parts;

use self::credentials::Sources;
use self::date::SigningTime;
pub use self::key_pair::CredentialsError;
use self::key_pair::KeyPair;
use self::keyring::Keyring;
pub(crate) use self::presented::incomplete_signature;
use self::presented::{ASYMMETRIC, PresentedSignature, SYMMETRIC};
use self::scope::Credential;
use super::{Denial, IamCaller, digest};

#[cfg(test)]
mod tests;

/// A front door whose routes may require a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IamFrontDoor {
    /// An HTTP API. Its client gets only `Forbidden`, without details.
    HttpApi,
    /// A REST API.
    RestApi,
    /// A Function URL.
    FunctionUrl,
}

/// Verifies signatures. Clones share the credentials.
#[derive(Clone, Debug, Default)]
pub struct IamVerifier {
    /// The secrets of `--iam strict`.
    keyring: Option<Arc<Keyring>>,
}

/// A request as the client sent it, and where it arrived.
#[derive(Clone, Copy)]
struct ReceivedRequest<'a> {
    head: &'a Parts,
    body: &'a [u8],
    front_door: IamFrontDoor,
}

impl IamFrontDoor {
    /// The service that a signature names.
    fn service(self) -> &'static str {
        match self {
            Self::HttpApi | Self::RestApi => "execute-api",
            Self::FunctionUrl => "lambda",
        }
    }

    /// Whether the front door accepts an algorithm. Only a REST API accepts version 4A: <https://chammock.dev/posts/aws-apigw-multi-region-iam-auth>.
    ///
    /// Undocumented (IAM-8): whether a Function URL accepts version 4A. Here it does not.
    fn takes(self, algorithm: &str) -> bool {
        algorithm == SYMMETRIC || (algorithm == ASYMMETRIC && self == Self::RestApi)
    }
}

impl IamVerifier {
    /// Verifies the form of signatures: `--iam form`. Every secret is accepted.
    pub fn lenient() -> Self {
        Self::default()
    }

    /// Verifies signatures with the developer's own credentials: `--iam strict`. Only this mode reads files or runs a
    /// program.
    ///
    /// # Errors
    /// If there are no credentials, or they cannot be read.
    pub async fn strict() -> Result<Self, CredentialsError> {
        Ok(Self { keyring: Some(Arc::new(Keyring::read(Sources::new()).await?)) })
    }

    /// Returns the signer of a request.
    ///
    /// Not AWS's (IAM-9): every signer may call. Policies of users, of roles and of the API are not evaluated.
    ///
    /// # Errors
    /// A denial, with AWS's words for the client if the front door shows any.
    pub async fn verify(
        &self,
        head: &Parts,
        body: &[u8],
        front_door: IamFrontDoor,
        account_id: &str,
    ) -> Result<IamCaller, Denial> {
        let request = ReceivedRequest { head, body, front_door };
        self.caller(request, account_id, SigningTime::now()).await.map_err(|denial| match front_door {
            // An HTTP API answers `{"message":"Forbidden"}` without details.
            IamFrontDoor::HttpApi => Denial { message: None, ..denial },
            _ => denial,
        })
    }

    async fn caller(
        &self,
        request: ReceivedRequest<'_>,
        account_id: &str,
        now: SigningTime,
    ) -> Result<IamCaller, Denial> {
        let service = request.front_door.service();
        let presented = PresentedSignature::find(request.head, service)?;
        let time = SigningTime::signed(&presented.date)?;
        time.check(now)?;
        request.check_form(&presented)?;
        let credential = Credential::new(&presented)?;
        credential.check(service, time)?;
        check_key(credential.access_key, presented.security_token.as_deref())?;
        request.check_payload_hash()?;
        check_signature_form(&presented)?;
        if let Some(keyring) = &self.keyring {
            let pair = keyring.find(credential.access_key, now).await;
            let pair = pair.ok_or_else(|| unknown_key(credential.access_key, keyring))?;
            request.check_signature(&presented, &credential, time, &pair)?;
            check_session(&presented, &pair, now)?;
        }
        Ok(credential.caller(account_id))
    }
}

impl ReceivedRequest<'_> {
    fn check_form(&self, presented: &PresentedSignature) -> Result<(), Denial> {
        if !presented.signed_headers.iter().any(|name| name == "host") {
            return Err(complaint::invalid(
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ));
        }
        if self.front_door.takes(&presented.algorithm) {
            return Ok(());
        }
        Err(complaint::incomplete(format!("Unsupported AWS 'algorithm': '{}'. ", presented.algorithm)))
    }

    /// Compares `x-amz-content-sha256` with the body, since AWS signs the hash of the body itself. "Lambda doesn't support
    /// unsigned payloads":
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html>.
    ///
    /// Undocumented (IAM-10): whether API Gateway accepts `UNSIGNED-PAYLOAD`. Here it does not.
    fn check_payload_hash(&self) -> Result<(), Denial> {
        let Some(sent) = self.head.headers.get("x-amz-content-sha256") else {
            return Ok(());
        };
        if sent.as_bytes() == digest::sha256_hex(self.body).as_bytes() {
            return Ok(());
        }
        Err(complaint::mismatch(
            "`x-amz-content-sha256` is not the SHA-256 of the body: a payload has to be signed, and arrive as it was",
        ))
    }

    /// Computes the signature and compares it.
    ///
    /// Not AWS's (IAM-12): a signature of version 4A cannot be verified, and is refused.
    fn check_signature(
        &self,
        presented: &PresentedSignature,
        credential: &Credential<'_>,
        time: SigningTime,
        pair: &KeyPair,
    ) -> Result<(), Denial> {
        if presented.algorithm != SYMMETRIC {
            return Err(complaint::mismatch(format!(
                "`--iam strict` verifies no `{ASYMMETRIC}`: sign with `{SYMMETRIC}`, or start with `--iam form`"
            )));
        }
        let request = canonical::request(self.head, self.body, presented);
        let text = canonical::string_to_sign(&request, SYMMETRIC, time, credential.scope);
        let signature = canonical::signature(&pair.secret_key, credential, &text);
        if digest::are_equal(signature.as_bytes(), presented.signature.as_bytes()) {
            return Ok(());
        }
        let denial = complaint::mismatch(self.difference(presented, credential));
        // Recorded from REST APIs: <https://knowledge.broadcom.com/external/article/186297>. A Function URL has the first
        // sentences only: <https://repost.aws/questions/QUPuq7VvHJRwWxVA3XJIgNKQ>.
        Err(if self.front_door == IamFrontDoor::RestApi { denial.showing(&request, &text) } else { denial })
    }

    /// Describes the text that the client should have signed.
    fn difference(&self, presented: &PresentedSignature, credential: &Credential<'_>) -> String {
        let Credential { access_key, region, service, .. } = credential;
        format!(
            "the signature is not that of this request and the secret of `{access_key}`: sign `{} {}`, the headers `{}` and \
             a body of {} bytes, for `{region}` and `{service}`, as the last step before the request is sent",
            self.head.method,
            self.head.uri.path(),
            presented.signed_headers.join(";"),
            self.body.len(),
        )
    }
}

fn unknown_key(access_key: &str, keyring: &Keyring) -> Denial {
    complaint::unrecognized(format!(
        "`--iam strict` knows {}, and not `{access_key}`: sign with a key that it knows, or start it with the variables or \
         the `AWS_PROFILE` of the client",
        keyring.ids()
    ))
}

/// Compares the session token with the token of the key pair. AWS makes this check last.
fn check_session(presented: &PresentedSignature, pair: &KeyPair, now: SigningTime) -> Result<(), Denial> {
    let expected = pair.session_token.as_deref().unwrap_or_default();
    let sent = presented.security_token.as_deref().unwrap_or_default();
    if !digest::are_equal(expected.as_bytes(), sent.as_bytes()) {
        return Err(complaint::unrecognized(format!(
            "`x-amz-security-token` is not the session token of `{}`: sign with credentials of one login",
            pair.access_key
        )));
    }
    if pair.expiration.is_some_and(|end| end <= now) {
        return Err(complaint::expired(&pair.access_key));
    }
    Ok(())
}

/// Checks that a key and a session token fit: temporary credentials have both.
///
/// Not AWS's (IAM-11): a key that no account has, such as `test`, is accepted.
fn check_key(access_key: &str, security_token: Option<&str>) -> Result<(), Denial> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if access_key.is_empty() || access_key.len() > 128 || !access_key.bytes().all(is_word) {
        return Err(complaint::unrecognized(
            "the key id of the signature is invalid: use letters, digits and `_`",
        ));
    }
    match (access_key.get(..4), security_token) {
        (Some("ASIA"), None | Some("")) => Err(complaint::unrecognized(
            "the key of temporary credentials (`ASIA…`) comes without its session token: send it as `x-amz-security-token`",
        )),
        (Some("AKIA"), Some(_)) => Err(complaint::unrecognized(
            "the key of a user (`AKIA…`) comes with a session token, which only temporary credentials have: unset \
             `AWS_SESSION_TOKEN`",
        )),
        _ => Ok(()),
    }
}

/// Checks length and characters of a signature.
fn check_signature_form(presented: &PresentedSignature) -> Result<(), Denial> {
    let signature = &presented.signature;
    let is_hex = signature.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let has_length = presented.algorithm == ASYMMETRIC || signature.len() == 64;
    if is_hex && has_length {
        return Ok(());
    }
    Err(complaint::mismatch("the signature is not 64 digits of lower-case hexadecimal"))
}
