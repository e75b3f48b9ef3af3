//! Compares our reader of `.env` files with the values that Next.js read in some hundred of them.
//!
//! Each case of `tests/fixtures/dotenv/next.json` is a folder of files, a mode and a shell, with the variables that a
//! route of Next.js saw. Our variables must be equal, or as in `tests/dotenv-departures.toml`, which gives the reason.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod case;
mod departures;

use std::fmt::Write as _;

use case::Case;
use departures::Departures;

#[test]
fn each_file_is_read_as_next_reads_it_or_by_a_row() {
    let cases = case::cases();
    let departures = Departures::read(&cases);
    let mut differing = String::new();
    for case in &cases {
        let (expected, read) = (departures.expected(case), case.read());
        println!("{}\n  Next {:?}\n  ours {:?}", case.id, case.next.variables, read.variables);
        if read.variables != expected {
            writeln!(differing, "{}\n  expected {expected:?}\n  read     {:?}", case.id, read.variables)
                .unwrap();
        }
    }
    println!("{} cases, {} of them departures", cases.len(), departures.len());
    assert!(differing.is_empty(), "{differing}");
}

#[test]
fn each_complaint_has_its_place_and_its_words() {
    let line = |case: &Case, complaint: &String| format!("{} {complaint}\n", case.id);
    let lines = |case: &Case| case.read().complaints.iter().map(|it| line(case, it)).collect::<String>();
    let complaints: String = case::cases().iter().map(lines).collect();
    let expected = include_str!("../../fixtures/dotenv/complaints.txt");
    assert_eq!(complaints, expected, "`complaints.txt` should be:\n{complaints}");
}

#[test]
fn no_complaint_shows_a_value() {
    let files = [(
        ".env",
        "A=hush hush\nhush\nB=pa$hush\nC='hush\nD=hush#hush\nE:\nhush\nF=$F-hush\nG=$hush}\nH=hush\0",
    )];
    let case = Case::new("none", &files);
    let complaints = case.read().complaints;
    assert!(complaints.len() > 7, "{complaints:?}");
    assert!(!complaints.iter().any(|it| it.contains("hush")), "{complaints:?}");
}
