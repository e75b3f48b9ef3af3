//! The guide in `docs/guide`: each Rust snippet of its pages is compiled and run as a doctest.
//!
//! The snippets belong to this package and not to the library, because a published package holds its own files only.

macro_rules! pages {
    ($($name:ident $file:literal),* $(,)?) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("../../docs/guide/", $file))]
            mod $name {}
        )*

        #[cfg(test)]
        const PAGES: &[(&str, &str)] =
            &[$(($file, include_str!(concat!("../../docs/guide/", $file)))),*];
    };
}

pages! {
    index "README.md",
    install "install.md",
    own_project "own-project.md",
    emulator "emulator.md",
    debugging "debugging.md",
    inspector "inspector.md",
    handlers "handlers.md",
    request "request.md",
    response "response.md",
    dynamic_routes "dynamic-routes.md",
    body_and_limits "body-and-limits.md",
    cookies "cookies.md",
    cors_and_middleware "cors-and-middleware.md",
    who_is_calling "who-is-calling.md",
    errors "errors.md",
    front_doors "front-doors.md",
    streaming "streaming.md",
    testing "testing.md",
    testing_from_outside "testing-from-outside.md",
    environment_and_secrets "environment-and-secrets.md",
    logging_and_late_work "logging-and-late-work.md",
    invoke "invoke.md",
    check "check.md",
    parity "parity.md",
    sync "sync.md",
    template "template.md",
    deploy "deploy.md",
    release "release.md",
    next_front_end "next-front-end.md",
    coming_from_next "coming-from-next.md",
}

#[cfg(test)]
mod tests {
    use super::PAGES;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// The languages of fences: Rust that rustdoc runs, and languages that it ignores. Readers see `rs` as Rust, and
    /// rustdoc ignores it.
    const FENCES: [&str; 14] = [
        "rust",
        "rust,no_run",
        "rust,compile_fail,E0308",
        "rust,compile_fail,E0382",
        "rs",
        "console",
        "js",
        "json",
        "mermaid",
        "python",
        "sh",
        "text",
        "toml",
        "yaml",
    ];

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    /// Returns the language and the text of each fence.
    fn fences(page: &str) -> Vec<(&str, &str)> {
        let parts: Vec<_> = page.split("```").collect();
        assert_eq!(parts.len() % 2, 1, "a fence is not closed");
        parts.iter().skip(1).step_by(2).map(|fence| fence.split_once('\n').unwrap()).collect()
    }

    fn functions(folder: &Path, sources: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                functions(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn each_page_of_the_folder_is_tested() {
        let folder = fs::read_dir(root().join("docs/guide")).unwrap();
        let files: BTreeSet<_> =
            folder.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(files, PAGES.iter().map(|(file, _)| (*file).to_owned()).collect());
    }

    #[test]
    fn each_fence_says_what_it_is() {
        for (file, page) in PAGES {
            for (language, text) in fences(page) {
                assert!(FENCES.contains(&language), "{file}: ```{language}\n{text}");
            }
        }
    }

    #[test]
    fn functions_of_both_readmes_exist() {
        let hello = fs::read_to_string(
            root().join("local-emulator/command/src/init/files/functions/api/hello/src/main.rs"),
        )
        .unwrap();
        let page = fs::read_to_string(root().join("README.md")).unwrap();
        assert!(fences(&page).contains(&("rust", hello.as_str())));
        let user = fs::read_to_string(root().join("functions/api/user/src/main.rs")).unwrap();
        let page = fs::read_to_string(root().join("shared/README.md")).unwrap();
        assert!(fences(&page).contains(&("rust", user.as_str())));
    }

    /// Pages that a black-box test follows to the letter, in a project that `init` makes: `tests/tests/blackbox/guide.rs`.
    const FOLLOWED: [&str; 2] = ["own-project.md", "testing-from-outside.md"];

    /// A doctest cannot compile `route!`, which reads the folder of its crate: a doctest is not below `functions/api`.
    #[test]
    fn snippet_that_is_not_compiled_is_in_a_function() {
        let mut sources = String::new();
        functions(&root().join("functions"), &mut sources);
        functions(&root().join("examples/authorizers/functions"), &mut sources);
        functions(&root().join("examples/dynamodb/functions"), &mut sources);
        let pages =
            PAGES.iter().flat_map(|(file, page)| fences(page).into_iter().map(move |fence| (file, fence)));
        let pages = pages.filter(|(file, _)| !FOLLOWED.contains(file));
        for (file, (_, text)) in pages.filter(|(_, (language, _))| *language == "rs") {
            assert!(sources.contains(text), "{file} shows what is in no function:\n{text}");
        }
    }

    /// `.ci/run` lints whole files of these kinds, and no snippets.
    #[test]
    fn yaml_of_a_page_is_in_a_template_or_workflow() {
        let files = ["template.yaml", ".github/workflows/deploy.yml"];
        let mut files: Vec<_> = files.iter().map(|file| root().join(file)).collect();
        let is_template = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "yaml");
        let within = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        for example in within(root().join("examples")).filter(|path| path.is_dir()) {
            files.extend(within(example).filter(is_template));
        }
        let sources: Vec<_> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        let checked = ["template.md", "deploy.md", "who-is-calling.md"];
        for (file, page) in PAGES.iter().filter(|(file, _)| checked.contains(file)) {
            let shown = fences(page).into_iter().filter(|(language, _)| *language == "yaml");
            for (_, text) in shown {
                assert!(
                    sources.iter().any(|source| source.contains(text)),
                    "{file} shows of no file:\n{text}"
                );
            }
        }
    }

    /// The headings of a page, in the form that GitHub writes into addresses.
    fn anchors(page: &str) -> BTreeSet<String> {
        let headings = page.split("```").step_by(2).flat_map(str::lines).filter(|line| line.starts_with('#'));
        let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let anchor = |line: &str| -> String {
            line.trim_start_matches('#').trim().to_lowercase().chars().filter(is_kept).collect()
        };
        headings.map(|line| anchor(line).replace(' ', "-")).collect()
    }

    #[test]
    fn relative_links_lead_to_files_and_headings() {
        let others = [
            "README.md",
            "docs/ARCHITECTURE.md",
            "docs/BENCHMARKS.md",
            "docs/RELEASING.md",
            "docs/STYLE.md",
            "docs/rooms.md",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "docs/public-dependencies.md",
            "examples/README.md",
        ];
        let guide = PAGES.iter().map(|(file, _)| format!("docs/guide/{file}"));
        let folders = ["docs/contract", "docs/decisions"].into_iter().flat_map(|folder| {
            let pages = fs::read_dir(root().join(folder)).unwrap();
            pages.map(move |page| format!("{folder}/{}", page.unwrap().file_name().display()))
        });
        for page in others.into_iter().map(str::to_owned).chain(guide).chain(folders) {
            let page = root().join(page);
            let text = fs::read_to_string(&page).unwrap();
            for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link)
            {
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                if file.contains("://") {
                    continue;
                }
                let target = if file.is_empty() { page.clone() } else { page.with_file_name(file) };
                assert!(target.exists(), "{}: {link}", page.display());
                if !anchor.is_empty() {
                    let headings = anchors(&fs::read_to_string(target).unwrap());
                    assert!(headings.contains(anchor), "{}: no heading for {link}", page.display());
                }
            }
        }
    }
}
