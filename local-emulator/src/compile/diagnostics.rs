//! The diagnostics of the compiler, by source folder.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use anstream::adapter::strip_str;
use cargo_metadata::CompilerMessage;
use cargo_metadata::diagnostic::DiagnosticLevel;

use api_routes_project::workspace::{Function, Project};

/// The diagnostics of one build.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    all: Vec<Diagnostic>,
    /// Cargo's own messages, without its progress and its warnings.
    cargo: String,
    /// The warnings of Cargo and of build scripts, which Cargo repeats in each call.
    warnings: Vec<String>,
}

#[derive(Debug)]
struct Diagnostic {
    /// The source folder; `None` for a package from elsewhere, such as a registry or a path outside the workspace.
    folder: Option<PathBuf>,
    is_error: bool,
    /// The text, with colours.
    rendered: String,
}

impl Diagnostics {
    /// Keeps a message. Returns the text to print if it is new: each round of a build repeats the messages of common
    /// dependencies.
    pub(super) fn add(&mut self, message: &CompilerMessage, project: &Project) -> Option<&str> {
        let rendered = rendered(message)?.trim_end();
        let folder = project.owner(message.target.src_path.as_std_path()).map(Path::to_owned);
        if self.all.iter().any(|known| known.rendered == rendered && known.folder == folder) {
            return None;
        }
        self.all.push(Diagnostic { folder, is_error: is_error(message), rendered: rendered.to_owned() });
        self.all.last().map(|diagnostic| diagnostic.rendered.as_str())
    }

    /// Keeps and returns the reason for which Cargo refuses a function.
    pub(super) fn refuse(&mut self, function: &Function, words: String) -> String {
        let folder = Some(function.folder.clone());
        self.all.push(Diagnostic { folder, is_error: true, rendered: words.clone() });
        words
    }

    /// Keeps a message of Cargo, or one about Cargo.
    pub(super) fn add_words(&mut self, words: impl Display) {
        self.cargo = format!("{}{words}", self.cargo);
    }

    /// Keeps a warning of Cargo or of a build script; `false` if it is known.
    pub(super) fn add_warning(&mut self, warning: &str) -> bool {
        let is_new = !self.has_warning(warning);
        if is_new {
            self.warnings.push(warning.to_owned());
        }
        is_new
    }

    /// Whether there is no diagnostic of the compiler and no message of Cargo.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.cargo.is_empty()
    }

    pub(super) fn has_warning(&self, rendered: &str) -> bool {
        self.warnings.iter().any(|warning| warning == rendered)
            || self.all.iter().any(|diagnostic| !diagnostic.is_error && diagnostic.rendered == rendered)
    }

    pub(super) fn has_error(&self, rendered: &str) -> bool {
        self.all.iter().any(|diagnostic| diagnostic.is_error && diagnostic.rendered == rendered)
    }

    /// Whether these diagnostics have a failure that `there` does not have.
    pub(super) fn has_other_failures(&self, there: &Self) -> bool {
        let mut errors = self.all.iter().filter(|diagnostic| diagnostic.is_error);
        self.cargo != there.cargo || errors.any(|error| !there.has_error(&error.rendered))
    }

    /// Returns both diagnostics together.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.all.extend(other.all);
        self.warnings.extend(other.warnings);
        self.add_words(other.cargo);
        self
    }

    /// Returns Cargo's own words, if no error of the compiler explains a failure.
    pub(super) fn cargos_failure(&self) -> Option<&str> {
        let unexplained = !self.all.iter().any(|diagnostic| diagnostic.is_error);
        unexplained.then(|| self.cargo.trim_end())
    }

    /// Returns the reason for which a function was not built, in plain text: the errors of its own sources, else those of
    /// packages from elsewhere, else Cargo's messages (about a manifest or a build script).
    pub(super) fn for_function(&self, function: &Function) -> String {
        let is_source =
            |folder: &Option<PathBuf>| folder.as_ref().is_some_and(|f| function.sources.contains(f));
        let own = self.errors(|diagnostic| is_source(&diagnostic.folder));
        let words = if own.is_empty() { self.errors(|diagnostic| diagnostic.folder.is_none()) } else { own };
        if words.is_empty() { self.cargo.trim_end().to_owned() } else { words }
    }

    fn errors(&self, is_wanted: impl Fn(&Diagnostic) -> bool) -> String {
        let errors = self.all.iter().filter(|diagnostic| diagnostic.is_error && is_wanted(diagnostic));
        errors.map(|error| strip_str(&error.rendered).to_string()).collect::<Vec<_>>().join("\n\n")
    }
}

fn is_error(message: &CompilerMessage) -> bool {
    matches!(message.message.level, DiagnosticLevel::Error | DiagnosticLevel::Ice)
}

/// Returns the text of a message. The compiler's own summary (`aborting due to …`, `1 warning emitted`) is left out, as Cargo
/// leaves it out.
fn rendered(message: &CompilerMessage) -> Option<&str> {
    let diagnostic = &message.message;
    let is_summary = diagnostic.message.starts_with("aborting due to")
        || diagnostic.message.ends_with("warning emitted")
        || diagnostic.message.ends_with("warnings emitted")
        || diagnostic.level == DiagnosticLevel::FailureNote;
    diagnostic.rendered.as_deref().filter(|_| !is_summary)
}
