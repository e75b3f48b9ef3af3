//! The files that Cargo names as the inputs of each function.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The files and folders that the last builds read, by package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inputs {
    packages: BTreeMap<String, Paths>,
    /// The packages whose last build has named its inputs.
    known: BTreeSet<String>,
    /// The inputs of all packages.
    all: Paths,
    /// The real path of each folder, and the manifest of its package. Functions have most of their inputs in common.
    folders: HashMap<PathBuf, Folder>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Folder {
    real: PathBuf,
    manifest: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Paths {
    files: HashSet<PathBuf>,
    /// The folders that a build script names in `rerun-if-changed`: each file in them counts.
    folders: HashSet<PathBuf>,
}

impl Inputs {
    /// Reads Cargo's dep-info of a package. A file that cannot be read leaves the inputs as they were. Paths below
    /// `unwatched` are left out: registries do not change, and Cargo writes its own output.
    pub(super) fn read(&mut self, package: &str, dep_info: &Path, unwatched: &[PathBuf]) {
        let Ok(text) = fs::read_to_string(dep_info) else { return };
        let is_watched =
            |path: &PathBuf| path.is_absolute() && !unwatched.iter().any(|u| path.starts_with(u));
        let mut paths = Paths::default();
        for path in prerequisites(&text) {
            let Some((path, manifest)) = self.located(&path) else { continue };
            if !is_watched(&path) {
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") && path.is_dir() {
                paths.folders.insert(path);
            } else {
                paths.files.extend(manifest);
                paths.files.insert(path);
            }
        }
        self.known.insert(package.to_owned());
        if self.packages.get(package) != Some(&paths) {
            self.packages.insert(package.to_owned(), paths);
            self.all = Paths::default();
            for paths in self.packages.values() {
                self.all.files.extend(paths.files.iter().cloned());
                self.all.folders.extend(paths.folders.iter().cloned());
            }
        }
    }

    /// Returns the real path of a file, and the manifest of its package, which dep-info does not name. Events name real
    /// paths, but rustc leaves links and `..` in a path.
    fn located(&mut self, path: &Path) -> Option<(PathBuf, Option<PathBuf>)> {
        let (folder, name) = (path.parent()?, path.file_name()?);
        let folder = self.folders.entry(folder.to_owned()).or_insert_with(|| {
            let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            Folder { manifest: manifest_above(&real), real }
        });
        Some((folder.real.join(name), folder.manifest.clone()))
    }

    /// Forgets the real paths of folders when a build begins, since they may have changed.
    pub(super) fn forget_folders(&mut self) {
        self.folders.clear();
    }

    /// Records that a package was built, and may have other inputs now.
    pub(super) fn outdate(&mut self, package: &str) {
        self.known.remove(package);
    }

    /// Whether the last build of a package has named its inputs.
    pub(super) fn are_known(&self, package: &str) -> bool {
        self.known.contains(package)
    }

    /// Whether a build reads the file.
    pub(super) fn contains(&self, file: &Path) -> bool {
        self.all.contain(file)
    }

    /// Returns the packages whose build reads the file.
    pub(super) fn packages<'a>(&'a self, file: &'a Path) -> impl Iterator<Item = &'a str> {
        self.packages.iter().filter(|(_, paths)| paths.contain(file)).map(|(package, _)| package.as_str())
    }

    pub(super) fn files(&self) -> BTreeSet<&Path> {
        self.all.files.iter().map(PathBuf::as_path).collect()
    }

    pub(super) fn folders(&self) -> BTreeSet<&Path> {
        self.all.folders.iter().map(PathBuf::as_path).collect()
    }
}

impl Paths {
    fn contain(&self, file: &Path) -> bool {
        self.files.contains(file) || file.ancestors().any(|folder| self.folders.contains(folder))
    }
}

/// Whether a file is Rust source.
pub(super) fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn manifest_above(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join("Cargo.toml")).find(|manifest| manifest.is_file())
}

/// Returns the paths after the colon of a makefile's rules. Cargo writes one rule, and escapes spaces with a backslash.
fn prerequisites(text: &str) -> Vec<PathBuf> {
    text.lines().filter_map(after_target).flat_map(words).map(PathBuf::from).collect()
}

/// Returns the rest of a rule. The colon that ends its target is followed by a space or by nothing.
fn after_target(line: &str) -> Option<&str> {
    if line.starts_with('#') {
        return None;
    }
    line.split_once(": ").map(|(_, rest)| rest)
}

fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_escape = letter == '\\' && letters.peek().is_some_and(|next| *next == ' ');
        let letter = if is_escape { letters.next() } else { Some(letter).filter(|letter| *letter != ' ') };
        match (letter, words.last_mut()) {
            (Some(letter), Some(word)) => word.push(letter),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{Inputs, prerequisites};

    #[test]
    fn escaped_spaces_stay_in_a_path() {
        let text =
            "/a/target/debug/api: /a/My\\ Project/src/main.rs /a/functions/[id]/src/main.rs /a/x\\y.rs\n";
        let expected = ["/a/My Project/src/main.rs", "/a/functions/[id]/src/main.rs", "/a/x\\y.rs"];
        assert_eq!(prerequisites(text), expected.map(PathBuf::from));
    }

    #[test]
    fn dep_info_names_files_folders_and_manifests() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let path = |name: &str| root.join(name);
        fs::create_dir_all(path("outside/src")).unwrap();
        fs::create_dir_all(path(".sqlx")).unwrap();
        fs::create_dir_all(path("target/debug")).unwrap();
        fs::write(path("words.txt"), "").unwrap();
        fs::write(path("outside/Cargo.toml"), "").unwrap();
        let named = ["outside/src/lib.rs", ".sqlx", "target/debug/out.rs", "outside/src/../../words.txt"]
            .map(|name| path(name).display().to_string());
        fs::write(path("api.d"), format!("{}: {}\n", path("api").display(), named.join(" "))).unwrap();
        let mut inputs = Inputs::default();
        inputs.read("api", &path("api.d"), &[path("target")]);
        for named in ["outside/src/lib.rs", "outside/Cargo.toml", ".sqlx/query.json", "words.txt"] {
            assert_eq!(inputs.packages(&path(named)).collect::<Vec<_>>(), ["api"], "{named}");
        }
        assert!(!inputs.contains(&path("target/debug/out.rs")));
        inputs.read("api", Path::new("/nowhere.d"), &[]);
        assert!(inputs.contains(&path("outside/src/lib.rs")));
    }
}
