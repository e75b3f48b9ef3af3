use super::listing;
use crate::fixture::{binary, events, folder, front_doors};
use crate::front_doors::FrontDoors;

fn found(folders: &[&str], resources: Option<&str>) -> FrontDoors {
    front_doors(folders, resources, &[])
}

fn http(method: &str, path: &str) -> String {
    events(&[("HttpApi", &format!("Method: {method}, Path: '{path}'"))])
}

#[test]
fn each_folder_has_the_route_keys_of_its_pattern() {
    let found = found(&["api/user", "api/index", "api/x/api/user", "api/shop/[[...slug]]"], None);
    assert_eq!((found.notices.errors, found.notices.warnings), (vec![], vec![]));
    let shown: Vec<_> = found
        .functions
        .iter()
        .map(|function| (function.id.name(), function.place.as_str(), listing(&function.own_keys())))
        .collect();
    assert_eq!(
        shown,
        [
            ("api-index", "/api", "`ANY /api`".to_owned()),
            (
                "api-shop-[[...slug]]",
                "/api/shop/[[...slug]]",
                "`ANY /api/shop`, `ANY /api/shop/{slug+}`".to_owned()
            ),
            ("api-user", "/api/user", "`ANY /api/user`".to_owned()),
            ("api-x-api-user", "/api/x/api/user", "`ANY /api/x/api/user`".to_owned()),
        ]
    );
}

#[test]
fn invalid_folder_is_named_and_others_are_served() {
    let found = found(&["api/user", "api/[[id]]", "api/v[ver]"], None);
    assert_eq!(found.functions.len(), 1);
    let errors = found.notices.errors;
    assert_eq!(
        errors[0],
        "`functions/api/[[id]]` is not served: Optional route parameters are not yet supported (\"[[id]]\")."
    );
    assert!(errors[1].starts_with("`functions/api/v[ver]` is not served: "), "{}", errors[1]);
}

#[test]
fn of_two_folders_in_conflict_the_first_is_served() {
    let found = found(&["api/[id]", "api/[slug]/comments"], None);
    assert_eq!(found.functions.len(), 1);
    assert_eq!(
        found.notices.errors,
        [
            "`functions/api/[slug]/comments` is not served: You cannot use different slug names for the same dynamic \
          path ('id' !== 'slug'). Rename or remove one of `functions/api/[id]` and `functions/api/[slug]/comments`."
        ]
    );
}

#[test]
fn pair_that_next_orders_differently_is_a_warning() {
    let warnings = found(&["api/a/[...rest]", "api/[x]/b"], None).notices.warnings;
    assert_eq!(warnings.len(), 1);
    let names = ["`/api/a/b`", "`functions/api/a/[...rest]`", "`functions/api/[x]/b`"];
    assert!(names.iter().all(|name| warnings[0].contains(name)), "{}", warnings[0]);
}

#[test]
fn undeployed_function_is_a_warning() {
    let unlisted = found(&["api-user"], Some("  Table: {Type: AWS::DynamoDB::Table}\n")).notices.warnings;
    assert!(unlisted[0].contains("no function with `Binary: api-user`"), "{unlisted:?}");
    let without = found(&["api-user"], Some(&binary("api-user", ""))).notices.warnings;
    assert!(
        without[0].contains("no `HttpApi` event, no `Api` event and no `FunctionUrlConfig`"),
        "{without:?}"
    );
    for called in [http("ANY", "/api-user"), "FunctionUrlConfig: {AuthType: NONE}".to_owned()] {
        assert_eq!(found(&["api-user"], Some(&binary("api-user", &called))).notices.warnings, [""; 0]);
    }
}

#[test]
fn template_that_says_another_path_is_a_warning() {
    let other = events(&[
        ("HttpApi", "Method: ANY, Path: /api-user"),
        ("Api", "Method: GET, Path: /people"),
        ("Api", "Method: PUT, Path: /people"),
    ]);
    let warnings = found(&["api-user"], Some(&binary("api-user", &other))).notices.warnings;
    assert_eq!(
        warnings,
        [
            "`functions/api-user` is deployed as `GET /people`, `PUT /people`, while its folder says `ANY /api-user`: the \
          template decides"
        ]
    );
}

#[test]
fn key_that_api_gateway_refuses_is_an_error() {
    for resources in
        [binary("api-user", &http("ANY", "/people/")), folder("Legacy", &http("ANY", "/people/"))]
    {
        let errors = found(&["api-user"], Some(&resources)).notices.errors;
        assert!(
            errors[0].contains("`ANY /people/`") && errors[0].contains("cannot be deployed"),
            "{errors:?}"
        );
    }
}

#[test]
fn folder_code_runs_there_and_a_binary_in_the_project() {
    let resources = format!("{}{}", binary("api-user", &http("ANY", "/api-user")), folder("Legacy", ""));
    let functions = found(&["api-user"], Some(&resources)).functions;
    let shown: Vec<_> =
        functions.iter().map(|f| (f.id.name(), f.place.as_str(), f.folder.ends_with("legacy"))).collect();
    assert_eq!(shown, [("api-user", "/api-user", false), ("Legacy", "legacy", true)]);
}

#[test]
fn function_without_binary_keeps_its_settings() {
    let event = http("ANY", "/api-user");
    for code_uri in ["functions/api-user", "target/lambda/api-user/", "."] {
        let resources = format!(
            "  User:\n    Type: AWS::Serverless::Function\n    Properties: {{CodeUri: {code_uri}, MemorySize: 512, {event}}}\n"
        );
        let found = found(&["api-user"], Some(&resources));
        let served: Vec<_> = found.functions.iter().map(|it| (it.id.name(), it.settings.memory_mb)).collect();
        assert_eq!(served, [("api-user", 512)], "{code_uri}");
        assert_eq!(found.notices.warnings, [""; 0]);
    }
}

#[test]
fn function_with_a_false_condition_is_not_served() {
    let resources = binary("api-user", &http("GET", "/api/user"))
        .replace("    Properties:", "    Condition: IsProd\n    Properties:");
    let found = found(&["api/user", "api/posts"], Some(&resources.replace("IsProd", "Unknown")));
    assert_eq!(found.functions.len(), 2);
    let conditions = "Conditions:\n  IsProd: !Equals [a, b]\n";
    let found = self::found(&["api/user", "api/posts"], Some(&format!("{resources}{conditions}")));
    let [served] = &found.functions[..] else { panic!("{:?}", found.functions) };
    assert_eq!(served.place, "/api/posts");
    let warning = found.notices.warnings.iter().find(|warning| warning.contains("IsProd")).unwrap();
    assert!(
        warning.starts_with(
            "`functions/api/user` is not served: the condition `IsProd` of `apiuser` does not hold; with other parameters"
        ),
        "{warning}"
    );
}
