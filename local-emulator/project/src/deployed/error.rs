//! The reasons why a stack cannot be queried.

use std::fmt;
use std::io;

/// The reasons why the variables of a stack are unknown. No message shows the value of a variable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StackError {
    /// The program is not on this machine.
    #[error(
        "cannot run `aws`, which `--stack` asks: install the AWS CLI \
         (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html), or add its folder to `PATH`"
    )]
    NotInstalled,
    /// The program cannot be run.
    #[error("cannot run `aws`, which `--stack` asks: see whether `aws --version` works")]
    Run {
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// A call takes too long.
    #[error(
        "`{command}` has no answer after {seconds} s: check the network and the region, or run it yourself to see what it \
         waits for"
    )]
    Slow {
        /// The command.
        command: String,
        /// The limit.
        seconds: u64,
    },
    /// The caller no longer wants an answer.
    #[error("the stack was not asked to the end")]
    Interrupted,
    /// The credentials are missing or invalid.
    #[error("`aws` is not logged in: run `{login}`, then start again; it says: {words}")]
    NotLoggedIn {
        /// The command that logs in.
        login: &'static str,
        /// The words of `aws`.
        words: String,
    },
    /// No region is configured.
    #[error(
        "`aws` has no region: set `AWS_REGION`, run `aws configure`, or write `region` into `samconfig.toml`; it says: {words}"
    )]
    NoRegion {
        /// The words of `aws`.
        words: String,
    },
    /// The account has no such stack in this region.
    #[error(
        "there is no such stack: `aws cloudformation describe-stacks --query 'Stacks[].StackName'` lists those of this \
         account and region; `{command}` says: {words}"
    )]
    NoStack {
        /// The command.
        command: String,
        /// The words of AWS.
        words: String,
    },
    /// A function was removed outside CloudFormation.
    #[error("a function of the stack is gone: deploy the stack again; `{command}` says: {words}")]
    NoFunction {
        /// The command.
        command: String,
        /// The words of AWS.
        words: String,
    },
    /// The caller may not read the stack.
    #[error(
        "you may not read the stack: `--stack` needs `cloudformation:ListStackResources` and \
         `lambda:GetFunctionConfiguration`; `{command}` says: {words}"
    )]
    NoAccess {
        /// The command.
        command: String,
        /// The words of AWS.
        words: String,
    },
    /// The caller may not decrypt the variables.
    #[error(
        "Lambda does not show the variables of `{function}`: you need `kms:Decrypt` for the key of the function; it says: \
         {words}"
    )]
    Hidden {
        /// The logical id of the function.
        function: String,
        /// The words of Lambda.
        words: String,
    },
    /// Any other refusal.
    #[error("`{command}` failed: run it yourself until it works, then start again; it says: {words}")]
    Refused {
        /// The command.
        command: String,
        /// The words of `aws`.
        words: String,
    },
    /// The answer is not in the format of `aws`.
    #[error("the answer of `{command}` {problem}: see whether `aws --version` is the AWS CLI")]
    Unreadable {
        /// The command.
        command: String,
        /// The fault.
        problem: Problem,
    },
}

/// The fault of an answer, without any of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    pub(super) is_json: bool,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { is_json, line, column } = self;
        let problem = if *is_json { "is not of the form that AWS documents" } else { "is not JSON" };
        write!(f, "{problem}, at {line}:{column}")
    }
}
