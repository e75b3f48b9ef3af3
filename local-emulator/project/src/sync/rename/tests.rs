use super::{Options, RenameError, UnclearRenames};
use crate::agreement::fixture::project;
use crate::sync::fixture::texts;
use crate::sync::{MendedTexts, SyncError, Texts, mend};

/// A function of the template with settings, as it is written two spaces deep.
fn function(logical_id: &str, binary: &str, called: &str) -> String {
    format!(
        "  {logical_id}:\n    Type: AWS::Serverless::Function\n    Metadata:\n      BuildMethod: rust-cargolambda\n      \
         BuildProperties: {{Binary: {binary}}} # mine\n    Properties:\n      MemorySize: 512\n      Policies: [{{Statement: []}}]\n\
         {called}"
    )
}

fn event(path: &str) -> String {
    format!("      Events:\n        E: {{Type: HttpApi, Properties: {{Method: GET, Path: '{path}'}}}}\n")
}

fn before(functions: &[String], router: &str) -> Texts {
    let template = format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{}", functions.concat());
    texts(Some(&template), &format!("[workspace]\n[workspace.metadata.lambda.watch.router]\n{router}"))
}

fn renamed(old: &str, new: &str) -> Options {
    Options { renamed: vec![(old.to_owned(), new.to_owned())], ..Options::default() }
}

fn template_of(mended: &MendedTexts) -> &str {
    mended.texts.template.1.as_deref().unwrap()
}

fn unclear(folders: &[&str], before: &Texts, options: &Options) -> UnclearRenames {
    match mend(&project(folders), before, options) {
        Err(SyncError::Unclear(unclear)) => unclear,
        other => panic!("{other:?}"),
    }
}

#[test]
fn function_with_a_new_name_keeps_its_settings() {
    let before = before(&[function("Old", "api-a", &event("/api/a"))], "\"/api/a\" = \"api-a\" # mine\n");
    for old in ["api-a", "Old"] {
        for new in ["api-b", "functions/api/b"] {
            let mended = mend(&project(&["api/b"]), &before, &renamed(old, new)).unwrap();
            let expected = [before.template.1.as_deref().unwrap(), &before.manifest]
                .map(|text| text.replace("api-a", "api-b").replace("/api/a", "/api/b"));
            assert_eq!(template_of(&mended), expected[0]);
            assert!(mended.texts.manifest.starts_with(&expected[1]), "{}", mended.texts.manifest);
            let done: Vec<_> = mended.done.iter().map(ToString::to_string).collect();
            for line in [
                "template: moved `E` of `Old` from `/api/a` to `/api/b`",
                "template: made `api-b` of `api-a` in `Old`",
                "router: moved `/api/a` to `/api/b`, and made `api-b` of `api-a`",
            ] {
                assert!(done.contains(&line.to_owned()), "{done:?}");
            }
        }
    }
}

#[test]
fn function_at_a_url_may_have_a_new_name() {
    let url = "      FunctionUrlConfig: {AuthType: NONE}\n";
    let before = before(&[function("Old", "api-a", url)], "");
    assert_eq!(unclear(&["api/b"], &before, &Options::default()).possible.len(), 1);
    let mended = mend(&project(&["api/b"]), &before, &renamed("Old", "api-b")).unwrap();
    assert_eq!(template_of(&mended), before.template.1.as_deref().unwrap().replace("api-a", "api-b"));
}

#[test]
fn code_uri_of_a_renamed_package_is_written_anew() {
    let event = event("/api/a");
    for (code_uri, expected) in
        [("./functions/api/a/", "./functions/api/b/"), ("target/lambda/api-a/", "target/lambda/api-b/")]
    {
        let called = format!("      CodeUri: {code_uri} # mine\n{event}");
        let function = format!(
            "  Old:\n    Type: AWS::Serverless::Function\n    Properties:\n      MemorySize: 512\n{called}"
        );
        let before = before(&[function], "\"/api/a\" = \"api-a\"\n\"/x\" = 'worker'\n");
        assert_eq!(unclear(&["api/b"], &before, &Options::default()).possible.len(), 1);
        let mended = mend(&project(&["api/b"]), &before, &renamed("Old", "api-b")).unwrap();
        let text = before.template.1.as_deref().unwrap();
        assert_eq!(template_of(&mended), text.replace(code_uri, expected).replace("'/api/a'", "'/api/b'"));
        assert!(
            mended.texts.manifest.contains("\n\"/api/b\" = \"api-b\"\n\"/x\""),
            "{}",
            mended.texts.manifest
        );
    }
}

#[test]
fn nothing_is_written_until_each_function_is_clear() {
    let functions = ["A", "B"].map(|id| function(id, &format!("gone-{id}"), &event(&format!("/{id}"))));
    let before = before(&functions, "");
    let folders = ["api/x", "api/y"];
    for prune in [false, true] {
        assert_eq!(unclear(&folders, &before, &Options { prune, ..Options::default() }).possible.len(), 4);
    }
    let one = unclear(&folders, &before, &renamed("A", "api-y"));
    assert_eq!(one.possible.len(), 1);
    assert_eq!(one.possible[0].argument(), "--renamed B=api-x");
    let expected = "a function has lost its folder, and a route has no function: was the folder renamed?\n\
                    Nothing was written. Say which route a function is now, and it keeps its settings:\n\n\
                    `B` of the template was `gone-B` at `/B`, and its folder is gone.\n\
                    If it is `/api/x` now, in `functions/api/x`:\n  cargo api-routes sync --renamed B=api-x\n\
                    If it is not one of the routes, remove it:\n  cargo api-routes sync --removed B";
    assert_eq!(one.to_string(), expected);

    let both = Options { removed: vec!["gone-B".to_owned()], ..renamed("A", "api-y") };
    let mended = mend(&project(&folders), &before, &both).unwrap();
    assert!(!template_of(&mended).contains("gone-"), "{}", template_of(&mended));
    assert!(template_of(&mended).contains("  A:\n") && template_of(&mended).contains("  XFunction:\n"));
    // A route that is being created is not a renamed function.
    let new = Options { new: folders.map(|folder| folder.replace('/', "-")).into(), ..Options::default() };
    assert!(mend(&project(&folders), &before, &new).is_ok());
}

#[test]
fn removed_function_goes_without_prune() {
    let functions =
        [function("Old", "api-a", &event("/api/a")), function("Other", "api-c", &event("/api/c"))];
    let before = before(&functions, "\"/api/a\" = \"api-a\"\n\"/api/c\" = \"api-c\"\n");
    let options = Options { removed: vec!["Old".to_owned(), "Other".to_owned()], ..Options::default() };
    let mended = mend(&project(&["api/b"]), &before, &options).unwrap();
    assert!(
        !template_of(&mended).contains("api-a") && !mended.texts.manifest.contains("api-a"),
        "{mended:?}"
    );
    assert_eq!(mended.left, []);
    let one = Options { removed: vec!["Old".to_owned()], ..Options::default() };
    let mended = mend(&project(&[]), &before, &one).unwrap();
    assert!(!template_of(&mended).contains("api-a") && template_of(&mended).contains("api-c"), "{mended:?}");
    assert_eq!(mended.left.len(), 2, "{:?}", mended.left);
}

#[test]
fn wrong_names_are_explained() {
    let functions = [
        function("Old", "gone", &event("/api/a")),
        function("Twin", "gone", &event("/api/x")),
        function("Other", "away", &event("/api/y")),
        function("Here", "api-c", &event("/api/c")),
    ];
    let before = before(&functions, "");
    let folders = ["api/b", "api/c", "api/d"];
    let error = |options: &Options| match mend(&project(&folders), &before, options) {
        Err(SyncError::Rename(error)) => error,
        other => panic!("{other:?}"),
    };
    for (old, new, expected) in [
        (
            "nobody",
            "api-b",
            "no function of the template has the binary or the logical id `nobody`; without a folder: `Old`, `Other`, `Twin`",
        ),
        ("gone", "api-b", "`gone` is the binary of several functions: name one of `Old`, `Twin` instead"),
        (
            "Here",
            "api-b",
            "`Here` is not renamed: its code, `api-c`, is in the workspace; leave out `--renamed Here=…`",
        ),
        (
            "Old",
            "nobody",
            "no package below `functions/` has the name or the binary `nobody`; without a function: `api-b`, `api-d`",
        ),
        ("Old", "api-c", "`api-c` has a function already: `Here`; leave out `--renamed …=api-c`"),
    ] {
        assert_eq!(error(&renamed(old, new)).to_string(), expected);
    }
    let twice = |pairs: &[(&str, &str)], removed: &[&str]| {
        let renamed = pairs.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect();
        let removed = removed.iter().map(ToString::to_string).collect();
        error(&Options { renamed, removed, ..Options::default() })
    };
    let named = |name: &str| RenameError::Twice(name.to_owned());
    assert_eq!(twice(&[("Old", "api-b"), ("Old", "api-d")], &[]), named("Old"));
    assert_eq!(twice(&[("Old", "api-b"), ("away", "api-b")], &[]), named("api-b"));
    assert_eq!(twice(&[("Old", "api-b")], &["Old"]), named("Old"));
    assert_eq!(twice(&[], &["away", "Other"]), named("Other"));
}
