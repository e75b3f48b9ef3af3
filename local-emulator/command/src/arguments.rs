//! The options that several verbs share.

use std::path::{Path, PathBuf};

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::environment::Mode;
use api_routes_project::template::{OverrideList, Overrides, StackName};
use clap::builder::FalseyValueParser;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, ValueEnum};
use local_emulator::authorizer::AuthMode;
use local_emulator::compile::{BuildOptions, BuildProfile};
use local_emulator::config::AuthorizerOptions;

/// The project that a verb works on.
#[derive(Args, Debug)]
pub(crate) struct ProjectFolder {
    /// A folder in the project. The project is the Cargo workspace around it
    #[arg(long = "project", default_value = ".", value_name = "FOLDER", env = "API_ROUTES_PROJECT")]
    pub(crate) folder: PathBuf,
}

impl ProjectFolder {
    /// Returns the folder of `--project`, if the command line has it.
    pub(crate) fn given(matches: &ArgMatches) -> Option<&Path> {
        let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
        let is_known = matches.ids().any(|id| id == "folder");
        if !is_known || matches.value_source("folder") != Some(ValueSource::CommandLine) {
            return None;
        }
        matches.get_one::<PathBuf>("folder").map(PathBuf::as_path)
    }
}

/// The front doors of a project.
#[derive(Args, Debug)]
pub(crate) struct FrontDoorArguments {
    /// Front doors to open instead of those of `template.yaml`: `http-api`, `rest-api`, `function-url`, `alb`. Separate
    /// several with commas
    #[arg(long = "front-door", value_name = "KINDS", value_delimiter = ',', env = "API_ROUTES_FRONT_DOOR")]
    pub(crate) front_doors: Vec<FrontDoorKind>,
    /// Leave the stage out of the URLs of an API, as a custom domain does
    #[arg(long, env = "API_ROUTES_NO_STAGE", value_parser = FalseyValueParser::new())]
    pub(crate) no_stage: bool,
}

/// The values that the deployment gets.
#[derive(Args, Clone, Debug)]
pub(crate) struct DeploymentArguments {
    /// Values of parameters of the template, such as `Stage=prod`. They replace those of `samconfig.toml`. Separate
    /// several with spaces
    #[arg(long, value_name = "NAME=VALUE", num_args = 1.., env = "API_ROUTES_PARAMETER_OVERRIDES")]
    pub(crate) parameter_overrides: Vec<OverrideList>,
    /// The table of `samconfig.toml` to read: parameters, name of the stack, and region. Without this option, `default`
    #[arg(long, value_name = "NAME", env = "API_ROUTES_CONFIG_ENV")]
    pub(crate) config_env: Option<String>,
}

impl DeploymentArguments {
    pub(crate) fn overrides(&self) -> Overrides {
        let mut overrides = Overrides::default();
        overrides.parameters = self.parameter_overrides.iter().flat_map(|list| list.0.clone()).collect();
        overrides.config_env.clone_from(&self.config_env);
        overrides
    }
}

/// The values that the deployment gets, and a deployed stack.
#[derive(Args, Clone, Debug)]
pub(crate) struct StackArguments {
    /// The values that the deployment gets.
    #[command(flatten)]
    pub(crate) deployment: DeploymentArguments,
    /// A deployed stack, which `aws` reads once at the start. Variables that only AWS knows get their values from its
    /// functions
    #[arg(long, value_name = "NAME", env = "API_ROUTES_STACK")]
    pub(crate) stack: Option<StackName>,
}

impl StackArguments {
    pub(crate) fn overrides(&self) -> Overrides {
        let mut overrides = self.deployment.overrides();
        overrides.stack.clone_from(&self.stack);
        overrides
    }
}

/// How functions are built.
#[derive(Args, Clone, Debug)]
pub(crate) struct BuildArguments {
    /// Build functions in the release profile, as for a deployment: smaller, and slower to build
    #[arg(long, env = "API_ROUTES_RELEASE", value_parser = FalseyValueParser::new())]
    pub(crate) release: bool,
    /// Cargo features of functions, such as `api-orders/mock`, in addition to `features` of
    /// `[workspace.metadata.api-routes]`. Separate several with commas
    #[arg(long, value_name = "FEATURES", value_delimiter = ',', env = "API_ROUTES_FEATURES")]
    pub(crate) features: Vec<String>,
}

impl BuildArguments {
    pub(crate) fn options(self) -> BuildOptions {
        let mut options = BuildOptions::default();
        options.profile = if self.release { BuildProfile::Release } else { BuildProfile::Dev };
        options.features = self.features;
        options
    }
}

/// The mode, by which `.env` files are chosen.
#[derive(Args, Clone, Debug)]
pub(crate) struct ModeArgument {
    /// The mode, which selects `.env` files: `.env.NAME.local`, `.env.local`, `.env.NAME` and `.env`, the strongest
    /// first. Without this option, the mode is `development`, `production` with `--release`, and `test` for `exec`
    #[arg(long = "mode", value_name = "NAME", env = "API_ROUTES_MODE")]
    chosen: Option<Mode>,
}

impl ModeArgument {
    /// Returns the mode for functions that are built with these options.
    pub(crate) fn for_build(self, builds: &BuildArguments) -> Mode {
        self.or(if builds.release { Mode::production() } else { Mode::development() })
    }

    /// Returns the chosen mode, or `default`.
    pub(crate) fn or(self, default: Mode) -> Mode {
        self.chosen.unwrap_or(default)
    }
}

/// How authorizers check callers.
#[derive(Args, Debug)]
pub(crate) struct AuthorizerArguments {
    /// How to authorize callers: `on` applies the authorizers of the template, `off` lets every caller in, and
    /// `claims=FILE` signs every caller in with the claims of a JSON file
    #[arg(long, default_value = "on", value_name = "on|off|claims=FILE", value_parser = auth_mode, env = "API_ROUTES_AUTH")]
    pub(crate) auth: AuthMode,
    /// A JSON Web Key Set to use instead of the keys that issuers publish
    #[arg(long, value_name = "FILE", env = "API_ROUTES_JWKS")]
    pub(crate) jwks: Option<PathBuf>,
    /// How to check requests that are signed with IAM credentials
    #[arg(long, value_enum, default_value_t, value_name = "CHECK", env = "API_ROUTES_IAM")]
    pub(crate) iam: Iam,
}

/// A check of requests that are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Iam {
    /// Check the form of the signature
    #[default]
    Form,
    /// Check the signature, with your own credentials
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

impl AuthorizerArguments {
    /// Returns the options of the emulator.
    pub(crate) fn options(self) -> AuthorizerOptions {
        AuthorizerOptions { mode: self.auth, jwks: self.jwks, strict_iam: self.iam == Iam::Strict }
    }
}
