//! What the compiler said of which source folder.

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
    /// What Cargo itself said, without its progress and its warnings.
    cargo: String,
    /// The warnings of Cargo and of build scripts, which it repeats in each call.
    warnings: Vec<String>,
}

#[derive(Debug)]
struct Diagnostic {
    /// `None` for a package of somewhere else: a registry, a path out of the workspace.
    folder: Option<PathBuf>,
    is_error: bool,
    /// With colours.
    rendered: String,
}

impl Diagnostics {
    /// Keeps a message, and gives back what there is to print of it. Each round of a build repeats those of what its
    /// functions have in common.
    pub(super) fn add(&mut self, message: &CompilerMessage, project: &Project) -> Option<&str> {
        let rendered = rendered(message)?.trim_end();
        let folder = project.owner(message.target.src_path.as_std_path()).map(Path::to_owned);
        if self.all.iter().any(|known| known.rendered == rendered && known.folder == folder) {
            return None;
        }
        self.all.push(Diagnostic { folder, is_error: is_error(message), rendered: rendered.to_owned() });
        self.all.last().map(|diagnostic| diagnostic.rendered.as_str())
    }

    /// Keeps why Cargo refuses a function, and gives it back to be printed.
    pub(super) fn refuse(&mut self, function: &Function, words: String) -> String {
        let folder = Some(function.folder.clone());
        self.all.push(Diagnostic { folder, is_error: true, rendered: words.clone() });
        words
    }

    /// Keeps words that are Cargo's, or ours of Cargo.
    pub(super) fn say(&mut self, words: impl Display) {
        self.cargo = format!("{}{words}", self.cargo);
    }

    /// Keeps a warning of Cargo or of a build script; `false` if it is known.
    pub(super) fn warn(&mut self, warning: &str) -> bool {
        let is_new = !self.has_warning(warning);
        if is_new {
            self.warnings.push(warning.to_owned());
        }
        is_new
    }

    /// Whether neither the compiler nor Cargo has said anything.
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

    /// Whether something has failed here that has not failed there.
    pub(super) fn has_other_failures(&self, there: &Self) -> bool {
        let mut errors = self.all.iter().filter(|diagnostic| diagnostic.is_error);
        self.cargo != there.cargo || errors.any(|error| !there.has_error(&error.rendered))
    }

    /// All that both have.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.all.extend(other.all);
        self.warnings.extend(other.warnings);
        self.say(other.cargo);
        self
    }

    /// Cargo's own words, if the compiler said nothing that explains a failure.
    pub(super) fn cargos_failure(&self) -> Option<&str> {
        let unexplained = !self.all.iter().any(|diagnostic| diagnostic.is_error);
        unexplained.then(|| self.cargo.trim_end())
    }

    /// Why a function was not built, in plain text: the errors of its own sources, else those of
    /// packages from elsewhere, else what Cargo said (a manifest, a build script).
    pub(super) fn of(&self, function: &Function) -> String {
        let is_source =
            |folder: &Option<PathBuf>| folder.as_ref().is_some_and(|f| function.sources.contains(f));
        let own = self.errors(|diagnostic| is_source(&diagnostic.folder));
        let words = if own.is_empty() { self.errors(|diagnostic| diagnostic.folder.is_none()) } else { own };
        if words.is_empty() { self.cargo.trim_end().to_owned() } else { words }
    }

    fn errors(&self, of: impl Fn(&Diagnostic) -> bool) -> String {
        let errors = self.all.iter().filter(|diagnostic| diagnostic.is_error && of(diagnostic));
        errors.map(|error| strip_str(&error.rendered).to_string()).collect::<Vec<_>>().join("\n\n")
    }
}

fn is_error(message: &CompilerMessage) -> bool {
    matches!(message.message.level, DiagnosticLevel::Error | DiagnosticLevel::Ice)
}

/// Without the compiler's own summary (`aborting due to …`, `1 warning emitted`), as Cargo does.
fn rendered(message: &CompilerMessage) -> Option<&str> {
    let diagnostic = &message.message;
    let is_summary = diagnostic.message.starts_with("aborting due to")
        || diagnostic.message.ends_with("warning emitted")
        || diagnostic.message.ends_with("warnings emitted")
        || diagnostic.level == DiagnosticLevel::FailureNote;
    diagnostic.rendered.as_deref().filter(|_| !is_summary)
}
