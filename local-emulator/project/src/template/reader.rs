//! Collects what is wrong with a template, so that a developer sees all of it at once.

use super::node::Node;
use super::{Complaint, Fault};

#[derive(Debug)]
pub(super) struct Reader {
    file: &'static str,
    /// The logical id of the function that is being read.
    function: Option<String>,
    errors: Vec<Complaint>,
    warnings: Vec<Complaint>,
}

impl Reader {
    pub(super) fn new(file: &'static str) -> Self {
        Self { file, function: None, errors: Vec::new(), warnings: Vec::new() }
    }

    /// What is complained of from here on is about this function, or about none.
    pub(super) fn turn_to(&mut self, function: Option<&str>) {
        self.function = function.map(str::to_owned);
    }

    /// Something that AWS refuses.
    pub(super) fn error(&mut self, node: Node<'_>, message: impl Into<String>) {
        self.fault(node, Fault::Refused, message);
    }

    /// Something that AWS refuses, of a certain kind.
    pub(super) fn fault(&mut self, node: Node<'_>, fault: Fault, message: impl Into<String>) {
        let complaint = self.complaint(node, fault, message);
        push_once(&mut self.errors, complaint);
    }

    /// Something that AWS takes and the emulator cannot.
    pub(super) fn warning(&mut self, node: Node<'_>, message: impl Into<String>) {
        let complaint = self.complaint(node, Fault::Emulator, message);
        push_once(&mut self.warnings, complaint);
    }

    /// The errors, then the warnings.
    pub(super) fn finish(self) -> (Vec<Complaint>, Vec<Complaint>) {
        (self.errors, self.warnings)
    }

    fn complaint(&self, node: Node<'_>, fault: Fault, message: impl Into<String>) -> Complaint {
        let functions = self.function.iter().cloned().collect();
        Complaint { file: self.file, place: node.place(), message: message.into(), fault, functions }
    }
}

/// What stands in `Globals` is read once for each function, and told once.
fn push_once(complaints: &mut Vec<Complaint>, complaint: Complaint) {
    let is_it =
        |other: &&mut Complaint| (other.place, &other.message) == (complaint.place, &complaint.message);
    match complaints.iter_mut().find(is_it) {
        Some(known) => known.functions.extend(complaint.functions),
        None => complaints.push(complaint),
    }
}
