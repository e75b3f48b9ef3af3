//! The pages, and the routes that lead to them.

use api_routes_routing::{Pattern, RouteKey, conflicts, divergences};

use crate::case::Lines;

/// A page of the project that Next.js served.
pub(crate) struct Page {
    /// `pages/api/posts/[id].js`.
    file: &'static str,
    pattern: Pattern,
}

/// All pages. The number of a page is its place in the list.
pub(crate) struct Pages(pub(crate) Vec<Page>);

impl Pages {
    pub(crate) fn read() -> Self {
        Self(include_str!("../../fixtures/corpus/pages.txt").lines().map(Page::new).collect())
    }

    /// Returns the file of the page with this number.
    pub(crate) fn file(&self, Lines(number): &Lines) -> &'static str {
        self.0[number.concat().parse::<usize>().unwrap()].file
    }

    /// Returns the host of a page's Function URL.
    pub(crate) fn host(&self, file: &str) -> String {
        let number = self.0.iter().position(|page| page.file == file);
        let number = number.unwrap_or_else(|| panic!("no page `{file}`"));
        format!("page{number}.localhost")
    }
}

impl Page {
    fn new(file: &'static str) -> Self {
        let folder = file.strip_prefix("pages/").and_then(|file| file.strip_suffix(".js")).unwrap();
        Self { file, pattern: Pattern::from_folder(folder).unwrap() }
    }

    /// Returns the paths of a page's route keys, or none if API Gateway cannot express them.
    pub(crate) fn paths(&self) -> Vec<String> {
        let keys = if self.pattern.deployable().is_ok() { self.pattern.route_keys() } else { Vec::new() };
        let path = |key: RouteKey| match key {
            RouteKey::Path { path, .. } => path.to_string(),
            RouteKey::Default => panic!("`$default` is no page"),
        };
        keys.into_iter().map(path).collect()
    }
}

fn patterns() -> Vec<(&'static str, Pattern)> {
    Pages::read().0.into_iter().map(|page| (page.file, page.pattern)).collect()
}

/// The project was built by Next.js, so its routes cannot conflict.
#[test]
fn no_two_pages_are_in_conflict() {
    assert!(conflicts(&patterns()).is_empty(), "{:?}", conflicts(&patterns()));
}

/// No case may depart because of the selection of a page: `divergences` finds none in this tree.
#[test]
fn next_and_api_gateway_choose_the_same_pages() {
    assert!(divergences(&patterns()).is_empty(), "{:?}", divergences(&patterns()));
}
