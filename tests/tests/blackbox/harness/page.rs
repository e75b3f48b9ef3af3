//! Pages of the guide, followed to the letter.

use std::fs;

use super::checkout;

/// The text of a page of the guide.
pub(crate) fn page(name: &str) -> String {
    fs::read_to_string(checkout().join("docs/guide").join(name)).unwrap()
}

/// The first fence after the only place of `words`, without the indent of the list that it is in.
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
