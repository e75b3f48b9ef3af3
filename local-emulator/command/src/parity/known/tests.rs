use super::{KnownDifferences, fits};
use crate::parity::difference::Part;
use crate::parity::file::SourceFile;

const FILE: &str =
    "[[known]]\nrequests = ['GET /a', 'GET /b*']\ndiffers = ['status', 'body']\ncause = 'it is old'\n";

fn known(text: &str) -> KnownDifferences {
    KnownDifferences::read(&SourceFile::from_text(text)).unwrap()
}

fn gone(known: &KnownDifferences) -> Vec<String> {
    known.gone().map(|gone| gone.to_string()).collect()
}

#[test]
fn difference_is_known_by_its_request_and_its_part() {
    let mut known = known(FILE);
    for (request, part, cause) in [
        ("GET /a", Part::Status, Some("it is old")),
        ("GET /a", Part::Member("/id".to_owned()), Some("it is old")),
        ("GET /b/c", Part::Body, Some("it is old")),
        ("GET /a", Part::Answer, None),
        ("GET /c", Part::Status, None),
    ] {
        assert_eq!(known.cause(request, &part), cause, "{request} {part}");
    }
    assert_eq!(
        gone(&known),
        ["file.toml:1:1: status of `GET /b*` no longer differs: remove it from the file"]
    );
}

#[test]
fn difference_that_did_not_occur_is_stale() {
    assert_eq!(gone(&known(FILE)).len(), 4);
    assert_eq!(gone(&known("")).len(), 0);
}

#[test]
fn entry_without_cause_or_request_is_refused() {
    for (text, words) in [
        (
            "[[known]]\nrequests = ['a']\ndiffers = ['status']\ncause = ' '",
            "file.toml:4:9: write the cause of the difference",
        ),
        ("[[known]]\nrequests = ['a']\ndiffers = ['status']", "file.toml:1:1: missing field `cause`"),
        ("[[known]]\nrequests = []\ndiffers = ['status']\ncause = 'a'", "file.toml:1:1: name the requests"),
        (
            "[[known]]\nrequests = ['a']\ndiffers = ['code']\ncause = 'a'",
            "file.toml:3:12: `code` is not a part",
        ),
    ] {
        let error = KnownDifferences::read(&SourceFile::from_text(text)).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
    }
}

#[test]
fn a_star_stands_for_any_text() {
    for (pattern, name, is_fitting) in [
        ("GET /a", "GET /a", true),
        ("GET /a", "GET /ab", false),
        ("GET *", "GET /a", true),
        ("*", "", true),
        ("*/a", "GET /a", true),
        ("* /*/b", "GET /a/b", true),
        ("* /*/b", "GET /a/b/c", false),
        ("a*b*c", "abc", true),
        ("a*bc*c", "abc", false),
        ("ab*b", "ab", false),
    ] {
        assert_eq!(fits(pattern, name), is_fitting, "{pattern} {name}");
    }
}
