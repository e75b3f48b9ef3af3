//! The command of the tool in this run, for hints that the reader can paste.
//!
//! The same program is `cargo api-routes` where it is installed, an alias of Cargo in a checkout of this project, and a
//! path elsewhere. Errors and findings of all these crates have hints, so the tool is a value of the process and not an
//! argument of every call. The default is the installed tool.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::OnceLock;

/// The command of the installed tool.
const INSTALLED: &str = "cargo api-routes";

/// The variable in which an alias of Cargo passes its own command.
pub const COMMAND: &str = "API_ROUTES_COMMAND";

static TOOL: OnceLock<Tool> = OnceLock::new();

/// The command of the tool in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    program: String,
    /// The folder of `--project`, as you gave it.
    project: Option<String>,
}

impl Default for Tool {
    fn default() -> Self {
        Self { program: INSTALLED.to_owned(), project: None }
    }
}

impl Tool {
    /// Returns the tool of a process: `program` is its first argument, `subcommand` the second, which Cargo repeats
    /// (`cargo-api-routes api-routes …`), and `alias` the value of [`COMMAND`].
    pub fn new(program: &OsStr, subcommand: Option<&OsStr>, alias: Option<&str>) -> Self {
        let program = match alias.map(str::trim).filter(|alias| !alias.is_empty()) {
            Some(alias) => alias.to_owned(),
            None if subcommand.is_some_and(|word| word == "api-routes") => INSTALLED.to_owned(),
            None => quoted(&program.to_string_lossy()),
        };
        Self { program, project: None }
    }

    /// Sets the folder of `--project`.
    #[must_use]
    pub fn with_project(self, project: &Path) -> Self {
        Self { project: Some(quoted(&project.to_string_lossy())), ..self }
    }

    /// Makes this the tool of all hints of this process. Only the first call counts.
    pub fn name(self) {
        // An error means that the tool has its name already.
        let _ = TOOL.set(self);
    }

    /// Returns the command for `arguments`, ready to be pasted: `cargo api-routes sync --prune --project
    /// examples/dynamodb`.
    pub fn command(&self, arguments: &str) -> String {
        let Self { program, project } = self;
        let mut command = program.clone();
        if !arguments.is_empty() {
            command.extend([" ", arguments]);
        }
        if let Some(project) = project {
            command.extend([" --project ", project]);
        }
        command
    }

    fn init(&self) -> String {
        let Self { program, project } = self;
        let folder = project.as_ref().map(|folder| format!(" {folder}")).unwrap_or_default();
        format!("{program} init{folder}")
    }
}

/// Returns the command of this run for `arguments`: `cargo api-routes sync`, unless the process named another [`Tool`].
pub fn command(arguments: &str) -> String {
    TOOL.get().cloned().unwrap_or_default().command(arguments)
}

/// Returns the command that makes a project in the folder of `--project`, which `init` takes as its argument.
pub fn init() -> String {
    TOOL.get().cloned().unwrap_or_default().init()
}

/// Returns the text as a single word of a POSIX shell.
pub fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::{Tool, quoted};
    use std::ffi::OsStr;
    use std::path::Path;

    fn tool(program: &str, subcommand: Option<&str>, alias: Option<&str>) -> Tool {
        Tool::new(OsStr::new(program), subcommand.map(OsStr::new), alias)
    }

    #[test]
    fn hints_print_the_command_as_it_was_started() {
        for (tool, expected) in [
            (
                tool("/home/ann/.cargo/bin/cargo-api-routes", Some("api-routes"), None),
                "cargo api-routes sync",
            ),
            (
                tool("target/debug/cargo-api-routes", Some("check"), Some("cargo emulator")),
                "cargo emulator sync",
            ),
            (
                tool("target/debug/cargo-api-routes", Some("check"), Some(" ")),
                "target/debug/cargo-api-routes sync",
            ),
            (tool("./my tools/cargo-api-routes", None, None), "'./my tools/cargo-api-routes' sync"),
            (Tool::default(), "cargo api-routes sync"),
        ] {
            assert_eq!(tool.command("sync"), expected);
        }
    }

    #[test]
    fn project_follows_the_arguments() {
        let tool = Tool::default().with_project(Path::new("my shop"));
        assert_eq!(tool.command("sync --prune"), "cargo api-routes sync --prune --project 'my shop'");
        assert_eq!(tool.command(""), "cargo api-routes --project 'my shop'");
        assert_eq!(tool.init(), "cargo api-routes init 'my shop'");
        assert_eq!(Tool::default().init(), "cargo api-routes init");
    }

    #[test]
    fn quoted_text_is_one_word_of_a_shell() {
        for text in ["", "a b", "it's", "$HOME", "a;b", "ü", "[id]", "a\nb", "--x=y"] {
            let script = format!("printf %s {}", quoted(text));
            let printed = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(printed.stdout).unwrap(), text);
        }
    }
}
