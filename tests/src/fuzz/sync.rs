//! `sync`: a template and, after a NUL, the `Cargo.toml` of the workspace.

use std::path::PathBuf;

use api_routes_project::agreement::Manifest;
use api_routes_project::sync::{MendedTexts, Options, SyncError, Texts, mend};
use api_routes_project::template::{Context, Template};
use api_routes_project::workspace::{Exceptions, Function, Project, UnlistedPackage};

/// Runs `sync` on both files. Either nothing is written, or the result can be read and a second run changes nothing.
pub fn sync(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (template, manifest) = text.split_once('\0').unwrap_or((&text, "[workspace]\n"));
    let before = Texts {
        manifest: manifest.to_owned(),
        template: ("template.yaml", Some(template.to_owned()).filter(|template| !template.is_empty())),
    };
    for prune in [false, true] {
        let options = Options { prune, ..Options::default() };
        let Ok(mended) = mend_anew(&before, options) else { continue };
        let template = mended.texts.template.1.as_deref().unwrap_or("Resources: {}");
        assert!(
            Template::examine(template, "template.yaml", &Context::default()).template.is_some(),
            "{template}"
        );
        Manifest::parse(&mended.texts.manifest).unwrap();
        let again = mend_anew(&mended.texts, Options { prune, ..Options::default() }).unwrap();
        assert_eq!(again.texts, mended.texts);
    }
}

/// Runs `sync` for a developer who has not renamed a folder together with its package.
fn mend_anew(texts: &Texts, mut options: Options) -> Result<MendedTexts, SyncError> {
    let project = project(&texts.manifest);
    let mended = mend(&project, texts, &options);
    let Err(SyncError::Unclear(unclear)) = mended else { return mended };
    let pairs = unclear.possible.into_iter();
    options.declined.extend(pairs.map(|it| (it.function.logical_id, it.route.binary)));
    mend(&project, texts, &options)
}

/// Makes a project of three routes, one of which may not be a member yet.
pub(super) fn project(manifest: &str) -> Project {
    let function = |folder: &str, binary: &str| Function {
        route_folder: folder.to_owned(),
        package: binary.to_owned(),
        binary: binary.to_owned(),
        folder: PathBuf::from(folder),
        sources: Vec::new(),
    };
    let mut functions =
        vec![function("api/shop/[[...slug]]", "x"), function("api/users/[...id]", "users-id")];
    let mut unlisted = vec![UnlistedPackage {
        route_folder: "api/[id]".to_owned(),
        package: Some("api-id".to_owned()),
        binary: Some("api-id".to_owned()),
    }];
    if manifest.contains("functions/api/[[]id]") {
        unlisted.clear();
        functions.insert(0, function("api/[id]", "api-id"));
    }
    Project {
        overrides: api_routes_project::template::Overrides::default(),
        deployed: None,
        root: PathBuf::from("/project"),
        target_directory: PathBuf::from("/project/target"),
        binaries: functions.iter().map(|function| function.binary.clone()).collect(),
        functions,
        without_manifest: Vec::new(),
        exceptions: Exceptions::default(),
        unlisted,
    }
}
