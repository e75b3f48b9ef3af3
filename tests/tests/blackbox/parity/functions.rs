//! The requests of `tests/parity`, which are also sent to `cargo lambda watch`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use api_routes_project::workspace::Project as Workspace;

use super::url;
use crate::harness::{Program, Project, ServedProject, checkout};

/// Starts the service that `/api/secret` calls.
fn service() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 27\r\nconnection: close\r\n\r\n{\"secret\":\"of the service\"}";
            let _ = stream.get_mut().write_all(answer.as_bytes());
        }
    });
    url(address)
}

fn served(service: &str) -> ServedProject {
    ServedProject::start_with(checkout(), |config| {
        config.watch = false;
        let variables = [("UPSTREAM_URL", service), ("UPSTREAM_TOKEN", "token"), ("HOME", "/nowhere")];
        config.shell = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    })
}

/// Counts the requests to each route in the log.
fn requests_by_route(log: &str) -> BTreeMap<&str, usize> {
    let mut routes = BTreeMap::new();
    for (route, line) in log.lines().filter_map(|line| line.split_once(" | ")) {
        if line.starts_with("REPORT ") {
            *routes.entry(route).or_default() += 1;
        }
    }
    routes
}

#[test]
fn each_function_is_asked_and_answers_as_expected() {
    let service = service();
    let (there, here) = (served(&service), served(&service));
    let requests = checkout().join("tests/parity/requests.toml");
    let (there_url, here_url) = (url(there.address), url(here.address));
    let arguments =
        ["parity", "--url", &there_url, "--with", &here_url, "--requests", requests.to_str().unwrap()];
    let ended = Program::start(&Project::new(), &arguments).end();
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.text, here.log());

    let log = here.log();
    let asked = requests_by_route(&log);
    for function in Workspace::open(Path::new(checkout())).unwrap().functions {
        let route = route_of(&function.route_folder);
        let times = asked.get(route.as_str()).copied().unwrap_or_default();
        assert!(times > 2, "`functions/{}` was asked {times} times", function.route_folder);
    }
}

/// Returns the route of a folder, as the log writes it.
fn route_of(folder: &str) -> String {
    let folder = folder.strip_suffix("/index").unwrap_or(folder);
    format!("/{folder}")
}
