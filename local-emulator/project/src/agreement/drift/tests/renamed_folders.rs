//! Folders that were renamed or swapped: each old path is replaced by the new one.

use super::{missing, moved, of_router, of_template, superseded, unrouted};
use crate::agreement::drift::Drift;
use crate::agreement::fixture::{http, resource, survey};

#[test]
fn renamed_folder_moves_its_events() {
    let of = |folder: &str, keys: &[(&str, &str)]| {
        let binary = crate::agreement::fixture::package(folder);
        of_template(&[folder], &resource("Fn", &binary, &http(keys)))
    };
    let both = [moved("/api/b", "E0", "/api/a", "/api/b"), moved("/api/b", "E1", "/api/a", "/api/b")];
    assert_eq!(of("api/b", &[("GET", "/api/a"), ("POST", "/api/a")]), both);

    let route = "/api/b/[id]";
    assert_eq!(of("api/b/[id]", &[("ANY", "/api/a/{x}")]), [moved(route, "E0", "/api/a/{x}", "/api/b/{id}")]);

    let (route, rest) = ("/api/s/[[...x]]", "/api/s/{x+}");
    let bare = moved(route, "E0", "/api/o", "/api/s");
    let shop = [("ANY", "/api/o"), ("ANY", "/api/o/{y+}")];
    let moves = [bare.clone(), moved(route, "E1", "/api/o/{y+}", rest)];
    assert_eq!(of("api/s/[[...x]]", &shop), moves);
    let missing_rest = missing(route, &["ANY /api/s/{x+}"]);
    assert_eq!(of("api/s/[[...x]]", &shop[..1]), [bare, missing_rest]);

    assert_eq!(
        of("api/s", &shop),
        [moved("/api/s", "E0", "/api/o", "/api/s"), superseded("E1", "/api/o/{y+}")]
    );
}

#[test]
fn former_event_with_settings_is_not_removed() {
    let events = "Events: {E0: {Type: HttpApi, Properties: {Path: /api/o, Method: GET}}, E1: {Type: HttpApi, \
                  Properties: {Path: '/api/o/{y+}', Method: GET, Auth: {Authorizer: NONE}}}}";
    let survey = survey(&["api/s"], Some(&resource("Fn", "api-s", events)), Some("\"/api/s\" = \"api-s\"\n"));
    let drifts = survey.drifts();
    assert_eq!(drifts, [moved("/api/s", "E0", "/api/o", "/api/s")]);
    let strays: Vec<_> = survey.stray_events(&drifts).into_iter().map(|stray| stray.path).collect();
    assert_eq!(strays, ["/api/o/{y+}"]);
}

#[test]
fn event_for_a_further_path_stays() {
    for (keys, expected) in [
        // The function already has the folder's own path.
        (&[("ANY", "/api/b"), ("GET", "/people")][..], vec![]),
        // Either of the two paths may be the former one.
        (&[("ANY", "/api/a"), ("GET", "/people")], vec![missing("/api/b", &["ANY /api/b"])]),
        (&[("ANY", "/api/b/")], vec![missing("/api/b", &["ANY /api/b"])]),
    ] {
        assert_eq!(of_template(&["api/b"], &resource("Fn", "api-b", &http(keys))), expected, "{keys:?}");
    }
}

#[test]
fn router_tells_which_path_is_the_former_one() {
    let events = http(&[("ANY", "/api/a"), ("GET", "/people")]);
    let router = "\"/api/a\" = \"api-b\"\n";
    let drifts = survey(&["api/b"], Some(&resource("Fn", "api-b", &events)), Some(router)).drifts();
    let line = |from: &str, to: &str| {
        let [from, to, binary] = [from, to, "api-b"].map(str::to_owned);
        Drift::MovedRoute { from, to, found: binary.clone(), binary }
    };
    assert_eq!(drifts, [moved("/api/b", "E0", "/api/a", "/api/b"), line("/api/a", "/api/b")]);

    let router = "\"/api/a\" = \"api-b\"\n\"/people\" = \"api-b\"\n";
    let events = http(&[("ANY", "/api/a")]);
    let drifts = survey(&["api/b"], Some(&resource("Fn", "api-b", &events)), Some(router)).drifts();
    assert_eq!(drifts, [moved("/api/b", "E0", "/api/a", "/api/b"), line("/api/a", "/api/b")]);
}

#[test]
fn extra_path_is_neither_moved_nor_stray() {
    let events = http(&[("GET", "/people/{who}")]);
    let router = "\"/api/b\" = \"api-b\"\n\"/people/{who}\" = \"api-b\"\n";
    let mut survey = survey(&["api/b"], Some(&resource("Fn", "api-b", &events)), Some(router));
    survey.exceptions.extra_paths = vec!["/people/{id}".to_owned()];
    let drifts = survey.drifts();
    assert_eq!(drifts, [missing("/api/b", &["ANY /api/b"])]);
    assert_eq!(survey.stray_events(&drifts), []);
    assert_eq!(survey.stray_routes(&drifts), []);
}

#[test]
fn swapped_folders_swap_their_paths() {
    // `api-a` is the package in `api/b` now, and the other way round.
    let mut project = crate::agreement::fixture::project(&["api/a", "api/b"]);
    project.functions[0].binary = "api-b".to_owned();
    project.functions[1].binary = "api-a".to_owned();
    let template = "Resources:\n".to_owned()
        + &resource("A", "api-a", &http(&[("ANY", "/api/a")]))
        + &resource("B", "api-b", &http(&[("ANY", "/api/b")]));
    let router = "[workspace.metadata.lambda.watch.router]\n\"/api/a\" = \"api-a\"\n\"/api/b\" = \"api-b\"\n";
    let manifest = [router, crate::agreement::fixture::PROFILE].concat();
    let manifest = crate::agreement::Manifest::parse(&manifest).unwrap();
    let survey = crate::agreement::Survey::from_texts(&project, Some(("template.yaml", &template)), manifest);
    let shown: Vec<_> = survey
        .drifts()
        .into_iter()
        .map(|drift| match drift {
            Drift::Moved { logical_id, from, to, .. } => format!("{logical_id} {from} {to}"),
            Drift::Misrouted { path, binary, found } => format!("{path} {found} {binary}"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, ["B /api/b /api/a", "A /api/a /api/b", "/api/a api-a api-b", "/api/b api-b api-a"]);
}

#[test]
fn renamed_folder_moves_its_router_lines() {
    let line = |from: &str, to: &str, binary: &str| {
        let [from, to, binary] = [from, to, binary].map(str::to_owned);
        Drift::MovedRoute { from, to, found: binary.clone(), binary }
    };
    let gone = |path: &str, binary: &str| {
        let [path, binary] = [path, binary].map(str::to_owned);
        Drift::SupersededRoute { path, binary }
    };
    let shop = "\"/o\" = \"api-s-x\"\n\"/o/{*y}\" = \"api-s-x\"\n";
    for (folder, router, expected) in [
        ("api/b", "\"/a\" = \"api-b\"\n", vec![line("/a", "/api/b", "api-b")]),
        (
            "api/b",
            "\"/a\" = [{ method = \"GET\", function = \"api-b\" }]\n",
            vec![line("/a", "/api/b", "api-b")],
        ),
        (
            "api/s/[[...x]]",
            shop,
            vec![line("/o", "/api/s", "api-s-x"), line("/o/{*y}", "/api/s/{*x}", "api-s-x")],
        ),
        ("api/s/[x]", shop, vec![line("/o", "/api/s/{x}", "api-s-x"), gone("/o/{*y}", "api-s-x")]),
        ("api/b", "\"/a\" = \"worker\"\n", vec![unrouted("/api/b", "api-b")]),
        ("api/b", "\"/a\" = \"api-b\"\n\"/c\" = \"api-b\"\n", vec![unrouted("/api/b", "api-b")]),
        ("api/b", "\"/a\" = \"api-b\"\n\"/api/b\" = \"api-b\"\n", vec![]),
    ] {
        assert_eq!(of_router(&[folder], router), expected, "{router}");
    }
    // A chain: `api/a` is `api/b` now, and `api/b` is `api/c`.
    let router = "\"/api/a\" = \"api-b\"\n\"/api/b\" = \"api-c\"\n";
    let expected = [
        Drift::Misrouted { path: "/api/b".to_owned(), binary: "api-b".to_owned(), found: "api-c".to_owned() },
        gone("/api/a", "api-b"),
        unrouted("/api/c", "api-c"),
    ];
    assert_eq!(of_router(&["api/b", "api/c"], router), expected);
}
