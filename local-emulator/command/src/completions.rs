//! `completions`: what a shell needs to complete the command line of this tool.

use std::process::ExitCode;

use clap::{Args, Command, CommandFactory as _, ValueEnum};
use clap_complete::shells;
use local_emulator::printer::Printer;

use crate::cli::Cli;

/// Options of `completions`.
#[derive(Args, Debug)]
#[command(after_help = "\
bash: add `eval \"$(cargo-api-routes completions bash)\"` to ~/.bashrc
zsh:  write the output to a file `_cargo-api-routes` in a folder of $fpath
fish: add `cargo-api-routes completions fish | source` to ~/.config/fish/config.fish")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// A shell that completes command lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// Prints the script.
pub(crate) fn run(options: &Completions, printer: &Printer) -> ExitCode {
    printer.line(script(options.shell).trim_end());
    ExitCode::SUCCESS
}

/// The script for the program, and what leads from `cargo api-routes` to it. In zsh, Cargo's own completions find the
/// function `_cargo-api-routes`.
fn script(shell: Shell) -> String {
    match shell {
        Shell::Bash => for_bash() + include_str!("completions/cargo.bash"),
        Shell::Zsh => generated(shells::Zsh, Cli::command()),
        Shell::Fish => generated(shells::Fish, Cli::command()) + include_str!("completions/cargo.fish"),
    }
}

/// With a hyphen in the name of the program, the script of `clap_complete` completes no options of verbs
/// (<https://github.com/clap-rs/clap/issues/6421>). So the script is for a name without one, and then registered for
/// the program.
fn for_bash() -> String {
    const NAME: &str = "cargo_api_routes";
    let command = Cli::command();
    let [registered, wanted] = [NAME, command.get_name()].map(|name| format!("-o default {name}\n"));
    generated(shells::Bash, command.name(NAME)).replace(&registered, &wanted)
}

fn generated(shell: impl clap_complete::Generator, mut command: Command) -> String {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
