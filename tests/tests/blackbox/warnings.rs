//! Warnings and errors about folders during `dev`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{Project, ServedProject};

const DRAFT: &str = "`functions/api/draft` is not served, it is not a member of the workspace";

/// Makes a project with a package that is not a member, and with another warning that stays.
fn with_draft() -> Project {
    let project = Project::new().answering("api/user", "\"ok\"");
    add_draft(&project);
    project
}

fn add_draft(project: &Project) {
    project.write("functions/api/draft/Cargo.toml", "[package]\nname = \"draft\"\nedition = \"2024\"\n");
    project.write("functions/api/draft/src/main.rs", "fn main() {}\n");
}

fn count(served: &ServedProject, words: &str) -> usize {
    served.log().lines().filter(|line| line.contains(words)).count()
}

#[test]
fn warning_of_a_folder_goes_with_the_folder() {
    let project = with_draft();
    let served = ServedProject::start(&project);
    served.wait_for_log(&format!("warning: {DRAFT}"));
    let stays = "warning: `functions/api/user` is served here but not deployed";
    assert_eq!(count(&served, stays), 1);
    fs::remove_dir_all(project.path("functions/api/draft")).unwrap();
    served.wait_for_log(&format!("resolved: {DRAFT}"));
    assert_eq!((count(&served, stays), count(&served, "resolved: ")), (1, 1));
}

#[test]
fn folder_that_comes_back_is_warned_of_again() {
    let project = with_draft();
    let served = ServedProject::start(&project);
    for round in 1..3 {
        served.wait_until(|log| log.matches(&format!("warning: {DRAFT}")).count() == round);
        let aside = project.path("aside");
        fs::rename(project.path("functions/api/draft"), &aside).unwrap();
        served.wait_until(|log| log.matches(&format!("resolved: {DRAFT}")).count() == round);
        fs::rename(&aside, project.path("functions/api/draft")).unwrap();
    }
}

#[test]
fn changed_reason_does_not_resolve_a_warning() {
    let mut project = Project::new().answering("api/posts/[id]", "\"ok\"");
    let served = ServedProject::start(&project);
    project.add("api/posts/[slug]", "\"no\"");
    served.wait_for_log("error: `functions/api/posts/[slug]` is not served: ");
    project.remove("api/posts/[slug]");
    served.wait_for_log("resolved: `functions/api/posts/[slug]` is not served");
    assert_eq!(count(&served, "resolved: "), 1);
}

#[test]
fn missing_program_is_resolved_by_its_file() {
    let project = Project::new().answering("api/user", "\"ok\"");
    project.write(
        "template.yaml",
        "Resources:\n  App:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: app\n      \
         Handler: bootstrap\n      Runtime: provided.al2023\n      Events: {Get: {Type: HttpApi, Properties: {Path: \
         /app, Method: GET}}}\n",
    );
    project.write("app/README", "soon");
    let served = ServedProject::start(&project);
    served.wait_for_log("warning: `App` cannot start: `app/bootstrap` is not there");
    let beside = project.path("bootstrap");
    fs::write(&beside, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&beside, Permissions::from_mode(0o755)).unwrap();
    fs::rename(&beside, project.path("app/bootstrap")).unwrap();
    served.wait_for_log("resolved: `App` cannot start");
    fs::remove_file(project.path("app/bootstrap")).unwrap();
    served.wait_until(|log| log.matches("warning: `App` cannot start").count() == 2);
}
