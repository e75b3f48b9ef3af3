//! Faults of a workspace on disk.

use std::fs;
use std::path::Path;

use tempfile::{TempDir, tempdir};

use crate::agreement::{Finding, Rule, findings};
use crate::template::Overrides;

pub(super) const RULES: [Rule; 9] = [
    Rule::BrokenSamConfig,
    Rule::BrokenPackage,
    Rule::BrokenWorkspace,
    Rule::NoFunctions,
    Rule::MissingMember,
    Rule::NoManifest,
    Rule::NoBinary,
    Rule::AmbiguousBinary,
    Rule::SameBinary,
];

fn write(root: &Path, file: &str, text: &str) {
    let file = root.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// Returns a workspace with `files`. The text of a package's manifest is the end of `[package]`, with its name.
fn workspace(members: &str, files: &[(&str, &str)]) -> TempDir {
    let root = tempdir().unwrap();
    write(root.path(), "Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n"));
    write(root.path(), "template.yaml", "Resources: {}\n");
    for (file, text) in files {
        let text = match file.strip_suffix("/Cargo.toml") {
            Some(_) => format!("[package]\nversion = \"0.0.0\"\nedition = \"2024\"\n{text}\n"),
            None => (*text).to_owned(),
        };
        write(root.path(), file, &text);
    }
    root
}

/// Returns the findings about the workspace, without those about missing files elsewhere.
fn found(root: &TempDir) -> Vec<Finding> {
    let mut found = findings(root.path(), &Overrides::default()).0;
    found.retain(|finding| RULES.contains(&finding.rule) || finding.rule == Rule::UnlistedPackage);
    found
}

/// A rule, the members, the files, the position of the finding, and its message.
type Row<'a> = (Rule, &'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn faults_of_the_workspace_are_findings() {
    let main = |folder: &'static str| (folder, "fn main() {}");
    let rows: [Row<'_>; 15] = [
        (Rule::NoFunctions, "", &[], "Cargo.toml:1:1", "there is no folder `functions`"),
        (
            Rule::MissingMember,
            "\n  \"functions/a/[[]gone]\"",
            &[("functions/a/README", "")],
            "Cargo.toml:4:3",
            "`functions/a/[gone]` is a member of the workspace and has no `Cargo.toml`",
        ),
        (Rule::BrokenWorkspace, "\n  oh", &[("functions/README", "")], "Cargo.toml:4:3", ""),
        (
            Rule::BrokenWorkspace,
            "\"functions/a\"",
            &[("functions/a/Cargo.toml", "oh = ")],
            "functions/a/Cargo.toml:4:6",
            "string values must be quoted",
        ),
        (
            Rule::BrokenPackage,
            "",
            &[("functions/a/Cargo.toml", "oh = "), main("functions/a/src/main.rs")],
            "functions/a/Cargo.toml:4:6",
            "string values must be quoted",
        ),
        (
            Rule::BrokenPackage,
            "",
            &[
                ("functions/a/Cargo.toml", "name = \"a\"\nlicense.workspace = true"),
                main("functions/a/src/main.rs"),
            ],
            "functions/a/Cargo.toml:1:1",
            "`workspace.package.license` was not defined",
        ),
        (
            Rule::BrokenPackage,
            "",
            &[
                ("functions/a/Cargo.toml", "name = \"a\"\nrust-version = \"new\""),
                main("functions/a/src/main.rs"),
            ],
            "functions/a/Cargo.toml:5:16",
            "expected a version like",
        ),
        (
            Rule::BrokenPackage,
            "\"functions/a\"",
            &[
                ("functions/a/Cargo.toml", "name = \"a\""),
                main("functions/a/src/main.rs"),
                ("functions/b/Cargo.toml", "name = \"a\"\n[[bin]]\nname = \"b\"\npath = \"src/main.rs\""),
                main("functions/b/src/main.rs"),
            ],
            "functions/b/Cargo.toml:1:1",
            "two packages named `a` in this workspace",
        ),
        (
            Rule::NoManifest,
            "",
            &[main("functions/api/[id]/src/main.rs")],
            "functions/api/[id]/src/main.rs:1:1",
            "`functions/api/[id]` has a program and no `Cargo.toml`: it is not a function",
        ),
        (
            Rule::NoBinary,
            "\"functions/a\"",
            &[("functions/a/Cargo.toml", "name = \"a\""), ("functions/a/src/lib.rs", "")],
            "functions/a/Cargo.toml:1:1",
            "package `a` has no binary to run as a function: add `src/main.rs` to `functions/a`",
        ),
        (
            Rule::NoBinary,
            "",
            &[("functions/a/Cargo.toml", "name = \"a\""), ("functions/a/src/lib.rs", "")],
            "functions/a/Cargo.toml:1:1",
            "this package has no program, or several",
        ),
        (
            Rule::AmbiguousBinary,
            "\"functions/a\"",
            &[
                ("functions/a/Cargo.toml", "name = \"a\""),
                main("functions/a/src/bin/x.rs"),
                main("functions/a/src/bin/y.rs"),
            ],
            "functions/a/Cargo.toml:1:1",
            "package `a` has the binaries `x`, `y`: set `default-run` in `functions/a/Cargo.toml`",
        ),
        (
            Rule::SameBinary,
            "\"functions/a\", \"functions/b\"",
            &[
                ("functions/a/Cargo.toml", "name = \"a\""),
                main("functions/a/src/main.rs"),
                ("functions/b/Cargo.toml", "name = \"b\"\n[[bin]]\nname = \"a\"\npath = \"src/main.rs\""),
                main("functions/b/src/main.rs"),
            ],
            "functions/b/Cargo.toml:1:1",
            "packages `a` and `b` both build a binary `a`",
        ),
        (
            Rule::SameBinary,
            "\"functions/a\", \"tools\"",
            &[
                ("functions/a/Cargo.toml", "name = \"a\""),
                main("functions/a/src/main.rs"),
                ("tools/Cargo.toml", "name = \"tools\""),
                main("tools/src/bin/a.rs"),
            ],
            "functions/a/Cargo.toml:1:1",
            "packages `tools` and `a` both build a binary `a`",
        ),
        (
            Rule::SameBinary,
            "\"functions/a\"",
            &[
                ("functions/a/Cargo.toml", "name = \"a\""),
                main("functions/a/src/main.rs"),
                ("functions/b/Cargo.toml", "name = \"a\""),
                main("functions/b/src/main.rs"),
            ],
            "functions/b/Cargo.toml:1:1",
            "`functions/b` builds the binary `a`, as `functions/a` does",
        ),
    ];
    for (rule, members, files, place, says) in rows {
        let root = workspace(members, files);
        let findings = found(&root);
        let [finding] = &findings[..] else { panic!("{} in {members}: {findings:#?}", rule.name()) };
        assert_eq!(finding.rule, rule, "{finding}");
        let shown = format!("{}:{}:{}", finding.file, finding.place.line, finding.place.column);
        assert_eq!(shown, place, "{finding}");
        assert!(finding.message.contains(says), "`{says}` in {finding}");
        assert!(!finding.message.contains(root.path().to_str().unwrap()), "{finding}");
    }
}

#[test]
fn unlisted_package_is_found_at_members() {
    let root = workspace(
        "",
        &[
            ("functions/api/[id]/Cargo.toml", "name = \"api-id\""),
            ("functions/api/[id]/src/main.rs", "fn main() {}"),
        ],
    );
    let findings = found(&root);
    let [finding] = &findings[..] else { panic!("{findings:#?}") };
    assert_eq!((finding.rule, finding.place.line, finding.place.column), (Rule::UnlistedPackage, 3, 1));
}

#[test]
fn folder_that_cannot_be_entered_is_a_finding() {
    let root = tempdir().unwrap();
    let (findings, _) = findings(&root.path().join("gone"), &Overrides::default());
    assert_eq!(findings.len(), 1);
    assert!(findings[0].message.starts_with("cannot open `"), "{}", findings[0]);
}

#[test]
fn folder_without_a_workspace_leads_to_init() {
    let root = tempdir().unwrap();
    let (findings, routes) = findings(root.path(), &Overrides::default());
    assert_eq!((findings[0].rule, findings.len(), routes), (Rule::BrokenWorkspace, 1, 0));
    assert!(findings[0].message.contains("is not in a project: make one with `cargo api-routes init`"));
    assert_eq!(findings[0].help, "run `cargo api-routes init`");
}

#[test]
fn samconfig_that_cannot_be_used_is_a_finding() {
    let root = workspace(
        "\"functions/a\"",
        &[
            ("functions/a/Cargo.toml", "name = \"a\""),
            ("functions/a/src/main.rs", "fn main() {}"),
            ("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = 'hush'\n"),
        ],
    );
    let found = findings(root.path(), &Overrides::default()).0;
    assert_eq!(
        (found[0].rule, found[0].file.as_str(), found.len()),
        (Rule::BrokenSamConfig, "samconfig.toml", 1)
    );
    assert!(!found[0].message.contains("hush"), "{}", found[0]);
}

#[test]
fn variable_of_dotenv_alone_is_a_finding() {
    let manifest = "name = \"a\"";
    let root = workspace(
        "\"functions/a\"",
        &[
            ("functions/a/Cargo.toml", manifest),
            ("functions/a/src/main.rs", "fn main() {}"),
            (
                "template.yaml",
                "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Metadata: {BuildProperties: {Binary: a}}\n    \
                 Properties: {Environment: {Variables: {TABLE: x}}}\n  B:\n    Type: AWS::Serverless::Function\n",
            ),
            (".env", "TABLE=t\nTOKEN=hush\nDEBUG_USER=me\n"),
            (".env.production", "TOKEN=hush\n"),
        ],
    );
    let append = "[workspace.metadata.api-routes]\nlocal-variables = [\"DEBUG_USER\"]\n";
    let manifest = fs::read_to_string(root.path().join("Cargo.toml")).unwrap();
    write(root.path(), "Cargo.toml", &(manifest + append));
    let mut found = findings(root.path(), &Overrides::default()).0;
    found.retain(|finding| finding.rule == Rule::UndeployedVariable);
    let [finding] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((finding.file.as_str(), finding.place.line), (".env", 2));
    let message =
        "`TOKEN` is in `.env` alone: no function of the template declares it, so it is missing on AWS";
    assert_eq!(finding.message, message);
    let help = "declare it below `Environment.Variables` in the template, or write `local-variables = \
                [\"DEBUG_USER\", \"TOKEN\"]` below `[workspace.metadata.api-routes]` in `Cargo.toml` if only this \
                machine needs it";
    assert_eq!(finding.help, help);
}

#[test]
fn dotenv_files_are_judged_in_each_mode() {
    let root = workspace(
        "\"functions/a\"",
        &[
            ("functions/a/Cargo.toml", "name = \"a\""),
            ("functions/a/src/main.rs", "fn main() {}"),
            (".env", "hush\nTOKEN=hush#hush\nURL=http://$CHECK_HOST/\nA=$B\nB=$A\n"),
            (".env.development", "CHECK_HOST=localhost\n"),
            (".env.production", "C='hush\n"),
        ],
    );
    let found = findings(root.path(), &Overrides::default()).0;
    let found = found.iter().filter(|finding| finding.file.starts_with(".env"));
    let found: Vec<_> = found
        .map(|it| format!("{}:{}:{} {}", it.file, it.place.line, it.place.column, it.rule.name()))
        .collect();
    let expected = [
        ".env:1:1 dotenv-line",
        ".env:2:11 dotenv-value",
        // Mode `development` has no such problem, since its own file sets the name.
        ".env:3:12 dotenv-reference",
        ".env:4:3 dotenv-cycle",
        ".env:5:3 dotenv-cycle",
        ".env.production:1:3 dotenv-value",
    ];
    assert_eq!(found, expected);
    assert!(!found.iter().any(|finding| finding.contains("hush")));
}
