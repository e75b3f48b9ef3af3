//! The lines of a function in the terminal.

use std::process::Stdio;

use api_routes_project::aws::FrontDoorKind;
use local_emulator::record::LogStyle;
use serde_json::Value;

use crate::harness::command::tool;
use crate::harness::{Program, Project, ServedProject, faults_alone, get, post};

#[test]
fn printed_line_starts_with_the_route() {
    let served = faults_alone();
    assert_eq!(served.get("/api/raw/print").text(), "printed");
    served.wait_for_log("to stderr");
    served.wait_for_log("| REPORT");
    let log = served.log();
    let lines: Vec<_> = log.lines().filter_map(|line| line.strip_prefix("/api/raw/[fault] | ")).collect();
    for line in ["begun, and ended", "not \u{fffd} utf-8", "to stderr"] {
        assert!(lines.contains(&line), "{line} in {lines:?}");
    }
}

#[test]
fn an_index_is_named_by_its_path() {
    let project = Project::new().answering("api/orders/index", "\"all\"");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/orders").text(), "all");
    assert!(served.wait_for_log("| REPORT").starts_with("/api/orders | "), "{}", served.log());
}

#[test]
fn invocation_logs_start_end_and_report() {
    let project = Project::new().answering("api/quiet", "\"{}\"");
    let served = ServedProject::start(&project);
    for _ in 0..2 {
        assert_eq!(served.get("/api/quiet").status, 200);
    }
    served.wait_until(|log| log.matches("REPORT").count() == 2);
    let log = served.log();
    let lines: Vec<_> = log.lines().filter_map(|line| line.strip_prefix("/api/quiet | ")).collect();
    let [start, end, first, start_again, end_again, second] = lines[..] else { panic!("{lines:?}") };
    for (start, end, report) in [(start, end, first), (start_again, end_again, second)] {
        let id =
            start.strip_prefix("START RequestId: ").and_then(|rest| rest.strip_suffix(" Version: $LATEST"));
        let id = id.unwrap_or_else(|| panic!("{start}"));
        assert_eq!(end, format!("END RequestId: {id}"));
        assert!(report.starts_with(&format!("REPORT RequestId: {id}\tDuration: ")), "{report}");
        assert!(report.contains("Memory Size: 128 MB\tMax Memory Used: "), "{report}");
    }
    assert!(first.contains("\tInit Duration: ") && !second.contains("Init Duration"), "{first}\n{second}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_report_has_the_peak_of_memory() {
    let memory = "{ let memory = vec![1_u8; 40 << 20]; std::hint::black_box(&memory).len().to_string() }";
    let project = Project::new().answering("api/hungry", memory);
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/hungry").text(), (40 << 20).to_string());
    let report = served.wait_for_log("| REPORT");
    let used = report.split("Max Memory Used: ").nth(1).and_then(|rest| rest.split(' ').next());
    assert!(used.and_then(|used| used.parse::<u32>().ok()).is_some_and(|used| used >= 40), "{report}");
}

#[test]
fn a_request_is_one_line_of_the_log() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start_with(project.root(), |config| config.log = LogStyle::Requests);
    assert_eq!(served.get("/api/user?a=b").text(), "ok");
    assert_eq!(served.get("/api/user").text(), "ok");
    assert_eq!(served.get("/api/nobody").status, 404);
    served.wait_until(|log| log.matches(" GET ").count() == 3);
    let log = served.log();
    // The line of a request is written after its invocation, which may be after the next request.
    let line = |words: &str| log.lines().find(|line| line.contains(words)).unwrap();
    let (cold, warm, missing) = (line("/api/user?a=b "), line("/api/user 200 "), line("/api/nobody "));
    assert!(cold.contains(" GET /api/user?a=b 200 ") && cold.contains("  /api/user cold, init "), "{cold}");
    assert!(cold.contains(", billed "), "{cold}");
    assert!(warm.contains(" GET /api/user 200 ") && warm.contains("  /api/user warm, billed "), "{warm}");
    assert!(
        missing.contains(" GET /api/nobody 404 ")
            && missing.ends_with(": no route takes this method and path")
    );
    assert!(!log.contains("START RequestId") && !log.contains("REPORT"), "{log}");
}

#[test]
fn json_lines_report_all_that_happens() {
    let project = Project::new().answering("api/user", "{ println!(\"hello\\r\\u{1b}]0;x\\u{7}\"); \"ok\" }");
    let mut command = tool(project.root(), &["dev", "--json", "--port", "0"]);
    command.stderr(Stdio::null());
    let program = Program::spawn(command, project.root());
    let started = json(&program.wait_for_line(r#""type":"started""#));
    assert_eq!(started["version"], 1);
    let door = &started["front_doors"][0];
    assert_eq!((&door["kind"], &door["routes"][0]["route"]), (&"http-api".into(), &"/api/user".into()));
    let address = door["url"].as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap();
    assert_eq!(get("/api/user?a=b").send(address).text(), "ok");
    let output = json(&program.wait_for_line(r#""type":"output""#));
    assert_eq!(
        (&output["function"], &output["line"]),
        (&"/api/user".into(), &"hello\r\u{1b}]0;x\u{7}".into())
    );
    let request = json(&program.wait_for_line(r#""type":"request""#));
    for (member, value) in
        [("method", "GET"), ("path", "/api/user"), ("query", "a=b"), ("function", "/api/user")]
    {
        assert_eq!(request[member], value, "{request}");
    }
    assert_eq!((&request["status"], &request["cold"]), (&200.into(), &true.into()));
    project.edit("functions/api/user/src/main.rs", "\"ok\"", "nothing");
    let failed = json(&program.wait_for_line(r#""state":"failed""#));
    assert_eq!(
        (&failed["type"], &failed["functions"][0]),
        (&"build".into(), &project.package("api/user").into())
    );
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn quiet_prints_errors_only() {
    let project = Project::new().answering("api/user", "{ println!(\"hello\"); \"ok\" }");
    let served = ServedProject::start_with(project.root(), |config| {
        config.printer = config.printer.clone().with_quiet();
    });
    assert_eq!(served.get("/api/user").text(), "ok");
    assert_eq!(served.get("/api/nobody").status, 404);
    project.edit("functions/api/user/src/main.rs", "\"ok\"", "nothing");
    let error = served.wait_for_log("error: not built after ");
    assert_eq!(served.log().lines().next(), Some(error.as_str()));
}

#[test]
fn an_asynchronous_event_is_a_line_too() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start_with(project.root(), |config| config.log = LogStyle::Requests);
    let name = project.package("api/user");
    let event =
        r#"{"version": "2.0", "rawPath": "/api/user", "requestContext": {"http": {"method": "GET"}}}"#;
    let target = format!("/2015-03-31/functions/{name}/invocations");
    let event = post(&target, "application/json", event).header("x-amz-invocation-type", "Event");
    assert_eq!(served.send(&event).status, 202);
    let line = served.wait_for_log(" event for ");
    assert!(line.contains(&format!(" event for {name}  /api/user cold, init ")), "{line}");
}

#[test]
fn trailing_slash_is_explained() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start_with(project.root(), |config| {
        // A REST API accepts the slash.
        config.front_doors = vec![FrontDoorKind::HttpApi, FrontDoorKind::FunctionUrl, FrontDoorKind::Alb];
        config.log = LogStyle::Requests;
    });
    for address in served.addresses() {
        get("/api/user/").send(address);
    }
    let words = "no route takes this path: leave out the slash at its end, since a route takes `/api/user`";
    served.wait_until(|log| log.matches(words).count() == served.addresses().len());
}

#[test]
fn main_that_asks_for_no_event_is_reported() {
    let mut project = Project::new();
    project.add_crate("api/script", "fn main() {}");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/script").status, 500);
    let warning = served.wait_for_log("warning: `/api/script` ended without asking for an event");
    assert!(warning.ends_with("`main` should end with `route().run()`"), "{warning}");
}
