//! A round of a build: one call of Cargo, from its start to the last message.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use api_routes_project::workspace::Function;
use cargo_metadata::{Artifact, CompilerMessage, Message};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use super::cargo::{BuildSelection, Cargo};
use super::progress::Progress;
use super::refusal::{self, MissingFeatures};
use super::units::Units;
use super::workshop::Workshop;

/// The bytes of Cargo's standard error that are read at once.
const CHUNK: usize = 8 * 1024;

/// The end of a round.
pub(super) enum RoundEnd {
    /// Cargo ended by itself.
    Whole {
        /// The packages that were compiled.
        built: Vec<String>,
        /// The functions that could not be built.
        unbuilt: Vec<Function>,
        /// Whether Cargo refuses the workspace, and would refuse every other function as well.
        is_refused: bool,
    },
    /// The round gave way to functions for which requests wait.
    Interrupted,
}

/// A call of Cargo for some functions.
pub(super) struct Round<'w> {
    workshop: &'w mut Workshop,
    selection: BuildSelection,
    /// The packages that are not built yet.
    missing: BTreeSet<String>,
    units: Units,
    built: Vec<String>,
    /// Each package with the file in which Cargo names its inputs.
    dep_info: Vec<(String, PathBuf)>,
    /// Whether Cargo has begun to build.
    has_begun: bool,
    /// The function for which Cargo refuses the whole round.
    lacks_features: Option<Function>,
    is_refused: bool,
    /// Whether the previous round gave way, and lost its unfinished units. This round goes on until it has compiled a unit:
    /// a slow unit is lost at most once, and a build always ends.
    was_interrupted: bool,
}

impl<'w> Round<'w> {
    pub(super) fn new(workshop: &'w mut Workshop, selection: BuildSelection, was_interrupted: bool) -> Self {
        let missing = selection.functions.iter().map(|function| function.package.clone()).collect();
        Self {
            workshop,
            selection,
            missing,
            units: Units::default(),
            built: Vec::new(),
            dep_info: Vec::new(),
            has_begun: false,
            lacks_features: None,
            is_refused: false,
            was_interrupted,
        }
    }

    pub(super) async fn run(mut self) -> RoundEnd {
        match self.cargo().await {
            Ok(true) => return RoundEnd::Interrupted,
            Ok(false) => {}
            Err(error) => {
                let words =
                    format_args!("cannot run `cargo build`: {error}; is Cargo installed and in `PATH`?");
                self.workshop.diagnostics.add_words(words);
            }
        }
        // Cargo writes these files at the end of a call in which nothing has failed.
        if self.missing.is_empty() {
            self.workshop.name_inputs(std::mem::take(&mut self.dep_info)).await;
        }
        let Self { selection: BuildSelection { functions, .. }, missing, built, is_refused, .. } = self;
        let unbuilt = match self.lacks_features {
            // Cargo has not tried the other functions.
            Some(function) => vec![function],
            None => functions.into_iter().filter(|function| missing.contains(&function.package)).collect(),
        };
        RoundEnd::Whole { built, unbuilt, is_refused }
    }

    /// Calls Cargo, and reads its messages. Returns whether the call was interrupted.
    async fn cargo(&mut self) -> io::Result<bool> {
        let Workshop { project, options, watchdog, .. } = &*self.workshop;
        let mut cargo = Cargo::build(project, &self.selection, options, watchdog.as_ref())?;
        let Some((stdout, mut stderr)) = cargo.child.stdout.take().zip(cargo.child.stderr.take()) else {
            return Err(io::Error::other("no pipes"));
        };
        let mut messages = BufReader::new(stdout).lines();
        let mut progress = Progress::new();
        let mut chunk = [0; CHUNK];
        let (mut has_messages, mut has_words, mut has_wishes) = (true, true, self.selection.may_give_way);
        while has_messages || has_words {
            tokio::select! {
                line = messages.next_line(), if has_messages => match line? {
                    Some(line) => self.take_message(&line).await?,
                    None => has_messages = false,
                },
                count = stderr.read(&mut chunk), if has_words => match count? {
                    0 => has_words = false,
                    count => progress.take(&chunk[..count], &self.workshop.printer, |unit| self.units.begin(unit)),
                },
                wish = self.workshop.wanted.changed(), if has_wishes => has_wishes = wish.is_ok(),
                () = self.workshop.needs.answered(), if has_wishes => {}
            }
            for warning in progress.warnings.drain(..) {
                self.take_warning(&warning);
            }
            if has_wishes && self.gives_way() {
                progress.end(&self.workshop.printer);
                cargo.kill().await;
                return Ok(true);
            }
        }
        progress.end(&self.workshop.printer);
        self.explain(cargo.wait().await?, &progress.words);
        Ok(false)
    }

    /// Whether a request waits for a function that this round does not build yet. An interrupted unit is lost as a whole, so
    /// the round goes on while that function may need a unit that is being compiled.
    fn gives_way(&mut self) -> bool {
        if self.was_interrupted && !self.units.any_finished {
            return false;
        }
        let urgent = self.workshop.urgent(&self.missing);
        if urgent.is_empty() {
            return false;
        }
        let Workshop { project, needs, .. } = &mut *self.workshop;
        let mut in_question = self.units.in_question(&urgent, project).peekable();
        if in_question.peek().is_none() {
            return true;
        }
        needs.known(&urgent, project).is_some_and(|needed| in_question.all(|unit| !needed.contains(unit)))
    }

    async fn take_message(&mut self, line: &str) -> io::Result<()> {
        // A build script may print lines that are not messages.
        let Some(message) = Message::parse_stream(line.as_bytes()).next() else { return Ok(()) };
        let message = message?;
        self.has_begun |= matches!(message, Message::CompilerArtifact(_) | Message::CompilerMessage(_));
        match message {
            Message::CompilerArtifact(artifact) => {
                self.units.finish(&artifact, &self.workshop.project);
                self.take_artifact(&artifact).await;
            }
            Message::CompilerMessage(message) => self.take_diagnostic(&message),
            Message::BuildScriptExecuted(script) => self.workshop.take_script(&script).await,
            _ => {}
        }
        Ok(())
    }

    fn take_diagnostic(&mut self, message: &CompilerMessage) {
        let may_repeat_errors = self.workshop.may_repeat_errors();
        let Workshop { project, printer, last_diagnostics, diagnostics, .. } = &mut *self.workshop;
        let is_known = |text: &&str| {
            last_diagnostics.has_warning(text) || (!may_repeat_errors && last_diagnostics.has_error(text))
        };
        if let Some(rendered) = diagnostics.add(message, project).filter(|text| !is_known(text)) {
            printer.line(rendered);
        }
    }

    fn take_warning(&mut self, warning: &str) {
        let Workshop { printer, last_diagnostics, diagnostics, .. } = &mut *self.workshop;
        if diagnostics.add_warning(warning) && !last_diagnostics.has_warning(warning) {
            printer.line(warning);
        }
    }

    async fn take_artifact(&mut self, artifact: &Artifact) {
        let Some(executable) = &artifact.executable else { return };
        let Some(function) =
            self.selection.functions.iter().find(|function| is_binary_of(artifact, function))
        else {
            return;
        };
        let package = function.package.clone();
        match self.workshop.take_executable(&package, executable.as_std_path()).await {
            Ok(()) => {
                self.missing.remove(&package);
                self.dep_info.push((package.clone(), executable.with_extension("d").into()));
                if !artifact.fresh {
                    self.built.push(package);
                }
            }
            Err(error) => {
                self.workshop.diagnostics.add_words(format_args!("cannot take `{executable}`: {error}"));
            }
        }
    }

    /// Keeps Cargo's messages, which explain why Cargo ended.
    fn explain(&mut self, status: ExitStatus, words: &str) {
        let Workshop { diagnostics, printer, .. } = &mut *self.workshop;
        if let Some(missing) = MissingFeatures::read(words) {
            let functions = &mut self.selection.functions.iter();
            self.lacks_features = functions.find(|function| function.binary == missing.binary).cloned();
            if let Some(function) = &self.lacks_features {
                printer.line(diagnostics.refuse(function, missing.words()));
                return;
            }
        }
        self.is_refused = !status.success() && !self.has_begun;
        let help = refusal::help(words).map(|help| format!("{help}\n")).unwrap_or_default();
        diagnostics.add_words(format_args!("{words}{help}"));
        if !status.success() && (status.code().is_none() || diagnostics.is_empty()) {
            let packages = self.missing.iter().flat_map(|package| [" -p ", package]).collect::<String>();
            diagnostics.add_words(format_args!(
                "`cargo build` ended with {status}: run it by hand: `cargo build{packages}`"
            ));
        }
    }
}

fn is_binary_of(artifact: &Artifact, function: &Function) -> bool {
    let folder = artifact.manifest_path.parent();
    artifact.target.is_bin()
        && artifact.target.name == function.binary
        && folder.is_some_and(|folder| *folder == *function.folder)
}
