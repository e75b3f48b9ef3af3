//! `cargo api-routes sync`, as a developer runs it.

use std::fs;
use std::io::{Read, Write};
use std::process::Command;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::harness::{EXECUTABLE, Program, Project};

const MAIN: &str = "fn main() {}\n";

fn read(project: &Project, file: &str) -> String {
    fs::read_to_string(project.path(file)).unwrap()
}

/// Runs `sync`, and returns the exit code and the output.
fn run(project: &Project, arguments: &[&str]) -> (Option<i32>, String) {
    let ended = Program::start(project, &[&["sync"], arguments].concat()).end();
    (ended.code, ended.text)
}

/// Makes the folder of a route, and nothing else, as a developer would.
fn make(project: &Project, route: &str) {
    let folder = format!("functions/{route}");
    let package = project.package(route);
    project.write(&format!("{folder}/src/main.rs"), MAIN);
    let manifest = format!("[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    project.write(&format!("{folder}/Cargo.toml"), &manifest);
}

fn with_two_folders() -> Project {
    let project = Project::new();
    make(&project, "api/posts/[id]");
    make(&project, "api/shop/[[...slug]]");
    project
}

#[test]
fn new_folders_become_routes() {
    let project = with_two_folders();
    let (code, output) = run(&project, &[]);
    assert_eq!(code, Some(0), "{output}");
    let (posts, shop) = (project.package("api/posts/id"), project.package("api/shop/slug"));
    let expected = format!(
        "members: added `functions/api/posts/[id]`\nmembers: added `functions/api/shop/[[...slug]]`\n\
         router: added `/api/posts/{{id}}` for `{posts}`\nrouter: added `/api/shop` for `{shop}`\n\
         router: added `/api/shop/{{*slug}}` for `{shop}`\ntemplate: added `PostsIdFunction` for `/api/posts/[id]`\n\
         template: added `ShopSlugFunction` for `/api/shop/[[...slug]]`"
    );
    assert_eq!(output, expected);
    let routes = Program::start(&project, &["routes"]).end();
    assert_eq!(routes.code, Some(0), "{}", routes.text);
    for key in ["ANY /api/posts/{id}", "ANY /api/shop ", "ANY /api/shop/{slug+}"] {
        assert!(routes.text.contains(key), "{}", routes.text);
    }
    assert!(!routes.text.contains("warning"), "{}", routes.text);
    let nothing = "nothing to write: `template.yaml` and `Cargo.toml` match the folders";
    assert_eq!(run(&project, &[]), (Some(0), nothing.to_owned()));
}

#[test]
fn a_dry_run_shows_what_a_run_would_write() {
    let project = with_two_folders();
    let files = ["Cargo.toml", "template.yaml"];
    let before = files.map(|file| read(&project, file));
    let (code, shown) = run(&project, &["--dry-run"]);
    assert_eq!(code, Some(1), "{shown}");
    assert_eq!(files.map(|file| read(&project, file)), before);
    assert_eq!(run(&project, &[]).0, Some(0));
    let added = |line: &&str| line.starts_with('+') && !line.starts_with("+++");
    let added: Vec<_> = shown.lines().filter(added).map(|line| &line[1..]).collect();
    let after = files.map(|file| read(&project, file)).concat();
    assert!(added.len() > 20 && added.iter().all(|line| after.contains(line)), "{shown}");
    assert_eq!(run(&project, &["--dry-run"]).0, Some(0));
}

#[test]
fn leftovers_of_a_folder_go_with_prune() {
    let project = with_two_folders();
    let files = ["Cargo.toml", "template.yaml"];
    fs::remove_dir_all(project.path("functions/api/shop")).unwrap();
    assert_eq!(run(&project, &[]).0, Some(0));
    let before = files.map(|file| read(&project, file));
    make(&project, "api/shop/[[...slug]]");
    assert_eq!(run(&project, &[]).0, Some(0));

    fs::remove_dir_all(project.path("functions/api/shop")).unwrap();
    let (code, output) = run(&project, &[]);
    assert_eq!(code, Some(1));
    assert!(
        output.ends_with("`cargo api-routes sync --prune` removes members whose folder is gone"),
        "{output}"
    );
    let (code, shown) = run(&project, &["--prune", "--dry-run"]);
    assert_eq!(code, Some(1));
    assert!(shown.contains("-  ShopSlugFunction:") && !shown.contains("PostsIdFunction:\n-"), "{shown}");
    assert_eq!(run(&project, &["--prune"]).0, Some(0));
    assert_eq!(files.map(|file| read(&project, file)), before);
}

#[test]
fn renamed_folder_takes_its_paths_along() {
    let project = with_two_folders();
    assert_eq!(run(&project, &[]).0, Some(0));
    let files = ["Cargo.toml", "template.yaml"];
    let before = files.map(|file| read(&project, file));
    // The package keeps its name. Cargo refuses the workspace, since a member is missing.
    fs::rename(project.path("functions/api/shop"), project.path("functions/api/store")).unwrap();
    let (code, output) = run(&project, &[]);
    assert_eq!(code, Some(0), "{output}");
    let expected = "members: removed `functions/api/shop/[[...slug]]`\n\
                    members: added `functions/api/store/[[...slug]]`\n\
                    template: moved `Route` of `ShopSlugFunction` from `/api/shop` to `/api/store`\n\
                    template: moved `Rest` of `ShopSlugFunction` from `/api/shop/{slug+}` to `/api/store/{slug+}`\n\
                    router: moved `/api/shop` to `/api/store`\nrouter: moved `/api/shop/{*slug}` to `/api/store/{*slug}`";
    assert_eq!(output, expected);
    let after = files.map(|file| read(&project, file));
    assert_eq!(after, before.map(|text| text.replace("api/shop", "api/store")));
    let check = Program::start(&project, &["check", "--deny-warnings"]).end();
    assert_eq!(check.code, Some(0), "{}", check.text);
    let nothing = "nothing to write: `template.yaml` and `Cargo.toml` match the folders";
    assert_eq!(run(&project, &[]), (Some(0), nothing.to_owned()));
}

/// Makes a project whose function has a new folder, a new package, and its own settings in the template.
fn with_a_new_name() -> Project {
    let project = with_two_folders();
    assert_eq!(run(&project, &[]).0, Some(0));
    project.edit("template.yaml", "  ShopSlugFunction:\n", "  # Ours\n  ShopSlugFunction:\n");
    let template = read(&project, "template.yaml");
    let (posts, shop) = template.split_once("  # Ours\n").unwrap();
    let shop = shop.replacen("    Properties:\n", "    Properties:\n      MemorySize: 1769\n", 1);
    project.write("template.yaml", &format!("{posts}  # Ours\n{shop}"));
    fs::remove_dir_all(project.path("functions/api/shop")).unwrap();
    make(&project, "api/store/[[...slug]]");
    project
}

#[test]
fn new_name_is_not_guessed_without_a_terminal() {
    let project = with_a_new_name();
    let files = ["Cargo.toml", "template.yaml"];
    let before = files.map(|file| read(&project, file));
    let store = project.package("api/store/slug");
    for options in [&[][..], &["--prune"], &["--dry-run"]] {
        let (code, output) = run(&project, options);
        assert_eq!(code, Some(1), "{output}");
        let prune = if options == ["--prune"] { " --prune" } else { "" };
        for argument in
            [format!("--renamed ShopSlugFunction={store}"), "--removed ShopSlugFunction".to_owned()]
        {
            assert!(output.contains(&format!("\n  cargo api-routes sync{prune} {argument}")), "{output}");
        }
        assert_eq!(files.map(|file| read(&project, file)), before);
    }
    let (code, output) = run(&project, &["--renamed", "Nobody=api-b"]);
    assert_eq!(code, Some(1));
    assert!(
        output.contains("no function of the template has the binary or the logical id `Nobody`"),
        "{output}"
    );
    assert_eq!(run(&project, &["--renamed", "Nobody"]).0, Some(2));

    let shop = project.package("api/shop/slug");
    let (code, output) = run(&project, &["--renamed", &format!("{shop}={store}")]);
    assert_eq!(code, Some(0), "{output}");
    let [_, template] = before;
    assert_eq!(
        read(&project, "template.yaml"),
        template.replace(&shop, &store).replace("/api/shop", "/api/store")
    );
    let check = Program::start(&project, &["check", "--deny-warnings"]).end();
    assert_eq!(check.code, Some(0), "{}", check.text);
}

#[test]
fn removed_function_makes_room_for_a_new_one() {
    let project = with_a_new_name();
    let (code, output) = run(&project, &["--removed", "ShopSlugFunction"]);
    assert_eq!(code, Some(0), "{output}");
    let template = read(&project, "template.yaml");
    assert!(!template.contains("ShopSlug") && template.contains("StoreSlugFunction"), "{template}");
    assert!(!read(&project, "Cargo.toml").contains("shop"), "{}", read(&project, "Cargo.toml"));
}

#[test]
fn terminal_is_asked_about_a_new_name() {
    for (typed, keeps_settings) in [("what?\ny\n", true), ("n\n", false)] {
        let project = with_a_new_name();
        let (code, shown) = on_a_terminal(&project, &["sync"], typed);
        assert_eq!(code, Some(0), "{shown}");
        let question = "Is it `/api/store/[[...slug]]` now, in `functions/api/store/[[...slug]]`? [y/n]";
        assert_eq!(shown.matches(question).count(), typed.lines().count(), "{shown}");
        let template = read(&project, "template.yaml");
        assert_eq!(template.contains("StoreSlugFunction"), !keeps_settings, "{template}");
        assert_eq!(template.contains("/api/shop"), !keeps_settings, "{template}");
        assert!(template.contains("MemorySize: 1769"), "{template}");
    }
}

/// Runs the tool on its own terminal, and types `typed`. Returns the exit code and the text on the terminal.
fn on_a_terminal(project: &Project, arguments: &[&str], typed: &str) -> (Option<i32>, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave = fs::File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let mut command = Command::new(EXECUTABLE);
    command.arg("api-routes").args(arguments).current_dir(project.root());
    command.stdin(slave.try_clone().unwrap()).stdout(slave);
    let mut child = command.spawn().unwrap();
    // The command holds the other end of the terminal. The terminal ends after both are closed.
    drop(command);
    let mut master = fs::File::from(master);
    master.write_all(typed.as_bytes()).unwrap();
    let mut shown = Vec::new();
    // Linux reports the end of a terminal as an error.
    let _ = master.read_to_end(&mut shown);
    (child.wait().unwrap().code(), String::from_utf8_lossy(&shown).replace("\r\n", "\n"))
}

#[test]
fn extra_path_is_accepted_once_it_is_listed() {
    let project = with_two_folders();
    assert_eq!(run(&project, &[]).0, Some(0));
    let template = read(&project, "template.yaml");
    let event = "        People: {Type: HttpApi, Properties: {Method: GET, Path: /people}}\n";
    project
        .write("template.yaml", &template.replacen("      Events:\n", &format!("      Events:\n{event}"), 1));
    let check = Program::start(&project, &["check", "--deny-warnings"]).end();
    assert_eq!(check.code, Some(1));
    let line = "extra-paths = [\"/people\"]";
    let help = format!("remove the event, or write `{line}` below `[workspace.metadata.api-routes]`");
    assert!(check.text.contains("warning[stray-event]") && check.text.contains(&help), "{}", check.text);
    let (code, output) = run(&project, &[]);
    assert_eq!(code, Some(0));
    assert!(
        output.contains("warning: `People` of `PostsIdFunction` in the template has the path `/people`"),
        "{output}"
    );

    let manifest = read(&project, "Cargo.toml");
    project.write("Cargo.toml", &format!("{manifest}\n[workspace.metadata.api-routes]\n{line}\n"));
    let check = Program::start(&project, &["check", "--deny-warnings"]).end();
    assert_eq!(check.code, Some(0), "{}", check.text);
    let routes = Program::start(&project, &["routes"]).end();
    assert!(!routes.text.contains("warning"), "{}", routes.text);
    project.write(
        "Cargo.toml",
        &format!("{manifest}\n[workspace.metadata.api-routes]\nextra-paths = \"/people\"\n"),
    );
    let check = Program::start(&project, &["check"]).end();
    assert!(check.text.contains("must be a list of texts: write `extra-paths = [\"…\"]`"), "{}", check.text);
}

#[test]
fn package_that_cargo_refuses_is_not_added() {
    let project = with_two_folders();
    let good = read(&project, "functions/api/posts/[id]/Cargo.toml");
    make(&project, "api/bad");
    for (bad, words) in [
        (good.replace("posts-id", "bad") + "oh = \n", " --> functions/api/bad/Cargo.toml:5:6"),
        (good.replace("posts-id", "bad").replace("2024", "2124"), "`2124` is unknown"),
        (
            good.replace("posts-id", "bad") + "license.workspace = true\n",
            "`workspace.package.license` was not defined",
        ),
        (good + "[[bin]]\nname = \"other\"\npath = \"src/main.rs\"\n", "two packages named `"),
    ] {
        project.write("functions/api/bad/Cargo.toml", &bad);
        let (code, output) = run(&project, &[]);
        assert_eq!(code, Some(1), "{output}");
        let start = "error: `functions/api/bad` is not added to `members`, since Cargo refuses it:\n";
        assert!(output.contains(start) && output.contains(words), "{output}");
        for file in ["Cargo.toml", "template.yaml"] {
            assert!(!read(&project, file).contains("bad"), "{}", read(&project, file));
        }
        // The workspace still loads, and has the routes that could be added.
        let routes = Program::start(&project, &["routes"]).end();
        assert!(routes.text.contains("ANY /api/shop/{slug+}"), "{}", routes.text);
        let check = Program::start(&project, &["check"]).end();
        assert!(
            check.text.contains("functions/api/bad/Cargo.toml:")
                && check.text.contains("error[broken-package]"),
            "{}",
            check.text
        );
    }
}

#[test]
fn folder_that_cannot_be_a_route_is_reported() {
    let project = with_two_folders();
    assert_eq!(run(&project, &[]).0, Some(0));
    let manifest = read(&project, "Cargo.toml");
    // The folder is copied with the name of its package, which Cargo would refuse.
    project.write("functions/api/copy/src/main.rs", MAIN);
    project.write("functions/api/copy/Cargo.toml", &read(&project, "functions/api/posts/[id]/Cargo.toml"));
    make(&project, "api/posts/[post]");
    let (code, output) = run(&project, &[]);
    assert_eq!(code, Some(0), "{output}");
    let binary = project.package("api/posts/id");
    for words in [
        format!("functions/api/copy/Cargo.toml: `functions/api/copy` builds the binary `{binary}`"),
        "functions/api/posts/[post]/Cargo.toml: You cannot use different slug names".to_owned(),
    ] {
        assert!(output.contains(&format!("warning: left out: {words}")), "{words}: {output}");
    }
    assert_eq!(read(&project, "Cargo.toml"), manifest);
}

#[test]
fn function_that_is_referred_to_stays() {
    let project = with_two_folders();
    assert_eq!(run(&project, &[]).0, Some(0));
    let output = "Outputs:\n  Shop:\n    Value: !GetAtt ShopSlugFunction.Arn\n";
    let template = read(&project, "template.yaml") + output;
    project.write("template.yaml", &template);
    fs::remove_dir_all(project.path("functions/api/shop")).unwrap();
    let (code, output) = run(&project, &["--prune"]);
    assert_eq!(code, Some(1), "{output}");
    let line = template.lines().count();
    let words = "`ShopSlugFunction` is not removed, though its folder in `functions/` is gone: the template refers to it";
    assert!(output.ends_with(&format!("{words}\ntemplate.yaml:{line}:12: `!GetAtt`")), "{output}");
    assert_eq!(read(&project, "template.yaml"), template);
    assert!(!read(&project, "Cargo.toml").contains("shop"));
}

#[test]
fn template_that_cannot_be_edited_stops_all_writing() {
    let project = with_two_folders();
    project.write("template.yaml", "A: &a\n  B: {}\nResources: *a\n");
    let manifest = read(&project, "Cargo.toml");
    let (code, output) = run(&project, &[]);
    assert_eq!(code, Some(1));
    assert!(
        output.starts_with("error: template.yaml:3:12: `Resources` is an alias of another place"),
        "{output}"
    );
    assert!(output.contains("Nothing was written. By hand:\n\nResources:\n  PostsIdFunction:\n"), "{output}");
    assert_eq!(read(&project, "Cargo.toml"), manifest);
}

#[test]
fn a_project_without_a_template_gets_one() {
    let project = with_two_folders();
    fs::remove_file(project.path("template.yaml")).unwrap();
    assert_eq!(run(&project, &[]).0, Some(0));
    let routes = Program::start(&project, &["routes"]).end();
    assert!(routes.text.starts_with("http-api Api\n"), "{}", routes.text);
    assert!(!routes.text.contains("warning"), "{}", routes.text);
}
