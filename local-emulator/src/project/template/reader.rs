//! Collects what is wrong with a template, so that a developer sees all of it at once.

use super::Complaint;
use super::node::Node;

#[derive(Debug)]
pub(super) struct Reader {
    file: &'static str,
    errors: Vec<Complaint>,
    warnings: Vec<Complaint>,
}

impl Reader {
    pub(super) fn new(file: &'static str) -> Self {
        Self { file, errors: Vec::new(), warnings: Vec::new() }
    }

    /// Something that AWS refuses.
    pub(super) fn error(&mut self, node: Node<'_>, message: impl Into<String>) {
        let complaint = self.complaint(node, message);
        push_once(&mut self.errors, complaint);
    }

    /// Something that AWS takes and the emulator cannot.
    pub(super) fn warning(&mut self, node: Node<'_>, message: impl Into<String>) {
        let complaint = self.complaint(node, message);
        push_once(&mut self.warnings, complaint);
    }

    /// The errors, then the warnings.
    pub(super) fn finish(self) -> (Vec<Complaint>, Vec<Complaint>) {
        (self.errors, self.warnings)
    }

    fn complaint(&self, node: Node<'_>, message: impl Into<String>) -> Complaint {
        Complaint { file: self.file, place: node.place(), message: message.into() }
    }
}

/// What stands in `Globals` is read once for each function, and told once.
fn push_once(complaints: &mut Vec<Complaint>, complaint: Complaint) {
    if !complaints.contains(&complaint) {
        complaints.push(complaint);
    }
}
