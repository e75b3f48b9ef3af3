//! The inspector at `/_emulator`: a JSON API over the last requests, and a page that is a client of it.
//!
//! A record contains a whole request with its secrets, and a request that is sent again runs with the developer's credentials. So
//! the API answers only programs and the developer's own pages. The page itself contains no data, so any site may link to it.

mod api;
mod catalog;
mod curl;
mod draft;
mod error;
mod events;
mod filter;
mod page;
mod response;
mod save;
mod secrets;
mod send;
mod stream;
mod view;

use std::sync::Arc;

use uuid::Uuid;

use self::error::InspectorError;
pub(crate) use self::response::InspectorBody;
use crate::access::Access;
use crate::authorizer::issuer::OwnIssuer;
use crate::current::Current;
use crate::deployment::Catalog;
use crate::door::{Door, INSPECTOR_PATH};
use crate::record::{Record, Store};

/// The inspector of one emulator.
#[derive(Debug)]
pub(crate) struct Inspector {
    /// Distinguishes this emulator from an earlier one whose requests had the same ids.
    id: Uuid,
    access: Access,
    doors: Vec<Arc<Door>>,
    store: Store,
    catalog: Current<Catalog>,
    issuer: OwnIssuer,
}

/// Whether the inspector answers a path.
pub(crate) fn is_inspector_path(path: &str) -> bool {
    path.strip_prefix(INSPECTOR_PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Inspector {
    pub(crate) fn new(
        access: Access,
        doors: Vec<Arc<Door>>,
        store: Store,
        catalog: Current<Catalog>,
        issuer: OwnIssuer,
    ) -> Self {
        Self { id: Uuid::new_v4(), access: access.for_inspector(), doors, store, catalog, issuer }
    }

    fn record(&self, id: &str) -> Result<Arc<Record>, InspectorError> {
        id.parse()
            .ok()
            .and_then(|id| self.store.get(id))
            .ok_or_else(|| InspectorError::NoSuchRequest(id.to_owned()))
    }

    /// Returns a front door by its name, or the first one.
    fn door(&self, name: Option<&str>) -> Result<&Arc<Door>, InspectorError> {
        let is_it = |door: &&Arc<Door>| name.is_none_or(|name| *door.name.name == *name);
        self.doors.iter().find(is_it).ok_or_else(|| {
            let known = self.doors.iter().map(|door| format!("`{}`", door.name.name));
            InspectorError::NoSuchFrontDoor {
                name: name.unwrap_or_default().to_owned(),
                known: known.collect::<Vec<_>>().join(", "),
            }
        })
    }
}
