//! One build, from the call of Cargo to the last function's fate.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Instant;

use api_routes_project::workspace::Function;
use cargo_metadata::{Artifact, CompilerMessage, Message};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

use super::cargo::Cargo;
use super::diagnostics::Diagnostics;
use super::{Event, Workshop};
use crate::printer::Printer;

/// So much of Cargo's own words is kept, in bytes.
const CARGO_WORDS: usize = 64 * 1024;

pub(super) struct Build<'a> {
    workshop: &'a mut Workshop,
    diagnostics: Diagnostics,
    built: HashSet<String>,
}

impl<'a> Build<'a> {
    pub(super) fn new(workshop: &'a mut Workshop) -> Self {
        Self { workshop, diagnostics: Diagnostics::default(), built: HashSet::new() }
    }

    pub(super) async fn run(mut self) -> Diagnostics {
        let started = Instant::now();
        let build = self.workshop.build;
        self.workshop.send(Event::Started { build }).await;
        self.workshop
            .printer
            .line(format_args!("building {}…", functions(self.workshop.project.functions.len())));
        if let Err(error) = self.cargo().await {
            self.diagnostics
                .say(format_args!("cannot run `cargo build`: {error}; is Cargo installed and in `PATH`?"));
        }
        self.finish(started).await;
        self.diagnostics
    }

    async fn cargo(&mut self) -> io::Result<()> {
        if self.workshop.project.functions.is_empty() {
            return Ok(());
        }
        let mut cargo =
            Cargo::build(&self.workshop.project, self.workshop.profile, self.workshop.watchdog.as_ref())?;
        let (stdout, stderr) = (cargo.child.stdout.take(), cargo.child.stderr.take());
        let printer = self.workshop.printer.clone();
        let (messages, words) = tokio::join!(self.read_messages(stdout), read_words(stderr, &printer));
        messages?;
        let words = words?;
        if let Some(help) = library_help(&words) {
            self.diagnostics.say(format_args!("{words}{help}\n"));
        } else {
            self.diagnostics.say(words);
        }
        let status = cargo.wait().await?;
        // One that ends by itself has said why.
        if !status.success() && (status.code().is_none() || self.diagnostics.is_empty()) {
            self.diagnostics.say(self.unexplained(status));
        }
        Ok(())
    }

    fn unexplained(&self, status: ExitStatus) -> String {
        let packages = self.failed().map(|function| format!(" -p {}", function.package));
        let packages = packages.collect::<String>();
        format!("`cargo build` ended with {status}: run it by hand: `cargo build{packages}`")
    }

    /// The functions that have not been built, or not yet.
    fn failed(&self) -> impl Iterator<Item = &Function> {
        self.workshop.project.functions.iter().filter(|function| !self.built.contains(&function.package))
    }

    async fn read_messages(&mut self, stdout: Option<impl AsyncRead + Unpin>) -> io::Result<()> {
        let Some(stdout) = stdout else { return Ok(()) };
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(message) = Message::parse_stream(line.as_bytes()).next() {
                self.take(message?).await;
            }
        }
        Ok(())
    }

    async fn take(&mut self, message: Message) {
        match message {
            Message::CompilerArtifact(artifact) => self.take_artifact(&artifact).await,
            Message::CompilerMessage(message) => self.take_diagnostic(&message),
            _ => {}
        }
    }

    fn take_diagnostic(&mut self, message: &CompilerMessage) {
        let Workshop { project, printer, shown, .. } = &*self.workshop;
        if let Some(rendered) = self.diagnostics.add(message, project).filter(|text| !shown.has_warning(text))
        {
            printer.line(rendered);
        }
    }

    async fn take_artifact(&mut self, artifact: &Artifact) {
        let Some(executable) = &artifact.executable else { return };
        let Some(function) = self.workshop.project.functions.iter().find(|f| is_of(artifact, f)) else {
            return;
        };
        let package = function.package.clone();
        match self.stage(&package, executable.as_std_path()) {
            Ok(built) => {
                self.built.insert(package);
                self.workshop.send(built).await;
            }
            Err(error) => self.diagnostics.say(format_args!("cannot take `{executable}`: {error}")),
        }
    }

    fn stage(&mut self, package: &str, executable: &Path) -> io::Result<Event> {
        let Workshop { build, stage, executables, .. } = &mut *self.workshop;
        let current = executables.get(package);
        let new = stage.put(executable, current)?;
        let executable = new.as_ref().or(current).map(|staged| staged.path.clone()).unwrap_or_default();
        if let Some(new) = new {
            executables.insert(package.to_owned(), new);
        }
        Ok(Event::Built { build: *build, package: package.to_owned(), executable })
    }

    async fn finish(&self, started: Instant) {
        let Workshop { printer, build, .. } = &*self.workshop;
        let failed: Vec<&Function> = self.failed().collect();
        for function in &failed {
            let diagnostics = self.diagnostics.of(function);
            let package = function.package.clone();
            self.workshop.send(Event::Failed { build: *build, package, diagnostics }).await;
        }
        let seconds = started.elapsed().as_secs_f64();
        if failed.is_empty() {
            printer.line(format_args!("built {} in {seconds:.1} s", functions(self.built.len())));
        } else {
            self.print_failure(&failed, seconds);
        }
        self.workshop.send(Event::Finished { build: *build, success: failed.is_empty() }).await;
    }

    fn print_failure(&self, failed: &[&Function], seconds: f64) {
        let printer = &self.workshop.printer;
        if let Some(words) = self.diagnostics.cargos_failure() {
            printer.line(words);
        }
        let names: Vec<_> = failed.iter().map(|function| function.package.as_str()).collect();
        printer.error(format_args!("not built after {seconds:.1} s: {}", names.join(", ")));
    }
}

/// The next step if Cargo does not find the library: before it is published, only a checkout has it.
fn library_help(words: &str) -> Option<&'static str> {
    let is_missing = words.contains("no matching package named `api-routes` found")
        || words.contains("failed to select a version for the requirement `api-routes ");
    is_missing.then_some(
        "help: no registry has this version of the library; name a checkout of it in `[workspace.dependencies]` of \
         `Cargo.toml`: `api-routes = { path = \"../api-routes/shared\" }`",
    )
}

fn is_of(artifact: &Artifact, function: &Function) -> bool {
    let folder = artifact.manifest_path.parent();
    artifact.target.is_bin()
        && artifact.target.name == function.binary
        && folder.is_some_and(|folder| *folder == *function.folder)
}

/// Cargo's own words, without its progress. Of that, only what may take long is passed on.
async fn read_words(stderr: Option<impl AsyncRead + Unpin>, printer: &Printer) -> io::Result<String> {
    let Some(stderr) = stderr else { return Ok(String::new()) };
    let mut lines = BufReader::new(stderr).split(b'\n');
    let mut words = String::new();
    while let Some(line) = lines.next_segment().await? {
        let line = String::from_utf8_lossy(&line);
        match progress(&line) {
            Some("Blocking" | "Updating" | "Downloading") => printer.line(line.trim()),
            None if words.len() + line.len() < CARGO_WORDS => words.extend([&line, "\n"]),
            Some(_) | None => {}
        }
    }
    Ok(words)
}

/// The verb of a line of progress: Cargo right-aligns it in twelve columns (`   Compiling …`).
fn progress(line: &str) -> Option<&str> {
    let (verb, rest) = line.split_at_checked(12)?;
    let is_verb = verb.starts_with(' ') && !verb.ends_with(' ') && rest.starts_with(' ');
    is_verb.then(|| verb.trim_start()).filter(|verb| !verb.contains(' '))
}

fn functions(count: usize) -> String {
    if count == 1 { "1 function".to_owned() } else { format!("{count} functions") }
}

#[cfg(test)]
mod tests {
    use super::{library_help, progress};

    #[test]
    fn missing_library_has_a_next_step() {
        let none =
            "error: no matching package named `api-routes` found\nlocation searched: crates.io index\n";
        let older = "error: failed to select a version for the requirement `api-routes = \"^0.2.0\"`\n";
        assert!([none, older].iter().all(|words| library_help(words).is_some()));
        assert_eq!(library_help("error: no matching package named `api-routes-x` found"), None);
    }

    #[test]
    fn progress_is_told_from_words() {
        assert_eq!(progress("   Compiling api-user v0.1.0"), Some("Compiling"));
        assert_eq!(progress("    Blocking waiting for file lock on build directory"), Some("Blocking"));
        assert_eq!(progress(" Downloading crates ..."), Some("Downloading"));
        for words in
            ["error: could not compile `a`", "    Finding it", "  in file a.rs for you", "", "Caused by:"]
        {
            assert_eq!(progress(words), None, "{words}");
        }
    }
}
