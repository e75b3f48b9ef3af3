//! Front doors as the developer is told of them.

use std::fmt;
use std::net::SocketAddr;

use super::{FrontDoor, Route, Url};

/// A front door with its URL, if it has one already, and a line for each way to a function: where the code is,
/// the route key or the URL, and the package or logical id.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// What is listed.
    pub door: &'a FrontDoor,
    /// Where it listens.
    pub address: Option<SocketAddr>,
    /// Whether the stage stands in the path.
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
    /// `rest-api  http://127.0.0.1:3001/Prod`, with the logical id of an API that stands in the template.
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

    fn rows(&self) -> Vec<[String; 3]> {
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

fn route_row(route: &Route) -> [String; 3] {
    [route.place.clone(), route.key.to_string(), route.function.name().to_owned()]
}
