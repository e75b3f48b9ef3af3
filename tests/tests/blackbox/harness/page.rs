//! Pages of the guide.

use std::fs;

use super::checkout;

/// Reads a page of the guide.
pub(crate) fn page(name: &str) -> String {
    fs::read_to_string(checkout().join("docs/guide").join(name)).unwrap()
}

/// Returns the first fence after the only occurrence of `words`, without the indent of its list.
pub(crate) fn fence_after(page: &str, words: &str) -> String {
    let mut parts = page.split(words);
    let (Some(_), Some(rest), None) = (parts.next(), parts.next(), parts.next()) else {
        panic!("the page does not have `{words}` once");
    };
    let mut lines = rest.lines().skip_while(|line| !line.trim_start().starts_with("```"));
    let indent = lines.next().and_then(|opening| opening.find('`')).unwrap();
    let is_text = |line: &&str| !line.trim_start().starts_with("```");
    lines.take_while(is_text).map(|line| line.get(indent..).unwrap_or_default().to_owned() + "\n").collect()
}
