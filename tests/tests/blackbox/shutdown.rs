//! `on_shutdown`: a function of the library that works before its process ends.

use std::fs;
use std::os::unix::fs::symlink;

use crate::harness::{Project, ServedProject, wait_for};

fn project() -> Project {
    let project = Project::new();
    fs::create_dir(project.path("count")).unwrap();
    symlink(env!("CARGO_BIN_EXE_function-with-an-end"), project.path("count/bootstrap")).unwrap();
    project.write(
        "template.yaml",
        &format!(
            "Resources:\n  Count:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: count/\n      \
             Handler: bootstrap\n      Runtime: provided.al2023\n      Environment: {{Variables: {{COUNTS: '{}'}}}}\n      \
             Events: {{Any: {{Type: HttpApi, Properties: {{Path: /api/count}}}}}}\n",
            project.path("counts").display()
        ),
    );
    project
}

/// Waits until the function has written these counts.
fn wait_for_counts(project: &Project, counts: &str) {
    wait_for(&format!("the counts {counts:?}"), || {
        (fs::read_to_string(project.path("counts")).unwrap_or_default() == counts).then_some(())
    });
}

#[test]
fn hook_runs_when_the_emulator_stops() {
    let project = project();
    let served = ServedProject::start(&project);
    for count in ["1", "2"] {
        assert_eq!(served.get("/api/count").status_and_text(), (200, count.to_owned()));
    }
    drop(served);
    assert_eq!(fs::read_to_string(project.path("counts")).unwrap(), "2\n");
}

#[test]
fn hook_runs_when_a_new_version_takes_over() {
    let project = project();
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/count").text(), "1");
    project.write("count/edited", "");
    wait_for_counts(&project, "1\n");
    assert_eq!(served.get("/api/count").text(), "1");
}

#[test]
fn hook_runs_in_each_sandbox_that_ends() {
    let project = project();
    let served = ServedProject::start_with(project.root(), |config| config.cold = true);
    assert_eq!(served.get("/api/count").text(), "1");
    wait_for_counts(&project, "1\n");
    assert_eq!(served.get("/api/count").text(), "1");
    wait_for_counts(&project, "1\n1\n");
}

#[cfg(target_os = "linux")]
#[test]
fn hook_runs_in_a_frozen_sandbox() {
    let project = project();
    let served = ServedProject::start_with(project.root(), |config| config.freeze = true);
    assert_eq!(served.get("/api/count").text(), "1");
    drop(served);
    assert_eq!(fs::read_to_string(project.path("counts")).unwrap(), "1\n");
}
