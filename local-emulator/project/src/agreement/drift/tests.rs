mod renamed_folders;

use api_routes_routing::Pattern;

use super::Drift;
use crate::agreement::fixture::{events, http, resource, survey};

/// Returns the differences of the template alone.
fn of_template(folders: &[&str], resources: &str) -> Vec<Drift> {
    let mut drifts = survey(folders, Some(resources), None).drifts();
    drifts.retain(|drift| !matches!(drift, Drift::Unrouted { .. }));
    drifts
}

fn of_router(folders: &[&str], router: &str) -> Vec<Drift> {
    let mut drifts = survey(folders, None, Some(router)).drifts();
    drifts.retain(|drift| !matches!(drift, Drift::Undeployed { .. }));
    drifts
}

fn pattern(route: &str) -> Pattern {
    route.parse().unwrap()
}

fn undeployed(binary: &str, route: &str) -> Drift {
    Drift::Undeployed { binary: binary.to_owned(), pattern: pattern(route) }
}

fn missing(route: &str, keys: &[&str]) -> Drift {
    let keys = keys.iter().map(|key| key.parse().unwrap()).collect();
    Drift::MissingKeys { logical_id: "Fn".to_owned(), pattern: pattern(route), keys }
}

fn renamed(event: &str, from: &str, to: &str) -> Drift {
    let [event, from, to] = [event, from, to].map(str::to_owned);
    Drift::Renamed { logical_id: "Fn".to_owned(), event, from, to }
}

fn moved(route: &str, event: &str, from: &str, to: &str) -> Drift {
    let [event, from, to] = [event, from, to].map(str::to_owned);
    Drift::Moved { logical_id: "Fn".to_owned(), pattern: pattern(route), event, from, to }
}

fn superseded(event: &str, path: &str) -> Drift {
    let [event, path] = [event, path].map(str::to_owned);
    Drift::Superseded { logical_id: "Fn".to_owned(), event, path }
}

fn unrouted(path: &str, binary: &str) -> Drift {
    Drift::Unrouted { path: path.to_owned(), binary: binary.to_owned() }
}

#[test]
fn where_all_say_the_same_there_is_none() {
    let folders = ["api/user", "api/posts/[id]", "api/shop/[[...slug]]"];
    let resources = [
        resource("User", "api-user", &http(&[("GET", "/api/user"), ("POST", "/api/user")])),
        resource("Posts", "api-posts-id", &events("Api", &[("ANY", "/api/posts/{id}")])),
        resource("Shop", "api-shop-slug", &http(&[("ANY", "/api/shop"), ("ANY", "/api/shop/{slug+}")])),
    ];
    let router = "\"/api/user\" = \"api-user\"\n\"/api/posts/{id}\" = \"api-posts-id\"\n\
                  \"/api/shop\" = \"api-shop-slug\"\n\"/api/shop/{*slug}\" = \"api-shop-slug\"\n";
    assert_eq!(survey(&folders, Some(&resources.concat()), Some(router)).drifts(), []);
}

#[test]
fn missing_template_and_router_lack_every_route() {
    let drifts = survey(&["api/user", "api/shop/[[...slug]]"], None, None).drifts();
    let expected = [
        undeployed("api-user", "/api/user"),
        undeployed("api-shop-slug", "/api/shop/[[...slug]]"),
        unrouted("/api/user", "api-user"),
        unrouted("/api/shop", "api-shop-slug"),
        unrouted("/api/shop/{*slug}", "api-shop-slug"),
    ];
    assert_eq!(drifts, expected);
}

#[test]
fn unlisted_package_is_a_route() {
    let drifts = survey(&["-api/posts/[id]"], None, None).drifts();
    let folder = "functions/api/posts/[id]".to_owned();
    let expected = [
        Drift::Unlisted { folder },
        undeployed("api-posts-id", "/api/posts/[id]"),
        unrouted("/api/posts/{id}", "api-posts-id"),
    ];
    assert_eq!(drifts, expected);
    let deployed = resource("Fn", "api-posts-id", &http(&[("ANY", "/api/posts/{id}")]));
    assert_eq!(of_template(&["-api/posts/[id]"], &deployed).len(), 1, "not stale either");
}

#[test]
fn excluded_folder_is_not_a_route() {
    let mut survey = survey(&["-api/posts/[id]"], None, None);
    assert_eq!(survey.packages.len(), 1);
    let project = crate::workspace::Project {
        root: survey.root.clone(),
        target_directory: survey.root.clone(),
        functions: Vec::new(),
        binaries: survey.binaries.take().unwrap(),
        without_manifest: Vec::new(),
        exceptions: crate::workspace::Exceptions::default(),
        overrides: crate::template::Overrides::default(),
        deployed: None,
        unlisted: vec![crate::workspace::UnlistedPackage {
            route_folder: "api/posts/[id]".to_owned(),
            package: None,
            binary: None,
        }],
    };
    let manifest = "[workspace]\nexclude = [\"functions/api\"]\n";
    let excluded = crate::agreement::Survey::from_texts(
        &project,
        None,
        crate::agreement::Manifest::parse(manifest).unwrap(),
    );
    assert_eq!(excluded.drifts(), []);
}

#[test]
fn function_needs_the_paths_of_its_route() {
    let get = http(&[("GET", "/api/shop")]);
    let other = http(&[("GET", "/shop"), ("ANY", "/api/{proxy+}")]);
    let both = ["ANY /api/shop", "ANY /api/shop/{slug+}"];
    for (properties, keys) in [
        ("", &both[..]),
        ("Events: {Q: {Type: SQS}}", &both),
        (get.as_str(), &both[1..]),
        (other.as_str(), &both),
        ("Events: {E: {Type: HttpApi, Properties: {Path: /api/shop/}}}", &both),
    ] {
        let drifts = of_template(&["api/shop/[[...slug]]"], &resource("Fn", "api-shop-slug", properties));
        assert_eq!(drifts, [missing("/api/shop/[[...slug]]", keys)], "{properties}");
    }
}

#[test]
fn function_that_is_called_otherwise_needs_none() {
    for properties in [
        "FunctionUrlConfig: {AuthType: NONE}",
        "Events: {E: {Type: HttpApi}}",
        "Events: {E: {Type: HttpApi, Properties: {Method: GET, Path: !Sub '/${Stage}/user'}}}",
        "Events: {Fn::Transform: {Name: AWS::Include}}",
    ] {
        assert_eq!(of_template(&["api/user"], &resource("Fn", "api-user", properties)), [], "{properties}");
    }
}

#[test]
fn event_with_other_names_is_renamed() {
    let one = http(&[("ANY", "/api/[id]/{post}".replace("[id]", "{who}").as_str()), ("GET", "/people")]);
    let drifts = of_template(&["api/[id]/[post]"], &resource("Fn", "api-id-post", &one));
    assert_eq!(drifts, [renamed("E0", "/api/{who}/{post}", "/api/{id}/{post}")]);

    let both = http(&[("GET", "/api/{id}"), ("POST", "/api/{other}")]);
    let drifts = of_template(&["api/[id]"], &resource("Fn", "api-id", &both));
    assert_eq!(drifts, [renamed("E1", "/api/{other}", "/api/{id}")]);
}

#[test]
fn event_whose_right_path_is_taken_keeps_its_name() {
    let both = http(&[("GET", "/api/{id}"), ("GET", "/api/{other}")]);
    assert_eq!(of_template(&["api/[id]"], &resource("Fn", "api-id", &both)), []);
}

#[test]
fn called_function_without_its_package_is_stale() {
    let called = http(&[("ANY", "/api/gone")]);
    let stale = Drift::Stale { logical_id: "Gone".to_owned(), binary: "api-gone".to_owned() };
    for (properties, expected) in [
        (called.clone(), vec![stale.clone()]),
        (format!("{called}, CodeUri: ./"), vec![stale.clone()]),
        (format!("{called}, CodeUri: functions/api/gone/"), vec![stale]),
        // Code of another project.
        (format!("{called}, CodeUri: ../other"), vec![]),
        ("Events: {Q: {Type: SQS}}".to_owned(), vec![]),
        ("FunctionUrlConfig: {AuthType: NONE}".to_owned(), vec![]),
    ] {
        assert_eq!(of_template(&[], &resource("Gone", "api-gone", &properties)), expected, "{properties}");
    }
    let made = resource("Gone", "api-gone", &called).replace("rust-cargolambda", "makefile");
    assert_eq!(of_template(&[], &made), [], "a `Binary` that says nothing to `make`");
    let worker = resource("Worker", "worker", &http(&[("POST", "/api/work")]));
    assert_eq!(of_template(&[], &worker), [], "a member elsewhere");
}

#[test]
fn function_with_the_events_of_a_route_is_misnamed() {
    let called = http(&[("GET", "/api/a"), ("POST", "/api/a")]);
    let misnamed = Drift::Misnamed {
        logical_id: "Fn".to_owned(),
        pattern: pattern("/api/a"),
        binary: "api-a".to_owned(),
        found: "old".to_owned(),
    };
    let function = resource("Fn", "old", &called);
    assert_eq!(of_template(&["api/a"], &function), std::slice::from_ref(&misnamed));

    let stale = |logical_id: &str, binary: &str| {
        let [logical_id, binary] = [logical_id, binary].map(str::to_owned);
        Drift::Stale { logical_id, binary }
    };
    let second = function.clone() + &resource("Second", "older", &called);
    assert_eq!(of_template(&["api/a"], &second), [stale("Second", "older"), misnamed]);

    let deployed = function + &resource("A", "api-a", &called);
    assert_eq!(of_template(&["api/a"], &deployed), [stale("Fn", "old")]);

    let elsewhere = resource("Fn", "old", &http(&[("GET", "/api/b")]));
    assert_eq!(of_template(&["api/a"], &elsewhere), [undeployed("api-a", "/api/a"), stale("Fn", "old")]);
}

#[test]
fn where_functions_are_hidden_none_is_misnamed() {
    let hidden = "  Fn::Transform: {Name: AWS::Include}\n".to_owned();
    let function = resource("Fn", "old", &http(&[("ANY", "/api/a")]));
    let stale = Drift::Stale { logical_id: "Fn".to_owned(), binary: "old".to_owned() };
    assert_eq!(of_template(&["api/a"], &(hidden + &function)), [stale]);
}

#[test]
fn copied_folder_with_the_old_name_is_not_a_route() {
    let mut before = survey(&["api/a"], None, None);
    assert_eq!(before.copies, []);
    let binaries = before.binaries.take().unwrap();
    let unlisted = |folder: &str, binary: &str| crate::workspace::UnlistedPackage {
        route_folder: folder.to_owned(),
        package: Some(binary.to_owned()),
        binary: Some(binary.to_owned()),
    };
    let project = crate::workspace::Project {
        root: before.root.clone(),
        target_directory: before.root.clone(),
        functions: Vec::new(),
        binaries,
        without_manifest: Vec::new(),
        exceptions: crate::workspace::Exceptions::default(),
        overrides: crate::template::Overrides::default(),
        deployed: None,
        unlisted: vec![unlisted("api/b", "api-a"), unlisted("api/c", "new"), unlisted("api/d", "new")],
    };
    let manifest = crate::agreement::Manifest::parse("[workspace]\n").unwrap();
    let survey = crate::agreement::Survey::from_texts(&project, None, manifest);
    let copies: Vec<_> =
        survey.copies.iter().map(|copy| (copy.folder.as_str(), copy.binary.as_str())).collect();
    assert_eq!(copies, [("functions/api/b", "api-a"), ("functions/api/d", "new")]);
    assert_eq!(survey.packages.len(), 1);
}

#[test]
fn unknown_binary_leaves_no_function_stale() {
    let resources = resource("Gone", "api-gone", &http(&[("ANY", "/api/gone")]));
    let mut survey = survey(&[], Some(&resources), Some("\"/api/gone\" = \"api-gone\"\n"));
    survey.binaries = None;
    assert_eq!(survey.drifts(), []);
}

#[test]
fn of_a_template_that_is_not_yaml_nothing_is_said() {
    let drifts = survey(&["api/user"], Some("  A: {"), Some("\"/api/user\" = \"api-user\"\n")).drifts();
    assert_eq!(drifts, []);
}

#[test]
fn router_leads_each_route_to_its_function() {
    let misrouted = |path: &str, binary: &str, found: &str| {
        let [path, binary, found] = [path, binary, found].map(str::to_owned);
        vec![Drift::Misrouted { path, binary, found }]
    };
    for (router, expected) in [
        ("\"/api/posts/{id}\" = \"api-posts-id\"", vec![]),
        ("\"/api/posts/{post}\" = \"api-posts-id\"", vec![]),
        (
            "\"/api/posts/{id}\" = [{method = \"GET\", function = \"worker\"}, {function = \"api-posts-id\"}]",
            vec![],
        ),
        ("\"/api/posts/{*id}\" = \"worker\"", vec![unrouted("/api/posts/{id}", "api-posts-id")]),
        ("\"/api/posts/{id}\" = \"worker\"", misrouted("/api/posts/{id}", "api-posts-id", "worker")),
        ("\"/api/posts/{post}\" = \"gone\"", misrouted("/api/posts/{post}", "api-posts-id", "gone")),
    ] {
        assert_eq!(of_router(&["api/posts/[id]"], router), expected, "{router}");
    }
}

#[test]
fn router_line_without_its_package_is_stale() {
    let router =
        "\"/a\" = \"gone\"\n\"/b\" = \"worker\"\n\"/c\" = [{function = \"gone\"}, {function = \"worker\"}]\n";
    let stale = Drift::StaleRoute { path: "/a".to_owned(), binary: "gone".to_owned() };
    assert_eq!(of_router(&[], router), [stale]);
}

#[test]
fn folders_that_cannot_be_served_are_not_deployed() {
    let drifts = survey(&["api/[id]", "api/[slug]/comments", "api/[[id]]"], None, None).drifts();
    assert_eq!(drifts, [undeployed("api-id", "/api/[id]"), unrouted("/api/{id}", "api-id")]);
}

#[test]
fn path_that_no_folder_stands_for_is_stray() {
    let events =
        http(&[("ANY", "/api/b/{id}"), ("GET", "/api/b/latest"), ("GET", "/people"), ("GET", "/api/c")]);
    let router = "\"/api/b/{id}\" = \"api-b-id\"\n\"/api/b/latest\" = \"api-b-id\"\n\"/api/c\" = \"api-c\"\n\
                  \"/people/{*all}\" = \"api-b-id\"\n\"/work\" = \"worker\"\n";
    let resources =
        resource("Fn", "api-b-id", &events) + &resource("C", "api-c", &http(&[("POST", "/api/c")]));
    let survey = survey(&["api/b/[id]", "api/c"], Some(&resources), Some(router));
    let drifts = survey.drifts();
    assert_eq!(drifts, []);
    let events: Vec<_> = survey.stray_events(&drifts).into_iter().map(|stray| stray.path).collect();
    assert_eq!(events, ["/people"]);
    let lines = survey.stray_routes(&drifts).into_iter();
    let lines: Vec<_> = lines.map(|stray| (stray.path, stray.key_path)).collect();
    assert_eq!(lines, [("/people/{*all}".to_owned(), "/people/{all+}".to_owned())]);
}

#[test]
fn function_without_binary_is_that_of_its_route() {
    let event = http(&[("GET", "/api/posts/{post}")]);
    let function = |metadata: &str, properties: &str| {
        format!(
            "  Fn:\n    Type: AWS::Serverless::Function\n    Metadata: {{{metadata}}}\n    Properties: {{{properties}}}\n"
        )
    };
    for (metadata, properties) in [
        ("BuildMethod: rust-cargolambda", format!("CodeUri: 'functions/api/posts/[id]', {event}")),
        ("", format!("CodeUri: target/lambda/api-posts-id/, {event}")),
        ("BuildMethod: rust-cargolambda", event.clone()),
    ] {
        let drifts = of_template(&["api/posts/[id]"], &function(metadata, &properties));
        assert_eq!(drifts, [renamed("E0", "/api/posts/{post}", "/api/posts/{id}")], "{properties}");
    }
    let without = function("", "CodeUri: target/lambda/api-posts-id/");
    let expected = missing("/api/posts/[id]", &["ANY /api/posts/{id}"]);
    assert_eq!(of_template(&["api/posts/[id]"], &without), [expected]);
}

#[test]
fn function_without_binary_is_stale_without_code() {
    let event = http(&[("GET", "/api/gone")]);
    let function = |metadata: &str, properties: &str| {
        format!(
            "  Fn:\n    Type: AWS::Serverless::Function\n    Metadata: {{{metadata}}}\n    Properties: {{{properties}, {event}}}\n"
        )
    };
    let stale = |binary: &str| vec![Drift::Stale { logical_id: "Fn".to_owned(), binary: binary.to_owned() }];
    for (metadata, properties, expected) in [
        ("", "CodeUri: target/lambda/api-gone/", stale("api-gone")),
        ("", "CodeUri: functions/api/gone", stale("functions/api/gone")),
        ("BuildMethod: rust-cargolambda", "CodeUri: ./functions/api/gone/", stale("functions/api/gone")),
        ("", "CodeUri: functions/api/gone, Runtime: python3.13", vec![]),
        ("BuildMethod: makefile", "CodeUri: functions/api/gone", vec![]),
        ("", "CodeUri: words", vec![]),
    ] {
        assert_eq!(of_template(&["api/a"], &function(metadata, properties))[1..], expected, "{properties}");
    }
}

#[test]
fn code_uri_follows_a_renamed_folder() {
    let function =
        |properties: &str| resource("Fn", "api-b", &format!("{properties}, {}", http(&[("GET", "/api/b")])));
    let moved = |from: &str, to: &str| {
        let [from, to] = [from, to].map(str::to_owned);
        vec![Drift::MovedCode { logical_id: "Fn".to_owned(), from, to }]
    };
    for (code_uri, expected) in [
        ("functions/api/a", moved("functions/api/a", "functions/api/b")),
        ("./functions/api/a/", moved("./functions/api/a/", "./functions/api/b/")),
        ("functions/api/b", vec![]),
        (".", vec![]),
    ] {
        assert_eq!(
            of_template(&["api/b"], &function(&format!("CodeUri: {code_uri}"))),
            expected,
            "{code_uri}"
        );
    }
}

/// An HTTP API whose authorizer is the function `Session`.
const GUARDED: &str = "  Http: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {Authorizers: {Gate: {FunctionArn: \
                       !GetAtt Session.Arn, AuthorizerPayloadFormatVersion: 2.0}}}}}\n";

#[test]
fn authorizer_is_no_route() {
    let route = resource("A", "api-a", &http(&[("ANY", "/api/a")]));
    for (folder, template) in [
        ("authorizers/session", route.clone()),
        (
            "authorizers/session",
            format!("{route}{}", resource("Session", "authorizers-session", "Timeout: 3")),
        ),
        (
            "authorizers/session",
            format!("{route}{GUARDED}{}", resource("Session", "authorizers-session", "Timeout: 3")),
        ),
        ("session", format!("{route}{GUARDED}{}", resource("Session", "session", "Timeout: 3"))),
    ] {
        let survey = survey(&["api/a", folder], Some(&template), Some("\"/api/a\" = \"api-a\"\n"));
        assert_eq!(survey.drifts(), [], "{template}");
        let authorizers: Vec<_> = survey.authorizers.iter().map(|it| it.folder.as_str()).collect();
        assert_eq!((survey.packages.len(), authorizers), (1, vec![&*format!("functions/{folder}")]));
    }
    // Outside of `authorizers`, a package that nothing names is a route.
    let survey = survey(&["api/a", "session"], Some(&route), Some("\"/api/a\" = \"api-a\"\n"));
    assert_eq!(survey.drifts().len(), 2);
}

#[test]
fn authorizer_is_a_member_like_a_route() {
    let folders = ["api/a", "-authorizers/session"];
    let route = resource("A", "api-a", &http(&[("ANY", "/api/a")]));
    let survey = survey(&folders, Some(&route), Some("\"/api/a\" = \"api-a\"\n"));
    assert_eq!(survey.drifts(), [Drift::Unlisted { folder: "functions/authorizers/session".to_owned() }]);
}
