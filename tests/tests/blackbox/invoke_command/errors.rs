//! Errors of `invoke`, and its exit code.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use tempfile::tempdir;

use super::{command, invoke};
use crate::harness::command::run;
use crate::harness::{Project, ServedProject, faults, main_project};

#[test]
fn invalid_json_is_reported_with_its_place() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("event.json");
    fs::write(&file, "{\n  \"a\": }").unwrap();
    let file = file.to_str().unwrap();
    let at_file = format!("@{file}");
    for (arguments, words) in [
        (
            &["/a", "--json", r#"{"text":"#][..],
            "the value of `--json` is not JSON: EOF while parsing a value at line 1 column 8",
        ),
        (&["/a", "--json", &at_file], "event.json` is not JSON: expected value at line 2 column 8"),
        (&["/a", "--event", file], "event.json` is not JSON: expected value at line 2 column 8"),
        (&["/a", "--json", "@/no/such/file"], "cannot read `/no/such/file`: No such file"),
        (&["user"], "`user` is not a path: begin it with `/`"),
        (&["/a", "--json", "1", "--body", "a"], "cannot be used with"),
        (&["/a", "--event", "-", "--method", "PUT"], "cannot be used with"),
        (&["/a", "--secrets"], "--save <NAME>"),
        (&["/a", "--method", "a b"], "not an HTTP method"),
        (&[], "<TARGET>"),
    ] {
        let ran = run(&mut command(SocketAddr::from(([127, 0, 0, 1], 1)), arguments));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(words), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn error_status_fails_the_command() {
    let ran = invoke(main_project(), &["/api/nope"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), r#"{"message":"Not Found"}"#));
    assert!(ran.stderr.ends_with(" ms: no route takes this method and path\n"), "{}", ran.stderr);
    let failed = invoke(faults(), &["/api/raw/exit-3"]);
    assert_eq!(failed.code, Some(1));
    assert!(
        failed.stderr.contains(" 500 ") && failed.stderr.contains("failed: Runtime.ExitError"),
        "{failed:?}"
    );
}

#[test]
fn throttled_request_is_over_at_once() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start_with(project.root(), |config| config.sandboxes = 0);
    let ran = invoke(&served, &["/api/user"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains(" ms  /api/user: ") && !ran.stderr.contains("goes on"), "{}", ran.stderr);
}

#[test]
fn missing_emulator_is_reported_with_its_command() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = run(&mut command(free, &["/api/user"]));
    let message = format!(
        "error: no emulator answers at http://localhost:{}: Connection refused (os error 111); start it with \
         `cargo api-routes dev`, or name its address with `--port` or `--url`\n",
        free.port()
    );
    let printed = ran.stderr.replace("(os error 61)", "(os error 111)");
    assert_eq!((ran.code, ran.stdout.as_str(), printed), (Some(1), "", message));
}

#[test]
fn server_without_an_inspector_is_reported() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start_with(project.root(), |config| config.inspector = false);
    let ran = invoke(&served, &["/api/user"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    let words = "has no inspector (`/_emulator/api/routes` is 404 Not Found): the emulator there was started with \
                 `--no-inspector` or is an older one, or another program has the port; start `cargo api-routes dev`";
    assert!(ran.stderr.contains(words), "{}", ran.stderr);

    let page = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>";
    for (answer, words) in [(page, "200 OK"), ("SSH-2.0-OpenSSH_9.6\r\n", "no emulator answers")] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let peer = thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let _ = connection.read(&mut [0; 1024]);
            connection.write_all(answer.as_bytes())
        });
        let ran = run(&mut command(address, &["/api/user"]));
        peer.join().unwrap().unwrap();
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(
            ran.stderr.contains(words) && ran.stderr.contains("`cargo api-routes dev`"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn refusal_of_the_api_is_passed_on() {
    let served = main_project();
    for (arguments, words) in [
        (&["--from-request", "99999"][..], "error: there is no request `99999`"),
        (
            &["/api/user", "--front-door", "soap"],
            "error: no front door is called `soap`; there are `http-api`",
        ),
        (&["/api/a b"], "`/api/a b` is not a path with a query"),
    ] {
        let ran = invoke(served, arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}
