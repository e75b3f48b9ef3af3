//! `completions`: each shell loads its script, and completes a command line.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use tempfile::tempdir;

use crate::harness::EXECUTABLE;
use crate::harness::command::{run, tool};

fn script(shell: &str) -> String {
    let ran = run(&mut tool(Path::new("."), &["completions", shell]));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{shell}");
    ran.stdout
}

/// Runs a script of a shell in a folder with a file `completions`. Returns `None` if this machine lacks the shell.
fn in_shell(shell: &[&str], script: &str) -> Option<String> {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("completions"), self::script(shell[0])).unwrap();
    let path = format!("{}:{}", Path::new(EXECUTABLE).parent().unwrap().display(), env::var("PATH").unwrap());
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).args(["-c", script]).env("PATH", path).env("HOME", folder.path());
    match command.current_dir(folder.path()).output() {
        Ok(output) => {
            let [stdout, stderr] =
                [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
            assert_eq!(
                (output.status.code(), stderr.as_str()),
                (Some(0), ""),
                "{shell:?} {script}: {stdout}"
            );
            Some(stdout)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{shell:?}: {error}"),
    }
}

/// Returns bash's proposals for the last word of a line, after running `before`.
fn bash(before: &str, line: &[&str]) -> String {
    let words = line.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let (program, last) = (line[0], line[line.len() - 1]);
    let ask = format!(
        "{before}\nsource ./completions\nCOMP_WORDS=({words}); COMP_CWORD={}\n\
         registered=$(complete -p {program}); function=${{registered##*-F }}\n\
         ${{function%% *}} {program} '{last}' ''; echo \"${{COMPREPLY[@]}}\"",
        line.len() - 1
    );
    in_shell(&["bash", "--norc"], &ask).unwrap().trim().to_owned()
}

#[test]
fn bash_completes_the_program() {
    for (line, expected) in [
        (&["cargo-api-routes", "ro"][..], "routes"),
        (&["cargo-api-routes", "env", "--sh"], "--show"),
        (&["cargo-api-routes", "completions", ""], "-h --help bash zsh fish"),
    ] {
        assert_eq!(bash("", line), expected, "{line:?}");
    }
}

#[test]
fn bash_completes_the_subcommand_of_cargo() {
    let cargos = "_cargo() { COMPREPLY=(cargo \"${COMP_WORDS[@]:1}\"); }; complete -F _cargo cargo";
    for (line, expected) in [
        (&["cargo", "api-routes", "ro"][..], "routes"),
        (&["cargo", "api-routes", "env", "--sh"], "--show"),
        (&["cargo", "api-r"], "cargo api-r"),
        (&["cargo", "build", "--re"], "cargo build --re"),
    ] {
        assert_eq!(bash(cargos, line), expected, "{line:?}");
    }
    // Without Cargo's own completions, and with those that bash-completion loads later.
    assert_eq!(bash("", &["cargo", "api-routes", "ro"]), "routes");
    assert_eq!(bash("", &["cargo", "bu"]), "");
    let later = format!("_comp_load() {{ {cargos}; }}");
    assert_eq!(bash(&later, &["cargo", "bu"]), "cargo bu");
}

#[test]
fn fish_completes_the_program_and_cargo() {
    for (line, expected) in [
        ("cargo-api-routes ro", "routes"),
        ("cargo-api-routes env --sh", "--show"),
        ("cargo api-routes ro", "routes"),
        ("cargo api-routes env --sh", "--show"),
    ] {
        let ask = format!("source ./completions; complete --do-complete '{line}'");
        let Some(proposed) = in_shell(&["fish", "--no-config"], &ask) else { return };
        let names: Vec<_> = proposed.lines().map(|line| line.split('\t').next().unwrap()).collect();
        assert_eq!(names, [expected], "{line}");
    }
}

#[test]
fn zsh_takes_the_script() {
    let ask = "autoload -U compinit; compinit -D -u; source ./completions; echo $_comps[cargo-api-routes]";
    let Some(function) = in_shell(&["zsh", "--no-rcs"], ask) else { return };
    assert_eq!(function, "_cargo-api-routes\n");
}

#[test]
fn completions_know_every_verb_and_option() {
    let help = run(&mut tool(Path::new("."), &["--help"])).stdout;
    let verbs = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let verbs: Vec<_> = verbs.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(verbs.contains(&"env") && verbs.contains(&"dev"), "{help}");
    for shell in ["bash", "zsh", "fish"] {
        let script = script(shell);
        for verb in verbs.iter().filter(|verb| **verb != "help") {
            assert!(script.contains(verb), "{shell} {verb}");
        }
        for option in ["show", "front-door", "deny-warnings", "from-next"] {
            assert!(script.contains(option), "{shell} {option}");
        }
    }
}
