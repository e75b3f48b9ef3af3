//! `man`: a page of the manual, from the definitions that `--help` shows.

use std::io;
use std::process::ExitCode;

use api_routes_project::tool::Tool;
use clap::{Args, Command, CommandFactory as _};
use local_emulator::printer::Printer;

use crate::cli::Cli;

/// Options of `man`.
#[derive(Args, Debug)]
#[command(after_help = "\
Read it with `man -l FILE`, or write it to `cargo-api-routes.1` in a folder `man1` of your manual.")]
pub(crate) struct Man {}

/// Prints the page in roff.
///
/// # Errors
/// None that is known of.
pub(crate) fn run(printer: &Printer) -> anyhow::Result<ExitCode> {
    printer.line(page()?.trim_end());
    Ok(ExitCode::SUCCESS)
}

/// One page with a section for each verb. The options of the program itself are those of `dev`, which has them.
fn page() -> io::Result<String> {
    let mut command = Cli::command().bin_name(Tool::default().command("")).disable_help_subcommand(true);
    command.build();
    let man = clap_mangen::Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    for verb in command.get_subcommands() {
        page.extend(section(verb)?.into_bytes());
    }
    man.render_version_section(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// Describes a verb, its usage and its options. On a page of its own these would be sections; here they are
/// paragraphs of one.
fn section(verb: &Command) -> io::Result<String> {
    let man = clap_mangen::Man::new(verb.clone());
    let mut parts = Vec::new();
    man.render_description_section(&mut parts)?;
    man.render_synopsis_section(&mut parts)?;
    man.render_options_section(&mut parts)?;
    let mut section = format!(".SH {}\n", verb.get_name().to_uppercase());
    section.push_str(&without_headings(&parts));
    if verb.get_after_help().is_some() {
        let mut notes = Vec::new();
        man.render_extra_section(&mut notes)?;
        // Its lines stay as they are: there are tables among them.
        section.extend([".nf\n", &without_headings(&notes), ".fi\n"]);
    }
    Ok(section)
}

fn without_headings(roff: &[u8]) -> String {
    let roff = String::from_utf8_lossy(roff);
    let lines = roff.lines().map(|line| if line.starts_with(".SH ") { ".PP" } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}
