//! The picture of the rooms in `docs/rooms.md`, drawn from the imports.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::order::{Arrows, Order};

/// Draws the rooms of a package as a Mermaid graph. An arrow is left out where others lead the same way.
pub(super) fn draw(order: &Order, arrows: &Arrows) -> String {
    let downward: BTreeSet<(&str, &str)> = arrows
        .keys()
        .map(|(from, to)| (from.as_str(), to.as_str()))
        .filter(|(from, to)| *from != "lib" && order.is_above(from, to))
        .collect();
    let mut picture = String::from("```mermaid\nflowchart TD\n");
    for (from, to) in &downward {
        let mut between = downward.iter().filter(|(start, next)| start == from && next != to);
        if !between.any(|(_, next)| leads_to(&downward, next, to)) {
            let _ = writeln!(picture, "    {from} --> {to}");
        }
    }
    picture.push_str("```\n");
    picture
}

fn leads_to(arrows: &BTreeSet<(&str, &str)>, from: &str, to: &str) -> bool {
    arrows.iter().any(|(start, next)| *start == from && (*next == to || leads_to(arrows, next, to)))
}

/// Replaces the picture of a package on a page, between its two markers.
pub(super) fn replace(page: &str, package: &str, picture: &str) -> String {
    let start = format!("<!-- rooms of {package} -->\n");
    let end = "<!-- end of rooms -->";
    let (before, rest) =
        page.split_once(&start).unwrap_or_else(|| panic!("the page has no marker `{}`", start.trim_end()));
    let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("the page has no marker `{end}`"));
    format!("{before}{start}{picture}{end}{after}")
}
