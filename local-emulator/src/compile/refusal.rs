//! Why Cargo refuses to build, and the next step.

use api_routes_project::tool::command;

/// A binary that lacks features. Cargo then refuses the whole round, and builds no other binary.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MissingFeatures<'w> {
    pub(super) binary: &'w str,
    package: &'w str,
    /// The features, as Cargo lists them: `` `mock`, `slow` ``.
    features: &'w str,
}

impl<'w> MissingFeatures<'w> {
    /// Reads Cargo's message ``error: target `a` in package `b` requires the features: `c`, `d` ``.
    pub(super) fn read(words: &'w str) -> Option<Self> {
        let (_, rest) = words.split_once("error: target `")?;
        let (binary, rest) = rest.split_once("` in package `")?;
        let (package, rest) = rest.split_once("` requires the features: ")?;
        Some(Self { binary, package, features: rest.lines().next()? })
    }

    pub(super) fn words(&self) -> String {
        let Self { binary, package, features } = self;
        let names = features.split('`').skip(1).step_by(2);
        let qualified: Vec<_> = names.map(|feature| format!("{package}/{feature}")).collect();
        let command = command(&format!("dev --features {}", qualified.join(",")));
        format!(
            "error: `{binary}` requires the features: {features}\nhelp: make them default features of `{package}`, \
             or run `{command}`"
        )
    }
}

/// Returns the developer's next step after Cargo has refused the whole workspace without naming that step.
pub(super) fn help(words: &str) -> Option<String> {
    let is_library_missing = words.contains("no matching package named `api-routes` found")
        || words.contains("failed to select a version for the requirement `api-routes ");
    if is_library_missing {
        let help = "help: no registry has this version of the library; name a checkout of it in \
                    `[workspace.dependencies]` of `Cargo.toml`: `api-routes = { path = \"../api-routes/shared\" }`";
        return Some(help.to_owned());
    }
    words.contains("failed to load manifest for workspace member").then(|| {
        format!("help: if the folder is gone, or has another name, run `{}`", command("sync --prune"))
    })
}

#[cfg(test)]
mod tests {
    use super::{MissingFeatures, help};

    #[test]
    fn missing_features_are_named_with_their_package() {
        let words = "error: target `shop` in package `api-shop` requires the features: `mock`, `slow`\n\
                     Consider enabling them by passing, e.g., `--features=\"mock slow\"`\n";
        let missing = MissingFeatures::read(words).unwrap();
        assert_eq!(missing.binary, "shop");
        let words = missing.words();
        assert!(words.ends_with("`cargo api-routes dev --features api-shop/mock,api-shop/slow`"), "{words}");
        assert_eq!(MissingFeatures::read("error: could not compile `shop`"), None);
    }

    #[test]
    fn refusal_of_the_workspace_has_a_next_step() {
        for (words, expected) in [
            (
                "error: no matching package named `api-routes` found\nlocation searched: crates.io index\n",
                "checkout",
            ),
            ("error: failed to select a version for the requirement `api-routes = \"^0.2.0\"`\n", "checkout"),
            (
                "error: failed to load manifest for workspace member `/shop/functions/api/a`\n",
                "sync --prune`",
            ),
        ] {
            assert!(help(words).is_some_and(|help| help.contains(expected)), "{words}");
        }
        assert_eq!(help("error: no matching package named `api-routes-x` found"), None);
    }
}
