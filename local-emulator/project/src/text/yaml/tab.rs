//! Tabs, which YAML 1.2 takes as white space and PyYAML does not.

use super::node::{Node, NodeData, Quotes};
use super::parse::Document;

impl Document<'_> {
    /// Returns the line and the column, both from 1, of the first tab that SAM's reader refuses. It accepts tabs in
    /// quotes, in comments and in block scalars, and anywhere in JSON, which it tries first:
    /// <https://github.com/aws/aws-sam-cli/blob/develop/samcli/yamlhelper.py>.
    pub(crate) fn refused_tab(&self) -> Option<(usize, usize)> {
        if !self.text.contains('\t') || serde_json::from_str::<serde::de::IgnoredAny>(self.text).is_ok() {
            return None;
        }
        let mut leaves: Vec<&Node> = Vec::new();
        for root in &self.roots {
            root.visit(&mut |node| {
                if matches!(node.data, NodeData::Scalar { .. } | NodeData::Alias(..)) {
                    leaves.push(node);
                }
            });
        }
        let mut end = 0;
        let mut is_after_block = false;
        for leaf in leaves {
            let start = leaf.span.start.max(end);
            let own =
                self.text[leaf.span.clone()].find('\t').filter(|_| leaf.quotes() == Some(Quotes::Plain));
            let before = in_gap(&self.text[end..start], is_after_block);
            if let Some(tab) = before.map(|tab| end + tab).or(own.map(|tab| leaf.span.start + tab)) {
                return Some(self.position(tab));
            }
            end = leaf.span.end.max(end);
            is_after_block = leaf.quotes() == Some(Quotes::Block);
        }
        in_gap(&self.text[end..], is_after_block).map(|tab| self.position(end + tab))
    }

    fn position(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..byte];
        let line = before.rsplit('\n').next().unwrap_or(before);
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}

/// Returns the first tab between two scalars that is not in a comment. Blank lines after a block scalar may belong to
/// the scalar.
fn in_gap(gap: &str, is_after_block: bool) -> Option<usize> {
    let blank = gap.len() - gap.trim_start().len();
    let skipped = if is_after_block { gap[..blank].rfind('\n').map_or(blank, |at| at + 1) } else { 0 };
    let mut from = skipped;
    for line in gap[skipped..].split_inclusive('\n') {
        let code = line.find('#').map_or(line, |comment| &line[..comment]);
        if let Some(tab) = code.find('\t') {
            return Some(from + tab);
        }
        from += line.len();
    }
    None
}
