//! IAM authorization: a request is signed with AWS Signature Version 4, and the key says who calls.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>. The order of the checks is that of AWS
//! (`complaint.rs` has the source). A request is judged as the client sent it, before a front door changes anything of it.

mod complaint;
mod date;
mod digest;
mod identity;
mod presented;
mod scope;

use http::request::Parts;

use self::date::SigningTime;
use self::presented::Presented;
use self::scope::Credential;
use super::{Denial, IamCaller};

#[cfg(test)]
mod tests;

const SYMMETRIC: &str = "AWS4-HMAC-SHA256";

/// Signature Version 4A, which has no region.
const ASYMMETRIC: &str = "AWS4-ECDSA-P256-SHA256";

const ALGORITHMS: [&str; 2] = [SYMMETRIC, ASYMMETRIC];

/// A front door whose routes may want a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IamFrontDoor {
    /// An HTTP API. Its client learns nothing but `Forbidden`.
    HttpApi,
    /// A REST API.
    RestApi,
    /// A Function URL.
    FunctionUrl,
}

/// Judges signatures.
#[derive(Debug, Default)]
pub struct IamVerifier {}

/// A request as the client sent it, and where it arrived.
#[derive(Clone, Copy)]
struct Arrived<'a> {
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

    /// Version 4A is a REST API's alone: <https://chammock.dev/posts/aws-apigw-multi-region-iam-auth>.
    ///
    /// Undocumented (IAM-8): whether a Function URL takes it. Here none does.
    fn takes(self, algorithm: &str) -> bool {
        algorithm == SYMMETRIC || (algorithm == ASYMMETRIC && self == Self::RestApi)
    }
}

impl IamVerifier {
    /// A verifier of the form of signatures: `--iam lenient`. Any secret will do.
    pub fn lenient() -> Self {
        Self::default()
    }

    /// Returns who has signed a request.
    ///
    /// Not AWS's (IAM-9): whoever has signed may call. Policies of users, of roles and of the API are not judged.
    ///
    /// # Errors
    /// With the words that AWS has for the client, if the front door shows any.
    #[expect(clippy::unused_async, reason = "a strict verifier reads credentials")]
    pub async fn verify(
        &self,
        head: &Parts,
        body: &[u8],
        front_door: IamFrontDoor,
        account_id: &str,
    ) -> Result<IamCaller, Denial> {
        let request = Arrived { head, body, front_door };
        let caller = request.caller(account_id, SigningTime::now());
        // `{"message":"Forbidden"}` is all that an HTTP API says.
        caller.map_err(|denial| {
            if front_door == IamFrontDoor::HttpApi { Denial { message: None, ..denial } } else { denial }
        })
    }
}

impl Arrived<'_> {
    fn caller(&self, account_id: &str, now: SigningTime) -> Result<IamCaller, Denial> {
        let service = self.front_door.service();
        let presented = Presented::find(self.head, service)?;
        let time = SigningTime::signed(&presented.date)?;
        time.check(now)?;
        self.check_form(&presented)?;
        let credential = Credential::new(&presented)?;
        credential.check(service, time)?;
        check_key(credential.access_key, presented.security_token.as_deref())?;
        self.check_payload_hash()?;
        check_signature_form(&presented)?;
        Ok(identity::caller(credential.access_key, account_id))
    }

    fn check_form(&self, presented: &Presented) -> Result<(), Denial> {
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
    /// Undocumented (IAM-10): whether API Gateway takes `UNSIGNED-PAYLOAD`. Here it does not.
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
}

/// Checks what a key and a session token say of each other: temporary credentials have both.
///
/// Not AWS's (IAM-11): a key that no account has, such as `test`, is taken.
fn check_key(access_key: &str, security_token: Option<&str>) -> Result<(), Denial> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if access_key.is_empty() || access_key.len() > 128 || !access_key.bytes().all(is_word) {
        return Err(complaint::unrecognized(
            "the key id of the signature is none: it has letters and digits alone",
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

/// A signature of another length, or with other letters, is the right one for nothing.
fn check_signature_form(presented: &Presented) -> Result<(), Denial> {
    let signature = &presented.signature;
    let is_hex = signature.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let has_length = presented.algorithm == ASYMMETRIC || signature.len() == 64;
    if is_hex && has_length {
        return Ok(());
    }
    Err(complaint::mismatch("the signature is not 64 digits of lower-case hexadecimal"))
}
