//! The options that decide how callers are judged.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use local_emulator::authorizer::AuthMode;
use local_emulator::config::AuthorizerOptions;

/// How callers are judged.
#[derive(Args, Debug)]
pub(crate) struct Authorizers {
    /// Whether the authorizers of the template are asked: `on`, `off` to let everybody in, or `claims=FILE` to sign everybody
    /// in with the claims of a JSON file
    #[arg(long, default_value = "on", value_name = "on|off|claims=FILE", value_parser = auth_mode, env = "API_ROUTES_AUTH")]
    pub(crate) auth: AuthMode,
    /// A file with the keys of issuers, a JSON Web Key Set, instead of those that issuers publish
    #[arg(long, value_name = "FILE", env = "API_ROUTES_JWKS")]
    pub(crate) jwks: Option<PathBuf>,
    /// The check of requests that are signed with IAM credentials
    #[arg(long, value_enum, default_value_t, value_name = "CHECK", env = "API_ROUTES_IAM")]
    pub(crate) iam: Iam,
}

/// A check of signed requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Iam {
    /// The form of the signature
    #[default]
    Form,
    /// The signature, with your own credentials
    Strict,
}

fn auth_mode(text: &str) -> Result<AuthMode, String> {
    match text {
        "on" => Ok(AuthMode::On),
        "off" => Ok(AuthMode::Off),
        _ => match text.strip_prefix("claims=").filter(|file| !file.is_empty()) {
            Some(file) => Ok(AuthMode::Claims(file.into())),
            None => Err("write `on`, `off`, or `claims=FILE` with the name of a JSON file".to_owned()),
        },
    }
}

impl Authorizers {
    /// The same for the emulator.
    pub(crate) fn options(self) -> AuthorizerOptions {
        AuthorizerOptions { mode: self.auth, jwks: self.jwks, strict_iam: self.iam == Iam::Strict }
    }
}
