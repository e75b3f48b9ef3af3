//! Differences between folders, template and environment that are intended.

use api_routes_routing::PathTemplate;
use cargo_metadata::Metadata;
use serde_json::Value;

use super::error::ProjectError;
use crate::routes::match_alike;

/// The table `[workspace.metadata.api-routes]` of the workspace's `Cargo.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exceptions {
    /// Further paths of routes in addition to their folders', in the syntax of API Gateway: `/people/{id}`.
    pub extra_paths: Vec<String>,
    /// Paths that everybody may call, although their API has a default authorizer.
    pub open_paths: Vec<String>,
    /// Variables of `.env` that only a developer's machine needs.
    pub local_variables: Vec<String>,
    /// Cargo features that functions have on a developer's machine: `api-orders/mock`.
    pub features: Vec<String>,
    /// The `features` that are not default features of their package: deployed functions are built without them.
    pub undeployed_features: Vec<String>,
}

impl Exceptions {
    const EXTRA_PATHS: &str = "extra-paths";
    const FEATURES: &str = "features";
    const LOCAL_VARIABLES: &str = "local-variables";
    const OPEN_PATHS: &str = "open-paths";

    /// Reads the table; a missing table has no exceptions.
    pub(super) fn read(metadata: &Metadata) -> Result<Self, ProjectError> {
        let table = metadata.workspace_metadata.get("api-routes");
        let list = |name| list(table.and_then(|table| table.get(name)), name);
        let features = list(Self::FEATURES)?;
        Ok(Self {
            undeployed_features: features.iter().filter(|it| !is_default(it, metadata)).cloned().collect(),
            features,
            extra_paths: list(Self::EXTRA_PATHS)?,
            open_paths: list(Self::OPEN_PATHS)?,
            local_variables: list(Self::LOCAL_VARIABLES)?,
        })
    }

    /// Whether `extra-paths` lists a path. The names of its variables do not matter.
    pub fn has_path(&self, path: &PathTemplate) -> bool {
        has(&self.extra_paths, path)
    }

    /// Whether `open-paths` lists a path. The names of its variables do not matter.
    pub fn is_open(&self, path: &PathTemplate) -> bool {
        has(&self.open_paths, path)
    }

    /// Returns the line of the table with a further open path.
    pub(crate) fn with_open_path(&self, path: &str) -> String {
        line(Self::OPEN_PATHS, &self.open_paths, path)
    }

    /// Returns the line of the table with a further path.
    pub fn with_path(&self, path: &str) -> String {
        line(Self::EXTRA_PATHS, &self.extra_paths, path)
    }

    /// Returns the line of the table with a further variable.
    pub(crate) fn with_variable(&self, name: &str) -> String {
        line(Self::LOCAL_VARIABLES, &self.local_variables, name)
    }
}

/// Whether the default features of a package include a feature such as `api-orders/mock`. A name without a package may
/// belong to any.
fn is_default(feature: &str, metadata: &Metadata) -> bool {
    let (package, feature) = match feature.split_once('/') {
        Some((package, feature)) => (Some(package), feature),
        None => (None, feature),
    };
    let packages = metadata.workspace_packages();
    let mut having = packages.iter().filter(|of| {
        package.is_none_or(|name| name == of.name.as_str()) && of.features.contains_key(feature)
    });
    having.all(|package| {
        let mut reached = vec!["default"];
        let mut next = 0;
        while let Some(name) = reached.get(next) {
            let more = package.features.get(*name).into_iter().flatten().map(String::as_str);
            let new: Vec<_> = more.filter(|name| !reached.contains(name)).collect();
            reached.extend(new);
            next += 1;
        }
        reached.contains(&feature)
    })
}

fn list(value: Option<&Value>, name: &'static str) -> Result<Vec<String>, ProjectError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let texts = value
        .as_array()
        .and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
    texts.ok_or(ProjectError::Exceptions { name })
}

fn has(listed: &[String], path: &PathTemplate) -> bool {
    listed.iter().filter_map(|listed| listed.parse().ok()).any(|listed| match_alike(&listed, path))
}

fn line(name: &str, listed: &[String], new: &str) -> String {
    let listed = listed.iter().map(String::as_str).filter(|listed| *listed != new).chain([new]);
    let listed: Vec<_> = listed.map(|text| format!("{text:?}")).collect();
    format!("{name} = [{}]", listed.join(", "))
}

#[cfg(test)]
mod tests {
    use super::Exceptions;

    #[test]
    fn extra_path_is_known_by_its_shape() {
        let extra_paths = ["/people/{id}", "/all/{rest+}", "not a path"].map(str::to_owned).to_vec();
        let exceptions = Exceptions { extra_paths, ..Exceptions::default() };
        for (path, expected) in [
            ("/people/{who}", true),
            ("/people/ann", false),
            ("/people/{who+}", false),
            ("/people/{who}/name", false),
            ("/all/{rest+}", true),
            ("/", false),
        ] {
            assert_eq!(exceptions.has_path(&path.parse().unwrap()), expected, "{path}");
        }
    }

    #[test]
    fn line_to_paste_lists_each_path_once() {
        let exceptions = Exceptions { extra_paths: vec!["/a".to_owned()], ..Exceptions::default() };
        assert_eq!(exceptions.with_path("/b"), "extra-paths = [\"/a\", \"/b\"]");
        assert_eq!(exceptions.with_path("/a"), "extra-paths = [\"/a\"]");
    }
}
