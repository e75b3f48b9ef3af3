//! Saved files, which are served without a restart.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::harness::{Program, Project, ServedProject, get, wait_for};

fn main_of(route: &str) -> String {
    format!("functions/{route}/src/main.rs")
}

#[test]
fn a_saved_file_is_served_without_losing_a_request() {
    let project = Project::new().answering("api/edited", "\"1\"");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/edited").text(), "1");
    let answers = answers_while(served.address, "/api/edited", || {
        project.edit(&main_of("api/edited"), "\"1\"", "\"2\"");
        served.wait_for_answer("/api/edited", "2");
    });
    let expected = [Some((200, "1".to_owned())), Some((200, "2".to_owned()))];
    assert!(answers.iter().flatten().all(|answer| expected.contains(answer)), "{answers:?}");
    for answers in answers {
        assert!(answers.is_sorted(), "the old version answered after the new one: {answers:?}");
    }
}

#[test]
fn removed_function_loses_no_request_of_another() {
    let mut project = Project::new().answering("api/stays", "\"here\"").answering("api/goes", "\"bye\"");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/goes").text(), "bye");
    let answers = answers_while(served.address, "/api/stays", || {
        project.remove("api/goes");
        wait_for("the route to be gone", || (served.get("/api/goes").status == 404).then_some(()));
        // Any build that the removal started is over after the function answers again.
        assert_eq!(served.get("/api/stays").text(), "here");
    });
    let expected = Some((200, "here".to_owned()));
    assert!(answers.iter().flatten().all(|answer| *answer == expected), "{answers:?}");
}

type Answers = Vec<Option<(u16, String)>>;

/// Returns the answers of two clients that send requests to `target` without a pause while `change` is made.
fn answers_while(address: SocketAddr, target: &str, change: impl FnOnce()) -> [Answers; 2] {
    let done = AtomicBool::new(false);
    let load = || {
        let mut answers = Answers::new();
        while !done.load(Ordering::Relaxed) {
            answers.push(get(target).try_send(address).map(|answer| answer.status_and_text()).ok());
        }
        answers
    };
    thread::scope(|scope| {
        let clients = [scope.spawn(load), scope.spawn(load)];
        change();
        done.store(true, Ordering::Relaxed);
        clients.map(|client| client.join().unwrap())
    })
}

#[test]
fn broken_function_says_so_until_it_compiles() {
    let project = Project::new().answering("api/mended", "\"1\"").answering("api/other", "\"other\"");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/mended").text(), "1");
    project.edit(&main_of("api/mended"), "\"1\"", "nonsense");
    served.wait_for_log("not built after");
    let answer = served.get("/api/mended");
    assert_eq!(answer.status, 502);
    assert!(answer.text().contains("functions/api/mended/src/main.rs:3:9"), "{}", answer.text());
    assert_eq!(served.get("/api/other").status_and_text(), (200, "other".to_owned()));
    project.edit(&main_of("api/mended"), "nonsense", "\"2\"");
    served.wait_for_answer("/api/mended", "2");
}

#[test]
fn an_edit_of_a_library_rebuilds_what_depends_on_it() {
    let project = Project::new().answering("api/a", "lambda::WORD").answering("api/b", "lambda::WORD");
    let library = fs::read_to_string(project.path("lambda/src/lib.rs")).unwrap();
    project.write("lambda/src/lib.rs", &format!("{library}\npub const WORD: &str = \"old\";\n"));
    let served = ServedProject::start(&project);
    for route in ["/api/a", "/api/b"] {
        assert_eq!(served.get(route).text(), "old", "{route}");
    }
    project.edit("lambda/src/lib.rs", "\"old\"", "\"new\"");
    for route in ["/api/a", "/api/b"] {
        served.wait_for_answer(route, "new");
    }
}

fn template(project: &Project, route: &str, properties: &str) -> String {
    format!(
        "Resources:\n  Function:\n    Type: AWS::Serverless::Function\n    Metadata:\n      BuildProperties:\n        \
         Binary: {}\n    Properties:\n      {properties}\n",
        project.package(route)
    )
}

#[test]
fn settings_are_read_again_without_a_build() {
    let project = Project::new().answering("api/set", "std::env::var(\"WORD\").unwrap_or_default()");
    project.write("template.yaml", &template(&project, "api/set", "Environment: {Variables: {WORD: one}}"));
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/set").text(), "one");
    project.edit("template.yaml", "WORD: one", "WORD: two");
    served.wait_for_answer("/api/set", "two");
    let builds = served.log().matches("building").count();
    project.write(".env", "WORD=three\n");
    served.wait_for_answer("/api/set", "three");
    assert_eq!(served.log().matches("building").count(), builds, "{}", served.log());
}

#[test]
fn broken_template_is_reported_and_old_settings_stay() {
    let project = Project::new().answering("api/kept", "std::env::var(\"WORD\").unwrap_or_default()");
    project.write("template.yaml", &template(&project, "api/kept", "Environment: {Variables: {WORD: one}}"));
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/kept").text(), "one");
    project.edit("template.yaml", "WORD: one}}", "WORD: [");
    assert!(served.wait_for_log("the settings stay as they were").contains("template.yaml:"));
    assert_eq!(served.get("/api/kept").text(), "one");
    project.edit("template.yaml", "WORD: [", "WORD: two}}");
    served.wait_for_answer("/api/kept", "two");
}

#[test]
fn a_new_folder_is_a_new_route() {
    let mut project = Project::new().answering("api/first", "\"first\"");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/first").text(), "first");
    assert_eq!(served.get("/api/second/7").status, 404);
    project.add("api/second/[id]", "\"second\"");
    served.wait_for_answer("/api/second/7", "second");
    assert_eq!(served.get("/api/first").text(), "first");
}

#[test]
fn folder_that_breaks_a_rule_is_named_others_served() {
    let project = Project::new()
        .answering("api/good", "\"good\"")
        .answering("api/[...rest]/more", "\"never\"")
        .answering("api/posts/[id]", "\"id\"")
        .answering("api/posts/[slug]", "\"never\"");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/good").text(), "good");
    assert_eq!(served.get("/api/posts/7").text(), "id");
    let rule = served.wait_for_log("`functions/api/[...rest]/more` is not served");
    assert!(rule.starts_with("error: "), "{rule}");
    served.wait_for_log("`functions/api/posts/[slug]` is not served");
    served.wait_for_log("You cannot use different slug names for the same dynamic path ('id' !== 'slug').");
}

#[test]
fn template_of_3000_levels_leaves_the_emulator_up() {
    let project = Project::new().answering("api/kept", "\"kept\"");
    let (program, address) = Program::serve(&project);
    assert_eq!(get("/api/kept").send(address).text(), "kept");
    let deep: String = (0..3_000).map(|level| " ".repeat(level) + "a:\n").collect();
    project.write("template.yaml", &deep);
    let printed = program.wait_for_line("the settings stay as they were");
    assert!(printed.contains("template.yaml:201:201: more than 200 levels"), "{printed}");
    assert_eq!(get("/api/kept").send(address).text(), "kept");
}

#[test]
fn removed_stage_is_made_again() {
    let project = Project::new().answering("api/kept", "\"kept\"");
    // A folder that no other test uses.
    let target = project.path("target").display().to_string();
    let variables = [("CARGO_TARGET_DIR", target.as_str())];
    let program = Program::start_with(&project, &["--port", "0", "--cold"], &variables);
    let address = program.address();
    assert_eq!(get("/api/kept").send(address).text(), "kept");
    for removed in ["target/local-emulator", "target"] {
        // Cargo writes into its folder until the build ends.
        wait_for("the folder to be gone", || fs::remove_dir_all(project.path(removed)).ok());
        let is_served = || (get("/api/kept").send(address).text() == "kept").then_some(());
        wait_for("the function to be built again", is_served);
    }
}

#[test]
fn missing_folder_fails_only_its_route() {
    let project = Project::new().answering("api/gone", "\"gone\"").answering("api/stays", "\"here\"");
    let served = ServedProject::start(&project);
    for route in ["/api/gone", "/api/stays"] {
        assert_eq!(served.get(route).status, 200, "{route}");
    }
    let moved = project.path("functions/api/moved");
    fs::rename(project.path("functions/api/gone"), &moved).unwrap();
    wait_for("the route to fail", || (served.get("/api/gone").status == 502).then_some(()));
    let answer = served.get("/api/gone");
    assert!(answer.text().contains("sync --prune`"), "{}", answer.text());
    assert_eq!(served.get("/api/stays").status_and_text(), (200, "here".to_owned()));
    fs::rename(&moved, project.path("functions/api/gone")).unwrap();
    served.wait_for_answer("/api/gone", "gone");
}

#[test]
fn missing_feature_fails_only_its_function() {
    let project = Project::new().answering("api/bare", "\"bare\"").answering("api/other", "\"other\"");
    let package = project.package("api/bare");
    let manifest = "functions/api/bare/Cargo.toml";
    let text = fs::read_to_string(project.path(manifest)).unwrap();
    let binary = format!("[features]\nmock = []\n\n[[bin]]\nname = \"{package}\"\npath = \"src/main.rs\"\n");
    project.write(manifest, &format!("{text}\n{binary}required-features = [\"mock\"]\n"));
    let served = ServedProject::start(&project);
    let answer = served.get("/api/bare");
    assert_eq!(answer.status, 502);
    assert!(answer.text().contains(&format!("--features {package}/mock`")), "{}", answer.text());
    assert_eq!(served.get("/api/other").status_and_text(), (200, "other".to_owned()));

    let (_program, address) = Program::serve_with(&project, &["--features", &format!("{package}/mock")]);
    assert_eq!(get("/api/bare").send(address).status_and_text(), (200, "bare".to_owned()));
}

#[test]
fn change_of_shared_code_names_its_functions() {
    let project =
        Project::new().answering("api/used", "lambda::WORD").answering("api/unused", "lambda::WORD");
    let library = fs::read_to_string(project.path("lambda/src/lib.rs")).unwrap();
    project.write("lambda/src/lib.rs", &format!("{library}\npub const WORD: &str = \"old\";\n"));
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/used").text(), "old");
    served.wait_for_log("built 2 functions in ");
    project.edit("lambda/src/lib.rs", "\"old\"", "\"new\"");
    let [used, unused] = ["api/used", "api/unused"].map(|route| project.package(route));
    served.wait_for_log(&format!("lambda/src/lib.rs changed → {used} (in use), 1 more behind"));
    served.wait_for_log(&format!("built {used} in "));
    served.wait_for_log(&format!("built {unused} in "));
    assert_eq!(served.get("/api/unused").text(), "new");
}

#[test]
fn build_script_warning_and_error_are_shown_once() {
    let project = Project::new().answering("api/noisy", "\"1\"");
    project.write(
        "functions/api/noisy/build.rs",
        "fn main() { println!(\"cargo::warning=no map of the world\") }",
    );
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/noisy").text(), "1");
    served.wait_for_log("no map of the world");
    project.edit(&main_of("api/noisy"), "\"1\"", "nonsense");
    served.wait_for_log("not built after");
    assert_eq!(served.get("/api/noisy").status, 502);
    project.edit(&main_of("api/noisy"), "nonsense", "\"2\"");
    served.wait_for_answer("/api/noisy", "2");
    for words in ["no map of the world", "cannot find value `nonsense`", "not built after"] {
        assert_eq!(served.log().matches(words).count(), 1, "{words}: {}", served.log());
    }
}

/// Waits until the watcher has seen all changes so far, which it reports in order, and counts the builds that the
/// changes started.
fn builds_asked_for(project: &Project, served: &ServedProject) -> usize {
    let read = |log: &str| log.matches("settings changed").count();
    let before = read(&served.log());
    project.write(".env", &format!("FENCE={before}\n"));
    served.wait_until(|log| read(log) > before);
    served.log().matches(" changed → ").count()
}

/// Writes the lock file. Otherwise the first build would write it, which starts another build.
fn locked(project: Project) -> Project {
    let arguments = ["generate-lockfile", "--offline", "--quiet"];
    let status = Command::new("cargo").current_dir(project.root()).args(arguments).status().unwrap();
    assert!(status.success());
    project
}

/// Waits until a file is old enough that a build which begins now certainly reads it. File times lag behind the clock,
/// and files that may be younger than a build are built again.
fn settle(file: &std::path::Path) {
    const TICK: Duration = Duration::from_millis(20);
    let written = fs::metadata(file).unwrap().modified().unwrap();
    while SystemTime::now() <= written + TICK {
        thread::yield_now();
    }
}

/// Waits until the first build is over. A later change is built only if the watcher sees it.
fn first_build(project: &Project, served: &ServedProject, words: &str) {
    served.wait_for_log(words);
    assert_eq!(builds_asked_for(project, served), 0, "{}", served.log());
}

/// Makes a function whose build script writes `content`, an expression of text, into a source file in each build, and
/// names no input.
fn generated(content: &str) -> Project {
    let project = Project::new().answering("api/generated", "format!(\"1 {}\", include!(\"generated.rs\"))");
    let script = format!("fn main() {{\n    std::fs::write(\"src/generated.rs\", {content}).unwrap();\n}}\n");
    project.write("functions/api/generated/build.rs", &script);
    locked(project)
}

#[test]
fn build_script_that_writes_a_source_builds_once() {
    let project = generated("\"\\\"always\\\"\"");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/generated").text(), "1 always");
    first_build(&project, &served, "built 1 function");
    project.edit(&main_of("api/generated"), "\"1 ", "\"2 ");
    served.wait_for_answer("/api/generated", "2 always");
    assert_eq!(builds_asked_for(&project, &served), 1, "{}", served.log());
}

#[test]
fn build_that_changes_its_own_source_is_reported_once() {
    let now = "std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos()";
    let project = generated(&format!("format!(\"{{}}u128\", {now})"));
    let served = ServedProject::start(&project);
    for edits in 0..4 {
        let begins = format!("{} ", edits + 1);
        wait_for("the edit", || served.get("/api/generated").text().starts_with(&begins).then_some(()));
        assert_eq!(builds_asked_for(&project, &served), edits, "{}", served.log());
        let [old, new] = [edits + 1, edits + 2].map(|number| format!("\"{number} "));
        project.edit(&main_of("api/generated"), &old, &new);
    }
    let log = served.log();
    let warnings: Vec<_> = log.lines().filter(|line| line.contains("in each build")).collect();
    assert_eq!(warnings.len(), 1, "{log}");
    for file in ["build.rs", "src/generated.rs"] {
        assert!(warnings[0].contains(&format!("functions/api/generated/{file}`")), "{log}");
    }
}

fn git(project: &Project, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(project.root()).args(["-c", "user.name=tester", "-c", "user.email=tester@localhost"]);
    let output = git.args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn branch_without_functions_and_back_loses_no_edit() {
    let project = locked(Project::new().answering("api/branch", "\"1\""));
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "--message=functions"]);
    git(&project, &["checkout", "--quiet", "-b", "empty"]);
    git(&project, &["rm", "-r", "--quiet", "functions"]);
    git(&project, &["commit", "--quiet", "--message=empty"]);
    git(&project, &["checkout", "--quiet", "main"]);
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/branch").text(), "1");
    first_build(&project, &served, "built 1 function");
    let mut text = 1;
    for is_noticed in [true, false, true, false] {
        let gone = |log: &str| log.matches("the routes stay as they were").count();
        let before = gone(&served.log());
        git(&project, &["checkout", "--quiet", "empty"]);
        if is_noticed {
            served.wait_until(|log| gone(log) > before);
        }
        git(&project, &["checkout", "--quiet", "main"]);
        served.wait_for_answer("/api/branch", &text.to_string());
        // The build that the checkout started may still contain the first edit.
        for _ in 0..2 {
            builds_asked_for(&project, &served);
            let [old, new] = [text, text + 1].map(|number| format!("\"{number}\""));
            project.edit(&main_of("api/branch"), &old, &new);
            text += 1;
            served.wait_for_answer("/api/branch", &text.to_string());
        }
        git(&project, &["commit", "--quiet", "--all", "--message=edit"]);
    }
}

#[test]
fn included_file_outside_the_package_is_built_anew() {
    let project = locked(Project::new().answering("api/outside", "include_str!(\"../../../../words.txt\")"));
    project.write("words.txt", "old");
    settle(&project.path("words.txt"));
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/outside").text(), "old");
    first_build(&project, &served, "built 1 function");
    project.write("words.txt", "new");
    served.wait_for_answer("/api/outside", "new");
}

#[test]
fn missing_file_is_built_once_it_exists() {
    let project = locked(Project::new().answering("api/missing", "include_str!(\"../../../../words.txt\")"));
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/missing").status, 502);
    first_build(&project, &served, "not built after");
    project.write("words.txt", "found");
    served.wait_for_answer("/api/missing", "found");
}

#[test]
fn data_file_that_a_function_writes_asks_for_no_build() {
    let append = "{ use std::io::Write; let file = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/visits.txt\"); \
                  let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap(); \
                  writeln!(file, \"visit\").unwrap(); \"visited\" }";
    let project = locked(Project::new().answering("api/visits", append));
    project.write("functions/api/visits/visits.txt", "");
    let served = ServedProject::start(&project);
    for _ in 0..3 {
        assert_eq!(served.get("/api/visits").text(), "visited");
        assert_eq!(builds_asked_for(&project, &served), 0, "{}", served.log());
    }
}
