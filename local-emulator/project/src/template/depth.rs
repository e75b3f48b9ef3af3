//! Refuses what is nested too deeply before anything walks over it: a node's own code, and that of the YAML
//! libraries, call themselves once for each level, and a stack has an end.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser};

use super::Place;
use crate::text::yaml::MAX_DEPTH;

/// Returns where `text` first goes deeper than [`MAX_DEPTH`] levels. Text that is not YAML goes no deeper than its
/// first mistake.
///
/// An alias counts with all levels of the node that it repeats, since each alias becomes a copy.
pub(super) fn too_deep(text: &str) -> Option<Place> {
    let mut heights = Heights::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        match event {
            Event::MappingStart(anchor, _) | Event::SequenceStart(anchor, _) => heights.open(anchor),
            Event::MappingEnd | Event::SequenceEnd => heights.close(),
            Event::Alias(anchor) => heights.alias(anchor),
            _ => {}
        }
        if heights.deepest > MAX_DEPTH {
            return Some(place(&span.start));
        }
    }
    None
}

fn place(marker: &Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1 }
}

/// How many levels are open, and how many each anchor stands for.
#[derive(Debug, Default)]
struct Heights {
    /// The anchor of each open node, and how many levels have been seen below it.
    open: Vec<(usize, usize)>,
    anchors: HashMap<usize, usize>,
    /// The most levels so far, copies included.
    deepest: usize,
}

impl Heights {
    fn open(&mut self, anchor: usize) {
        self.open.push((anchor, 0));
        self.deepest = self.deepest.max(self.open.len());
    }

    fn close(&mut self) {
        let Some((anchor, below)) = self.open.pop() else { return };
        let height = below + 1;
        // 0 stands for no anchor.
        if anchor != 0 {
            self.anchors.insert(anchor, height);
        }
        self.add(height);
    }

    fn alias(&mut self, anchor: usize) {
        let height = self.anchors.get(&anchor).copied().unwrap_or_default();
        self.deepest = self.deepest.max(self.open.len() + height);
        self.add(height);
    }

    /// A node of this height is in the innermost open one.
    fn add(&mut self, height: usize) {
        if let Some((_, below)) = self.open.last_mut() {
            *below = height.max(*below);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, too_deep};

    fn block(levels: usize) -> String {
        (0..levels).map(|level| " ".repeat(level) + "a:\n").collect()
    }

    fn flow(levels: usize) -> String {
        format!("{}{}", "[".repeat(levels), "]".repeat(levels))
    }

    #[test]
    fn levels_count_alike_in_both_styles() {
        assert_eq!(too_deep(&block(MAX_DEPTH)), None);
        assert_eq!(too_deep(&flow(MAX_DEPTH)), None);
        assert_eq!(too_deep(&block(MAX_DEPTH + 1)).unwrap().line, MAX_DEPTH + 1);
        assert_eq!(too_deep(&flow(MAX_DEPTH + 1)).unwrap().column, MAX_DEPTH + 1);
    }

    #[test]
    fn alias_counts_with_the_levels_of_its_node() {
        let half = MAX_DEPTH / 2;
        let text =
            |levels| format!("a: &a {}\nb: {}*a{}\n", flow(half), "[".repeat(levels), "]".repeat(levels));
        assert_eq!(too_deep(&text(half - 1)), None);
        assert_eq!(too_deep(&text(half)).unwrap().line, 2);
    }
}
