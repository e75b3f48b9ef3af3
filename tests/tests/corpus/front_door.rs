//! The front doors of the emulator that the cases are sent to.

use std::fmt;
use std::net::SocketAddr;

use api_routes_project::aws::FrontDoorKind::{Alb, FunctionUrl, HttpApi, RestApi};
use serde::Deserialize;

use crate::emulator::ServedProject;
use crate::routing::Page;

/// A front door, by its name in the table of departures.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FrontDoor {
    HttpApi,
    #[serde(rename = "http-api-1.0")]
    HttpApiPayload1,
    /// With `binaryMediaTypes: ["*/*"]`.
    RestApi,
    /// Without `binaryMediaTypes`, as by default.
    RestApiText,
    FunctionUrl,
    Alb,
    AlbMultiValue,
}

impl FrontDoor {
    pub(crate) const ALL: [Self; 7] = [
        Self::HttpApi,
        Self::HttpApiPayload1,
        Self::RestApi,
        Self::RestApiText,
        Self::FunctionUrl,
        Self::Alb,
        Self::AlbMultiValue,
    ];

    /// Whether the host of a request selects the function.
    pub(crate) fn is_of_one_function(self) -> bool {
        self == Self::FunctionUrl
    }

    /// Returns the stage that precedes the path.
    pub(crate) fn stage(self) -> &'static str {
        if matches!(self, Self::RestApi | Self::RestApiText) { "/prod" } else { "" }
    }
}

/// All front doors with their addresses. Load balancers that send lists of values have their own emulator, since all
/// target groups of a template share the attribute.
pub(crate) struct FrontDoors {
    pub(crate) served: [ServedProject; 2],
}

impl FrontDoors {
    pub(crate) fn open(pages: &[Page]) -> Self {
        let all = ServedProject::start(pages, &[HttpApi, RestApi, FunctionUrl, Alb], false);
        Self { served: [all, ServedProject::start(pages, &[Alb], true)] }
    }

    /// Returns the addresses in the order of [`FrontDoor::ALL`].
    pub(crate) fn addresses(&self) -> impl Iterator<Item = (FrontDoor, SocketAddr)> {
        let addresses: Vec<_> = self.served.iter().flat_map(|served| served.addresses.clone()).collect();
        assert_eq!(addresses.len(), FrontDoor::ALL.len(), "{}", self.log());
        FrontDoor::ALL.into_iter().zip(addresses)
    }

    pub(crate) fn log(&self) -> String {
        self.served.each_ref().map(|served| served.log.text()).concat()
    }
}

impl fmt::Display for FrontDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::HttpApi => "http-api",
            Self::HttpApiPayload1 => "http-api-1.0",
            Self::RestApi => "rest-api",
            Self::RestApiText => "rest-api-text",
            Self::FunctionUrl => "function-url",
            Self::Alb => "alb",
            Self::AlbMultiValue => "alb-multi-value",
        })
    }
}
