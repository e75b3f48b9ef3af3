//! The README, followed to the letter.

use std::fs;

use crate::harness::{Project, Served, checkout};

/// The fences of a chapter, without the indent of the list that they stand in.
fn fences(chapter: &str) -> Vec<String> {
    let readme = fs::read_to_string(checkout().join("README.md")).unwrap();
    let text = readme.split("\n## ").find(|text| text.lines().next() == Some(chapter)).unwrap();
    let fences = text.split("```").skip(1).step_by(2).map(|fence| fence.split_once('\n').unwrap().1);
    let indented = |line: &str| line.strip_prefix("   ").unwrap_or(line).to_owned() + "\n";
    fences.map(|fence| fence.trim_end().lines().map(indented).collect()).collect()
}

/// This repository's manifest, with one function in it.
fn manifest(member: &str) -> String {
    let text = fs::read_to_string(checkout().join("Cargo.toml")).unwrap();
    let (before, members) = text.split_once("members = [\n").unwrap();
    let (_, after) = members.split_once("]\n\n").unwrap();
    let shared = format!("path = '{}'", checkout().join("shared").display());
    format!("{before}members = [\n{member}]\n\n{}", after.replacen(r#"path = "shared""#, &shared, 1))
}

#[test]
fn the_four_edits_for_a_route_are_enough() {
    let [main, package, member, function] = fences("Add a route").try_into().unwrap();
    let template = fs::read_to_string(checkout().join("template.yaml")).unwrap();
    let (template, _functions) = template.split_once("  IndexFunction:\n").unwrap();

    let project = Project::new();
    fs::copy(checkout().join("Cargo.lock"), project.path("Cargo.lock")).unwrap();
    project.write("functions/api/orders/[id]/src/main.rs", &main);
    project.write("functions/api/orders/[id]/Cargo.toml", &package);
    project.write("Cargo.toml", &manifest(&member));
    project.write("template.yaml", &format!("{template}{function}"));

    let served = Served::start(&project);
    let answer = served.get("/api/orders/7");
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"order":"7"}"#), "{}", served.log());
    // Nor is there anything to warn of, such as a function that the template lacks.
    assert!(!served.log().contains("warning"), "{}", served.log());
}
