//! Packages below `functions/` that the workspace does not list. They are easily forgotten, and Cargo does not report
//! them.

use crate::routes::FUNCTIONS;
use crate::tool::command;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use serde::Deserialize;

/// A package below `functions/` that is not a member of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlistedPackage {
    /// Its folder in the spelling of a route, relative to `functions/` and separated by `/`: `api/posts/[id]`.
    pub route_folder: String,
    /// The name of the package; `None` if its `Cargo.toml` cannot be read.
    pub package: Option<String>,
    /// The name of its binary; `None` if there is none, or if its `Cargo.toml` leaves it open.
    pub binary: Option<String>,
}

impl UnlistedPackage {
    /// Returns the entry for `members` of the workspace's `Cargo.toml`.
    pub fn member(&self) -> String {
        // Cargo reads a member as a glob first, and as a path only if the glob matches nothing: `posts/[id]` silently
        // matches a sibling `posts/d`. `[[]` is a literal bracket.
        format!("{FUNCTIONS}/{}", self.route_folder).replace('[', "[[]")
    }
}

/// Prints the warning for the developer, with the line for `members`.
impl fmt::Display for UnlistedPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{FUNCTIONS}/{}` is not served, it is not a member of the workspace: \
             run `{}`, or add `\"{}\",` to `members` in `Cargo.toml`",
            self.route_folder,
            command("sync"),
            self.member()
        )
    }
}

/// The manifests below a folder, sorted.
#[derive(Debug, Default)]
pub(super) struct FunctionsTree {
    manifests: Vec<PathBuf>,
    /// Folders with a program and no manifest.
    bare: Vec<PathBuf>,
}

impl FunctionsTree {
    pub(super) fn below(folder: &Path) -> Self {
        let mut tree = Self::default();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let mut has_manifest = false;
            // A folder that cannot be read cannot be listed either: Cargo reports it for members.
            let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
            for entry in entries {
                let path = entry.path();
                if entry.file_name() == "Cargo.toml" {
                    has_manifest = true;
                    tree.manifests.push(path);
                } else if may_hold_packages(&entry) {
                    folders.push(path);
                }
            }
            if !has_manifest && folder.join(MAIN).is_file() {
                tree.bare.push(folder);
            }
        }
        tree.manifests.sort();
        tree.bare.sort();
        tree
    }

    /// Returns the packages that are not members, without the packages of a nested workspace.
    pub(super) fn unlisted(&self, metadata: &Metadata, functions: &Path) -> Vec<UnlistedPackage> {
        let members = metadata.workspace_packages();
        let members: BTreeSet<&Path> =
            members.iter().map(|member| member.manifest_path.as_std_path()).collect();
        let others = self.manifests.iter().filter(|manifest| !members.contains(manifest.as_path()));
        let others: Vec<_> = others.map(|manifest| (manifest, read(manifest))).collect();
        let root = |(manifest, said): &(&PathBuf, Option<PackageManifest>)| {
            said.as_ref()?.workspace.as_ref()?;
            manifest.parent().map(Path::to_owned)
        };
        let roots: Vec<PathBuf> = others.iter().filter_map(root).collect();
        let is_ours = |manifest: &Path| !roots.iter().any(|root| manifest.starts_with(root));
        let ours = others.into_iter().filter(|(manifest, _)| is_ours(manifest));
        ours.filter_map(|(manifest, said)| unlisted(manifest, said, functions)).collect()
    }

    pub(super) fn without_manifest(&self, functions: &Path) -> Vec<String> {
        self.bare.iter().filter_map(|folder| relative(folder, functions)).collect()
    }
}

/// The program that Cargo finds by itself.
const MAIN: &str = "src/main.rs";

fn relative(folder: &Path, functions: &Path) -> Option<String> {
    folder.strip_prefix(functions).ok()?.to_str().map(str::to_owned)
}

fn read(manifest: &Path) -> Option<PackageManifest> {
    toml::from_str(&fs::read_to_string(manifest).ok()?).ok()
}

fn unlisted(manifest: &Path, said: Option<PackageManifest>, functions: &Path) -> Option<UnlistedPackage> {
    let folder = manifest.parent()?;
    let has_main = folder.join(MAIN).is_file();
    let package = said.as_ref().and_then(|said| Some(said.package.as_ref()?.name.clone()));
    let binary = said.and_then(|said| said.binary(has_main));
    Some(UnlistedPackage { route_folder: relative(folder, functions)?, package, binary })
}

/// The part of a `Cargo.toml` about its binaries.
#[derive(Deserialize)]
struct PackageManifest {
    /// The package; absent in a workspace that is not a package.
    package: Option<Package>,
    workspace: Option<toml::Table>,
    #[serde(default)]
    bin: Vec<Binary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Package {
    name: String,
    default_run: Option<String>,
}

#[derive(Deserialize)]
struct Binary {
    name: String,
}

impl PackageManifest {
    /// Returns the binary. Cargo names the binary of `src/main.rs` like the package, unless `[[bin]]` says otherwise.
    fn binary(self, has_main: bool) -> Option<String> {
        let Self { package, mut bin, .. } = self;
        let package = package?;
        if let Some(default) = package.default_run {
            return Some(default);
        }
        if bin.iter().any(|binary| binary.name == package.name) || (bin.is_empty() && has_main) {
            return Some(package.name);
        }
        (bin.len() == 1).then(|| bin.swap_remove(0).name)
    }
}

/// Whether a folder may hold packages. Symbolic links are not followed, so that a loop of links ends.
fn may_hold_packages(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
    is_folder && name != "target" && name != "src" && !name.as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use super::{PackageManifest, UnlistedPackage};

    #[test]
    fn brackets_are_escaped_for_cargo() {
        for (folder, member) in [
            ("api/posts/[id]", "functions/api/posts/[[]id]"),
            ("shop/[[...slug]]", "functions/shop/[[][[]...slug]]"),
        ] {
            let unlisted = UnlistedPackage { route_folder: folder.to_owned(), package: None, binary: None };
            assert_eq!(unlisted.member(), member);
        }
    }

    #[test]
    fn binary_has_the_package_name_by_default() {
        for (rest, binary) in [
            ("", Some("api")),
            ("[[bin]]\nname = \"other\"\n", Some("other")),
            ("[[bin]]\nname = \"other\"\n[[bin]]\nname = \"api\"\n", Some("api")),
            ("default-run = \"tool\"\n[[bin]]\nname = \"other\"\n", Some("tool")),
            ("[[bin]]\nname = \"one\"\n[[bin]]\nname = \"two\"\n", None),
        ] {
            let manifest: PackageManifest =
                toml::from_str(&format!("[package]\nname = \"api\"\n{rest}")).unwrap();
            assert_eq!(manifest.binary(true).as_deref(), binary, "{rest}");
        }
        let library: PackageManifest = toml::from_str("[package]\nname = \"api\"\n").unwrap();
        assert_eq!(library.binary(false), None);
    }
}
