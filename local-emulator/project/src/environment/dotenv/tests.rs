use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use proptest::prelude::*;
use tempfile::{TempDir, tempdir};

use super::{Dotenv, DotenvContext, Mode};
use crate::environment::tests::read;
use crate::pipe::{PipeWait, SilentWait};

fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = tempdir().unwrap();
    for (name, text) in files {
        fs::write(root.path().join(name), text).unwrap();
    }
    root
}

fn read_in(root: &Path, mode: &str) -> Dotenv {
    let context = DotenvContext { mode: mode.parse().unwrap(), shell: [].into() };
    Dotenv::read(root, &context, &SilentWait).unwrap()
}

fn complaints(text: &str) -> Vec<String> {
    let read = read(folder(&[(".env", text)]).path());
    read.complaints.iter().map(|it| format!("{}:{}", it.place.line, it.place.column)).collect()
}

#[test]
fn local_file_overrides_the_shared_one() {
    let root = folder(&[(".env", "\u{feff}A=1\nB='two words' # why\n"), (".env.local", "A=local\n")]);
    let dotenv = read(root.path());
    let variables: Vec<_> = dotenv.iter().map(|(name, value, file)| (name, value, &**file)).collect();
    assert_eq!(variables, [("A", "local", ".env.local"), ("B", "two words", ".env")]);
    let all: Vec<_> = dotenv.all().map(|(name, value, _)| (name, value)).collect();
    assert_eq!(all, [("A", "1"), ("B", "two words"), ("A", "local")]);
}

#[test]
fn no_files_are_no_variables() {
    let dotenv = read(tempdir().unwrap().path());
    assert_eq!((dotenv.iter().count(), dotenv.files().count()), (0, 0));
}

#[test]
fn folder_called_dotenv_is_passed_over() {
    let root = folder(&[(".env.local", "A=1\n")]);
    fs::create_dir(root.path().join(".env")).unwrap();
    fs::create_dir(root.path().join(".env.test")).unwrap();
    let dotenv = read(root.path());
    assert_eq!(dotenv.files().collect::<Vec<_>>(), [".env.local"]);
    assert_eq!(dotenv.unread, []);
}

#[test]
fn debug_output_shows_no_value() {
    let shown = format!("{:?}", read(folder(&[(".env", "TOKEN=hush\n")]).path()));
    assert!(shown.contains("TOKEN") && !shown.contains("hush"), "{shown}");
}

#[test]
fn variable_has_the_place_of_its_last_name() {
    let dotenv = read(folder(&[(".env", "A=1\r\nB='x\ny'\r\n\r\n  export A=2\r\n")]).path());
    let places: Vec<_> = dotenv.places().map(|(name, _, place)| (name, place.line, place.column)).collect();
    assert_eq!(places, [("A", 5, 10), ("B", 2, 1)]);
}

#[test]
fn mode_chooses_files_the_strongest_first() {
    for (mode, expected) in [
        ("development", ".env.development.local .env.local .env.development .env"),
        ("production", ".env.production.local .env.local .env.production .env"),
        ("test", ".env.test.local .env.test .env"),
        ("staging", ".env.staging.local .env.local .env.staging .env"),
    ] {
        assert_eq!(mode.parse::<Mode>().unwrap().files().join(" "), expected);
    }
    for name in ["", "local", "a b", "a.local", "../a", "é"] {
        assert!(name.parse::<Mode>().is_err(), "{name}");
    }
}

#[test]
fn unread_file_is_named_with_what_reads_it() {
    let names = [
        ".env",
        ".env.local",
        ".env.development",
        ".env.production.local",
        ".env.test",
        ".env.staging",
        ".env.example",
        ".env.sample.local",
        ".env.bak",
        ".env.development~",
        ".envrc",
    ];
    let root = folder(&names.map(|name| (name, "")));
    for (mode, expected) in [
        (
            "development",
            &[
                "`.env.production.local` (`cargo api-routes dev --release` reads it)",
                "`.env.staging` (`--mode staging` reads it)",
                "`.env.test` (`cargo api-routes exec` reads it)",
            ][..],
        ),
        (
            "test",
            &[
                "`.env.development` (`cargo api-routes dev` reads it)",
                "`.env.local` (each mode but `test` reads it)",
                "`.env.production.local` (`cargo api-routes dev --release` reads it)",
                "`.env.staging` (`--mode staging` reads it)",
            ],
        ),
    ] {
        let unread: Vec<_> = read_in(root.path(), mode).unread.iter().map(ToString::to_string).collect();
        assert_eq!(unread, expected, "{mode}");
    }
}

#[test]
fn each_mode_with_a_file_is_read_for_check() {
    let root = folder(&[(".env", "A=$B\n"), (".env.development", "B=1\n"), (".env.staging.local", "C=1\n")]);
    let read = Dotenv::read_each_mode(root.path(), &[].into(), &SilentWait).unwrap();
    let modes: Vec<_> = read.iter().map(|it| (it.mode.name(), it.complaints.len())).collect();
    assert_eq!(modes, [("development", 0), ("staging", 1)]);
}

/// Gives up after it has waited for a second.
#[derive(Default)]
struct OneSecond(Cell<bool>);

impl PipeWait for OneSecond {
    fn report(&self, _: &Path) {
        self.0.set(true);
    }

    fn is_over(&self) -> bool {
        self.0.get()
    }
}

#[test]
fn pipe_is_read_once_for_all_modes() {
    let root = folder(&[(".env.production", ""), (".env.test", "")]);
    let pipe = root.path().join(".env");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = thread::spawn(move || fs::write(pipe, "A=1\n").unwrap());
    let read = Dotenv::read_each_mode(root.path(), &[].into(), &OneSecond::default()).unwrap();
    writer.join().unwrap();
    assert!(read.len() == 3 && read.iter().all(|it| it.get("A").is_some()), "{read:?}");
}

#[test]
fn file_in_utf_16_is_one_complaint() {
    let root = tempdir().unwrap();
    let units = "\u{feff}A=1\nB=2\n".encode_utf16().flat_map(u16::to_le_bytes);
    fs::write(root.path().join(".env"), units.collect::<Vec<_>>()).unwrap();
    let dotenv = read(root.path());
    let complaints: Vec<_> = dotenv.complaints.iter().map(ToString::to_string).collect();
    assert_eq!(complaints, [".env:1:1: this is not text in UTF-8; save the file as UTF-8"]);
}

#[test]
fn problem_of_an_overridden_value_is_not_told() {
    let root = folder(&[(".env", "A=$NONE\nB=$C\nC=$B\n"), (".env.local", "A=1\nB=2\n")]);
    let dotenv = read(root.path());
    assert_eq!(dotenv.complaints, []);
    let variables: Vec<_> = dotenv.iter().map(|(name, value, _)| (name, value)).collect();
    assert_eq!(variables, [("A", "1"), ("B", "2"), ("C", "2")]);
}

#[test]
fn column_counts_characters_of_the_file() {
    assert_eq!(complaints("A=\"ü\\n\\n❤$NONE\"\r\n  é\r\n"), ["1:10", "2:3"]);
}

#[test]
fn hostile_file_is_read_in_linear_time() {
    const MANY: usize = 50_000;
    let chain = |value: &str| -> String {
        let line = |at: usize| format!("V{at}={}\n", value.replace('@', &format!("$V{}", at + 1)));
        (0..MANY).map(line).collect::<Vec<_>>().concat()
    };
    for text in [
        format!("A={}", "$".repeat(MANY)),
        format!("A={}\nB=\n", "$B".repeat(MANY)),
        format!("A={}\nB=xy\n", "$B".repeat(MANY)),
        format!("A={}", "$NONE".repeat(MANY)),
        format!("A={}x{}", "${B:-".repeat(MANY), "}".repeat(MANY)),
        format!("A={}{}{}", "${B:-".repeat(MANY), "x".repeat(MANY), "}".repeat(MANY)),
        format!("A=\"{}", "\\\"".repeat(MANY)),
        format!("A=\"{}x", "\\\" ".repeat(MANY)),
        "A='\"`\n".repeat(MANY),
        "A='\\'x\n".repeat(MANY),
        "A=\n".repeat(MANY),
        "A\n".repeat(MANY),
        "export ".repeat(MANY),
        "export\n".repeat(MANY),
        "A:\n".repeat(MANY),
        format!("A={}'", "\n".repeat(MANY)),
        "\n".repeat(MANY),
        "A=\u{2028}'".repeat(MANY),
        "A=x#".repeat(MANY),
        chain("@"),
        chain("x@"),
        chain("@@"),
        chain("${NONE:-@}"),
        format!("{}V{MANY}=$V0\n", chain("@")),
    ] {
        read(folder(&[(".env", &text)]).path());
    }
}

#[test]
fn values_that_double_are_bounded() {
    let lines: Vec<_> = (0..40).map(|at| format!("V{at}=$V{0}$V{0}\n", at + 1)).collect();
    let dotenv = read(folder(&[(".env", &format!("{}V40=xxxx\nB=1\n", lines.concat()))]).path());
    assert_eq!(dotenv.get("B").map(|(value, _)| value), Some("1"));
    assert_eq!(dotenv.get("V30").map(|(value, _)| value.len()), Some(4096));
    assert!(dotenv.all().all(|(_, value, _)| value.len() <= 128 * 1024));
    assert!(
        dotenv
            .complaints
            .iter()
            .any(|it| it.to_string().contains("is left out: its value has more than 128 KB"))
    );
}

#[test]
fn cycle_names_at_most_five_of_its_variables() {
    for (count, at, expected) in [
        (1, 0, "`V0` → `V0`)"),
        (4, 2, "`V2` → `V3` → `V0` → `V1` → `V2`)"),
        (5, 0, "`V0` → `V1` → `V2` → `V3` → `V4` → …)"),
        (1000, 998, "`V998` → `V999` → `V0` → `V1` → `V2` → …)"),
    ] {
        let lines: Vec<_> = (0..count).map(|at| format!("V{at}=$V{}\n", (at + 1) % count)).collect();
        let dotenv = read(folder(&[(".env", &lines.concat())]).path());
        assert_eq!((dotenv.iter().count(), dotenv.complaints.len()), (0, count));
        let expected = format!("`V{at}` is left out: its value needs itself ({expected}");
        assert_eq!(dotenv.complaints[at].problem.to_string(), expected);
    }
}

#[test]
fn quote_alone_is_the_value() {
    for quote in ["'", "\"", "`"] {
        let dotenv = read(folder(&[(".env", &format!("A={quote}\n"))]).path());
        assert_eq!(dotenv.get("A").map(|(value, _)| value), Some(quote));
        assert!(
            dotenv.complaints[0].to_string().contains("begins with a quote that is not closed"),
            "{quote}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in r#"([AB=:$\{\}'"`\\#n \n\r-]|export |\PC){0,60}"#) {
        let root = folder(&[(".env", &text), (".env.local", "B=$A\n")]);
        let dotenv = read(root.path());
        let lines = text.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count() + 1;
        for complaint in dotenv.complaints {
            prop_assert!((1..=lines).contains(&complaint.place.line), "{complaint}");
        }
    }

    #[test]
    fn quoted_text_is_read_as_it_is(text in "[^'\\\\$\r]{0,40}") {
        let root = folder(&[(".env", &format!("A='{text}'\nB=2\n"))]);
        let dotenv = read(root.path());
        let text = text.split('\0').next().unwrap_or_default();
        prop_assert_eq!(dotenv.get("A").map(|(value, _)| value), Some(text));
        prop_assert_eq!(dotenv.get("B").map(|(value, _)| value), Some("2"));
    }
}
