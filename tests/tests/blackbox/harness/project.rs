//! Projects in temporary folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::command::{run, tool};
use super::{checkout, target_directory};

/// The profile that `sync` would write, with Cargo's default values.
const PROFILE: &str = "\n[profile.release]\nopt-level = 3\nlto = false\ncodegen-units = 16\nstrip = false\npanic = \"unwind\"\n\n";

/// A project that a test may edit, removed after the test.
#[derive(Debug)]
pub(crate) struct Project {
    folder: TempDir,
    /// The target folder of a project whose packages need none of this build. Cargo locks a target folder, so that the builds of
    /// tests would wait for each other. All other projects share the target folder of this build.
    target: Option<TempDir>,
    /// The prefix of the project's packages, whose names must differ in a shared target folder.
    name: String,
    members: Vec<String>,
}

impl Project {
    /// Makes a project without functions. Its package `lambda` is a library that speaks the Runtime API.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (target, members) = (TempDir::new().unwrap(), vec!["lambda".to_owned()]);
        let configuration = format!("{}\n[profile.dev]\ndebug = 0\n", configuration(target.path()));
        let project = Self { folder, target: Some(target), name: unique_name(), members };
        project.write(".cargo/config.toml", &configuration);
        copy(&fixture("faults").join("lambda"), &project.path("lambda"));
        project.edit("lambda/Cargo.toml", "faults-lambda", &project.package("lambda"));
        project.write("functions/README", "One crate for each route.");
        project.write("template.yaml", "Resources: {}\n");
        project.list_members();
        project
    }

    /// Makes a folder that is empty, except for the target folder that all projects share.
    pub(crate) fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let project = Self { folder, target: None, name: "empty".to_owned(), members: Vec::new() };
        project.write(".cargo/config.toml", &configuration(&target_directory()));
        project
    }

    /// Copies the functions that fail.
    pub(crate) fn faults() -> Self {
        let project = Self::fixture("faults");
        fs::rename(project.path("env"), project.path(".env")).unwrap();
        fs::rename(project.path("env.local"), project.path(".env.local")).unwrap();
        project
    }

    /// Copies a workspace of `tests/fixtures`.
    pub(crate) fn fixture(name: &str) -> Self {
        Self::copied(name, &fixture(name), "../../../shared")
    }

    /// Copies a workspace of `examples`.
    pub(crate) fn example(name: &str) -> Self {
        Self::copied(name, &checkout().join("examples").join(name), "../../shared")
    }

    /// Makes a project with `init` and these options, with the function `/api/hello`. Its path has a space and letters
    /// beyond ASCII. Cargo downloads no crate there: all crates come from this build.
    pub(crate) fn own(options: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("Läden & Söhne ").tempdir().unwrap();
        let arguments = [&["init", "--name", "shop"], options].concat();
        let made = run(&mut tool(folder.path(), &arguments));
        assert_eq!(made.code, Some(0), "{}{}", made.stdout, made.stderr);
        let project = Self { folder, target: None, name: unique_name(), members: Vec::new() };
        let package = project.package("api/hello");
        for file in ["functions/api/hello/Cargo.toml", "template.yaml"] {
            project.edit(file, "api-hello", &package);
        }
        project.edit("Cargo.toml", "= \"api-hello\"", &format!("= \"{package}\""));
        project.write(
            ".cargo/config.toml",
            &format!("{}\n[net]\noffline = true\n", configuration(&target_directory())),
        );
        fs::copy(checkout().join("Cargo.lock"), project.path("Cargo.lock")).unwrap();
        project
    }

    /// Copies a workspace. `shared` is the path of the library in its manifest.
    fn copied(name: &str, from: &Path, shared: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let project = Self { folder, target: None, name: name.to_owned(), members: Vec::new() };
        copy(from, project.root());
        project.edit("Cargo.toml", shared, checkout().join("shared").to_str().unwrap());
        project.write(".cargo/config.toml", &configuration(&target_directory()));
        fs::copy(checkout().join("Cargo.lock"), project.path("Cargo.lock")).unwrap();
        project
    }

    pub(crate) fn target_directory(&self) -> PathBuf {
        self.target.as_ref().map_or_else(target_directory, |target| target.path().to_owned())
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.root().join(file)
    }

    /// Returns the name of a function's package and binary.
    pub(crate) fn package(&self, route: &str) -> String {
        let words =
            route.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        [self.name.as_str()].into_iter().chain(words).collect::<Vec<_>>().join("-")
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let file = self.path(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Replaces the only occurrence of `old`.
    pub(crate) fn edit(&self, file: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {text}");
        self.write(file, &text.replace(old, new));
    }

    /// Adds a function that answers each `event` with `reply`, an expression of bytes or text.
    pub(crate) fn answering(mut self, route: &str, reply: &str) -> Self {
        self.add(route, reply);
        self
    }

    pub(crate) fn add(&mut self, route: &str, reply: &str) {
        let main =
            format!("fn main() {{\n    lambda::serve(|_event| {{\n        {reply}.into()\n    }});\n}}\n");
        self.add_crate(route, &main);
    }

    /// Adds a function. Its line in the workspace is written last, as a developer would do it.
    pub(crate) fn add_crate(&mut self, route: &str, main: &str) {
        let folder = format!("functions/{route}");
        self.write(&format!("{folder}/src/main.rs"), main);
        self.write(&format!("{folder}/Cargo.toml"), &self.manifest(route));
        self.members.push(folder);
        self.list_members();
    }

    /// Removes a function, after its line in the workspace.
    pub(crate) fn remove(&mut self, route: &str) {
        let folder = format!("functions/{route}");
        self.members.retain(|member| *member != folder);
        self.list_members();
        fs::remove_dir_all(self.path(&folder)).unwrap();
    }

    fn manifest(&self, route: &str) -> String {
        let (package, lambda) = (self.package(route), self.package("lambda"));
        let library = self.path("lambda").display().to_string();
        format!(
            "[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nlambda = {{ package = \"{lambda}\", path = '{library}' }}\n"
        )
    }

    fn list_members(&self) {
        let members: Vec<_> = self.members.iter().map(|member| member.replace('[', "[[]")).collect();
        let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
        self.write("Cargo.toml", &(workspace + PROFILE));
    }
}

fn unique_name() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("temporary{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn fixture(name: &str) -> PathBuf {
    checkout().join("tests/fixtures").join(name)
}

fn configuration(target: &Path) -> String {
    format!("[build]\ntarget-dir = '{}'\n", target.display())
}

/// Copies a folder without its build, which a developer may have made in an example.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let entries = fs::read_dir(from).unwrap().map(Result::unwrap);
    for entry in entries.filter(|entry| entry.file_name() != "target") {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&from, &to);
        } else {
            // The copy has to be younger than the build of the last copy, so `fs::copy` is not used.
            fs::write(to, fs::read(from).unwrap()).unwrap();
        }
    }
}
