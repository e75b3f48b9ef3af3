//! `cargo api-routes parity`, with planted differences. A second emulator plays the deployment.

use std::fs::{self, Permissions, set_permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::thread;

use serde_json::Value;

use crate::any_runtime::python;
use crate::harness::process::ProgramOutput;
use crate::harness::{Program, Project, ServedProject, checkout, wait_for};

mod functions;
mod tls;

/// A function that replies to each path with its reply in `replies.json`.
const BOOTSTRAP: &str = r#"
import json, os, urllib.request

API = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
replies = json.load(open("replies.json"))
while True:
    with urllib.request.urlopen(API + "next") as invocation:
        event = json.load(invocation)
        request_id = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
    path = event.get("rawPath") or event["path"]
    reply = json.dumps(replies.get(path.split("/")[-1], {"statusCode": 404, "body": path})).encode()
    urllib.request.urlopen(urllib.request.Request(API + request_id + "/response", data=reply)).read()
"#;

const EQUAL: &str = r#"{
    "page": {"statusCode": 200, "headers": {"content-type": "text/html", "x-a": "1"}, "body": "<p>Hello</p>"},
    "data": {"statusCode": 200, "body": "{\"id\":1,\"list\":[1,2]}"},
    "visit": {"statusCode": 200, "cookies": ["a=1; Path=/", "session=one; HttpOnly"], "body": ""}
}"#;

fn project(kind: &str, replies: &str) -> Project {
    let project = Project::new();
    let events = format!("Any: {{Type: {kind}, Properties: {{Path: '/{{proxy+}}', Method: ANY}}}}");
    project.write(
        "template.yaml",
        &format!(
            "Resources:\n  Replies:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: replies/\n      \
             Handler: any\n      Runtime: provided.al2023\n      Events: {{{events}}}\n"
        ),
    );
    project.write("replies/bootstrap", &format!("#!{}{BOOTSTRAP}", python()));
    project.write("replies/replies.json", replies);
    set_permissions(project.path("replies/bootstrap"), Permissions::from_mode(0o755)).unwrap();
    project
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// Makes a project whose replies are equal, except for one.
fn planted(old: &str, new: &str) -> Project {
    assert!(EQUAL.contains(old), "{old}");
    project("HttpApi", &EQUAL.replace(old, new))
}

fn requests(paths: &[&str]) -> String {
    let rows = paths.iter().map(|path| format!("[[request]]\npath = '{path}'\n"));
    rows.collect::<Vec<_>>().concat()
}

/// Compares a deployed project with a local one.
fn compare(there: &Project, here: &Project, requests: &str, options: &[&str]) -> ProgramOutput {
    let there = ServedProject::start(there);
    here.write("requests.toml", requests);
    let url = url(there.address);
    let arguments = [&["parity", "--url", &url, "--requests", "requests.toml"], options].concat();
    Program::start(here, &arguments).end()
}

#[test]
fn equal_projects_have_no_difference() {
    let requests = requests(&["/page", "/data", "/visit", "/none", "/a%20b/"]);
    let ended = compare(&project("HttpApi", EQUAL), &project("HttpApi", EQUAL), &requests, &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    assert!(ended.text.starts_with("- http://127.0.0.1:"), "{}", ended.text);
    assert!(ended.text.contains("\n+ the emulator, http-api ServerlessHttpApi\n"), "{}", ended.text);
    assert!(
        ended.text.ends_with("5 requests: 5 equal, 0 with known differences, 0 different"),
        "{}",
        ended.text
    );
}

#[test]
fn each_planted_difference_is_found() {
    let (page, data, visit) = ("/page", "/data", "/visit");
    for (path, old, new, diff) in [
        (page, "200, \"headers\"", "500, \"headers\"", "- status: 500\n  + status: 200"),
        (
            page,
            "text/html",
            "text/plain",
            "- header content-type: text/plain\n  + header content-type: text/html",
        ),
        (page, ", \"x-a\": \"1\"", "", "+ header x-a: 1"),
        (page, "\"x-a\": \"1\"", "\"x-a\": \"1\", \"x-b\": \"2\"", "- header x-b: 2"),
        (
            page,
            "<p>Hello</p>",
            "<p>Hallo</p>",
            "- body: from byte 0 of 12: \"<p>Hallo</p>\"\n  + body: from byte 0 of 12: \"<p>Hello</p>\"",
        ),
        (data, "[1,2]", "[1,3]", "- body /list/1: 3\n  + body /list/1: 2"),
        (data, r#"\"id\":1,"#, "", "+ body /id: 1"),
        (
            visit,
            r#""session=one; HttpOnly""#,
            r#""session=one""#,
            "- header set-cookie: a=1; Path=/\n  - header set-cookie: session=one\n  \
             + header set-cookie: a=1; Path=/\n  + header set-cookie: session=one; HttpOnly",
        ),
        (
            visit,
            r#""a=1; Path=/", "session=one; HttpOnly""#,
            r#""session=one; HttpOnly", "a=1; Path=/""#,
            "- header set-cookie: session=one; HttpOnly\n  - header set-cookie: a=1; Path=/\n  \
             + header set-cookie: a=1; Path=/\n  + header set-cookie: session=one; HttpOnly",
        ),
    ] {
        let ended = compare(
            &planted(old, new),
            &project("HttpApi", EQUAL),
            &requests(&["/page", "/data", "/visit"]),
            &[],
        );
        let diff = format!("\n\nGET {path}\n  {diff}\n\n");
        assert_eq!(ended.code, Some(1), "{}", ended.text);
        assert!(ended.text.contains(&diff), "{diff}\n{}", ended.text);
        assert!(
            ended.text.ends_with("3 requests: 2 equal, 0 with known differences, 1 different"),
            "{}",
            ended.text
        );
    }
}

#[test]
fn generated_values_may_be_ignored() {
    let there =
        EQUAL.replace("session=one", "session=two").replace("id\\\":1", "id\\\":7").replace("Hello", "Hey");
    let ignore = "[ignore]\ncookies = ['session']\njson = ['/id']\ntext = ['He[a-z]+']\n";
    let requests = requests(&["/page", "/data", "/visit"]);
    let here = project("HttpApi", EQUAL);
    let ended = compare(&project("HttpApi", &there), &here, &format!("{ignore}{requests}"), &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    let ended = compare(&project("HttpApi", &there), &here, &requests, &[]);
    assert!(ended.text.ends_with("3 different"), "{}", ended.text);
}

#[test]
fn known_difference_is_listed_with_its_cause() {
    let there = planted("[1,2]", "[1,3]");
    let here = project("HttpApi", EQUAL);
    let known = "[[known]]\nrequests = ['GET /data']\ndiffers = ['body /list/1']\ncause = 'the old list'\n";
    here.write("known.toml", known);
    let requests = requests(&["/page", "/data"]);
    let ended = compare(&there, &here, &requests, &["--known", "known.toml"]);
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    assert!(ended.text.contains("\nknown: the old list\n  GET /data: body /list/1\n"), "{}", ended.text);

    let ended = compare(&project("HttpApi", EQUAL), &here, &requests, &["--known", "known.toml"]);
    assert_eq!(ended.code, Some(1), "{}", ended.text);
    let gone = "known.toml:1:1: body /list/1 of `GET /data` no longer differs: remove it from the file";
    assert!(ended.text.contains(gone), "{}", ended.text);
}

#[test]
fn json_option_prints_json_alone() {
    let ended = compare(
        &planted("[1,2]", "[1,3]"),
        &project("HttpApi", EQUAL),
        &requests(&["/page", "/data"]),
        &["--json"],
    );
    assert_eq!(ended.code, Some(1), "{}", ended.text);
    let report: Value = serde_json::from_str(&ended.text).unwrap();
    assert_eq!((&report["equal"], &report["different"]), (&1.into(), &1.into()));
    assert_eq!(report["requests"][1]["differences"][0]["part"], "body /list/1");
}

#[test]
fn equal_failures_do_not_meet_an_expectation() {
    let requests = "[[request]]\npath = '/none'\nexpect = { status = 200 }\n";
    let ended = compare(&project("HttpApi", EQUAL), &project("HttpApi", EQUAL), requests, &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.text);
    assert!(ended.text.contains("  expected status: 200\n  + status: 404"), "{}", ended.text);
}

#[test]
fn equality_without_a_success_comes_with_a_warning() {
    for (paths, warns) in [(&["/none"][..], true), (&["/none", "/page"], false)] {
        let ended = compare(&project("HttpApi", EQUAL), &project("HttpApi", EQUAL), &requests(paths), &[]);
        assert_eq!(ended.code, Some(0), "{}", ended.text);
        assert_eq!(
            ended.text.contains("warning: the deployment answered every request with an error"),
            warns,
            "{}",
            ended.text
        );
    }
}

#[test]
fn the_files_of_the_guide_are_read() {
    let guide = fs::read_to_string(checkout().join("docs/guide/parity.md")).unwrap();
    let fences: Vec<_> =
        guide.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [requests, known] = fences[..] else { panic!("{fences:?}") };
    let user = r#""user": {"statusCode": 200, "body": "{\"name\":\"John Doe\"}"}"#;
    let [there, here] = [500, 400]
        .map(|status| project("HttpApi", &format!(r#"{{{user}, "users": {{"statusCode": {status}}}}}"#)));
    here.write("known.toml", known);
    let ended = compare(&there, &here, requests, &["--known", "known.toml"]);
    let cause = "\nknown: The clock there is another one.\n  POST /api/users (no JSON): status\n";
    assert!(ended.text.contains(cause), "{}", ended.text);
    assert!(
        ended.text.ends_with("4 requests: 3 equal, 1 with known differences, 0 different"),
        "{}",
        ended.text
    );
}

#[test]
fn rest_api_stage_is_in_both_urls_or_in_neither() {
    let (there, here) = (project("Api", EQUAL), project("Api", EQUAL));
    for (no_stage, prefix) in [(false, "/Prod"), (true, "")] {
        let served = ServedProject::start_with(there.root(), |config| config.no_stage = no_stage);
        here.write("requests.toml", &requests(&["/page", "/data", "/none"]));
        let url = format!("{}{prefix}", url(served.address));
        let ended = Program::start(&here, &["parity", "--url", &url, "--requests", "requests.toml"]).end();
        assert_eq!(ended.code, Some(0), "{}", ended.text);
    }
}

#[test]
fn one_of_several_front_doors_is_compared() {
    let project = Project::new().answering("api/user", r##"r#"{"statusCode":200,"body":"user"}"#"##);
    for kind in ["http-api", "rest-api", "function-url", "alb"] {
        let served = ServedProject::start_with(project.root(), |config| {
            config.front_doors = vec![kind.parse().unwrap()];
            config.no_stage = true;
        });
        let url = url(served.address);
        let ended = Program::start(&project, &["parity", "--url", &url, "--front-door", kind]).end();
        assert_eq!(ended.code, Some(0), "{}", ended.text);
        assert!(ended.text.contains(&format!("\n+ the emulator, {kind}")), "{}", ended.text);
        assert!(ended.text.contains("GET /api/user                    200    200   equal"), "{}", ended.text);
    }
}

#[test]
fn without_a_file_each_route_is_requested() {
    let project = Project::new().answering("api/user", "\"user\"").answering("api/posts/[id]", "\"post\"");
    let served = ServedProject::start(&project);
    let ended = Program::start(&project, &["parity", "--url", &url(served.address)]).end();
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    for request in ["HEAD /api/user ", "OPTIONS /api/user ", "GET /api/use%72 ", "GET /api/posts/7/ "] {
        assert!(ended.text.contains(&format!("\n{request}")), "{request} in {}", ended.text);
    }
    assert!(
        ended.text.ends_with("12 requests: 12 equal, 0 with known differences, 0 different"),
        "{}",
        ended.text
    );
}

#[test]
fn another_server_may_stand_in_for_the_emulator() {
    let (there, here) = (planted("[1,2]", "[1,3]"), project("HttpApi", EQUAL));
    let (there_served, here_served) = (ServedProject::start(&there), ServedProject::start(&here));
    // The command needs no project.
    let folder = Project::new();
    fs::remove_dir_all(folder.path("functions")).unwrap();
    folder.write("requests.toml", &requests(&["/page", "/data"]));
    let (there, here) = (url(there_served.address), url(here_served.address));
    let arguments = ["parity", "--url", &there, "--with", &here, "--requests", "requests.toml"];
    let ended = Program::start(&folder, &arguments).end();
    assert_eq!(ended.code, Some(1), "{}", ended.text);
    assert!(ended.text.contains("- body /list/1: 3\n  + body /list/1: 2"), "{}", ended.text);
}

#[test]
fn local_failure_is_shown_with_the_emulators_log() {
    let here = project("HttpApi", EQUAL);
    here.write("replies/replies.json", "no JSON");
    let ended = compare(&project("HttpApi", EQUAL), &here, &requests(&["/page"]), &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.text);
    assert!(ended.text.contains("\n\nthe emulator's last lines:\n"), "{}", ended.text);
    assert!(ended.text.contains("json.decoder.JSONDecodeError"), "{}", ended.text);
}

#[test]
fn failed_comparison_is_an_error_not_a_difference() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let project = project("HttpApi", EQUAL);
    project.write("requests.toml", &requests(&["/page"]));
    project.write("wrong.toml", "[[request]]\npath = '/page'\nmethd = 'GET'\n");
    let url = url(nobody);
    for (options, words) in [
        (&["--url", &url, "--requests", "requests.toml"][..], format!("error: cannot connect to {url}: ")),
        (
            &["--url", &url, "--requests", "wrong.toml"],
            "error: wrong.toml:3:1: unknown field `methd`, expected one of ".to_owned(),
        ),
        (&["--url", &url, "--requests", "none.toml"], "error: cannot read `none.toml`".to_owned()),
        (
            &["--url", &url, "--known", "requests.toml"],
            "error: requests.toml:1:3: unknown field `request`".to_owned(),
        ),
    ] {
        let ended = Program::start(&project, &[&["parity"], options].concat()).end();
        assert_eq!(ended.code, Some(2), "{}", ended.text);
        assert!(ended.text.lines().any(|line| line.starts_with(&words)), "{words}\n{}", ended.text);
    }
}

/// Reads the head of a request, and answers it with 204.
fn head_of_next(listener: &TcpListener) -> String {
    let mut stream = BufReader::new(listener.accept().unwrap().0);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).unwrap(), 0);
    }
    stream.get_mut().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    head
}

#[test]
fn both_get_the_same_request_with_the_headers_of_all() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = url(listener.local_addr().unwrap());
    let heads = thread::spawn(move || [head_of_next(&listener), head_of_next(&listener)]);
    let project = Project::new();
    let request =
        "[[request]]\nmethod = 'PUT'\npath = '/a%20b/?c&d=%'\nheaders = { x-b = ['1', '2'] }\nbody = 'x'\n";
    project.write("requests.toml", request);
    let arguments =
        ["parity", "--url", &url, "--with", &url, "--requests", "requests.toml", "-H", "x-token: abc"];
    let ended = Program::start(&project, &arguments).end();
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    let [one, other] = heads.join().unwrap();
    assert_eq!(one, other);
    let (first, lines) = one.split_once("\r\n").unwrap();
    assert_eq!(first, "PUT /a%20b/?c&d=% HTTP/1.1");
    let mut names: Vec<_> = lines.lines().filter_map(|line| line.split_once(": ")).collect();
    names.sort_unstable();
    let version = concat!("cargo-api-routes/", env!("CARGO_PKG_VERSION"));
    let host = url.strip_prefix("http://").unwrap();
    let expected = [
        ("accept", "*/*"),
        ("content-length", "1"),
        ("host", host),
        ("user-agent", version),
        ("x-b", "1"),
        ("x-b", "2"),
        ("x-token", "abc"),
    ];
    assert_eq!(names, expected);
}

#[test]
fn broken_answer_is_a_difference() {
    let torn = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = url(torn.local_addr().unwrap());
    thread::spawn(move || {
        let mut stream = torn.accept().unwrap().0;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc").unwrap();
        // Read the request before the connection ends, or the end would be a reset.
        stream.shutdown(Shutdown::Write).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    });
    let project = project("HttpApi", EQUAL);
    project.write("requests.toml", &requests(&["/page"]));
    let ended = Program::start(&project, &["parity", "--url", &url, "--requests", "requests.toml"]).end();
    assert_eq!(ended.code, Some(1), "{}", ended.text);
    assert!(ended.text.contains("- answer: no whole answer: "), "{}", ended.text);
}

#[test]
fn interrupt_leaves_nothing_behind() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = url(silent.local_addr().unwrap());
    let project = project("HttpApi", EQUAL);
    project.write("requests.toml", &requests(&["/page"]));
    let mut program = Program::start(&project, &["parity", "--url", &url, "--requests", "requests.toml"]);
    wait_for("a sandbox", || {
        program.processes().iter().any(|process| process.contains("replies/bootstrap")).then_some(())
    });
    program.interrupt_group();
    program.wait_until_all_are_gone();
}

#[test]
fn late_answer_is_a_difference() {
    // The server accepts connections, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let project = project("HttpApi", EQUAL);
    project.write("requests.toml", &requests(&["/page"]));
    let url = url(silent.local_addr().unwrap());
    let arguments = ["parity", "--url", &url, "--requests", "requests.toml", "--timeout", "1"];
    let ended = Program::start(&project, &arguments).end();
    assert_eq!(ended.code, Some(1), "{}", ended.text);
    assert!(ended.text.contains("- answer: no answer within 1s\n  + answer: status 200"), "{}", ended.text);
}
