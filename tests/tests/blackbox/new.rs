//! `cargo api-routes new`, as a developer runs it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::harness::command::{CommandOutput, run, tool, tool_with_file_limit};
use crate::harness::files::{Files, files_in};
use crate::harness::{Program, Project, get, wait_for};

fn new(project: &Project, arguments: &[&str]) -> CommandOutput {
    run(&mut tool(project.root(), &[&["new"], arguments].concat()))
}

/// Reads all files except Cargo's lock file, which the first build writes.
fn files(project: &Project) -> Files {
    let mut files = files_in(project.root());
    files.remove(&PathBuf::from("Cargo.lock"));
    files
}

#[test]
fn new_route_is_served_by_a_running_dev() {
    let project = Project::own(&["--no-workflow"]);
    let (mut dev, address) = Program::serve(&project);
    assert_eq!(get("/api/hello").send(address).status, 200);
    assert_eq!(get("/api/orders/7").send(address).status, 404);
    let package = project.package("api/orders/id");
    let made = new(&project, &["/api/orders/[id]", "--package", &package]);
    assert_eq!(made.code, Some(0), "{}", made.stdout);
    let expected = format!(
        "created `/api/orders/[id]` in `functions/api/orders/[id]`, package `{package}`\n\
         members: added `functions/api/orders/[id]`\nrouter: added `/api/orders/{{id}}` for `{package}`\n\
         template: added `OrdersIdFunction` for `/api/orders/[id]`\n\n\
         next: edit `functions/api/orders/[id]/src/main.rs`; `cargo api-routes` serves it\n"
    );
    assert_eq!(made.stdout, expected);
    let answer = wait_for("the new route", || {
        let answer = get("/api/orders/7").try_send(address).ok()?;
        (answer.status == 200).then(|| answer.text())
    });
    assert_eq!(answer, r#"{"id":"7"}"#);
    let checked = run(&mut tool(project.root(), &["check", "--deny-warnings"]));
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "2 routes: nothing to mend\n"));
    dev.interrupt_group();
    dev.wait_until_all_are_gone();
}

#[test]
fn new_functions_pass_their_own_tests() {
    let project = Project::own(&["--no-workflow"]);
    for (route, options, tests) in [
        ("/api/orders/[id]", &["--method", "get,post,put,patch,delete"][..], 5),
        ("/api/sign-in", &["--kind", "form", "--method", "get,post"], 2),
        ("/api/lines", &["--kind", "stream"], 1),
        ("/api/shop/[[...slug]]", &["--kind", "json"], 1),
    ] {
        let package = project.package(route);
        let made = new(&project, &[&[route, "--package", &package], options].concat());
        assert_eq!(made.code, Some(0), "{route}: {}", made.stdout);
        let main = fs::read_to_string(project.path(&format!("functions{route}/src/main.rs"))).unwrap();
        assert_eq!(main.matches("#[test]").count(), tests, "{route}: {main}");
    }
    let tested = run(Command::new(env!("CARGO")).arg("test").current_dir(project.root()));
    assert_eq!(tested.code, Some(0), "{}\n{}", tested.stdout, tested.stderr);
    assert_eq!(tested.stdout.matches(" ... ok\n").count(), 2 + 5 + 2 + 1 + 1, "{}", tested.stdout);
}

#[test]
fn each_kind_and_method_is_formatted() {
    let project = Project::new();
    let long = "/api/customers/[customerId]/subscriptions/[subscriptionId]/documents/[...path]";
    let mut programs = Vec::new();
    for kind in ["json", "form", "stream", "plain"] {
        for (name, methods) in [
            ("any", &[][..]),
            ("one", &["--method", "post"]),
            ("all", &["--method", "get,post,put,patch,delete"]),
        ] {
            let route = format!("/api/{kind}/{name}");
            let made = new(&project, &[&[&route, "--kind", kind], methods].concat());
            assert_eq!(made.code, Some(0), "{route}: {}", made.stdout);
            programs.push(project.path(&format!("functions{route}/src/main.rs")));
        }
    }
    for (route, kind) in
        [(long, "json"), ("/api/posts/[id]", "form"), ("/api", "plain"), ("/api/shop/[[...slug]]", "json")]
    {
        let made = new(&project, &[route, "--kind", kind, "--method", "get,put"]);
        assert_eq!(made.code, Some(0), "{route}: {}", made.stdout);
        let folder = if route == "/api" { "/api/index" } else { route };
        programs.push(project.path(&format!("functions{folder}/src/main.rs")));
    }
    // A minimal toolchain has no rustfmt.
    if Command::new("rustfmt").arg("--version").output().is_ok_and(|version| version.status.success()) {
        let mut rustfmt = Command::new("rustfmt");
        let formatted = run(rustfmt.args(["--check", "--edition", "2024"]).args(&programs));
        assert_eq!(formatted.code, Some(0), "{}{}", formatted.stdout, formatted.stderr);
    }
}

#[test]
fn bare_workspace_gets_whole_manifests() {
    let project = Project::new();
    fs::remove_file(project.path("template.yaml")).unwrap();
    fs::remove_dir_all(project.path("functions")).unwrap();
    let made = new(&project, &["/api/orders/[id]", "--method", "post"]);
    assert_eq!(made.code, Some(0), "{}", made.stdout);
    let manifest = fs::read_to_string(project.path("functions/api/orders/[id]/Cargo.toml")).unwrap();
    assert!(!manifest.contains("workspace = true"), "{manifest}");
    for line in [
        "version = \"0.1.0\"",
        "edition = \"2024\"",
        "serde_json = { version = \"1\", features = [\"preserve_order\"] }",
    ] {
        assert!(manifest.lines().any(|written| written == line), "{line} in {manifest}");
    }
    assert!(manifest.lines().any(|line| line.starts_with("api-routes = ")), "{manifest}");
    let checked = run(&mut tool(project.root(), &["check", "--deny-warnings"]));
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "1 route: nothing to mend\n"));
}

#[test]
fn refused_function_leaves_every_file_as_it_was() {
    let project = Project::own(&["--no-workflow"]);
    let hello = project.package("api/hello");
    let posts = new(&project, &["/api/posts/[id]", "--package", &project.package("api/posts/id")]);
    assert_eq!(posts.code, Some(0), "{}", posts.stdout);
    let before = files(&project);
    for (arguments, words) in [
        (&["/api/hello"][..], "`functions/api/hello` exists: /api/hello answers there"),
        (&["/orders"], "`/orders` is not below `/api`: run `cargo api-routes new /api/orders`"),
        (&["/api/[id"], "`/api/[id` is not a route"),
        (&["/api/orders/"], "has an empty segment"),
        (&["/api/a b"], "`/api/a b` is not a route"),
        (&["/api/[...all]/more"], "Catch-all must be the last part of the URL."),
        (&["/api/posts/[slug]"], "You cannot use different slug names for the same dynamic path"),
        (
            &["/api/hello/tests"],
            "write `autotests = false` below `[package]` of `functions/api/hello/Cargo.toml`",
        ),
        (&["/api/orders", "--package", "a b"], "`a b` is not a name for a package"),
        (
            &["/api/orders", "--package", &hello],
            "exists already: run `cargo api-routes new /api/orders --package",
        ),
        (&["--from-next", "functions"], "has no API routes"),
    ] {
        let refused = new(&project, arguments);
        assert_eq!(refused.code, Some(1), "{arguments:?}: {}", refused.stderr);
        assert!(refused.stderr.starts_with("error: "), "{arguments:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(words), "{arguments:?}: {}", refused.stderr);
        assert!(files(&project) == before, "{arguments:?}");
    }
    for (arguments, words) in [
        (&[][..], "<ROUTE"),
        (&["/api/x", "--kind", "xml"], "[possible values: json, form, stream, plain]"),
        (&["/api/x", "--method", "get,connect"], "[possible values: get, post, put, patch, delete]"),
        (&["/api/x", "--from-next", "."], "cannot be used with"),
    ] {
        let refused = new(&project, arguments);
        assert_eq!(refused.code, Some(2), "{arguments:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(words), "{arguments:?}: {}", refused.stderr);
        assert!(files(&project) == before, "{arguments:?}");
    }
}

#[test]
fn broken_project_is_named_and_left_as_it_was() {
    for (file, text, words) in [
        ("template.yaml", "Resources: {\n", "error: no function was made\ncaused by: template.yaml:1:12: "),
        ("template.yaml", "A: &a\n  B: {}\nResources: *a\n", "`Resources` is an alias of another place"),
        ("Cargo.toml", "[workspace\n", "error: cannot read the workspace"),
    ] {
        let project = Project::own(&["--no-workflow"]);
        project.write(file, text);
        let before = files(&project);
        let refused = new(&project, &["/api/orders"]);
        assert_eq!(refused.code, Some(1), "{text}: {}", refused.stderr);
        assert!(refused.stderr.contains(words), "{text}: {}", refused.stderr);
        assert!(files(&project) == before, "{text}");
    }
}

#[test]
fn full_disk_leaves_every_file_as_it_was() {
    let project = Project::own(&["--no-workflow"]);
    let template = fs::read_to_string(project.path("template.yaml")).unwrap();
    project.write("template.yaml", &(template + &"# A long comment.\n".repeat(400)));
    let before = files(&project);
    // The disk has room for the function and `Cargo.toml`, but not for the template.
    let failed = run(&mut tool_with_file_limit(project.root(), &["new", "/api/orders"], 4));
    assert_eq!(failed.code, Some(1), "{}{}", failed.stdout, failed.stderr);
    assert!(failed.stderr.contains("template.yaml`\ncaused by: File too large"), "{}", failed.stderr);
    assert!(files(&project) == before);
}

#[test]
fn next_routes_become_functions() {
    let project = Project::own(&["--no-workflow"]);
    let next = project.path("web/pages/api");
    for (file, text) in [
        (
            "posts/[id].ts",
            "export default function handler(req, res) {\n  res.json({ id: req.query.id })\n}\n",
        ),
        ("notes.md", "not a route\n"),
    ] {
        fs::create_dir_all(next.join(file).parent().unwrap()).unwrap();
        fs::write(next.join(file), text).unwrap();
    }
    let made = new(&project, &["--from-next", "web"]);
    assert_eq!(made.code, Some(0), "{}", made.stdout);
    for words in [
        "pages/api/posts/[id].ts: created `/api/posts/[id]` in `functions/api/posts/[id]`",
        "1 of 2 files became functions",
    ] {
        assert!(made.stdout.contains(words), "{words}: {}", made.stdout);
    }
    assert!(made.stderr.contains("warning: left out: pages/api/notes.md: not a route"), "{}", made.stderr);
    let checked = run(&mut tool(project.root(), &["check", "--deny-warnings"]));
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "2 routes: nothing to mend\n"));
    let before = files(&project);
    let again = new(&project, &["--from-next", "web"]);
    assert_eq!(again.code, Some(1), "{}", again.stdout);
    assert!(again.stdout.contains("0 of 2 files became functions"), "{}", again.stdout);
    assert!(files(&project) == before);
}
