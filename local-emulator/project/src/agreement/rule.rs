//! The rules of `check`.

use std::fmt;

use crate::tool::command;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A problem that makes something fail, or keeps it from being deployed.
    Error,
    /// Something that works, but may surprise.
    Warning,
}

impl Severity {
    /// Returns `error` or `warning`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The next step after a finding.
#[derive(Clone, Copy, Debug)]
enum Mend {
    /// An edit by hand.
    Edit(&'static str),
    /// Arguments of the tool.
    Run(&'static str),
    /// Either of them.
    EditOrRun(&'static str, &'static str),
}

impl fmt::Display for Mend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edit(edit) => f.write_str(edit),
            Self::Run(arguments) => write!(f, "run `{}`", command(arguments)),
            Self::EditOrRun(edit, arguments) => write!(f, "{edit}, or run `{}`", command(arguments)),
        }
    }
}

macro_rules! rules {
    ($($(#[$meta:meta])* $rule:ident = $name:literal, $severity:ident, $mend:expr;)*) => {
        /// A rule. The names never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$meta])* $rule,)*
        }

        impl Rule {
            /// All rules, in the order of the guide.
            pub const ALL: &[Self] = &[$(Self::$rule),*];

            /// Returns the name of the rule, such as `missing-route-key`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => $name,)*
                }
            }

            /// Returns the severity of the rule.
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$rule => Severity::$severity,)*
                }
            }

            /// Returns the next step: the edit or the command that mends a finding.
            pub fn help(self) -> String {
                match self {
                    $(Self::$rule => $mend.to_string(),)*
                }
            }
        }
    };
}

rules! {
    // The workspace.

    /// Cargo cannot read the workspace.
    BrokenWorkspace = "broken-workspace", Error, Mend::Edit("fix the error that Cargo reports");
    /// The folder with functions is missing.
    NoFunctions = "no-functions", Error, Mend::Run("new /api/hello");
    /// `members` names a missing folder.
    MissingMember = "missing-member", Error, Mend::EditOrRun("remove the line from `members`", "sync --prune");
    /// A package below `functions/` is not a member.
    UnlistedPackage = "unlisted-package", Error, Mend::Run("sync");
    /// Cargo would refuse a package below `functions/` as a member.
    BrokenPackage = "broken-package", Error, Mend::Edit("fix the error that Cargo reports");
    /// A folder has a program and no `Cargo.toml`.
    NoManifest = "no-manifest", Error, Mend::Edit("write its `Cargo.toml`, or move `src/main.rs` away");
    /// A package has no program.
    NoBinary = "no-binary", Error, Mend::Edit("add `src/main.rs`, or move the package out of `functions/`");
    /// A package has several programs.
    AmbiguousBinary = "ambiguous-binary", Error, Mend::Edit("set `default-run` in its `Cargo.toml` to the binary of the function");
    /// Two packages build the same binary.
    SameBinary = "same-binary", Error, Mend::Edit("rename one of the two packages");

    /// Library and tool are of versions that do not fit.
    LibraryVersion = "library-version", Warning, Mend::Edit("update the older version to the newer");
    /// A function has a feature here that its deployment lacks.
    UndeployedFeature = "undeployed-feature", Warning, Mend::Edit("make it a default feature of its package, or remove it from `features`");

    // Folders.

    /// A folder is not a route that API Gateway can have.
    InvalidRoute = "invalid-route", Error, Mend::Edit("rename the folder, or move the package out of `functions/`");
    /// Two folders exclude each other.
    ConflictingFolders = "conflicting-folders", Error, Mend::Edit("rename or remove one of the two folders");
    /// Next.js and API Gateway give a path to different folders.
    DivergingFolders = "diverging-folders", Warning, Mend::Edit("rename one of the two folders");

    // The template as a whole.

    /// The template is missing.
    NoTemplate = "no-template", Error, Mend::Run("sync");
    /// The template cannot be read.
    BrokenTemplate = "broken-template", Error, Mend::Edit("correct the YAML at this position");
    /// `samconfig.toml` cannot be used.
    BrokenSamConfig = "broken-samconfig", Error, Mend::Edit("correct the file, or choose another table with `--config-env`");
    /// A map has a key twice.
    RepeatedKey = "repeated-key", Warning, Mend::Edit("remove one of the two");
    /// A scalar is deployed as another text, or may be.
    UnquotedScalar = "unquoted-scalar", Warning, Mend::Edit("put quotes around it, and write numbers without an exponent");
    /// A value that AWS refuses.
    RefusedValue = "refused-value", Error, Mend::Edit("write a value that AWS takes");

    // Functions.

    /// A route has no function.
    MissingFunction = "missing-function", Error, Mend::Run("sync");
    /// A function's package is gone.
    StaleFunction = "stale-function", Error, Mend::Run("sync --prune");
    /// A function's `CodeUri` names a folder that is gone.
    StaleCodeUri = "stale-code-uri", Error, Mend::Run("sync");
    /// Two functions have the same binary.
    SharedBinary = "shared-binary", Warning, Mend::Edit("give each function a package of its own");
    /// `sam build` does not know how to build a function.
    BuildMethod = "build-method", Error, Mend::Edit("write `BuildMethod: rust-cargolambda` below `Metadata`");
    /// A variable has a name that Lambda sets itself.
    ReservedVariable = "reserved-variable", Error, Mend::Edit("use another name");
    /// A variable has an invalid name.
    VariableName = "variable-name", Error, Mend::Edit("use another name");
    /// A line of a `.env` file sets no variable.
    DotenvLine = "dotenv-line", Warning, Mend::Edit("write `NAME=value`, or `#` before a comment");
    /// A value of a `.env` file begins or ends elsewhere than it seems.
    DotenvValue = "dotenv-value", Warning, Mend::Edit("put quotes around the value, in one line with its name");
    /// A `$name` of a `.env` file has no value, or another value than it seems.
    DotenvReference = "dotenv-reference", Warning, Mend::Edit("set the variable of that name, or write `\\$` for a dollar sign");
    /// Variables of a `.env` file need each other.
    DotenvCycle = "dotenv-cycle", Warning, Mend::Edit("give one of them a value");
    /// A variable is only in `.env`.
    UndeployedVariable = "undeployed-variable", Warning, Mend::Edit("declare it in the template, or list it in `local-variables`");
    /// The variables of a function are too long.
    EnvironmentSize = "environment-size", Error, Mend::Edit("move long values to Parameter Store or S3");
    /// A function has `SnapStart`, which AWS does not support for it.
    SnapStart = "snap-start", Warning, Mend::Edit("remove `SnapStart`, or deploy the function as a container image");
    /// A function may run longer than its callers wait.
    FunctionTimeout = "function-timeout", Warning, Mend::Edit("lower `Timeout`, or call the function by a Function URL");

    // Route keys.

    /// A function lacks a route key of its route.
    MissingRouteKey = "missing-route-key", Error, Mend::Run("sync");
    /// An event of a route has a path without a folder.
    StrayEvent = "stray-event", Warning, Mend::Edit("remove the event, or list its path in `extra-paths`");
    /// An event names a variable differently from the folder.
    RenamedVariable = "renamed-variable", Error, Mend::Run("sync");
    /// A path does not begin with a slash.
    NoLeadingSlash = "no-leading-slash", Error, Mend::Edit("write a slash before the path");
    /// A path ends in a slash.
    TrailingSlash = "trailing-slash", Error, Mend::Edit("remove the slash at the end");
    /// A path has two slashes in a row.
    EmptySegment = "empty-segment", Error, Mend::Edit("write one slash between segments");
    /// A variable is a part of a segment.
    PartialVariable = "partial-variable", Error, Mend::Edit("make the variable the whole segment");
    /// A path has a character that API Gateway does not take.
    UnsupportedPath = "unsupported-path", Error, Mend::Edit("use letters, digits, `.`, `_`, `:` and `-` of ASCII");
    /// A greedy variable is not the last segment.
    GreedyNotLast = "greedy-not-last", Error, Mend::Edit("remove the segments after it, or the `+`");
    /// A path names two variables alike.
    RepeatedVariable = "repeated-variable", Error, Mend::Edit("give each variable a name of its own");
    /// A method that a route cannot have.
    UnknownMethod = "unknown-method", Error, Mend::Edit("write `ANY`, `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD` or `OPTIONS`");
    /// An event adds no route to a REST API that has an OpenAPI document.
    UnroutedEvent = "unrouted-event", Error, Mend::Edit("add the route to the document, or set `MergeDefinitions: true` on the API");
    /// A REST API has no `$default`.
    RestDefault = "rest-default", Error, Mend::Edit("write `ANY /` and `ANY /{proxy+}`");
    /// Two events of one API have the same route key.
    DuplicateRouteKey = "duplicate-route-key", Error, Mend::Edit("remove one of the two events");
    /// Two paths of one API name a variable differently in the same place, and API Gateway refuses that.
    ConflictingVariables = "conflicting-variables", Error, Mend::Edit("give the variable one name in both paths");
    /// Two paths of one API name a variable differently in the same place, which API Gateway may refuse.
    DifferingVariables = "differing-variables", Warning, Mend::Edit("give the variable one name in both paths");

    // Callers.

    /// A route is open, and its API has a default authorizer.
    OpenRoute = "open-route", Warning, Mend::Edit("give it an authorizer, or list its path in `open-paths`");
    /// An authorizer that no route uses.
    UnusedAuthorizer = "unused-authorizer", Warning, Mend::Edit("name it in `Auth` of a route or of the API, or remove it");
    /// `Auth` or a security scheme has no effect.
    IgnoredAuth = "ignored-auth", Warning, Mend::Edit("write it where SAM and API Gateway look for it");
    /// A Lambda authorizer that its API may not invoke.
    UninvokableAuthorizer = "uninvokable-authorizer", Warning, Mend::Edit("write `EnableFunctionDefaultPermissions: true`");
    /// A route has scopes, and its authorizer checks no token.
    UselessScopes = "useless-scopes", Warning, Mend::Edit("use a JWT or Cognito authorizer, or remove the scopes");
    /// An issuer of tokens that AWS refuses.
    RefusedIssuer = "refused-issuer", Warning, Mend::Edit("write the `iss` of its tokens: an `https` URL without query or fragment");

    // Limits.

    /// The time-out of an API is longer than the API can wait.
    IntegrationTimeout = "integration-timeout", Error, Mend::Edit("write 30000 or less for an HTTP API, 29000 or less for a REST API");
    /// The time-out of a REST API needs a raised quota.
    LongIntegrationTimeout = "long-integration-timeout", Warning, Mend::Edit("write 29000 or less, or have the quota raised");
    /// An HTTP API has too many routes.
    TooManyRoutes = "too-many-routes", Error, Mend::Edit("spread the routes over two APIs");
    /// A REST API has too many resources.
    TooManyResources = "too-many-resources", Error, Mend::Edit("spread the routes over two APIs");
    /// A stack has too many resources.
    StackSize = "stack-size", Error, Mend::Edit("spread the functions over two templates");

    // The profile of deployed functions.

    /// A panic ends a deployed function.
    PanicAbort = "panic-abort", Warning, Mend::Run("sync");
    /// The profile leaves settings open.
    ReleaseProfile = "release-profile", Warning, Mend::Run("sync");

    // cargo-lambda's router.

    /// The router is missing.
    NoRouter = "no-router", Warning, Mend::Run("sync");
    /// The router lacks a path of a route.
    MissingRouterLine = "missing-router-line", Error, Mend::Run("sync");
    /// A line leads a route to another function.
    WrongRouterLine = "wrong-router-line", Error, Mend::Run("sync");
    /// A line leads to a function whose package is gone.
    StaleRouterLine = "stale-router-line", Error, Mend::Run("sync --prune");
    /// A line leads to a route from a path without a folder.
    StrayRouterLine = "stray-router-line", Warning, Mend::Edit("remove the line, or list its path in `extra-paths`");
}
