//! The folder of a new project: a new one, or one with nothing but the files of a version control system or an editor.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use api_routes_project::tool::{command, quoted};

/// The reason why a folder cannot become a project.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    #[error("`{}` is a file: name a new folder, `{}`", .0.display(), init(.0, "-api"))]
    File(PathBuf),
    #[error("cannot read `{}`; name another folder", .folder.display())]
    Unreadable {
        folder: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("`{}` is not empty: {} in the way; move it away, or run `{}`", .folder.display(), are(.entries), next(.folder, .entries))]
    NotEmpty { folder: PathBuf, entries: Vec<String> },
    #[error(
        "`{}` is inside the workspace of `{}`, and a project is a workspace of its own: name a folder outside, or \
         add `exclude = [{:?}]` to that `[workspace]`",
        .folder.display(), .manifest.display(), .below.display().to_string()
    )]
    InsideWorkspace { folder: PathBuf, manifest: PathBuf, below: PathBuf },
}

/// Returns the command that makes a project beside or below a folder that is not empty.
fn init(folder: &Path, suffix: &str) -> String {
    command(&format!("init {}", quoted(&format!("{}{suffix}", folder.display()))))
}

/// Returns the next step: a project needs a function, and any other folder needs another place.
fn next(folder: &Path, entries: &[String]) -> String {
    let is_project = ["Cargo.toml", "functions"].iter().all(|file| entries.iter().any(|entry| entry == file));
    if is_project { command("new /api/orders") } else { init(folder, "/api") }
}

/// The highest number of names in the message.
const NAMED: usize = 5;

fn are(entries: &[String]) -> String {
    let named: Vec<_> = entries.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = entries.len() - named.len();
    let list = named.join(", ");
    match (entries.len(), more) {
        (1, _) => format!("{list} is"),
        (_, 0) => format!("{list} are"),
        _ => format!("{list} and {more} more are"),
    }
}

/// Returns whether an "empty" folder may contain an entry, because it is not a file of a project.
fn is_no_obstacle(name: &OsStr) -> bool {
    const NAMES: [&str; 9] =
        [".git", ".hg", ".jj", ".svn", ".idea", ".vscode", ".gitattributes", ".editorconfig", ".DS_Store"];
    let name = name.to_string_lossy();
    NAMES.contains(&&*name) || name.starts_with("LICENSE") || name.starts_with("COPYING")
}

/// Returns the absolute path of a folder that can become a project.
///
/// # Errors
/// Any [`FolderError`].
pub(crate) fn destination(folder: &Path) -> Result<PathBuf, FolderError> {
    let unreadable = |cause| FolderError::Unreadable { folder: folder.to_owned(), cause };
    let absolute = std::path::absolute(folder).map_err(unreadable)?;
    match fs::read_dir(&absolute) {
        Ok(entries) => {
            let mut names = Vec::new();
            for entry in entries {
                let name = entry.map_err(unreadable)?.file_name();
                if !is_no_obstacle(&name) {
                    names.push(name.to_string_lossy().into_owned());
                }
            }
            if !names.is_empty() {
                names.sort();
                return Err(FolderError::NotEmpty { folder: folder.to_owned(), entries: names });
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(FolderError::File(first_file(folder)));
        }
        Err(error) => return Err(unreadable(error)),
    }
    outside_workspaces(folder, &absolute)?;
    Ok(absolute)
}

/// Returns the file that has the path of a folder.
fn first_file(folder: &Path) -> PathBuf {
    folder.ancestors().find(|path| path.is_file()).unwrap_or(folder).to_owned()
}

/// Finds the workspace around a folder. Cargo searches each folder above a package, and takes the first workspace.
fn outside_workspaces(folder: &Path, absolute: &Path) -> Result<(), FolderError> {
    for above in absolute.ancestors().skip(1) {
        let manifest = above.join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&manifest) else { continue };
        let Ok(table) = toml::from_str::<toml::Table>(&text) else { continue };
        let Some(workspace) = table.get("workspace") else { continue };
        let below = absolute.strip_prefix(above).unwrap_or(absolute).to_owned();
        let excluded = workspace.get("exclude").and_then(toml::Value::as_array);
        let is_excluded =
            excluded.into_iter().flatten().filter_map(toml::Value::as_str).any(|it| below.starts_with(it));
        if !is_excluded {
            return Err(FolderError::InsideWorkspace { folder: folder.to_owned(), manifest, below });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::destination;
    use std::fs;
    use tempfile::tempdir;

    #[test]
    fn new_and_empty_folders_can_become_projects() {
        let root = tempdir().unwrap();
        for name in [".git", ".vscode"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        fs::write(root.path().join("LICENSE-MIT"), "").unwrap();
        assert_eq!(destination(root.path()).unwrap(), root.path());
        let new = root.path().join("a b/ü");
        assert_eq!(destination(&new).unwrap(), new);
        assert!(!new.exists());
    }

    #[test]
    fn obstacles_are_named() {
        let root = tempdir().unwrap();
        fs::write(root.path().join("package.json"), "{}").unwrap();
        let error = destination(root.path()).unwrap_err().to_string();
        let words = format!(
            "`{0}` is not empty: `package.json` is in the way; move it away, or run \
             `cargo api-routes init {0}/api`",
            root.path().display()
        );
        assert_eq!(error, words);
        for name in 'a'..'h' {
            fs::write(root.path().join(name.to_string()), "").unwrap();
        }
        let error = destination(root.path()).unwrap_err().to_string();
        assert!(error.contains("`a`, `b`, `c`, `d`, `e` and 3 more are in the way"), "{error}");
        let error = destination(&root.path().join("a")).unwrap_err().to_string();
        assert!(error.contains("is a file: name a new folder"), "{error}");
    }

    #[test]
    fn folder_in_a_workspace_is_refused_unless_excluded() {
        let root = tempdir().unwrap();
        fs::write(root.path().join("Cargo.toml"), "[workspace]\nmembers = [\"*\"]\n").unwrap();
        let error = destination(&root.path().join("api")).unwrap_err().to_string();
        assert!(error.contains("add `exclude = [\"api\"]` to that `[workspace]`"), "{error}");
        fs::write(root.path().join("Cargo.toml"), "[workspace]\nexclude = [\"api\"]\n").unwrap();
        destination(&root.path().join("api/inner")).unwrap();
    }
}
