//! `token`: signs a token that the JWT and Cognito authorizers of the emulator accept.

mod audience;
mod claim;
mod lifetime;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use api_routes_project::Settings;
use api_routes_project::workspace::Project;
use clap::Args;
use local_emulator::authorizer::issuer::{OwnIssuer, url};
use local_emulator::config::PORT;
use local_emulator::printer::Printer;
use serde_json::{Map, Value, json};

use self::audience::{Audience, TokenForm, has_token_authorizer};
use self::claim::Claim;
use self::lifetime::Lifetime;
use crate::arguments::{DeploymentArguments, ProjectFolder};

/// The time since the token of `--expired` expired, in seconds. No authorizer allows a clock to be so far off.
const EXPIRED_AGO: u64 = 3600;

/// Options of `token`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  token --sub 7                                      a token of the user 7
  token --scope read --scope write                   with the claim `scope`
  token --claim tier=gold --claim 'roles=[\"admin\"]'  with further claims
  token --expired                                    answered with 401
  token --claim aud=null                             without an audience, answered with 401

Send the token in the header `authorization: Bearer TOKEN`. In a shell, `$(...)` around this command inserts the token.

The token is signed with RS256. Its issuer is the emulator, at `http://localhost:PORT/_emulator/issuer`, where libraries
find the public key. Each project has its own key, in its target folder. AWS does not accept these tokens.")]
pub(crate) struct Token {
    /// The id of the user, in the claim `sub`
    #[arg(long, default_value = "local", value_name = "ID")]
    sub: String,
    /// A scope of the token. Repeat the option for further scopes. A token of a Cognito user pool with scopes is an
    /// access token
    #[arg(long = "scope", value_name = "NAME")]
    scopes: Vec<String>,
    /// An audience of the token, instead of that of the authorizer. Repeat the option for further audiences
    #[arg(long = "aud", value_name = "NAME")]
    audiences: Vec<String>,
    /// Add or replace a claim. The value is JSON or text, and `null` removes the claim. Repeat the option for further
    /// claims
    #[arg(long = "claim", value_name = "NAME=VALUE")]
    claims: Vec<Claim>,
    /// The time until the token expires, such as `90s`, `15m`, `1h` or `7d`
    #[arg(long, default_value_t = Lifetime::HOUR, value_name = "TIME")]
    expires: Lifetime,
    /// Sign a token that expired an hour ago
    #[arg(long, conflicts_with = "expires")]
    expired: bool,
    /// The authorizer of `template.yaml` that the token is for. Needed if there are several
    #[arg(long, value_name = "NAME")]
    authorizer: Option<String>,
    /// The port of the emulator, for the issuer of the token
    #[arg(long, short, default_value_t = PORT, env = "API_ROUTES_PORT")]
    port: u16,
    /// The values that the deployment gets.
    #[command(flatten)]
    deployment: DeploymentArguments,
    /// The project whose authorizers the token is for.
    #[command(flatten)]
    project: ProjectFolder,
}

/// Prints the token on standard output, and nothing else there.
///
/// # Errors
/// If the project or the template cannot be read, the authorizer has to be named, or the key cannot be made.
pub(crate) fn run(options: &Token, printer: &Printer) -> anyhow::Result<ExitCode> {
    let mut project = Project::open(&options.project.folder)?;
    project.overrides = options.deployment.overrides();
    let settings = Settings::read(&project)?;
    let apis = &settings.template().apis;
    let audience = Audience::find(apis, options.authorizer.as_deref(), &options.audiences)?;
    let claims = options.claims(audience, now());
    let key = OwnIssuer::new(&project.target_directory).key_or_new()?;
    printer.line(key.sign(&claims)?);
    if !has_token_authorizer(apis) {
        // A warning goes to standard error, so that a shell can still insert the token.
        printer.warning(
            "the template has no JWT or Cognito authorizer, so the emulator lets requests through without this token: \
             add an authorizer below `Auth` of the API, or verify the token in your function",
        );
    }
    Ok(ExitCode::SUCCESS)
}

impl Token {
    fn claims(&self, audience: Audience, now: u64) -> Map<String, Value> {
        let (issued, expires) = if self.expired {
            (now.saturating_sub(2 * EXPIRED_AGO), now.saturating_sub(EXPIRED_AGO))
        } else {
            (now, now.saturating_add(self.expires.seconds()))
        };
        let mut claims = Map::new();
        let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        add("iss", json!(url(&format!("localhost:{}", self.port))));
        add("sub", json!(self.sub));
        match audience.form.for_scopes(!self.scopes.is_empty()) {
            TokenForm::Plain => add("aud", one_or_all(audience.names)),
            TokenForm::CognitoId => {
                add("aud", one_or_all(audience.names));
                add("cognito:username", json!(self.sub));
                add("token_use", json!("id"))
            }
            TokenForm::CognitoAccess => {
                add("client_id", audience.names.into_iter().next().map_or(Value::Null, Value::from));
                add("username", json!(self.sub));
                add("token_use", json!("access"))
            }
        };
        add("iat", json!(issued));
        add("exp", json!(expires));
        if !self.scopes.is_empty() {
            add("scope", json!(self.scopes.join(" ")));
        }
        let of_authorizer = audience.claims.into_iter().map(|(name, value)| (name, json!(value)));
        claims.extend(of_authorizer);
        claims.extend(self.claims.iter().map(|Claim { name, value }| (name.clone(), value.clone())));
        claims.retain(|_, value| !value.is_null());
        claims
    }
}

/// Returns a single audience as a string, and several as an array: <https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3>
fn one_or_all(mut audiences: Vec<String>) -> Value {
    match audiences.len() {
        0 => Value::Null,
        1 => Value::from(audiences.remove(0)),
        _ => Value::from(audiences),
    }
}

/// Returns the seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs())
}

#[cfg(test)]
mod tests;
