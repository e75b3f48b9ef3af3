//! Packages below `functions/` that the workspace does not list: easily forgotten, and silent.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;

/// One warning for each such package, with the line that lists it.
pub(super) fn warnings(metadata: &Metadata, functions: &Path) -> Vec<String> {
    let members = metadata.workspace_packages();
    let is_member = |manifest: &PathBuf| members.iter().any(|member| member.manifest_path == *manifest);
    let root = metadata.workspace_root.as_std_path();
    let mut manifests = manifests_below(functions);
    manifests.sort();
    manifests.iter().filter(|manifest| !is_member(manifest)).filter_map(|m| warning(m, root)).collect()
}

fn warning(manifest: &Path, root: &Path) -> Option<String> {
    let folder = manifest.parent()?.strip_prefix(root).ok()?.to_str()?;
    let member = escape_glob(folder);
    Some(format!(
        "`{folder}` is not served, it is no member of the workspace: \
         add `\"{member}\",` to `members` in `Cargo.toml`"
    ))
}

/// Cargo reads a member as a glob first and as a path only if that matches nothing: `posts/[id]`
/// silently takes a sibling `posts/d`. `[[]` is a bracket and nothing else.
fn escape_glob(folder: &str) -> String {
    folder.replace('[', "[[]")
}

fn manifests_below(folder: &Path) -> Vec<PathBuf> {
    let mut manifests = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        // What cannot be read cannot be listed either: Cargo will say so for members.
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        for entry in entries {
            let path = entry.path();
            if entry.file_name() == "Cargo.toml" {
                manifests.push(path);
            } else if may_hold_packages(&entry) {
                folders.push(path);
            }
        }
    }
    manifests
}

/// Symbolic links are not followed, so that a loop of them ends.
fn may_hold_packages(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
    is_folder && name != "target" && name != "src" && !name.as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use super::escape_glob;

    #[test]
    fn brackets_are_escaped_for_cargo() {
        assert_eq!(escape_glob("functions/api/posts/[id]"), "functions/api/posts/[[]id]");
        assert_eq!(escape_glob("shop/[[...slug]]"), "shop/[[][[]...slug]]");
    }
}
