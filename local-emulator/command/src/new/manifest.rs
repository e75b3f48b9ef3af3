//! The `Cargo.toml` of a new function, which inherits only what the workspace has.

use toml::{Table, Value};

use api_routes_project::text::toml::quoted;

/// The manifest of the workspace, as far as a function inherits from it.
#[derive(Debug)]
pub(crate) struct WorkspaceManifest {
    workspace: Table,
}

/// The settings of a function that has no workspace to inherit them from.
const DEFAULTS: [(&str, &str); 2] = [("version", "0.1.0"), ("edition", "2024")];

/// The versions of crates that the workspace does not name.
const VERSIONS: [(&str, &str); 3] = [
    ("futures-util", r#"{ version = "0.3", default-features = false, features = ["std"] }"#),
    ("serde", r#"{ version = "1", features = ["derive"] }"#),
    // Keys in the order of the code, as `JSON.stringify` writes them. The library leaves that to the project.
    ("serde_json", r#"{ version = "1", features = ["preserve_order"] }"#),
];

impl WorkspaceManifest {
    /// Reads the text of the workspace's `Cargo.toml`. A text that is not TOML has nothing to inherit: Cargo has
    /// refused it before.
    pub(crate) fn new(text: &str) -> Self {
        let table: Table = toml::from_str(text).unwrap_or_default();
        let workspace = table.get("workspace").and_then(Value::as_table).cloned().unwrap_or_default();
        Self { workspace }
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.workspace.get(name)?.as_table()
    }

    /// Whether functions can name the library by `workspace = true`.
    pub(crate) fn has_library(&self) -> bool {
        self.table("dependencies").is_some_and(|table| table.contains_key("api-routes"))
    }

    /// The manifest of a function, with further `lines` of `[package]`. `library` is the dependency on the library where
    /// the workspace has none.
    pub(crate) fn function(
        &self,
        package: &str,
        lines: &[&str],
        library: &str,
        dependencies: &[&str],
    ) -> String {
        let mut text = format!("[package]\nname = {}\n", quoted(package, '"'));
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            text += &self.package_line(key);
        }
        text.extend(lines.iter().flat_map(|line| [line, "\n"]));
        if self.workspace.contains_key("lints") {
            text += "\n[lints]\nworkspace = true\n";
        }
        text += "\n[dependencies]\n";
        let library = if self.has_library() { None } else { Some(library) };
        text += &self.dependency("api-routes", library.unwrap_or_default());
        for name in dependencies {
            let version =
                VERSIONS.iter().find(|(known, _)| known == name).map_or("\"*\"", |(_, version)| version);
            text += &self.dependency(name, version);
        }
        text
    }

    fn package_line(&self, key: &str) -> String {
        if self.table("package").is_some_and(|table| table.contains_key(key)) {
            return format!("{key}.workspace = true\n");
        }
        let default = DEFAULTS.iter().find(|(known, _)| *known == key);
        default.map(|(key, value)| format!("{key} = {}\n", quoted(value, '"'))).unwrap_or_default()
    }

    fn dependency(&self, name: &str, otherwise: &str) -> String {
        if self.table("dependencies").is_some_and(|table| table.contains_key(name)) {
            match name {
                // The workspace may have `serde` without the macro.
                "serde" => "serde = { workspace = true, features = [\"derive\"] }\n".to_owned(),
                name => format!("{name}.workspace = true\n"),
            }
        } else {
            format!("{name} = {otherwise}\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WorkspaceManifest;

    #[test]
    fn a_function_inherits_what_there_is() {
        let workspace = "[workspace]\n[workspace.package]\nedition = \"2024\"\nlicense = \"MIT\"\n\
                         [workspace.dependencies]\napi-routes = \"0.1\"\nserde_json = \"1\"\n[workspace.lints.rust]\n";
        let text = WorkspaceManifest::new(workspace).function(
            "api-a",
            &["autotests = false"],
            "",
            &["serde", "serde_json"],
        );
        assert_eq!(
            text,
            "[package]\nname = \"api-a\"\nversion = \"0.1.0\"\nedition.workspace = true\nlicense.workspace = true\nautotests = false\n\n\
             [lints]\nworkspace = true\n\n[dependencies]\napi-routes.workspace = true\n\
             serde = { version = \"1\", features = [\"derive\"] }\nserde_json.workspace = true\n"
        );
    }

    #[test]
    fn a_bare_workspace_gives_nothing() {
        let text =
            WorkspaceManifest::new("[workspace]\n").function("api-a", &[], "{ path = \"../library\" }", &[]);
        assert_eq!(
            text,
            "[package]\nname = \"api-a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             api-routes = { path = \"../library\" }\n"
        );
    }
}
