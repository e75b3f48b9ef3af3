//! Checks that readers can run each command in a message: a verb of the tool with its options, as this run was started,
//! or a program that each reader has.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the source has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The root modules of the packages whose messages a user reads.
const ROOTS: [&str; 6] = [
    ".cargo/emulator/src/main.rs",
    "local-emulator/command/src/lib.rs",
    "local-emulator/project/src/lib.rs",
    "local-emulator/src/lib.rs",
    "shared/routing/src/lib.rs",
    "shared/src/lib.rs",
];

/// The only files that contain a name of the tool, and the reason. All other files use `api_routes_project::tool`.
const SPELLED_OUT: [(&str, &str, &str); 11] = [
    ("local-emulator/project/src/tool.rs", "cargo api-routes", "the name of the installed tool"),
    (".cargo/emulator/src/main.rs", "cargo-api-routes", "the name of the program, to build and start it"),
    (".cargo/emulator/src/main.rs", "cargo emulator", "the alias, for the tool's hints"),
    (
        "shared/src/runtime/mod.rs",
        "`cargo api-routes` (`cargo emulator` in a clone of its repository)",
        "a function cannot know how its reader starts the tool",
    ),
    (
        "local-emulator/project/src/workspace/library.rs",
        "cargo install --locked cargo-api-routes@{library}",
        "installs the tool",
    ),
    (
        "local-emulator/command/src/parity/base.rs",
        "cargo install --locked cargo-api-routes --features tls",
        "installs the tool",
    ),
    (
        "local-emulator/src/authorizer/jwt/fetch.rs",
        "cargo install --locked cargo-api-routes --features tls",
        "installs the tool",
    ),
    (
        "local-emulator/src/authorizer/issuer/key_file.rs",
        "cargo install --locked cargo-api-routes --features token",
        "installs the tool",
    ),
    ("local-emulator/command/src/cli.rs", "cargo-api-routes", "the name of the program, for clap"),
    (
        "local-emulator/command/src/completions.rs",
        "cargo-api-routes completions",
        "the configuration of a shell starts the installed program, however its reader did",
    ),
    ("local-emulator/command/src/man.rs", "cargo-api-routes.1", "the name of the page"),
];

/// Commands of Cargo and its subcommands in messages. Every reader has Cargo.
const CARGO_COMMANDS: [&str; 7] = [
    "cargo",
    "cargo build",
    "cargo build{packages}",
    "cargo install",
    "cargo lambda build",
    "cargo lambda watch",
    "cargo tree",
];

/// A string of the source, with its file and the function that it is an argument of: `command` in `command("sync")`.
struct Literal {
    file: PathBuf,
    callee: String,
    text: String,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Reads all strings of the packages, without the strings of tests and documentation.
fn texts() -> Vec<Literal> {
    let mut texts = Vec::new();
    for root in ROOTS {
        read_file(Path::new(root), &mut texts);
    }
    assert!(texts.len() > 1000, "only {} strings were found", texts.len());
    texts
}

fn read_file(file: &Path, texts: &mut Vec<Literal>) {
    let source = fs::read_to_string(workspace().join(file))
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    read_tokens(source.parse().unwrap(), "", file, texts);
}

fn read_tokens(tokens: TokenStream, callee: &str, file: &Path, texts: &mut Vec<Literal>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut last = String::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                // `#![…]` has a mark after the `#`.
                let _ = tokens.next_if(|next| matches!(next, TokenTree::Punct(_)));
                let Some(TokenTree::Group(attribute)) = tokens.next() else {
                    panic!("{}: a `#`", file.display())
                };
                let attribute = attribute.stream();
                if is_test_only(&attribute) {
                    skip_item(&mut tokens);
                } else if !attribute.to_string().starts_with("doc") {
                    let mut of_attribute = Vec::new();
                    read_tokens(attribute, "", file, &mut of_attribute);
                    // `#[command(name = "…")]` is not a call.
                    let uncalled = |text| Literal { callee: String::new(), ..text };
                    texts.extend(of_attribute.into_iter().map(uncalled));
                }
            }
            TokenTree::Group(group) => {
                let is_call = group.delimiter() == Delimiter::Parenthesis && !last.is_empty();
                // `command(&format!("…"))` is a call of `command` too.
                let callee = if is_call && last != "format" { &last } else { callee };
                read_tokens(group.stream(), callee, file, texts);
                last.clear();
            }
            TokenTree::Literal(literal) => {
                if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                    texts.push(Literal {
                        file: file.to_owned(),
                        callee: callee.to_owned(),
                        text: text.value(),
                    });
                }
            }
            TokenTree::Ident(ident) if last == "mod" => {
                let is_file = matches!(tokens.peek(), Some(TokenTree::Punct(end)) if end.as_char() == ';');
                if is_file {
                    read_file(&module(file, &ident.to_string()), texts);
                }
                last = ident.to_string();
            }
            TokenTree::Ident(ident) => last = ident.to_string(),
            // The mark of a macro is not part of its name.
            TokenTree::Punct(punct) if punct.as_char() == '!' => {}
            TokenTree::Punct(_) => last.clear(),
        }
    }
}

fn is_test_only(attribute: &TokenStream) -> bool {
    let text = attribute.to_string();
    text.starts_with("cfg") && text.contains("test") && !text.contains("not")
}

fn skip_item(tokens: &mut impl Iterator<Item = TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => return,
            TokenTree::Punct(end) if end.as_char() == ';' => return,
            _ => {}
        }
    }
}

fn module(parent: &Path, name: &str) -> PathBuf {
    let folder = match parent.file_stem().unwrap().to_str().unwrap() {
        "lib" | "main" | "mod" => parent.with_file_name(""),
        _ => parent.with_extension(""),
    };
    let file = folder.join(name).with_extension("rs");
    if workspace().join(&file).exists() { file } else { folder.join(name).join("mod.rs") }
}

/// Returns the parts of a text between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn tool(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_emulator-under-test")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn tool_is_spelled_out_only_where_it_is_named() {
    let names = ["cargo api-routes", "cargo emulator", "cargo-api-routes", "cargo run"];
    let mut found = BTreeSet::new();
    for Literal { file, text, .. } in texts() {
        if !names.iter().any(|name| text.contains(name)) || text.starts_with("cargo-api-routes/") {
            continue;
        }
        let allowed =
            SPELLED_OUT.iter().position(|(of, part, _)| Path::new(of) == file && text.contains(part));
        found.insert(allowed.unwrap_or_else(|| {
            panic!("{}: `{text}` names the tool; use `api_routes_project::tool::command`", file.display())
        }));
    }
    for (at, (file, part, _)) in SPELLED_OUT.iter().enumerate() {
        assert!(found.contains(&at), "{file} no longer says `{part}`: take it off the list");
    }
}

#[test]
fn every_reader_has_the_commands_of_cargo() {
    let mut found = 0;
    for Literal { file, text, .. } in texts() {
        for command in code(&text).filter(|code| *code == "cargo" || code.starts_with("cargo ")) {
            let is_known = CARGO_COMMANDS.contains(&command)
                || command.starts_with("cargo install --locked cargo-api-routes");
            let is_tool =
                SPELLED_OUT.iter().any(|(of, part, _)| Path::new(of) == file && part.contains(command));
            assert!(
                is_known || is_tool,
                "{}: not every reader has `{command}`; add it to `CARGO_COMMANDS` if they do",
                file.display()
            );
            found += 1;
        }
    }
    assert!(found >= CARGO_COMMANDS.len(), "only {found} commands were found");
}

#[test]
fn hint_is_a_verb_of_the_tool_with_its_options() {
    let mut found = BTreeSet::new();
    for Literal { file, callee, text } in texts() {
        // The argument of this function has only the options of `sync`.
        let text = if callee == "sync_command" { format!("sync {text}") } else { text };
        let is_hint = match callee.as_str() {
            "command" | "sync_command" | "Run" => true,
            // Either an edit by hand or a command of the tool.
            "EditOrRun" => text.starts_with("sync"),
            _ => false,
        };
        if is_hint {
            found.insert((file, text));
        }
    }
    assert!(found.len() >= 15, "only {} hints were found: {found:?}", found.len());
    for (file, hint) in found {
        let mut words = hint.split(' ').filter(|word| !word.is_empty());
        let Some(verb) = words.next() else { continue };
        let help = tool(&[verb, "--help"]);
        for option in words.filter(|word| word.starts_with("--")) {
            let option = option.split('=').next().unwrap();
            assert!(help.contains(option), "{}: `{hint}`, but `{verb}` has no `{option}`", file.display());
        }
    }
}
