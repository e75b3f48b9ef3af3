//! Circles: files that import each other, directly or through other files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use crate::imports::Imports;

/// The files of one circle, each of which reaches every other.
pub(super) type Circle = BTreeSet<String>;

/// Finds all circles, the largest first.
pub(super) fn circles(imports: &Imports) -> Vec<Circle> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|file| (file.as_str(), reached_from(imports, file))).collect();
    let mut circles = BTreeSet::new();
    for (file, others) in &reached {
        let circle: Circle = others
            .iter()
            .filter(|other| reached.get(*other).is_some_and(|back| back.contains(file)))
            .map(ToString::to_string)
            .collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    let mut circles: Vec<_> = circles.into_iter().collect();
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    circles
}

/// Returns the files that a file imports, directly or through other files.
fn reached_from<'i>(imports: &'i Imports, file: &'i str) -> BTreeSet<&'i str> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![file];
    while let Some(next) = waiting.pop() {
        let others = imports.get(next).into_iter().flat_map(BTreeMap::keys);
        waiting.extend(others.map(String::as_str).filter(|other| reached.insert(*other)));
    }
    reached
}

/// Prints a circle: the shortest way through it, then every import between its files.
pub(super) fn describe(imports: &Imports, circle: &Circle) -> String {
    let mut text = format!("{} files import each other. The shortest way round:\n", circle.len());
    let ways = circle.iter().filter_map(|file| way_round(imports, circle, file));
    let way = ways.min_by_key(Vec::len).unwrap_or_default();
    for step in way.windows(2) {
        add_arrow(&mut text, imports, &step[0], &step[1]);
    }
    if way.len() <= circle.len() {
        text.push_str("All imports between these files:\n");
        for file in circle {
            for other in imports[file].keys().filter(|other| circle.contains(*other)) {
                add_arrow(&mut text, imports, file, other);
            }
        }
    }
    text
}

fn add_arrow(text: &mut String, imports: &Imports, file: &str, other: &str) {
    let names: Vec<_> = imports[file][other].iter().map(String::as_str).collect();
    let _ = writeln!(text, "    {file} -> {other}: {}", names.join(", "));
}

/// The shortest way from a file through its circle and back, with the file at both ends.
fn way_round(imports: &Imports, circle: &Circle, start: &str) -> Option<Vec<String>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(file) = waiting.pop_front() {
        for other in imports[file].keys().filter(|other| circle.contains(*other)) {
            if other == start {
                let mut way = vec![start.to_owned(), file.to_owned()];
                while way[way.len() - 1] != start {
                    way.push(came_from[way[way.len() - 1].as_str()].to_owned());
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(other.as_str()) {
                came_from.insert(other.as_str(), file);
                waiting.push_back(other);
            }
        }
    }
    None
}
