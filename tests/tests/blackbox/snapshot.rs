//! `SnapStart`: functions with a snapshot.

use crate::harness::{Project, ServedProject};

/// A function that asks for its snapshot as soon as it starts. Answers with its kind of start, and with the status that
/// it got.
const MAIN: &str = r#"
use std::io::{Read, Write};

fn restore() -> String {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    write!(stream, "GET /2018-06-01/runtime/restore/next HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

fn main() {
    let status = restore();
    let kind = std::env::var("AWS_LAMBDA_INITIALIZATION_TYPE").unwrap();
    lambda::serve(|_event| format!("{kind} {status}").into());
}
"#;

/// Serves the function with these properties.
fn served(properties: &str) -> (Project, ServedProject) {
    let mut project = Project::new();
    project.add_crate("api/snapshot", MAIN);
    let binary = project.package("api/snapshot");
    project.write(
        "template.yaml",
        &format!(
            "Resources:\n  Snapshot:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: \
             {{Binary: {binary}}}}}\n    Properties:\n      SnapStart: {{ApplyOn: PublishedVersions}}\n      \
             {properties}\n      Events: {{Any: {{Type: HttpApi, Properties: {{Path: /api/snapshot}}}}}}\n"
        ),
    );
    let served = ServedProject::start(&project);
    (project, served)
}

#[test]
fn function_in_an_image_goes_on_from_its_snapshot() {
    let (_project, served) = served("PackageType: Image");
    assert_eq!(served.get("/api/snapshot").status_and_text(), (200, "snap-start 200".to_owned()));
    assert!(!served.log().contains("SnapStart"), "{}", served.log());
}

#[test]
fn function_in_a_zip_file_starts_without_a_snapshot() {
    let (_project, served) = served("Runtime: provided.al2023");
    assert_eq!(served.get("/api/snapshot").status_and_text(), (200, "on-demand 404".to_owned()));
    served.wait_for_log("AWS does not support `SnapStart` for a .zip file on an OS-only runtime");
}
