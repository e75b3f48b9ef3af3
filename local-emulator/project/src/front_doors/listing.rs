//! Lists front doors for the developer.

use std::fmt;
use std::net::SocketAddr;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{FrontDoor, FunctionRoute, Url};

/// A front door with its URL, if it has an address, and a line for each route: the folder, the route key or the URL,
/// and the package or logical id.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// The front door that is listed.
    pub door: &'a FrontDoor,
    /// The address that it listens on.
    pub address: Option<SocketAddr>,
    /// Whether the URL ends with the stage.
    pub with_stage: bool,
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.heading(f)?;
        let rows = self.rows();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let (first, second) = (width(0), width(1));
        for [place, way, function] in &rows {
            write!(f, "\n  {place:first$}  {way:second$}  {function}")?;
        }
        Ok(())
    }
}

impl Listing<'_> {
    /// Returns the URL of the front door. Each function of Function URLs has its own.
    fn url(&self) -> Option<String> {
        match self.door {
            FrontDoor::FunctionUrls(_) => None,
            _ => self.address.map(|address| format!("http://{address}{}", self.stage())),
        }
    }

    /// Prints `rest-api  http://127.0.0.1:3001/Prod`, with the logical id of an API that the template declares.
    fn heading(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.door.title())?;
        match (self.address, self.door) {
            // Each function has a URL of its own.
            (Some(address), FrontDoor::FunctionUrls(_)) => write!(f, "  port {}", address.port()),
            (Some(address), _) => write!(f, "  http://{address}{}", self.stage()),
            (None, _) if self.stage().is_empty() => Ok(()),
            (None, _) => write!(f, "  {}", self.stage()),
        }
    }

    fn stage(&self) -> String {
        if self.with_stage { self.door.stage_path() } else { String::new() }
    }

    /// Returns the route, the route key or URL, and the package or logical id of each way to a function.
    pub fn rows(&self) -> Vec<[String; 3]> {
        match self.door {
            FrontDoor::Api { routes, .. } | FrontDoor::LoadBalancer { routes, .. } => {
                routes.iter().map(route_row).collect()
            }
            FrontDoor::FunctionUrls(urls) => urls.iter().map(|url| self.url_row(url)).collect(),
        }
    }

    fn url_row(&self, url: &Url) -> [String; 3] {
        let port = self.address.map(|address| format!(":{}", address.port())).unwrap_or_default();
        let way = format!("http://{}.localhost{port}/", url.hosts[0]);
        [url.place.clone(), way, url.function.name().to_owned()]
    }
}

/// A way to a function.
#[derive(Serialize)]
struct Way {
    /// The folder as a path, or the logical id of a function that is not built.
    route: String,
    /// A route key, or a URL.
    key: String,
    /// The package, or the logical id.
    function: String,
}

impl Serialize for Listing<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.door.kind().name())?;
        map.serialize_entry("name", self.door.name())?;
        if let Some(url) = self.url() {
            map.serialize_entry("url", &url)?;
        }
        let ways = self.rows().into_iter().map(|[route, key, function]| Way { route, key, function });
        map.serialize_entry("routes", &ways.collect::<Vec<_>>())?;
        map.end()
    }
}

fn route_row(route: &FunctionRoute) -> [String; 3] {
    [route.place.clone(), route.key.to_string(), route.function.name().to_owned()]
}
