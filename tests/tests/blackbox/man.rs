//! `man`: the page has the text of `--help`.

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::command::{run, tool};

fn help(arguments: &[&str]) -> String {
    let ran = run(&mut tool(Path::new("."), &[arguments, &["--help"]].concat()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.stdout
}

fn page() -> String {
    let ran = run(&mut tool(Path::new("."), &["man"]));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    ran.stdout
}

/// Returns the first word of each line below a heading of `--help`.
fn listed<'h>(help: &'h str, heading: &str) -> Vec<&'h str> {
    let text =
        help.split(&format!("{heading}:\n")).nth(1).unwrap_or_else(|| panic!("no {heading} in {help}"));
    let lines = text.split("\n\n").next().unwrap().lines();
    lines.filter_map(|line| line.split_whitespace().next()).collect()
}

#[test]
fn page_has_each_verb_with_its_options() {
    let page = page();
    assert!(page.contains(".TH cargo-api-routes 1"), "{page}");
    for verb in listed(&help(&[]), "Commands").into_iter().filter(|verb| *verb != "help") {
        let heading = format!("\n.SH {}\n", verb.to_uppercase());
        let section =
            page.split(&heading).nth(1).unwrap_or_else(|| panic!("no section for `{verb}` in {page}"));
        let section = section.split("\n.SH ").next().unwrap();
        let help = help(&[verb]);
        for option in help.lines().filter_map(|line| line.trim_start().strip_prefix("--")) {
            let option: String =
                option.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '-').collect();
            let written = format!("\\-\\-{}", option.replace('-', "\\-"));
            assert!(section.contains(&written), "{verb} {option}: {section}");
        }
    }
}

#[test]
fn page_is_formatted_without_warnings() {
    let mut command = Command::new("groff");
    command.args(["-man", "-Tutf8", "-ww", "-z"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut groff = match command.spawn() {
        Ok(groff) => groff,
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        Err(error) => panic!("groff: {error}"),
    };
    groff.stdin.take().unwrap().write_all(page().as_bytes()).unwrap();
    let output = groff.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
