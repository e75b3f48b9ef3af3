//! The program `cargo-api-routes`, as a developer starts it.

use std::fs;
use std::net::TcpListener;

use crate::harness::{Program, Project, checkout, get};

fn project() -> Project {
    Project::new().answering("api/user", "\"user\"").answering("api/shop/[[...slug]]", "\"shop\"")
}

#[test]
fn a_free_port_is_found_and_printed() {
    let project = project();
    let (_program, address) = Program::serve(&project);
    assert_ne!(address.port(), 0);
    assert_eq!(get("/api/user").send(address).text(), "user");
}

#[test]
fn a_taken_port_is_one_line_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let ended = Program::start(&project(), &["dev", "--port", &port.to_string()]).end();
    let message = format!(
        "error: port {port} of 127.0.0.1 is taken: stop the program that uses it, or choose another with `--port` \
         (`--port 0` takes a free one)"
    );
    assert_eq!((ended.code, ended.text), (Some(1), message));
}

#[test]
fn routes_are_listed_with_their_keys() {
    let project = project();
    let ended = Program::start(&project, &["routes"]).end();
    let rows: Vec<Vec<&str>> = ended
        .text
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
        .collect();
    let (shop, user) = (project.package("api/shop/slug"), project.package("api/user"));
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    for row in [
        ["/api/shop/[[...slug]]", "ANY /api/shop", &shop],
        ["/api/shop/[[...slug]]", "ANY /api/shop/{slug+}", &shop],
        ["/api/user", "ANY /api/user", &user],
    ] {
        assert!(rows.contains(&row.to_vec()), "{row:?} in {}", ended.text);
    }
}

#[test]
fn routes_of_each_front_door_are_listed() {
    let project = project();
    let ended =
        Program::start(&project, &["routes", "--front-door", "alb,rest-api", "--front-door=function-url"])
            .end();
    let headings: Vec<&str> = ended.text.lines().filter(|line| !line.starts_with(' ')).collect();
    let template = format!(
        "warning: `functions/api/shop/[[...slug]]` is served here but not deployed: `template.yaml` has no \
                            function with `Binary: {}`; run `cargo api-routes sync`",
        project.package("api/shop/slug")
    );
    assert_eq!(headings[..4], ["rest-api  /Prod", "function-url", "alb", &template], "{}", ended.text);
    let url =
        format!("  /api/user              http://{0}.localhost/       {0}", project.package("api/user"));
    assert!(ended.text.lines().any(|line| line == url), "{url} in {}", ended.text);
}

#[test]
fn unknown_front_door_ends_the_program() {
    let ended = Program::start(&project(), &["--port", "0", "--front-door", "websocket"]).end();
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.text.starts_with("error: invalid value 'websocket' for '--front-door <KINDS>'"),
        "{}",
        ended.text
    );
}

#[test]
fn routes_that_cannot_be_served_fail_the_command() {
    let project = project().answering("api/shop/[...rest]", "\"\"");
    let ended = Program::start(&project, &["routes"]).end();
    assert_eq!(ended.code, Some(1));
    assert!(ended.text.contains("is not served"), "{}", ended.text);
}

#[test]
fn an_unreadable_template_names_its_line() {
    let project = project();
    for (template, complaint) in [
        ("Resources:\n  A: {\n", "error: template.yaml:"),
        (
            "Globals: {Function: {Timeout: 901}}\nResources: {A: {Type: AWS::Serverless::Function, Metadata: {BuildProperties: {Binary: a}}}}\n",
            "error: template.yaml:1:31: `Timeout` must be a whole number of seconds from 1 to 900",
        ),
    ] {
        project.write("template.yaml", template);
        let ended = Program::start(&project, &["--port", "0"]).end();
        assert_eq!(ended.code, Some(1), "{}", ended.text);
        assert!(ended.text.starts_with(complaint), "{}", ended.text);
    }
}

#[test]
fn a_folder_without_functions_says_what_to_do() {
    let project = Project::new();
    fs::remove_dir_all(project.path("functions")).unwrap();
    let ended = Program::start(&project, &["--port", "0"]).end();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .text
            .contains("has no `functions` folder: make a first route with `cargo api-routes new /api/hello`"),
        "{}",
        ended.text
    );
}

#[test]
fn a_tool_from_a_checkout_takes_its_library() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["init", "--name", "shop", folder.path().to_str().unwrap()];
    let ended = Program::start(&Project::new(), &arguments).end();
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    let shared = checkout().join("shared").canonicalize().unwrap();
    let dependency = format!("\napi-routes = {{ path = \"{}\" }}\n", shared.display());
    assert!(manifest.contains(&dependency), "{dependency} in {manifest}");
}
