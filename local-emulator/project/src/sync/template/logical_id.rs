//! Names of resources.

use std::collections::BTreeSet;

use api_routes_routing::Pattern;

use crate::text::yaml::{Document, Node};

/// CloudFormation's limit:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>.
const LIMIT: usize = 255;

/// The names in use. Parameters and resources may not share a name.
pub(super) struct LogicalIds(BTreeSet<String>);

impl LogicalIds {
    pub(super) fn read(document: &Document<'_>) -> Self {
        let sections = ["Resources", "Parameters"].into_iter();
        let sections = sections.filter_map(|name| document.root()?.get(name));
        let names = sections.flat_map(Node::entries).filter_map(|entry| entry.key.text());
        Self(names.map(str::to_owned).collect())
    }

    /// Returns a free name for the function of a route, and reserves it.
    pub(super) fn take(&mut self, pattern: &Pattern) -> String {
        let name = name(pattern);
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let free = names.find(|name| !self.0.contains(name)).unwrap_or_default();
        self.0.insert(free.clone());
        free
    }
}

/// Returns `PostsIdFunction` for `/api/posts/[id]`: a logical id has only letters and digits.
fn name(pattern: &Pattern) -> String {
    let route = pattern.to_string();
    let below_api = route.strip_prefix("/api").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let words = below_api.unwrap_or(&route).split(|c: char| !c.is_ascii_alphanumeric());
    let words: String = words.map(capitalised).collect();
    let words = if words.is_empty() { "Index" } else { &words };
    format!("{}Function", &words[..words.len().min(LIMIT - "Function9999".len())])
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().map(|first| first.to_ascii_uppercase()).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::{LogicalIds, Pattern};
    use crate::text::yaml::parse;

    #[test]
    fn function_has_the_name_of_its_route() {
        for (route, expected) in [
            ("/api/posts/[id]", "PostsIdFunction"),
            ("/api/shop/[[...slug]]", "ShopSlugFunction"),
            ("/api", "IndexFunction"),
            ("/", "IndexFunction"),
            ("/apis/user", "ApisUserFunction"),
            ("/api/sign-in/oauth2.0_x", "SignInOauth20XFunction"),
            ("/api/v1/1", "V11Function"),
        ] {
            let document = parse("{}").unwrap();
            let pattern = Pattern::parse(route).unwrap();
            assert_eq!(LogicalIds::read(&document).take(&pattern), expected, "{route}");
        }
    }

    #[test]
    fn name_that_is_taken_gets_a_number() {
        let text = "Parameters: {AbFunction: {}}\nResources: {AbFunction2: {}}\n";
        let document = parse(text).unwrap();
        let mut names = LogicalIds::read(&document);
        let took = ["/api/ab", "/api/Ab", "/api/a-b", "/api/a/b"]
            .map(|route| names.take(&Pattern::parse(route).unwrap()));
        assert_eq!(took, ["AbFunction3", "AbFunction4", "ABFunction", "ABFunction2"]);
    }

    #[test]
    fn name_is_not_too_long() {
        let pattern = Pattern::parse(&format!("/api/{}", "a".repeat(400))).unwrap();
        assert!(super::name(&pattern).len() <= super::LIMIT);
    }
}
