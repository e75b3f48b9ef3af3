//! `man`: prints the manual page, made of the same definitions as `--help`.

use std::io;
use std::process::ExitCode;

use api_routes_project::tool::Tool;
use clap::{Args, Command};
use local_emulator::printer::Printer;

/// Options of `man`.
#[derive(Args, Debug)]
#[command(after_help = "\
Read it with `man -l FILE`, or write it to `cargo-api-routes.1` in a folder `man1` of your manual.")]
pub(crate) struct Man {}

/// Prints the page in roff. `command` is the definition of the command line.
///
/// # Errors
/// No error is known: the page is written to memory.
pub(crate) fn run(command: Command, printer: &Printer) -> anyhow::Result<ExitCode> {
    printer.line(page(command)?.trim_end());
    Ok(ExitCode::SUCCESS)
}

/// Returns one page with a section for each verb. The options without a verb are those of `dev`, so the page lists them
/// there.
fn page(command: Command) -> io::Result<String> {
    let mut command = command.bin_name(Tool::default().command("")).disable_help_subcommand(true);
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

/// Returns the section of a verb: its description, usage and options, each of them a paragraph.
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
        // Some notes are tables, so their lines are not joined.
        section.extend([".nf\n", &without_headings(&notes), ".fi\n"]);
    }
    Ok(section)
}

fn without_headings(roff: &[u8]) -> String {
    let roff = String::from_utf8_lossy(roff);
    let lines = roff.lines().map(|line| if line.starts_with(".SH ") { ".PP" } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}
