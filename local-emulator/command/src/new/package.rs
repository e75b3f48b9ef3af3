//! Names the package of a function after its route.

use std::collections::BTreeSet;

use api_routes_routing::Pattern;

/// Packages that a project depends on, and that a route must not have as its name: `/api/routes` is not `api-routes`.
const TAKEN: [&str; 3] = ["api-routes", "api-routes-project", "api-routes-routing"];

/// The names that Cargo refuses for a package with a program, or for its folder of built files: Rust's keywords, crates
/// that come with Rust, and names of Cargo's own folders.
/// <https://doc.rust-lang.org/cargo/reference/manifest.html#the-name-field>
const RESERVED: [&str; 58] = [
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "build",
    "const",
    "continue",
    "core",
    "crate",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "yield",
];

/// Whether a package cannot have a name, though its letters are right.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || TAKEN.contains(&name)
}

/// The maximum length of a name in the registry of crates. It is also short enough for the files with that name.
const LONGEST: usize = 64;

/// The lines of `[package]` that keep Cargo from taking a folder's `src/main.rs` for a target of the package
/// above.
const TARGET_FOLDERS: [(&str, &str); 3] = [
    ("tests", "autotests = false"),
    ("examples", "autoexamples = false"),
    ("benches", "autobenches = false"),
];

/// The names that were assigned.
///
/// Each name begins with `api-`, so it is never one of Rust's keywords or of the names that Cargo reserves
/// for binaries, such as `build` and `deps`.
#[derive(Debug, Default)]
pub(crate) struct PackageNames(BTreeSet<String>);

impl FromIterator<String> for PackageNames {
    /// Names that a workspace has already.
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

impl PackageNames {
    /// Assigns a free name to a route: `api-posts-id`, or `api-posts-id-2` if that is taken.
    pub(crate) fn assign(&mut self, route: &Pattern) -> String {
        let name = name(route);
        let numbered = (2_u32..).map(|number| {
            let suffix = format!("-{number}");
            format!("{}{suffix}", shortened(&name, LONGEST - suffix.len()))
        });
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let free = names.find(|name| !self.0.contains(name) && !TAKEN.contains(&name.as_str()));
        let free = free.unwrap_or(name);
        self.0.insert(free.clone());
        free
    }
}

/// Returns the lines that the manifest of a function needs because of functions in folders below.
pub(crate) fn manifest_lines(folder: &str, folders: &[String]) -> Vec<&'static str> {
    let exists = |below: &str| folders.iter().any(|other| *other == format!("{folder}/{below}"));
    TARGET_FOLDERS.into_iter().filter(|(below, _)| exists(below)).map(|(_, line)| line).collect()
}

/// Returns `api-posts-id` for `/api/posts/[id]`, `api-index` for `/api`.
pub(crate) fn name(route: &Pattern) -> String {
    let words = words(&route.to_string());
    let below = words.strip_prefix("api").unwrap_or(&words).trim_start_matches('-');
    match below {
        "" => "api-index".to_owned(),
        below => shortened(&format!("api-{below}"), LONGEST).to_owned(),
    }
}

/// The words of a route in lower case, with a hyphen between two: `getUser` is `get-user`.
fn words(route: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for letter in route.chars() {
        let begins = letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        let after_symbol = !before.is_ascii_alphanumeric();
        if letter.is_ascii_alphanumeric() {
            if (begins || after_symbol) && !words.is_empty() {
                words.push('-');
            }
            words.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    words
}

fn shortened(name: &str, length: usize) -> &str {
    name.get(..length).unwrap_or(name).trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assigned(routes: &[&str]) -> Vec<String> {
        let mut names = PackageNames::default();
        routes.iter().map(|route| names.assign(&Pattern::parse(route).unwrap())).collect()
    }

    #[test]
    fn package_is_named_after_its_route() {
        for (route, package) in [
            ("/api", "api-index"),
            ("/api/index", "api-index"),
            ("/api/posts", "api-posts"),
            ("/api/posts/[id]", "api-posts-id"),
            ("/api/docs/[...slug]", "api-docs-slug"),
            ("/api/shop/[[...slug]]", "api-shop-slug"),
            ("/api/sign-in/oauth2.0_x", "api-sign-in-oauth2-0-x"),
            ("/api/getUser/[userId]", "api-get-user-user-id"),
            ("/api/HTML", "api-html"),
            ("/api/2024/01", "api-2024-01"),
            ("/api/build", "api-build"),
            ("/api/fn", "api-fn"),
            ("/api/_", "api-index"),
            ("/api/na\u{ef}ve", "api-na-ve"),
            ("/api/api", "api-api"),
        ] {
            assert_eq!(assigned(&[route]), [package], "{route}");
        }
    }

    #[test]
    fn taken_name_gets_a_number() {
        for (routes, packages) in [
            (&["/api/a-b", "/api/a/b", "/api/a_b"][..], &["api-a-b", "api-a-b-2", "api-a-b-3"][..]),
            (&["/api/a-b", "/api/a/b", "/api/a/b/2"], &["api-a-b", "api-a-b-2", "api-a-b-2-2"]),
            (&["/api", "/api/index"], &["api-index", "api-index-2"]),
            (&["/api/routes", "/api/routes/routing"], &["api-routes-2", "api-routes-routing-2"]),
        ] {
            assert_eq!(assigned(routes), packages);
        }
    }

    #[test]
    fn nested_target_folder_needs_a_line_in_the_manifest() {
        let folders = ["functions/api/exam", "functions/api/exam/tests", "functions/api/exam/examples/[id]"];
        let folders = folders.map(str::to_owned);
        assert_eq!(manifest_lines("functions/api/exam", &folders), ["autotests = false"]);
        assert_eq!(manifest_lines("functions/api/exam/tests", &folders), [""; 0]);
    }

    proptest! {
        #[test]
        fn names_are_valid_and_unique(
            texts in prop::collection::vec("[a-cA-C0-2._:é-]{1,40}(/[ab-]{1,40})?", 1..12),
        ) {
            let routes: Vec<_> = texts.iter().map(|text| format!("/api/{text}")).collect();
            let names = assigned(&routes.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
            for name in names {
                prop_assert!(name.starts_with("api-") && name.len() <= LONGEST, "{}", name);
                prop_assert!(!name.ends_with('-') && !name.contains("--"), "{}", name);
                let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                prop_assert!(name.chars().all(valid), "{}", name);
            }
        }
    }
}
