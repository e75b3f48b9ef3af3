//! The pages as functions, and which of them a request reaches.

use api_routes::Route;
use api_routes_project::aws::http_api::RouteTable;
use api_routes_routing::{Pattern, conflicts, divergences};

use crate::case::Request;
use crate::fixtures;

/// A page of the project that Next.js was asked about, as a function.
pub(crate) struct Page {
    /// `pages/api/posts/[id].js`.
    pub(crate) file: &'static str,
    pub(crate) pattern: Pattern,
    /// What answers. A page that no case reaches has nothing to say.
    pub(crate) route: Option<Route>,
}

/// All pages, behind the route keys of an API.
pub(crate) struct Deployment {
    pub(crate) pages: Vec<Page>,
    table: RouteTable<usize>,
}

/// What API Gateway found for a request.
pub(crate) struct Selected<'d> {
    pub(crate) page: &'d Page,
    /// `ANY /api/posts/{id}`.
    pub(crate) key: &'d str,
    /// By name, encoded.
    pub(crate) parameters: Vec<(String, &'d str)>,
}

impl Deployment {
    pub(crate) fn new() -> Self {
        let files = include_str!("../../fixtures/corpus/pages.txt").lines();
        let pages: Vec<_> = files.map(Page::new).collect();
        // What API Gateway cannot write as a route key is not deployed there.
        let deployable = pages.iter().enumerate().filter(|(_, page)| page.pattern.deployable().is_ok());
        let keys =
            deployable.flat_map(|(id, page)| page.pattern.route_keys().into_iter().map(move |key| (key, id)));
        let table = RouteTable::new(keys).unwrap();
        Self { pages, table }
    }

    pub(crate) fn page(&self, file: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.file == file)
    }

    /// `path` is encoded.
    pub(crate) fn select<'d>(&'d self, request: &Request, path: &'d str) -> Option<Selected<'d>> {
        let found = self.table.select(&request.method, path)?;
        let page = &self.pages[*found.target];
        Some(Selected { page, key: found.key, parameters: parameters(found.key, path) })
    }
}

impl Page {
    fn new(file: &'static str) -> Self {
        let folder = file.strip_prefix("pages/").and_then(|file| file.strip_suffix(".js")).unwrap();
        Self { file, pattern: Pattern::from_folder(folder).unwrap(), route: fixtures::route(file) }
    }
}

impl<'d> Selected<'d> {
    /// `/api/posts/{id}`.
    pub(crate) fn path(&self) -> &'d str {
        self.key.split_once(' ').map_or("", |(_, path)| path)
    }

    /// Where nothing is selected.
    pub(crate) fn page(page: &'d Page) -> Self {
        Self { page, key: "$default", parameters: Vec::new() }
    }
}

/// Segment by segment; a greedy one has the rest.
fn parameters<'d>(key: &str, path: &'d str) -> Vec<(String, &'d str)> {
    let mut parameters = Vec::new();
    let mut rest = path;
    for segment in key.split('/').skip(1) {
        rest = rest.split_once('/').map_or("", |(_, rest)| rest);
        let Some(name) = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) else {
            continue;
        };
        match name.strip_suffix('+') {
            Some(name) => parameters.push((name.to_owned(), rest)),
            None => parameters.push((name.to_owned(), rest.split('/').next().unwrap_or_default())),
        }
    }
    parameters
}

fn patterns() -> Vec<(&'static str, Pattern)> {
    Deployment::new().pages.into_iter().map(|page| (page.file, page.pattern)).collect()
}

/// Next.js built this project, so nothing in it may be a conflict.
#[test]
fn no_two_pages_are_in_conflict() {
    assert!(conflicts(&patterns()).is_empty(), "{:?}", conflicts(&patterns()));
}

/// `divergences` finds none in this tree, and so no case may depart because another page was chosen.
#[test]
fn next_and_api_gateway_choose_the_same_page_for_every_path() {
    assert!(divergences(&patterns()).is_empty(), "{:?}", divergences(&patterns()));
}
