use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use api_routes_project::workspace::Project;
use futures_util::FutureExt as _;
use tempfile::{TempDir, tempdir};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

use super::{BuildEvent, BuildOptions, Compiler};
use crate::printer::{Log, Printer};

/// Longer than a build of programs without dependencies, which takes a second, for a machine that hangs.
const TOO_LONG: Duration = Duration::from_secs(120);

/// Writes a workspace with `a`, and with `b` that depends on `common`.
fn workspace() -> (TempDir, Project) {
    let root = tempdir().unwrap();
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"functions/a\", \"functions/b\", \"common\"]\n";
    write(root.path(), "Cargo.toml", members);
    package(root.path(), "functions/a", "a", "");
    write(root.path(), "functions/a/src/main.rs", "fn main() { print!(\"one\") }");
    package(root.path(), "functions/b", "b", "[dependencies]\ncommon = { path = \"../../common\" }\n");
    write(root.path(), "functions/b/src/main.rs", "fn main() { common::common() }");
    package(root.path(), "common", "common", "");
    write(root.path(), "common/src/lib.rs", "pub fn common() {}");
    let project = open(root.path());
    (root, project)
}

fn package(root: &Path, folder: &str, name: &str, rest: &str) {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n{rest}");
    write(root, &format!("{folder}/Cargo.toml"), &manifest);
}

fn write(root: &Path, file: &str, text: &str) {
    let file = root.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// Opens a project with a target folder of its own, even if `CARGO_TARGET_DIR` is set.
fn open(root: &Path) -> Project {
    let project = Project::open(root).unwrap();
    Project { target_directory: project.root.join("target"), ..project }
}

fn start(project: &Project) -> (Compiler, Receiver<BuildEvent>, Log) {
    let (printer, log) = Printer::recorded();
    let (compiler, events) = Compiler::start(project, BuildOptions::default(), printer, None);
    (compiler, events, log)
}

/// Returns the events of one build without `Started`, sorted by package.
async fn build(events: &mut Receiver<BuildEvent>) -> Vec<BuildEvent> {
    let mut seen = Vec::new();
    loop {
        let event = timeout(TOO_LONG, events.recv()).await.unwrap().unwrap();
        let finished = matches!(event, BuildEvent::Finished { .. });
        // Only the watcher uses these events.
        if !matches!(event, BuildEvent::InputsNamed { .. } | BuildEvent::ScriptRan { .. }) {
            seen.push(event);
        }
        if finished {
            assert!(matches!(seen.remove(0), BuildEvent::Started { .. }));
            seen.sort_by_key(|event| (matches!(event, BuildEvent::Finished { .. }), format!("{event:?}")));
            return seen;
        }
    }
}

fn executable(event: &BuildEvent) -> PathBuf {
    match event {
        BuildEvent::Built { executable, .. } => executable.clone(),
        other => panic!("{other:?}"),
    }
}

fn diagnostics(event: &BuildEvent) -> &str {
    match event {
        BuildEvent::Failed { diagnostics, .. } => diagnostics,
        other => panic!("{other:?}"),
    }
}

fn run(executable: &Path) -> Vec<u8> {
    Command::new(executable).output().unwrap().stdout
}

#[tokio::test]
async fn rebuild_reports_changes_and_keeps_old_binaries() {
    let (root, project) = workspace();
    let (compiler, mut events, log) = start(&project);
    let first = build(&mut events).await;
    let [a, b] = [executable(&first[0]), executable(&first[1])];
    assert_eq!(first[2], BuildEvent::Finished { build: 1, success: true });
    assert_eq!(run(&a), b"one");

    write(root.path(), "functions/a/src/main.rs", "fn main() { print!(\"two, longer\") }");
    compiler.build_all();
    let second = build(&mut events).await;
    let new = executable(&second[0]);
    assert_eq!(second[0], BuildEvent::Built { build: 2, package: "a".to_owned(), executable: new.clone() });
    assert_eq!(second[1], BuildEvent::Built { build: 2, package: "b".to_owned(), executable: b });
    assert_eq!((run(&a), run(&new)), (b"one".to_vec(), b"two, longer".to_vec()));
    let text = log.text();
    // Between the two, Cargo may report that it waits for another Cargo.
    assert!(
        text.starts_with("building 2 functions…\n") && text.contains("\nbuilt 2 functions in "),
        "{text}"
    );
}

#[tokio::test]
async fn broken_function_does_not_hide_others() {
    let (root, project) = workspace();
    write(root.path(), "functions/a/src/main.rs", "fn main() { oops }");
    let (_compiler, mut events, log) = start(&project);
    let events = build(&mut events).await;
    assert!(executable(&events[0]).ends_with("b"));
    let words = diagnostics(&events[1]);
    assert!(words.starts_with("error[E0425]: cannot find value `oops` in this scope\n"), "{words}");
    assert!(words.contains("functions/a/src/main.rs:1:13") && !words.contains("aborting"), "{words}");
    assert_eq!(events[2], BuildEvent::Finished { build: 1, success: false });
    assert!(log.text().contains(words), "{}", log.text());
    assert!(log.text().contains("error: not built after "), "{}", log.text());
}

#[tokio::test]
async fn broken_dependency_fails_its_dependants() {
    let (root, project) = workspace();
    write(root.path(), "common/src/lib.rs", "pub fn common() { oops }");
    let (compiler, mut events, _log) = start(&project);
    let broken = build(&mut events).await;
    assert!(executable(&broken[0]).ends_with("a"));
    assert!(diagnostics(&broken[1]).contains("common/src/lib.rs:1:19"), "{broken:?}");

    write(root.path(), "common/src/lib.rs", "pub fn common() {}");
    compiler.build_all();
    assert_eq!(build(&mut events).await[2], BuildEvent::Finished { build: 2, success: true });
}

#[tokio::test]
async fn refused_workspace_fails_every_function() {
    let (root, project) = workspace();
    write(root.path(), "common/Cargo.toml", "[package]\nname = 7\n");
    let (_compiler, mut events, log) = start(&project);
    let events = build(&mut events).await;
    for event in &events[..2] {
        assert!(diagnostics(event).contains("common/Cargo.toml"), "{event:?}");
    }
    assert!(log.text().contains("common/Cargo.toml"), "{}", log.text());
}

#[tokio::test]
async fn failed_build_script_is_reported_in_cargos_words() {
    let (root, project) = workspace();
    write(root.path(), "functions/a/build.rs", "fn main() { panic!(\"no compiler for C\") }");
    write(root.path(), "functions/b/src/main.rs", "fn main() { oops }");
    let (_compiler, mut events, _log) = start(&project);
    let events = build(&mut events).await;
    assert!(diagnostics(&events[0]).contains("no compiler for C"), "{events:?}");
    assert!(diagnostics(&events[1]).contains("cannot find value `oops`"), "{events:?}");
}

#[tokio::test]
async fn warning_is_printed_once_until_it_changes() {
    let (root, project) = workspace();
    write(root.path(), "functions/a/src/main.rs", "fn main() { let unused = 1; }");
    let (compiler, mut events, log) = start(&project);
    build(&mut events).await;
    compiler.build_all();
    build(&mut events).await;
    assert_eq!(log.text().matches("unused variable").count(), 1, "{}", log.text());
}

#[tokio::test]
async fn requests_during_a_build_make_one_more() {
    let (_root, project) = workspace();
    let (compiler, mut events, _log) = start(&project);
    assert_eq!(events.recv().await, Some(BuildEvent::Started { build: 1 }));
    let wanted: Vec<u64> = (0..5).map(|_| compiler.build_all()).collect();
    assert_eq!(wanted, [2, 3, 4, 5, 6]);
    while !matches!(timeout(TOO_LONG, events.recv()).await.unwrap(), Some(BuildEvent::Finished { .. })) {}
    assert_eq!(build(&mut events).await[2], BuildEvent::Finished { build: 6, success: true });
    assert!(events.try_recv().is_err());
}

#[tokio::test]
async fn dropped_compiler_kills_its_build_and_its_files() {
    let (root, project) = workspace();
    let (compiler, mut events, _log) = start(&project);
    build(&mut events).await;
    let socket = root.path().join("socket");
    let script = format!(
        "fn main() {{\n    let _open = std::os::unix::net::UnixStream::connect({socket:?}).unwrap();\n    \
         loop {{ std::thread::park() }}\n}}"
    );
    write(root.path(), "functions/a/build.rs", &script);
    let listener = UnixListener::bind(&socket).unwrap();
    compiler.build_all();
    let (mut of_script, _) = timeout(TOO_LONG, listener.accept()).await.unwrap().unwrap();
    drop(compiler);
    let end = timeout(TOO_LONG, of_script.read(&mut [0])).await.unwrap();
    assert_eq!(end.unwrap(), 0, "the script's end closes with its process");
    while timeout(TOO_LONG, events.recv()).await.unwrap().is_some() {}
    // Without the folder, no executable was staged yet.
    let stages = fs::read_dir(project.target_directory.join("local-emulator"));
    assert_eq!(stages.map_or(0, Iterator::count), 0);
}

#[tokio::test]
async fn killed_cargo_is_reported() {
    let (root, project) = workspace();
    let script = "fn main() {\n    let cargo = std::os::unix::process::parent_id().to_string();\n    \
                  std::process::Command::new(\"kill\").args([\"-9\", &cargo]).status().unwrap();\n}";
    write(root.path(), "functions/a/build.rs", script);
    let (_compiler, mut events, log) = start(&project);
    let events = build(&mut events).await;
    let failed =
        events.iter().find(|event| matches!(event, BuildEvent::Failed { package, .. } if package == "a"));
    let words = diagnostics(failed.unwrap());
    assert!(
        words.starts_with("`cargo build` ended with signal: 9 (SIGKILL): run it by hand: `cargo build -p a")
    );
    assert!(log.text().contains(words), "{}", log.text());
}

#[tokio::test]
async fn changed_project_is_built_from_then_on() {
    let (root, project) = workspace();
    let (compiler, mut events, _log) = start(&project);
    let first = build(&mut events).await;
    let manifest = fs::read_to_string(root.path().join("Cargo.toml")).unwrap();
    write(root.path(), "Cargo.toml", &manifest.replace("\"functions/b\"", "\"functions/c\""));
    package(root.path(), "functions/c", "c", "");
    write(root.path(), "functions/c/src/main.rs", "fn main() {}");
    compiler.build_project(open(root.path()));
    let second = build(&mut events).await;
    let a = BuildEvent::Built { build: 2, package: "a".to_owned(), executable: executable(&first[0]) };
    assert_eq!(second[0], a);
    assert!(executable(&second[1]).ends_with("c"));
}

/// Writes a build script that reports to a socket, and goes on when it receives a byte. Cargo waits for it.
fn blocking_script(root: &Path, folder: &str) -> UnixListener {
    let socket = root.join("socket");
    let script = format!(
        "use std::io::Read;\nfn main() {{\n    println!(\"cargo::rerun-if-changed=build.rs\");\n    \
         let mut gate = std::os::unix::net::UnixStream::connect({socket:?}).unwrap();\n    \
         gate.read_exact(&mut [0]).unwrap();\n}}"
    );
    write(root, &format!("{folder}/build.rs"), &script);
    write(root, ".cargo/config.toml", "[build]\njobs = 1\n");
    UnixListener::bind(&socket).unwrap()
}

async fn accepted(listener: &UnixListener) -> UnixStream {
    timeout(TOO_LONG, listener.accept()).await.unwrap().unwrap().0
}

/// Waits until a package is built, and returns the number of that build.
async fn built(events: &mut Receiver<BuildEvent>, name: &str) -> u64 {
    loop {
        match timeout(TOO_LONG, events.recv()).await.unwrap().unwrap() {
            BuildEvent::Built { build, package, .. } if package == name => return build,
            BuildEvent::Failed { diagnostics, .. } => panic!("{diagnostics}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn functions_in_use_are_built_before_the_others() {
    let (root, project) = workspace();
    let (compiler, mut events, log) = start(&project);
    build(&mut events).await;
    compiler.demand().ask("b");
    for function in ["a", "b"] {
        write(root.path(), &format!("functions/{function}/src/main.rs"), "fn main() { print!(\"two\") }");
    }
    compiler.build(["a", "b"]);
    build(&mut events).await;
    let text = log.text();
    let [a, b] = ["\nbuilt a in ", "\nbuilt b in "].map(|line| text.find(line));
    assert!(b.is_some() && b < a, "{text}");
}

#[tokio::test]
async fn build_gives_way_to_a_requested_function() {
    let (root, project) = workspace();
    package(root.path(), "slow", "slow", "");
    write(root.path(), "slow/src/lib.rs", "");
    package(root.path(), "functions/a", "a", "[dependencies]\nslow = { path = \"../../slow\" }\n");
    let manifest = fs::read_to_string(root.path().join("Cargo.toml")).unwrap();
    write(root.path(), "Cargo.toml", &manifest.replace("\"common\"", "\"common\", \"slow\""));
    let listener = blocking_script(root.path(), "slow");
    let (compiler, mut events, _log) = start(&project);
    let mut first = accepted(&listener).await;
    compiler.demand().ask("b");
    assert_eq!(built(&mut events, "b").await, 1);
    let mut second = accepted(&listener).await;
    assert_eq!(first.read(&mut [0]).await.unwrap(), 0, "the first script was killed");
    second.write_all(b"!").await.unwrap();
    assert_eq!(built(&mut events, "a").await, 1);
}

#[tokio::test]
async fn interrupted_unit_is_compiled_to_its_end() {
    let (root, project) = workspace();
    let listener = blocking_script(root.path(), "functions/a");
    let (compiler, mut events, _log) = start(&project);
    accepted(&listener).await;
    compiler.demand().ask("b");
    built(&mut events, "b").await;
    let mut second = accepted(&listener).await;
    for text in ["2", "3"] {
        write(root.path(), "functions/b/src/main.rs", &format!("fn main() {{ print!(\"{text}\") }}"));
        compiler.build(["b"]);
        tokio::task::yield_now().await;
    }
    second.write_all(b"!").await.unwrap();
    assert_eq!(built(&mut events, "a").await, 1);
    assert_eq!(built(&mut events, "b").await, 3);
}

#[tokio::test]
async fn unit_that_a_request_needs_is_not_interrupted() {
    let (root, project) = workspace();
    let listener = blocking_script(root.path(), "common");
    let (compiler, mut events, _log) = start(&project);
    let mut only = accepted(&listener).await;
    compiler.demand().ask("b");
    // A round that gives way does so at the latest after Cargo's answer about the packages of `b`.
    timeout(Duration::from_secs(2), only.read(&mut [0])).await.expect_err("the script was killed");
    only.write_all(b"!").await.unwrap();
    assert_eq!(built(&mut events, "b").await, 1);
    assert!(listener.accept().now_or_never().is_none(), "the script ran once");
}
