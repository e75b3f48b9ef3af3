//! The files of a new project. They are embedded, so that `init` needs no network.

use api_routes_project::aws::FrontDoorKind;

use super::library::Library;
use super::project_name::ProjectName;
use crate::create::NewFile;

/// A file that is embedded under another name, since Cargo and Git read some names in any folder.
struct Embedded {
    path: &'static str,
    text: &'static str,
}

macro_rules! embedded {
    ($path:literal from $file:literal) => {
        Embedded { path: $path, text: include_str!(concat!("files/", $file)) }
    };
}

const PROJECT: [Embedded; 9] = [
    embedded!("Cargo.toml" from "Cargo.toml.in"),
    embedded!("Cargo.lock" from "Cargo.lock"),
    embedded!(".cargo/config.toml" from "cargo-config.toml"),
    embedded!(".cargo/trim-paths" from "trim-paths"),
    embedded!(".env.example" from "env.example"),
    embedded!(".gitignore" from "gitignore"),
    embedded!("README.md" from "README.md"),
    embedded!("functions/api/hello/Cargo.toml" from "functions/api/hello/Cargo.toml.in"),
    embedded!("functions/api/hello/src/main.rs" from "functions/api/hello/src/main.rs"),
];

const WORKFLOW: [Embedded; 3] = [
    embedded!(".github/aws-roles.yaml" from "github/aws-roles.yaml"),
    embedded!(".github/requirements.txt" from "github/requirements.txt"),
    embedded!(".github/workflows/deploy.yml" from "github/workflows/deploy.yml"),
];

/// The choices for a new project.
#[derive(Clone, Debug)]
pub(crate) struct Blueprint {
    pub(crate) name: ProjectName,
    pub(crate) front_door: FrontDoorKind,
    pub(crate) library: Library,
    pub(crate) with_workflow: bool,
}

impl Blueprint {
    /// Returns the files of the project, or `None` for a front door without an embedded template.
    pub(crate) fn files(&self) -> Option<Vec<NewFile>> {
        let template = self.template()?;
        let workflow = if self.with_workflow { &WORKFLOW[..] } else { &[] };
        Some(PROJECT.iter().chain([&template]).chain(workflow).map(|file| self.file(file)).collect())
    }

    fn template(&self) -> Option<Embedded> {
        match self.front_door {
            FrontDoorKind::HttpApi => Some(embedded!("template.yaml" from "template.http-api.yaml")),
            FrontDoorKind::RestApi => Some(embedded!("template.yaml" from "template.rest-api.yaml")),
            FrontDoorKind::FunctionUrl => Some(embedded!("template.yaml" from "template.function-url.yaml")),
            FrontDoorKind::Alb => None,
        }
    }

    fn file(&self, Embedded { path, text }: &Embedded) -> NewFile {
        let mut text = (*text).to_owned();
        for (placeholder, value) in [
            ("{{name}}", self.name.to_string()),
            ("{{library}}", self.library.to_string()),
            ("{{local_url}}", self.local_url()),
            ("{{tool_version}}", env!("CARGO_PKG_VERSION").to_owned()),
        ] {
            text = text.replace(placeholder, &value);
        }
        // Cargo starts the wrapper of rustc as a program, so it must be executable.
        NewFile { is_executable: text.starts_with("#!"), ..NewFile::new(*path, text) }
    }

    /// Returns the address of the first front door, with the stage of a REST API.
    pub(crate) fn local_url(&self) -> String {
        let stage = if self.front_door == FrontDoorKind::RestApi { "/v1" } else { "" };
        format!("localhost:{}{stage}", local_emulator::config::PORT)
    }
}

#[cfg(test)]
mod tests {
    use super::Blueprint;
    use api_routes_project::aws::FrontDoorKind;
    use api_routes_project::template::Template;

    fn blueprint(front_door: FrontDoorKind) -> Blueprint {
        Blueprint {
            name: "shop".parse().unwrap(),
            front_door,
            library: "0.1.0".parse().unwrap(),
            with_workflow: true,
        }
    }

    #[test]
    fn no_placeholder_is_left() {
        for kind in [FrontDoorKind::HttpApi, FrontDoorKind::RestApi, FrontDoorKind::FunctionUrl] {
            for file in blueprint(kind).files().unwrap() {
                // The expressions of a workflow begin with a dollar sign: `${{ vars.AWS_REGION }}`.
                assert!(!file.text.replace("${{", "").contains("{{"), "{}", file.path.display());
            }
        }
        assert!(blueprint(FrontDoorKind::Alb).files().is_none());
    }

    #[test]
    fn each_template_declares_its_own_front_door() {
        for kind in [FrontDoorKind::HttpApi, FrontDoorKind::RestApi, FrontDoorKind::FunctionUrl] {
            let files = blueprint(kind).files().unwrap();
            let template = files.iter().find(|file| file.path.ends_with("template.yaml")).unwrap();
            let template = Template::parse(&template.text, "template.yaml").unwrap();
            let function = template.function("api-hello").unwrap();
            match kind {
                FrontDoorKind::FunctionUrl => assert!(function.url.is_some()),
                _ => assert_eq!(template.apis.iter().map(|api| api.kind).collect::<Vec<_>>(), [kind]),
            }
        }
    }

    #[test]
    fn without_workflow_nothing_of_github_is_made() {
        let files = Blueprint { with_workflow: false, ..blueprint(FrontDoorKind::HttpApi) }.files().unwrap();
        assert!(files.iter().all(|file| !file.path.starts_with(".github")));
    }
}
