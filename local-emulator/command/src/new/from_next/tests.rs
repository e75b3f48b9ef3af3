use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::new::place::folder;

/// Folders with a Next.js project, an `expected.txt`, and the `main.rs` of each function below `expected/`.
///
/// `UPDATE_FIXTURES=1 cargo test fixtures` writes them anew, for a review of the difference.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/next");

#[test]
fn fixtures_have_the_expected_plans() {
    for name in ["shop", "clashes", "tricky"] {
        let fixture = Path::new(FIXTURES).join(name);
        let plan = plan(&fixture, PackageNames::default()).unwrap();
        check(&fixture.join("expected.txt"), &shown(&plan));
        for function in &plan.functions {
            check(&expected_main_rs(&fixture, function), &function.main_rs);
        }
        assert_eq!(files_below(&fixture.join("expected")).len(), plan.functions.len(), "{name}");
    }
}

fn check(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), text, "{}", path.display());
}

fn expected_main_rs(fixture: &Path, function: &PortedFunction) -> PathBuf {
    fixture.join("expected").join(folder(&function.route)).join("main.rs")
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn shown(plan: &Plan) -> String {
    let mut text = String::new();
    for function in &plan.functions {
        let PortedFunction { route, package, source, manifest_lines, to_do, .. } = function;
        let lines = manifest_lines.join(", ");
        writeln!(text, "{route}\n  {}\n  {package} {lines}\n  {}", folder(route).display(), source.display())
            .unwrap();
        for item in to_do {
            writeln!(text, "    {item}").unwrap();
        }
    }
    for refused in &plan.refused {
        writeln!(text, "refused {refused}").unwrap();
    }
    text
}

#[test]
fn every_file_is_planned_or_refused() {
    for (name, pages) in [("shop", "pages"), ("clashes", "src/pages"), ("tricky", "pages")] {
        let fixture = Path::new(FIXTURES).join(name);
        let plan = plan(&fixture, PackageNames::default()).unwrap();
        let planned = plan.functions.iter().map(|function| &function.source);
        // A folder is refused once for all its files.
        let paths: Vec<_> = planned.chain(plan.refused.iter().map(|refused| &refused.file)).collect();
        for file in files_below(&fixture.join(pages)) {
            let file = file.strip_prefix(&fixture).unwrap();
            let places = paths.iter().filter(|path| file.starts_with(path)).count();
            assert_eq!(places, 1, "{}", file.display());
        }
    }
}

/// The plan of a project with one file.
fn plan_of(bytes: &[u8]) -> Plan {
    let project = tempfile::tempdir().unwrap();
    let api = project.path().join("pages/api");
    fs::create_dir_all(&api).unwrap();
    fs::write(api.join("a.ts"), bytes).unwrap();
    plan(project.path(), PackageNames::default()).unwrap()
}

#[test]
fn time_grows_with_the_length_of_the_source() {
    // Texts that a search could look at again and again.
    for piece in [
        "`${",
        "`${`",
        "=/[",
        "/",
        "\\",
        "'\\",
        "/*",
        "{",
        "}=req.query;",
        "{a,",
        "[\"GET\",",
        "('",
        "import ",
        "from'a'",
        "export const config={",
        "export const runtime=",
        "const{query}=req;",
        "req.query.",
        "{query:",
        "req[",
        "((((",
        "process.env.A,",
        "query.a ",
        "`",
        "${",
        "é",
        "}",
        "case 'GET':",
        "!.method===",
        "export const maxDuration=1;",
    ] {
        let (opening, closing) =
            (piece.repeat(20_000), format!("{}{}", "{".repeat(20_000), "}=req.query".repeat(20_000)));
        for source in [format!("export default {opening}"), format!("export default {opening}{closing}")] {
            let bytes = &source.as_bytes()[..source.len().min(500 * 1024)];
            let source = String::from_utf8_lossy(bytes);
            let start = Instant::now();
            plan_of(source.as_bytes());
            let elapsed = start.elapsed();
            assert!(elapsed < Duration::from_secs(5), "{piece:?} took {elapsed:?}");
        }
    }
}

/// Pieces that the searches look for.
const PIECES: [&str; 23] = [
    "req.query.",
    "process.env['",
    "req.cookies[`",
    "import '",
    "export const config = {",
    "api: {",
    "bodyParser: {",
    "sizeLimit: '",
    "500kb",
    "maxDuration: ",
    "runtime: 'edge'",
    "req.method === '",
    "GET",
    "'POST'",
    "case ",
    "fn main() {}",
    "*/",
    "//",
    "`${",
    "} = req.query",
    "const { query } = req\n",
    "export default ",
    ".redirect(",
];

/// A source of such pieces, with characters that could break out of a comment.
fn source() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        2 => "[a-z'\"`\\\\/*${}\\[\\]().,:;=\n\r\u{2028}\u{202e}é ]{0,6}",
        1 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// The code of each stub for the route `/api/a`, before its handlers.
const CODE: [&str; 5] = [
    "use std::process::ExitCode;",
    "use api_routes::{ApiError, ApiRequest, ApiResponse, ",
    "const NOT_PORTED: &str = \"Not ported yet: functions/api/a from pages/api/a.ts\";",
    "fn route() -> Route {",
    "fn main() -> ExitCode {",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let plan = plan_of(&bytes);
        prop_assert_eq!(plan.functions.len() + plan.refused.len(), 1);
    }

    #[test]
    fn source_stays_within_comments(source in source()) {
        let plan = plan_of(format!("{source}\nexport default 1").as_bytes());
        let Some(function) = plan.functions.first() else { return Ok(()) };
        let (comments, code): (Vec<_>, Vec<_>) =
            function.main_rs.split('\n').partition(|line| line.starts_with("//"));
        let is_plain = |c: char| c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ' || c == '…';
        prop_assert!(comments.iter().all(|line| line.chars().all(is_plain)), "{:?}", comments);
        for begin in CODE {
            let lines = code.iter().filter(|line| line.starts_with(begin)).count();
            prop_assert_eq!(lines, 1, "{} in {}", begin, function.main_rs);
        }
        prop_assert!(code.iter().all(|line| line.is_ascii()), "{}", function.main_rs);
    }
}
