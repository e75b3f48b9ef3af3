//! `completions`: prints a script with which a shell completes command lines of this tool.

use std::process::ExitCode;

use clap::{Args, Command, ValueEnum};
use clap_complete::shells;
use local_emulator::printer::Printer;

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

/// Prints the script. `command` is the definition of the command line.
pub(crate) fn run(options: &Completions, command: Command, printer: &Printer) -> ExitCode {
    printer.line(script(options.shell, command).trim_end());
    ExitCode::SUCCESS
}

/// Returns the script for the program. For bash and fish it also completes `cargo api-routes`; in zsh, Cargo's own
/// completions find the function `_cargo-api-routes`.
fn script(shell: Shell, command: Command) -> String {
    match shell {
        Shell::Bash => for_bash(command) + include_str!("completions/cargo.bash"),
        Shell::Zsh => generated(shells::Zsh, command),
        Shell::Fish => generated(shells::Fish, command) + include_str!("completions/cargo.fish"),
    }
}

/// Returns the script for bash. If the name of the program has a hyphen, the script of `clap_complete` completes no
/// options of verbs (<https://github.com/clap-rs/clap/issues/6421>). So the script is made for a name without a hyphen,
/// and then registered for the program.
fn for_bash(command: Command) -> String {
    const NAME: &str = "cargo_api_routes";
    let [registered, wanted] = [NAME, command.get_name()].map(|name| format!("-o default {name}\n"));
    generated(shells::Bash, command.name(NAME)).replace(&registered, &wanted)
}

fn generated(shell: impl clap_complete::Generator, mut command: Command) -> String {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
