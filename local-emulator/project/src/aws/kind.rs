//! The kinds of front doors, with their names on the command line and in the template.

use std::fmt;
use std::str::FromStr;

/// The kinds of front doors, in the order in which they take their ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FrontDoorKind {
    /// An HTTP API of API Gateway.
    HttpApi,
    /// A REST API of API Gateway.
    RestApi,
    /// A Lambda Function URL.
    FunctionUrl,
    /// An Application Load Balancer.
    Alb,
}

impl FrontDoorKind {
    /// All kinds, in order.
    pub const ALL: [Self; 4] = [Self::HttpApi, Self::RestApi, Self::FunctionUrl, Self::Alb];

    /// Returns the name on the command line, such as `http-api`.
    pub fn name(self) -> &'static str {
        match self {
            Self::HttpApi => "http-api",
            Self::RestApi => "rest-api",
            Self::FunctionUrl => "function-url",
            Self::Alb => "alb",
        }
    }
}

impl fmt::Display for FrontDoorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The error for an unknown name of a front door.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no front door `{0}`: take `http-api`, `rest-api`, `function-url` or `alb`")]
pub struct NoSuchFrontDoor(String);

impl FromStr for FrontDoorKind {
    type Err = NoSuchFrontDoor;

    fn from_str(name: &str) -> Result<Self, NoSuchFrontDoor> {
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == name);
        kind.ok_or_else(|| NoSuchFrontDoor(name.to_owned()))
    }
}
