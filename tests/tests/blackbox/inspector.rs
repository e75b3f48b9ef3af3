//! The inspector's API: recording, sending again, saving, streaming.

use std::fs;
use std::io::{BufRead, Write};
use std::thread;

use api_routes_project::aws::FrontDoorKind;
use serde_json::{Value, json};

use crate::harness::{
    Connection, Project, Response, ServedProject, faults, get, main_project, post, request,
};

const API: &str = "/_emulator/api";

fn api(served: &ServedProject, path: &str) -> Value {
    served.get(&format!("{API}{path}")).json()
}

fn call(served: &ServedProject, path: &str, body: &Value) -> Response {
    served.send(&post(&format!("{API}{path}"), "application/json", body.to_string()))
}

/// Returns the summaries of the requests, the newest first.
fn requests(served: &ServedProject, query: &str) -> Vec<Value> {
    let list = api(served, &format!("/requests?{query}"));
    list["requests"].as_array().unwrap_or_else(|| panic!("{list}")).clone()
}

/// Waits until the newest request is over, and returns its record.
pub(crate) fn newest(served: &ServedProject) -> Value {
    crate::harness::wait_for("the end of a request", || {
        let summary = requests(served, "limit=1").remove(0);
        (summary["state"] == "done").then(|| api(served, &format!("/requests/{}", summary["id"])))
    })
}

/// Returns the names of the members in their order.
fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn everything_about_a_request_is_recorded() {
    let project = Project::new().answering("api/user", "{ println!(\"hello\"); \"ok\" }");
    let served = ServedProject::start(&project);
    let sent = post("/api/user?a=b", "text/plain", "Grüße").header("x-probe", "1");
    assert_eq!(served.send(&sent).text(), "ok");
    let record = newest(&served);
    assert_eq!(
        (&record["method"], &record["path"], &record["query"], &record["status"], &record["front_door"]),
        (&json!("POST"), &json!("/api/user"), &json!("a=b"), &json!(200), &json!("http-api"))
    );
    assert_eq!(
        (&record["function"], &record["cold"], &record["version"]),
        (&json!("/api/user"), &json!(true), &json!("1"))
    );
    assert!(record["request"]["headers"].as_array().unwrap().contains(&json!(["x-probe", "1"])));
    assert_eq!(record["request"]["body"], json!({ "length": 7, "text": "Grüße" }));
    let event: Value = serde_json::from_str(record["event"]["text"].as_str().unwrap()).unwrap();
    assert_eq!((&event["rawQueryString"], &event["body"]), (&json!("a=b"), &json!("Grüße")));
    assert_eq!(record["reply"]["text"], "ok");
    assert_eq!(record["response"]["body"], json!({ "length": 2, "text": "ok" }));
    let log: Vec<_> =
        record["log"].as_array().unwrap().iter().map(|line| line["line"].as_str().unwrap()).collect();
    let [start, hello, end, report] = log[..] else { panic!("{log:?}") };
    assert!(start.starts_with("START RequestId: ") && end.starts_with("END RequestId: "), "{log:?}");
    assert_eq!((hello, report), ("hello", record["report"].as_str().unwrap()));
    assert_eq!(members(&record["timings"]), ["build_ms", "queue_ms", "init_ms", "run_ms", "total_ms"]);
    assert!(record["sandbox"]["pid"].as_u64().is_some_and(|pid| pid > 1));
}

/// The lines are in the pipe before the answer, and the emulator reads them some time later.
#[test]
fn lines_are_recorded_with_their_own_request() {
    let prints = "{ for _ in 0..300 { println!(\"{}\", _event.query()); } \"ok\" }";
    let project = Project::new().answering("api/user", prints);
    let served = ServedProject::start(&project);
    for at in 0..100 {
        assert_eq!(served.get(&format!("/api/user?at={at}")).status, 200);
    }
    newest(&served);
    for summary in requests(&served, "limit=1000") {
        let record = api(&served, &format!("/requests/{}", summary["id"]));
        let lines: Vec<_> = record["log"].as_array().unwrap().iter().map(|line| &line["line"]).collect();
        let own = lines.iter().filter(|line| ***line == record["query"]).count();
        assert_eq!((lines.len(), own), (303, 300), "{record}");
        assert!(lines[302].as_str().unwrap().starts_with("REPORT"), "{record}");
    }
}

#[test]
fn request_without_function_is_recorded_with_reason() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start(&project);
    assert_eq!(served.send(&post("/api/nobody", "text/plain", "unread")).status, 404);
    let record = newest(&served);
    assert_eq!(
        (&record["status"], &record["note"]),
        (&json!(404), &json!("no route takes this method and path")),
        "{record}"
    );
    assert_eq!(record["request"]["body"], json!({ "length": null, "unread": true }));
    assert_eq!(record["response"]["body"]["text"], r#"{"message":"Not Found"}"#);
    assert!(record.get("event").is_none() && record.get("function").is_none());
}

#[test]
fn long_body_is_cut_and_cannot_be_sent_again() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start(&project);
    served.send(&post("/api/user", "text/plain", "x".repeat(100_000)));
    let record = newest(&served);
    let body = &record["request"]["body"];
    assert_eq!((&body["length"], &body["cut"]), (&json!(100_000), &json!(true)));
    assert_eq!(body["text"].as_str().unwrap().len(), 64 * 1024);
    let path = format!("/requests/{}/send", record["id"]);
    let refused = call(&served, &path, &json!({}));
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("send the request with a new body"), "{}", refused.text());
    let again = call(&served, &path, &json!({ "body": "short" })).json();
    assert_eq!((&again["request"]["body"]["text"], &again["status"]), (&json!("short"), &json!(200)));
}

#[test]
fn sender_gets_the_whole_response_if_it_asks() {
    let project = Project::new().answering("api/long", "\"x\".repeat(100_000)");
    let served = ServedProject::start(&project);
    let length = |path: &str, body: &Value| {
        let sent = call(&served, path, body).json();
        let body = &sent["response"]["body"];
        assert_eq!((&sent["status"], &body["length"]), (&json!(200), &json!(100_000)), "{path}");
        (body["text"].as_str().unwrap().len(), body["cut"] == true)
    };
    let new = json!({ "target": "/api/long" });
    assert_eq!(length("/requests", &new), (64 * 1024, true));
    assert_eq!(length("/requests?whole_body=true", &new), (100_000, false));
    assert_eq!(length("/requests/1/send?whole_body=true", &json!({})), (100_000, false));
    // The record has only a part of the body.
    assert_eq!(api(&served, "/requests/2")["response"]["body"]["cut"], true);
}

#[test]
fn request_is_sent_again_unchanged_or_edited() {
    let served = ServedProject::start_with(crate::harness::checkout(), |config| {
        config.watch = false;
        config.front_doors = vec![FrontDoorKind::HttpApi, FrontDoorKind::RestApi];
    });
    let sent =
        post("/api/notes", "application/json", r#"{"text":"one"}"#).header("authorization", "Bearer me");
    assert_eq!(served.send(&sent).status, 201);
    let first = newest(&served);
    let path = format!("/requests/{}/send", first["id"]);
    let again = served.send(&request("POST", &format!("{API}{path}"))).json();
    assert_eq!(
        (&again["sent_from"], &again["status"], &again["state"]),
        (&first["id"], &json!(201), &json!("done"))
    );
    assert_eq!(again["request"], first["request"]);
    let edits = json!({ "front_door": "rest-api", "body": r#"{"text":"two"}"# });
    let edited = call(&served, &path, &edits).json();
    assert_eq!(
        (&edited["front_door"], &edited["path"], &edited["status"]),
        (&json!("rest-api"), &json!("/Prod/api/notes"), &json!(201))
    );
    assert_eq!(edited["response"]["body"]["text"], r#"{"text":"two"}"#);
    let headers = edited["request"]["headers"].as_array().unwrap();
    assert!(
        headers.contains(&json!(["authorization", "Bearer me"]))
            && headers.contains(&json!(["content-length", "14"]))
    );
    let host = served.at(FrontDoorKind::RestApi).to_string();
    assert!(headers.contains(&json!(["host", host])), "{headers:?}");
    let new = call(&served, "/requests", &json!({ "target": "/api/posts/7" })).json();
    assert_eq!((&new["status"], &new["response"]["body"]["text"]), (&json!(200), &json!(r#"{"id":"7"}"#)));
}

#[test]
fn event_is_shown_as_each_front_door_sends_it() {
    let served = main_project();
    let sent = call(served, "/requests", &json!({ "target": "/api/posts/7?a=b" })).json();
    let events = api(served, &format!("/requests/{}/events", sent["id"]));
    let events = events["events"].as_array().unwrap();
    let titles: Vec<_> = events.iter().map(|event| event["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        ["HTTP API, payload 2.0", "HTTP API, payload 1.0", "REST API", "Function URL", "Load balancer"]
    );
    for (at, pointer, expected) in [
        (0, "/pathParameters/id", "7"),
        (0, "/version", "2.0"),
        (1, "/version", "1.0"),
        (2, "/resource", "/api/posts/{id}"),
        (3, "/routeKey", "$default"),
        (4, "/queryStringParameters/a", "b"),
    ] {
        assert_eq!(events[at]["event"].pointer(pointer), Some(&json!(expected)), "{pointer}: {}", events[at]);
    }
}

#[test]
fn a_copy_has_secrets_only_if_it_is_asked_for() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start(&project);
    let sent = request("DELETE", "/api/user?a='b'")
        .header("host", "api.test")
        .header("authorization", "Bearer top")
        .header("cookie", "s=top");
    assert_eq!(served.send(&sent).status, 200);
    let path = format!("{API}/requests/{}/curl", newest(&served)["id"]);
    let expected = format!(
        r"curl 'http://{}/api/user?a='\''b'\''' -X DELETE -H 'host: api.test' -H 'authorization: Bearer REDACTED' -H 'cookie: s=REDACTED' -H accept: -H user-agent:",
        served.address
    );
    assert_eq!(served.get(&path).text(), expected);
    assert_eq!(served.get(&(path + "?secrets=true")).text(), expected.replace("REDACTED", "top"));
}

/// The test runs curl, whose defaults differ from the request that was sent.
#[test]
fn a_copied_command_sends_the_same_request() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start(&project);
    let port = served.address.port();
    for (head, body) in [
        ("GET /api/user?x=[1-3]&y={a,b} HTTP/1.1", &b""[..]),
        ("GET /api/../api/user HTTP/1.1\r\naccept: text/html\r\nx-empty:", b""),
        ("HEAD /api/user HTTP/1.1\r\nuser-agent: own", b""),
        ("OPTIONS * HTTP/1.1", b""),
        ("POST /api/user HTTP/1.1\r\ncontent-length: 0", b""),
        ("POST /api/user HTTP/1.1\r\ncontent-length: 5", b"a\0b'c"),
        ("PUT /api/user HTTP/1.1\r\ncontent-type: text/plain\r\ncontent-length: 4", b"\xff\xfe\x00@"),
        ("POST /api/user HTTP/1.1\r\ncontent-length: 6", b"@/etc/"),
    ] {
        let mut connection = Connection::open(served.address).unwrap();
        let head = format!("{head}\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n");
        connection.write(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = Vec::new();
        std::io::Read::read_to_end(&mut connection.0, &mut answer).unwrap();
        let sent = newest(&served);
        let command = served.get(&format!("{API}/requests/{}/curl", sent["id"])).text();
        let ran = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
        assert!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr));
        let again = newest(&served);
        assert_ne!(again["id"], sent["id"], "{command}");
        for member in ["method", "path", "query", "status"] {
            assert_eq!(again[member], sent[member], "{command}");
        }
        assert_eq!(headers(&again), headers(&sent), "{command}");
        assert_eq!(again["request"]["body"], sent["request"]["body"], "{command}");
    }
}

/// Returns the headers of a request, sorted by name, without `connection`.
fn headers(record: &Value) -> Vec<(&str, &str)> {
    let headers = record["request"]["headers"].as_array().unwrap().iter();
    let pairs = headers.map(|header| (header[0].as_str().unwrap(), header[1].as_str().unwrap()));
    let mut pairs: Vec<_> = pairs.filter(|(name, _)| *name != "connection").collect();
    pairs.sort_unstable();
    pairs
}

/// The event is JSON that JavaScript writes and Rust does not parse.
#[test]
fn unparsable_event_is_saved_only_with_secrets() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start(&project);
    let target = format!("/2015-03-31/functions/{}/invocations", project.package("api/user"));
    let event = r#"{"headers":{"Authorization":"Bearer top"},"d":"\ud800"}"#;
    assert_eq!(served.send(&post(&target, "application/json", event)).status, 200);
    let id = newest(&served)["id"].to_string();
    let refused = call(&served, &format!("/requests/{id}/save"), &json!({ "name": "one" }));
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert_eq!(served.get(&format!("{API}/requests/{id}/curl")).status, 409);
    let kept = call(&served, &format!("/requests/{id}/save"), &json!({ "name": "one", "secrets": true }));
    assert_eq!(kept.status, 201, "{}", kept.text());
    assert_eq!(fs::read_to_string(project.path("functions/api/user/tests/events/one.json")).unwrap(), event);
}

#[test]
fn more_headers_than_a_front_door_takes_are_refused() {
    let headers: Vec<_> = (0..40_000).map(|at| [format!("x-{at}"), String::new()]).collect();
    let refused = call(main_project(), "/requests", &json!({ "headers": headers }));
    assert_eq!(refused.status, 400, "{}", refused.text());
}

#[test]
fn request_that_never_began_is_found_by_its_function() {
    let project = Project::new().answering("api/user", "\"ok\"").answering("api/broken", "nothing");
    let served = ServedProject::start_with(project.root(), |config| config.sandboxes = 0);
    assert_eq!((served.get("/api/user").status, served.get("/api/broken").status), (503, 502));
    for (function, status) in [("/api/user", 503), ("/api/broken", 502)] {
        let found = requests(&served, &format!("function={function}"));
        assert_eq!(
            found.iter().map(|found| &found["status"]).collect::<Vec<_>>(),
            [&json!(status)],
            "{function}"
        );
    }
}

#[test]
fn event_is_saved_once_without_secrets_with_a_test() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start(&project);
    served.send(&get("/api/user").header("x-api-key", "top"));
    let path = format!("/requests/{}/save", newest(&served)["id"]);
    let saved = call(&served, &path, &json!({ "name": "one" }));
    assert_eq!(saved.status, 201);
    let file = "functions/api/user/tests/events/one.json";
    let test = "let event = include_str!(\"../tests/events/one.json\");\n\
                let answer = api_routes::test::TestEvent::new(event).send(&route());\n\
                assert_eq!(answer.status(), 200, \"{}\", answer.text());\n";
    assert_eq!(saved.json(), json!({ "path": file, "test": test }));
    let event: Value = serde_json::from_slice(&fs::read(project.path(file)).unwrap()).unwrap();
    assert_eq!(
        (&event["headers"]["x-api-key"], &event["rawPath"]),
        (&json!("REDACTED"), &json!("/api/user"))
    );
    for (name, status) in [("one", 409), ("../two", 400), ("", 400), ("Two", 400), (&*"x".repeat(65), 400)] {
        assert_eq!(call(&served, &path, &json!({ "name": name })).status, status, "{name}");
    }
    assert_eq!(call(&served, &path, &json!({ "name": "two", "secrets": true })).status, 201);
    let kept = fs::read_to_string(project.path("functions/api/user/tests/events/two.json")).unwrap();
    assert!(kept.contains("\"x-api-key\":\"top\""), "{kept}");
}

/// Lambda answers 200 to the caller of `Invoke`, whatever the function replies.
#[test]
fn saved_invoke_event_expects_the_replys_status() {
    let project = Project::new().answering("api/user", "r#\"{\"statusCode\":409}\"#");
    let served = ServedProject::start(&project);
    let target = format!("/2015-03-31/functions/{}/invocations", project.package("api/user"));
    assert_eq!(served.send(&post(&target, "application/json", "{}")).status, 200);
    let saved =
        call(&served, &format!("/requests/{}/save", newest(&served)["id"]), &json!({ "name": "taken" }));
    assert!(
        saved.json()["test"].as_str().unwrap().contains("assert_eq!(answer.status(), 409"),
        "{}",
        saved.text()
    );
}

#[test]
fn a_list_is_filtered() {
    let project = Project::new().answering("api/user", "\"ok\"").answering("api/users", "\"{\"");
    let served = ServedProject::start(&project);
    for target in ["/api/user", "/api/user?page=2", "/api/users", "/api/nobody"] {
        served.get(target);
    }
    served.send(&post("/api/user", "text/plain", ""));
    for (query, found) in [
        ("", 5),
        ("limit=2", 2),
        ("before=3", 2),
        ("status=404", 1),
        ("status=4xx", 1),
        ("status=error", 1),
        ("status=2xx&method=get", 3),
        ("path=page%3D2", 1),
        ("function=/api/users", 1),
        ("min_duration_ms=600000", 0),
    ] {
        assert_eq!(requests(&served, query).len(), found, "{query}");
    }
    for query in ["status=many", "limit=-1", "colour=red", "before=x", "min_duration_ms=long"] {
        let refused = served.get(&format!("{API}/requests?{query}"));
        assert_eq!(refused.status, 400, "{query}: {}", refused.text());
    }
    assert_eq!(served.send(&request("DELETE", &format!("{API}/requests"))).status, 204);
    assert!(requests(&served, "").is_empty());
}

/// A stream of server-sent events, read one by one.
struct Stream(Connection);

impl Stream {
    fn open(served: &ServedProject) -> Self {
        let mut connection = Connection::open(served.address).unwrap();
        let head =
            format!("GET {API}/stream HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n");
        connection.write(head.as_bytes()).unwrap();
        Self(connection)
    }

    /// Reads until an event with this name, and returns its data.
    fn next(&mut self, name: &str) -> Value {
        let mut is_it = false;
        loop {
            let mut line = String::new();
            assert_ne!(self.0.0.read_line(&mut line).unwrap(), 0, "the stream ended");
            match line.trim_end().split_once(": ") {
                Some(("event", event)) => is_it = event == name,
                Some(("data", data)) if is_it => return serde_json::from_str(data).unwrap(),
                _ => {}
            }
        }
    }
}

#[test]
fn changes_are_streamed_as_they_come() {
    let mut project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start(&project);
    let mut stream = Stream::open(&served);
    assert!(stream.next("hello")["emulator"].is_string());
    assert_eq!(served.get("/api/user").status, 200);
    let request = loop {
        let request = stream.next("request");
        if request["state"] == "done" {
            break request;
        }
    };
    assert_eq!((&request["path"], &request["status"]), (&json!("/api/user"), &json!(200)));
    project.add("api/new", "nothing");
    loop {
        let functions = stream.next("functions");
        let functions = functions["functions"].as_array().unwrap();
        if let Some(broken) = functions.iter().find(|function| function["state"] == "broken") {
            assert_eq!(broken["route"], "/api/new");
            assert!(broken["error"].as_str().unwrap().contains("cannot find value `nothing`"), "{broken}");
            break;
        }
    }
    served.send(&crate::harness::request("DELETE", &format!("{API}/requests")));
    stream.next("cleared");
}

#[test]
fn a_client_that_hangs_up_is_recorded() {
    let served = faults();
    let before = requests(served, "limit=1").first().map_or(0, |newest| newest["id"].as_u64().unwrap());
    let target = format!("/api/raw/hang?probe={before}");
    let mut connection = Connection::open(served.address).unwrap();
    connection.write(format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes()).unwrap();
    connection.0.get_mut().flush().unwrap();
    let find = |state: &str| {
        let found = requests(served, &format!("path=probe%3D{before}&limit=1"));
        found.into_iter().find(|summary| summary["state"] == state)
    };
    crate::harness::wait_for("the running request", || find("running"));
    drop(connection);
    let left = crate::harness::wait_for("the end of the request", || {
        find("running").or_else(|| find("done")).filter(|summary| summary.get("note").is_some())
    });
    assert_eq!((&left["note"], left.get("status")), (&json!("the client hung up"), None));
}

#[test]
fn broken_stream_is_recorded_with_its_reason() {
    let served = faults();
    let target = format!("/api/stream?probe={}", std::process::id());
    let broken = call(served, "/requests", &json!({ "target": target, "front_door": "function-url" })).json();
    let note = broken["note"].as_str().unwrap_or_else(|| panic!("{broken}"));
    assert!(note.starts_with("the stream broke off: "), "{note}");
}

#[test]
fn pages_of_other_sites_get_the_page_and_nothing_else() {
    let served = main_project();
    for path in ["/requests", "/functions", "/routes", "/stream", "/openapi.json"] {
        for (name, value) in [
            ("origin", "https://evil.example.com"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("host", "rebound.example.com"),
        ] {
            let answer = served.send(&get(&format!("{API}{path}")).header(name, value));
            assert_eq!(answer.status, 403, "{path} {name}: {value}");
            assert!(answer.header("x-emulator-error").is_some());
        }
    }
    let page = served.send(&get("/_emulator").header("sec-fetch-site", "cross-site"));
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(
        page.header("content-security-policy")
            .is_some_and(|policy| policy.contains("frame-ancestors 'none'"))
    );
    assert_eq!(served.send(&get("/_emulator").header("host", "rebound.example.com")).status, 403);
    let own = served.send(&get(&format!("{API}/routes")).header("origin", "http://localhost:5173"));
    assert_eq!(own.status, 200);
}

/// An origin that may call the Invoke API with an SDK must not read all requests.
#[test]
fn allowed_host_may_inspect_but_allowed_origin_not() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start_with(project.root(), |config| {
        config.allowed_hosts = vec!["app.example.com".parse().unwrap()];
        config.allowed_origins = vec!["https://sdk.example.com".parse().unwrap()];
    });
    let asks = |origin: &str| served.send(&get(&format!("{API}/requests")).header("origin", origin));
    assert_eq!(asks("https://app.example.com").status, 200);
    let refused = asks("https://sdk.example.com:8443");
    assert_eq!(refused.status, 403);
    assert!(
        refused.text().contains("`cargo api-routes dev --allowed-host sdk.example.com`"),
        "{}",
        refused.text()
    );
    assert_eq!(asks("https://sdk.example.com").status, 403);
}

#[test]
fn the_description_has_every_address_and_every_member() {
    let served = main_project();
    let described = api(served, "/openapi.json");
    let sent = call(served, "/requests", &json!({ "target": "/api/user" })).json();
    let id = sent["id"].to_string();
    for (path, operations) in described["paths"].as_object().unwrap() {
        let path = path.replace("{id}", &id);
        for method in ["GET", "PUT"] {
            let is_described = operations.get(method.to_lowercase()).is_some();
            if path == "/stream" && is_described {
                continue;
            }
            let status = served.send(&request(method, &format!("{API}{path}"))).status;
            assert_eq!(status != 405, is_described, "{method} {path}: {status}");
        }
    }
    let schemas = &described["components"]["schemas"];
    let known = [&schemas["Summary"]["properties"], &schemas["Request"]["allOf"][1]["properties"]];
    for member in members(&sent) {
        assert!(known.iter().any(|schema| schema.get(member).is_some()), "{member} is not described");
    }
}

#[test]
fn disabled_inspector_leaves_paths_to_the_front_door() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start_with(project.root(), |config| config.inspector = false);
    assert_eq!(served.get("/api/user").text(), "ok");
    let answer = served.get(&format!("{API}/requests"));
    assert_eq!((answer.status, answer.text()), (404, r#"{"message":"Not Found"}"#.to_owned()));
    assert!(!served.log().contains("inspector"), "{}", served.log());
}

/// Clients that send requests again do not wait for each other.
#[test]
fn requests_are_sent_at_once() {
    let served = main_project();
    thread::scope(|scope| {
        let sends = (0..20).map(|at| {
            scope.spawn(move || {
                let target = format!("/api/posts/{at}");
                let sent = call(served, "/requests", &json!({ "target": target })).json();
                assert_eq!((&sent["path"], &sent["status"]), (&json!(target), &json!(200)));
            })
        });
        sends.collect::<Vec<_>>().into_iter().for_each(|send| send.join().unwrap());
    });
}
