//! The README, followed to the letter.

use std::fs;

use crate::harness::{Program, Project, Served, checkout};

/// The fences of a chapter, without the indent of the list that they stand in.
fn fences(chapter: &str) -> Vec<String> {
    let readme = fs::read_to_string(checkout().join("README.md")).unwrap();
    let text = readme.split("\n## ").find(|text| text.lines().next() == Some(chapter)).unwrap();
    let fences = text.split("```").skip(1).step_by(2).map(|fence| fence.split_once('\n').unwrap().1);
    let indented = |line: &str| line.strip_prefix("   ").unwrap_or(line).to_owned() + "\n";
    fences.map(|fence| fence.trim_end().lines().map(indented).collect()).collect()
}

/// This repository's manifest, without functions.
fn manifest() -> String {
    let text = fs::read_to_string(checkout().join("Cargo.toml")).unwrap();
    let (before, members) = text.split_once("members = [\n").unwrap();
    let (_, after) = members.split_once("]\n\n").unwrap();
    let (between, router) = after.split_once("watch.router]\n").unwrap();
    let (_, rest) = router.split_once("\n\n").unwrap();
    let shared = format!("path = '{}'", checkout().join("shared").display());
    let between = between.replacen(r#"path = "shared""#, &shared, 1);
    format!("{before}members = [\n]\n\n{between}watch.router]\n\n{rest}")
}

/// This repository's template, without functions.
fn template() -> String {
    let text = fs::read_to_string(checkout().join("template.yaml")).unwrap();
    let (before, functions) = text.split_once("  IndexFunction:\n").unwrap();
    let (_, after) = functions.split_once("\nOutputs:\n").unwrap();
    format!("{before}Outputs:\n{after}")
}

#[test]
fn two_files_and_one_command_make_a_route() {
    let [main, package, command, member, router, function] = fences("Add a route").try_into().unwrap();
    let project = Project::new();
    fs::copy(checkout().join("Cargo.lock"), project.path("Cargo.lock")).unwrap();
    project.write("functions/api/orders/[id]/src/main.rs", &main);
    project.write("functions/api/orders/[id]/Cargo.toml", &package);
    project.write("Cargo.toml", &manifest());
    project.write("template.yaml", &template());

    let (arguments, told) = command.split_once('\n').unwrap();
    let arguments: Vec<_> = arguments.strip_prefix("$ cargo emulator ").unwrap().split(' ').collect();
    let ended = Program::start(&project, &arguments).end();
    assert_eq!((ended.code, ended.text.as_str()), (Some(0), told.trim_end()));
    let read = |file: &str| fs::read_to_string(project.path(file)).unwrap();
    assert_eq!(
        read("Cargo.toml"),
        manifest()
            .replace("= [\n", &format!("= [\n{member}"))
            .replace("router]\n", &format!("router]\n{router}"))
    );
    assert_eq!(read("template.yaml"), template().replace("\nOutputs", &format!("\n{function}\nOutputs")));

    let served = Served::start(&project);
    let answer = served.get("/api/orders/7");
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"order":"7"}"#), "{}", served.log());
    // Nor is there anything to warn of, such as a function that the template lacks.
    assert!(!served.log().contains("warning"), "{}", served.log());
}

/// Whoever takes the workflow over runs what `.ci/run` has tried, by the README's words.
#[test]
fn the_workflow_runs_what_is_tested_here() {
    let read = |file: &str| fs::read_to_string(checkout().join(file)).unwrap();
    let workflow = read(".github/workflows/deploy.yml");
    for command in ["cargo test --workspace", "sam build"] {
        assert!(read("README.md").lines().any(|line| line == command), "{command}");
        assert!(workflow.contains(&format!("- run: {command}\n")), "{command}");
    }
    for tool in ["aws-sam-cli==", "cargo-lambda=="] {
        let requirements = read(".ci/requirements.txt");
        let pinned = requirements.lines().find(|line| line.starts_with(tool)).unwrap();
        let used: Vec<_> = workflow.match_indices(tool).map(|(at, _)| &workflow[at..]).collect();
        assert!(!used.is_empty() && used.iter().all(|used| used.starts_with(pinned)), "{pinned}");
        assert!(read("docs/guide/deploy.md").contains(&format!("pip install {pinned}")), "{pinned}");
    }
}
