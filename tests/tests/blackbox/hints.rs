//! Commands in messages, which can be pasted however the tool was started.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use tempfile::tempdir;

use crate::harness::EXECUTABLE;
use crate::harness::command::{CommandOutput, run};

/// A way to start the tool: the words before its arguments.
const INSTALLED: &[&str] = &["cargo", "api-routes"];
const ALIAS: &[&str] = &["cargo", "emulator"];
const BY_PATH: &[&str] = &["./tool of mine"];

/// Runs a line as a shell and Cargo would, with the tool installed and with the alias.
fn typed(line: &str, folder: &Path) -> CommandOutput {
    // `cargo api-routes …` starts `cargo-api-routes api-routes …`, and the alias sets a variable.
    let script = format!(
        "cargo() {{ case $1 in api-routes) \"$TOOL\" \"$@\";; \
                    emulator) shift; API_ROUTES_COMMAND='cargo emulator' \"$TOOL\" \"$@\";; \
                    *) command cargo \"$@\";; esac; }}\n{line}"
    );
    let mut shell = Command::new("bash");
    shell.args(["-c", &script]).env("TOOL", EXECUTABLE).current_dir(folder);
    run(&mut shell)
}

/// Finds the first command of the tool in a message.
fn hint<'r>(ran: &'r CommandOutput, tool: &str) -> &'r str {
    let text = if ran.stderr.is_empty() { &ran.stdout } else { &ran.stderr };
    let mut code = text.split('`').skip(1).step_by(2);
    code.find(|code| code.starts_with(tool)).unwrap_or_else(|| panic!("no hint in {ran:?}"))
}

fn words(way: &[&str]) -> String {
    let quoted = |word: &&str| if word.contains(' ') { format!("'{word}'") } else { (*word).to_owned() };
    way.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

#[test]
fn hint_can_be_pasted_however_the_tool_was_started() {
    for way in [INSTALLED, ALIAS, BY_PATH] {
        let folder = tempdir().unwrap();
        let folder = folder.path();
        symlink(EXECUTABLE, folder.join("tool of mine")).unwrap();
        let tool = words(way);
        let follow = |line: &str, expected: &str| {
            let failed = typed(&format!("{tool} {line}"), folder);
            assert_ne!(failed.code, Some(0), "{tool} {line}: {failed:?}");
            let hint = hint(&failed, &tool);
            assert_eq!(hint, format!("{tool} {expected}"), "{tool} {line}: {failed:?}");
            let pasted = typed(hint, folder);
            assert_eq!(pasted.code, Some(0), "{hint}: {pasted:?}");
        };

        // The folder is empty, except for the tool, and no project can be made in it.
        follow("init", "init ./api");
        fs::create_dir(folder.join("empty")).unwrap();
        follow("routes --project empty", "init empty");
        follow("new orders --project api", "new /api/orders --project api");
        fs::rename(folder.join("api/functions/api/orders"), folder.join("api/functions/api/invoices"))
            .unwrap();
        follow("check --deny-warnings --project api", "sync --prune --project api");
        let checked = typed(&format!("{tool} check --deny-warnings --project api"), folder);
        assert_eq!(checked.code, Some(0), "{checked:?}");
    }
}
