//! The README, followed step by step.

use std::fs;

use crate::harness::{Program, Project, ServedProject, checkout, wait_for};

/// Returns the fences of a chapter.
fn fences(chapter: &str) -> Vec<String> {
    let readme = fs::read_to_string(checkout().join("README.md")).unwrap();
    let text = readme.split("\n## ").find(|text| text.lines().next() == Some(chapter)).unwrap();
    let fences = text.split("```").skip(1).step_by(2).map(|fence| fence.split_once('\n').unwrap().1);
    fences.map(str::to_owned).collect()
}

/// Returns each command that a reader types, with the lines that follow it.
fn commands(fence: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in fence.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => output.extend([line, "\n"]),
            (None, None) => panic!("`{line}` follows no command"),
        }
    }
    commands
}

#[test]
fn the_readme_makes_a_project_and_a_route() {
    let project = Project::empty();
    let made = commands(&fences("Make a project")[0]);
    let typed: Vec<_> = made.iter().map(|(command, _)| command.as_str()).collect();
    let [init, "cd shop", "cargo api-routes", curl] = typed[..] else { panic!("{typed:?}") };
    let arguments: Vec<_> = init.strip_prefix("cargo api-routes ").unwrap().split(' ').collect();
    let ended = Program::start(&project, &arguments).end();
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    let main = fs::read_to_string(project.path("shop/functions/api/hello/src/main.rs")).unwrap();
    assert_eq!(fences("A function")[0], main);

    let served = ServedProject::start_with(&project.path("shop"), |_| {});
    let target = curl.strip_prefix("curl 'localhost:3000").unwrap().trim_end_matches('\'');
    let answer = served.get(target);
    assert_eq!(answer.text(), made[3].1.trim_end(), "{}", served.log());

    let (new, output) = &commands(&fences("Add a route")[0])[0];
    let arguments = new.strip_prefix("cargo api-routes new '").unwrap().trim_end_matches('\'');
    let ended = Program::start_in(&project.path("shop"), &["new", arguments], &[]).end();
    assert_eq!((ended.code, ended.text.trim_end()), (Some(0), output.trim_end()));
    // The running emulator serves the new route.
    let answer =
        wait_for("the new route", || Some(served.get("/api/orders/7")).filter(|answer| answer.status != 404));
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"id":"7"}"#), "{}", served.log());
    assert!(!served.log().contains("warning"), "{}", served.log());
}

/// A project that takes the workflow runs the commands of the README, which `.ci/run` has tried.
#[test]
fn the_workflow_runs_what_is_tested_here() {
    let read = |file: &str| fs::read_to_string(checkout().join(file)).unwrap();
    let workflow = read(".github/workflows/deploy.yml");
    for command in ["cargo test --workspace", "sam build"] {
        assert!(read("README.md").lines().any(|line| line == command), "{command}");
        assert!(workflow.contains(&format!("- run: {command}\n")), "{command}");
    }
    let hashed = read(".github/requirements.txt");
    for tool in ["aws-sam-cli==", "cargo-lambda==", "ziglang=="] {
        let requirements = read(".ci/requirements.txt");
        let pinned = requirements.lines().find(|line| line.starts_with(tool)).unwrap();
        assert!(hashed.lines().any(|line| line == format!("{pinned} \\")), "{pinned}");
    }
    for tool in ["aws-sam-cli==", "cargo-lambda=="] {
        let pinned =
            hashed.lines().find_map(|line| line.strip_suffix(" \\").filter(|line| line.starts_with(tool)));
        assert!(read("docs/guide/deploy.md").contains(&format!("pip install {}", pinned.unwrap())), "{tool}");
    }
}

/// A package that is replaced on its way could read the credentials of a workflow.
#[test]
fn workflows_install_hashed_python_packages() {
    let folder = checkout().join(".github/workflows");
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        for line in fs::read_to_string(&file).unwrap().lines().filter(|line| line.contains("pip\" install")) {
            assert!(line.contains(" --require-hashes "), "{}: {line}", file.display());
        }
    }
}
