//! Pages of the guide, followed step by step in a project that `init` makes.

use std::fs;
use std::process::Command;

use crate::harness::command::{run, tool};
use crate::harness::files::files_in;
use crate::harness::page::{fence_after, page};
use crate::harness::{Program, Project};

/// Splits a command of a page into its arguments, without the quotes that a shell removes.
fn arguments(command: &str) -> Vec<String> {
    let words = command.trim_start_matches("$ ").strip_prefix("cargo ").unwrap().split_whitespace();
    words.map(|word| word.trim_matches('\'').to_owned()).collect()
}

/// Runs a command of a page, and compares its output.
fn follow(project: &Project, fence: &str) {
    let (command, printed) = fence.split_once('\n').unwrap();
    let arguments = arguments(command);
    let arguments: Vec<_> = arguments.iter().skip(1).map(String::as_str).collect();
    // Both streams, as a terminal shows them.
    let ended = Program::spawn_terminal(tool(project.root(), &arguments), project.root()).end();
    assert_eq!((ended.code, format!("{}\n", ended.text).as_str()), (Some(0), printed), "{command}");
}

#[test]
fn files_of_a_new_project_are_explained() {
    let page = page("own-project.md");
    let project = Project::own(&[]);
    let table = page.split("\n## ").find(|text| text.starts_with("Make the project\n")).unwrap();
    let first_cells = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let named: Vec<_> = first_cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    for (file, _) in files_in(project.root()).iter().filter(|(_, bytes)| bytes.is_some()) {
        let file = file.to_str().unwrap();
        let is_named = |name: &&str| *name == file || (name.ends_with('/') && file.starts_with(name));
        assert!(named.iter().any(is_named), "{file}");
    }
    let main = fs::read_to_string(project.path("functions/api/hello/src/main.rs")).unwrap();
    assert!(main.starts_with(&fence_after(&page, "without its tests")), "{main}");
}

#[test]
fn shown_route_is_made_and_removed() {
    let page = page("own-project.md");
    let project = Project::own(&["--no-workflow"]);
    let files = ["Cargo.toml", "template.yaml"];
    let read = |file: &str| fs::read_to_string(project.path(file)).unwrap();
    let before = files.map(read);
    follow(&project, &fence_after(&page, "Put it in quotes, since a shell"));
    let main = read("functions/api/orders/[id]/src/main.rs");
    assert!(main.starts_with(&fence_after(&page, "The new `src/main.rs` begins like this")), "{main}");

    fs::remove_dir_all(project.path("functions/api/orders")).unwrap();
    let removal = fence_after(&page, "To remove a route");
    follow(&project, removal.strip_prefix("$ rm -r functions/api/orders\n").unwrap());
    assert_eq!(files.map(read), before);
}

/// The file that the page's to-do list comes from.
const POSTS: &str = "\
import type { NextApiRequest, NextApiResponse } from 'next'

export const config = { api: { bodyParser: { sizeLimit: '500kb' } } }

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  switch (req.method) {
    case 'GET':
      return res.json({ id: req.query.id })
    case 'DELETE':
      return res.status(204).end()
    default:
      return res.status(405).end()
  }
}
";

#[test]
fn shown_files_of_next_become_functions() {
    let page = page("own-project.md");
    let project = Project::own(&["--no-workflow"]);
    project.write("web/pages/api/posts/[id].ts", POSTS);
    project.write("web/pages/api/notes.md", "Not a route.\n");
    // The page has its front end beside the API, and this project has its front end in the same folder.
    let shown = fence_after(&page, "makes a function for each file of `pages/api`");
    follow(&project, &shown.replacen("../web", "web", 1));
    let main = fs::read_to_string(project.path("functions/api/posts/[id]/src/main.rs")).unwrap();
    assert!(main.contains(&fence_after(&page, "The tool only searches the text")), "{main}");
    let checked = run(&mut tool(project.root(), &["check", "--deny-warnings"]));
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "2 routes: nothing to mend\n"));
}

#[test]
fn copied_test_package_runs_under_exec() {
    let page = page("testing-from-outside.md");
    let project = Project::own(&["--no-workflow"]);
    project.write("tests/Cargo.toml", &fence_after(&page, "`tests/Cargo.toml`:"));
    project.write("tests/api.rs", &fence_after(&page, "`tests/api.rs`:"));
    let member = fence_after(&page, "one more line of `members`:");
    project.edit("Cargo.toml", "members = [\n", &format!("members = [\n{member}"));

    let shown = fence_after(&page, "Then run all tests of the project");
    let (command, expected) = shown.split_once('\n').unwrap();
    let words = arguments(command);
    let words: Vec<_> = words.iter().skip(1).map(String::as_str).collect();
    let ran = run(&mut tool(project.root(), &words));
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    // Tests of one program run in parallel, and print their lines in any order.
    let mut lines: Vec<_> = expected.lines().collect();
    let is_shown = |line: &&str| line.starts_with("running ") || line.starts_with("test ");
    let mut printed: Vec<_> =
        ran.stdout.lines().filter(is_shown).filter(|line| !line.starts_with("test result")).collect();
    lines.sort_unstable();
    printed.sort_unstable();
    assert_eq!(printed, lines, "{}", ran.stdout);

    // The package fails without an emulator, and names the command to run. The other tests need no emulator.
    let cargo = |arguments: Vec<String>| {
        let mut cargo = Command::new(env!("CARGO"));
        run(cargo.args(arguments).current_dir(project.root()).env_remove("API_ROUTES_URL"))
    };
    let alone = cargo(arguments("cargo test --package tests"));
    let hint = fence_after(&page, "`cargo test` alone fails now");
    assert_eq!(alone.code, Some(101), "{}\n{}", alone.stdout, alone.stderr);
    assert!(alone.stdout.contains(hint.trim_end()), "{}", alone.stdout);
    let in_memory = fence_after(&page, "To run only the tests in memory");
    let in_memory = cargo(arguments(&in_memory));
    assert_eq!(in_memory.code, Some(0), "{}\n{}", in_memory.stdout, in_memory.stderr);

    // The tool sees an ordinary package.
    let checked = run(&mut tool(project.root(), &["check", "--deny-warnings"]));
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "1 route: nothing to mend\n"));
    let synced = run(&mut tool(project.root(), &["sync", "--dry-run"]));
    assert_eq!(synced.code, Some(0), "{}", synced.stdout);
}
