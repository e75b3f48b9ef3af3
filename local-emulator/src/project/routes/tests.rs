use std::fs;
use std::path::PathBuf;

use tempfile::tempdir;

use super::*;

/// The routes of functions in these folders; `template` is the `Resources` of a template, if there is one.
fn routes(folders: &[&str], template: Option<&str>) -> Routes {
    let root = tempdir().unwrap();
    if let Some(resources) = template {
        fs::write(root.path().join("template.yaml"), format!("Resources:\n{resources}")).unwrap();
    }
    let function = |folder: &&str| Function {
        route_folder: (*folder).to_owned(),
        package: folder.replace('/', "-"),
        binary: folder.replace('/', "-"),
        folder: PathBuf::new(),
        sources: Vec::new(),
    };
    let project = Project {
        root: root.path().to_owned(),
        target_directory: root.path().join("target"),
        functions: folders.iter().map(function).collect(),
        warnings: Vec::new(),
    };
    project.routes(&Settings::read(root.path()).unwrap())
}

fn listed(binary: &str, events: &str) -> String {
    format!(
        "  Fn{}:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: {binary}}}}}\n    \
         Properties: {{Events: {{{events}}}}}\n",
        binary.replace('-', "")
    )
}

fn event(name: &str, method: &str, path: &str) -> String {
    format!("{name}: {{Type: HttpApi, Properties: {{Method: {method}, Path: \"{path}\"}}}}")
}

#[test]
fn each_folder_has_the_route_keys_of_its_pattern() {
    let found = routes(&["api/user", "api/index", "api/x/api/user", "api/shop/[[...slug]]"], None);
    assert_eq!((found.errors, found.warnings), (vec![], vec![]));
    let shown: Vec<_> =
        found.routes.iter().map(|route| (route.package.as_str(), listing(&route.keys))).collect();
    assert_eq!(
        shown,
        [
            ("api-index", "`ANY /api`".to_owned()),
            ("api-shop-[[...slug]]", "`ANY /api/shop`, `ANY /api/shop/{slug+}`".to_owned()),
            ("api-user", "`ANY /api/user`".to_owned()),
            ("api-x-api-user", "`ANY /api/x/api/user`".to_owned()),
        ]
    );
}

#[test]
fn a_folder_that_breaks_a_rule_is_named_and_the_others_are_served() {
    let found = routes(&["api/user", "api/[[id]]", "api/v[ver]"], None);
    assert_eq!(found.routes.len(), 1);
    assert_eq!(
        found.errors[0],
        "`functions/api/[[id]]` is not served: Optional route parameters are not yet supported (\"[[id]]\")."
    );
    assert!(found.errors[1].starts_with("`functions/api/v[ver]` is not served: "), "{}", found.errors[1]);
}

#[test]
fn of_two_folders_in_conflict_the_first_is_served() {
    let found = routes(&["api/[id]", "api/[slug]/comments"], None);
    assert_eq!(found.routes.len(), 1);
    assert_eq!(
        found.errors,
        [
            "`functions/api/[slug]/comments` is not served: You cannot use different slug names for the same dynamic \
          path ('id' !== 'slug'). Rename or remove one of `functions/api/[id]` and `functions/api/[slug]/comments`."
        ]
    );
}

#[test]
fn a_pair_that_next_would_choose_from_otherwise_is_a_warning() {
    let found = routes(&["api/a/[...rest]", "api/[x]/b"], None);
    assert_eq!(found.warnings.len(), 1);
    let warning = &found.warnings[0];
    let names = ["`/api/a/b`", "`functions/api/a/[...rest]`", "`functions/api/[x]/b`"];
    assert!(names.iter().all(|name| warning.contains(name)), "{warning}");
}

#[test]
fn the_template_says_which_keys_are_deployed() {
    let found = routes(&["api-user"], Some(&listed("api-user", &event("Get", "GET", "/api-user"))));
    assert_eq!(listing(&found.routes[0].keys), "`GET /api-user`");
    assert_eq!(found.warnings, [""; 0]);
}

#[test]
fn what_is_served_here_but_not_deployed_is_a_warning() {
    let unlisted = routes(&["api-user"], Some("  Table: {Type: AWS::DynamoDB::Table}\n"));
    assert!(unlisted.warnings[0].contains("no function with `Binary: api-user`"), "{:?}", unlisted.warnings);
    let without = routes(&["api-user"], Some(&listed("api-user", "")));
    assert!(without.warnings[0].contains("no `HttpApi` event"), "{:?}", without.warnings);
    assert_eq!((unlisted.routes.len(), without.routes.len()), (1, 1));
}

#[test]
fn a_template_that_says_another_path_is_a_warning_and_counts() {
    let found = routes(&["api-user"], Some(&listed("api-user", &event("Any", "ANY", "/people"))));
    assert_eq!(listing(&found.routes[0].keys), "`ANY /people`");
    assert!(found.warnings[0].contains("deployed as `ANY /people`, while its folder says `ANY /api-user`"));
}

#[test]
fn a_key_that_api_gateway_refuses_is_an_error() {
    let found = routes(&["api-user"], Some(&listed("api-user", &event("Any", "ANY", "/people/"))));
    assert!(found.errors[0].contains("`ANY /people/`") && found.errors[0].contains("cannot be deployed"));
    assert_eq!(listing(&found.routes[0].keys), "`ANY /api-user`");
}
