//! Collects the mistakes of a template, so that a developer sees all of them at once.

use std::collections::{BTreeMap, BTreeSet};

use super::load::RepeatedKey;
use super::value::TemplateValue;
use super::{Complaint, Fault, SourcePosition};
use crate::tool::command;

#[derive(Debug)]
pub(super) struct Reader {
    file: String,
    /// The names of the included files.
    included: BTreeMap<usize, String>,
    /// The parameters that have neither a value nor a `Default`.
    open_parameters: BTreeSet<String>,
    errors: Vec<Complaint>,
    warnings: Vec<Complaint>,
}

impl Reader {
    pub(super) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            included: BTreeMap::new(),
            open_parameters: BTreeSet::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds the name of an included file.
    pub(super) fn add_file(&mut self, number: usize, name: String) {
        self.included.insert(number, name);
    }

    /// Adds the complaint about a file that cannot be read at all.
    pub(super) fn refuse(&mut self, complaint: Complaint) {
        push_once(&mut self.errors, complaint);
    }

    /// Adds the parameters whose values can be given.
    pub(super) fn with_open_parameters(&mut self, names: impl IntoIterator<Item = String>) {
        self.open_parameters.extend(names);
    }

    /// Warns of a value that the file does not decide, with the value that the emulator takes instead.
    pub(super) fn unknown(&mut self, name: &str, node: &TemplateValue, otherwise: &str) {
        let intrinsic = node.intrinsic().unwrap_or_default();
        let parameter =
            node.reference().filter(|name| intrinsic == "!Ref" && self.open_parameters.contains(name));
        let message = match parameter {
            Some(parameter) => format!(
                "`{name}` is the parameter `{parameter}`, which has no `Default`: the emulator takes {otherwise}; give it a \
                 value with `{}`",
                command(&format!("dev --parameter-overrides {parameter}=VALUE"))
            ),
            None => {
                format!("`{name}` is `{intrinsic}`, which only AWS can tell: the emulator takes {otherwise}")
            }
        };
        self.warning(node, message);
    }

    /// Reports a value that AWS refuses.
    pub(super) fn error(&mut self, node: &TemplateValue, message: impl Into<String>) {
        self.fault(node, Fault::Refused, message);
    }

    /// Reports a position that AWS refuses.
    pub(super) fn refuse_value(&mut self, place: SourcePosition, message: impl Into<String>) {
        let complaint = self.complaint(place, Fault::Refused, message);
        push_once(&mut self.errors, complaint);
    }

    /// Reports a value that AWS refuses, with its kind of mistake.
    pub(super) fn fault(&mut self, node: &TemplateValue, fault: Fault, message: impl Into<String>) {
        let complaint = self.complaint(node.place(), fault, message);
        push_once(&mut self.errors, complaint);
    }

    /// Warns of a value that AWS accepts and the emulator does not.
    pub(super) fn warning(&mut self, node: &TemplateValue, message: impl Into<String>) {
        self.caution(node.place(), Fault::Emulator, message);
    }

    /// Warns of a repeated key.
    pub(super) fn repeated(&mut self, key: &RepeatedKey) {
        let RepeatedKey { name, first, last } = key;
        let message = format!("`{name}` is at line {} too: SAM reads only this one", first.line);
        self.caution(*last, Fault::RepeatedKey, message);
    }

    /// Warns of a surprise that works.
    pub(super) fn caution(&mut self, place: SourcePosition, fault: Fault, message: impl Into<String>) {
        let complaint = self.complaint(place, fault, message);
        push_once(&mut self.warnings, complaint);
    }

    /// Returns the errors, then the warnings.
    pub(super) fn finish(self) -> (Vec<Complaint>, Vec<Complaint>) {
        (self.errors, self.warnings)
    }

    fn complaint(&self, place: SourcePosition, fault: Fault, message: impl Into<String>) -> Complaint {
        let file = self.included.get(&place.file).unwrap_or(&self.file).clone();
        Complaint { file, place, message: message.into(), fault }
    }
}

/// Adds a complaint once. `Globals` is read for each function, and reported once.
fn push_once(complaints: &mut Vec<Complaint>, complaint: Complaint) {
    let is_it = |other: &Complaint| (other.place, &other.message) == (complaint.place, &complaint.message);
    if !complaints.iter().any(is_it) {
        complaints.push(complaint);
    }
}
