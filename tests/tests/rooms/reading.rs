//! The reader, the order and the picture themselves, on small packages.

use crate::circles::{circles, describe};
use crate::imports::{Imports, imports};
use crate::order::{Order, arrows, rooms};
use crate::picture;
use crate::source::{Source, Texts};

fn read(files: &[(&str, &str)]) -> Imports {
    let texts: Texts = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    imports(&Source::read(&texts))
}

/// The circles of a package, a line each.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    circles(&read(files)).iter().map(|circle| circle.iter().cloned().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; fn f(a: &crate::a::A) {}"),
    ];
    assert_eq!(found(&files), ["a.rs b.rs"]);
    let imports = read(&files);
    let text = describe(&imports, &circles(&imports)[0]);
    assert!(text.contains("    a.rs -> b.rs: B\n    b.rs -> a.rs: A\n"), "{text}");
}

#[test]
fn a_circle_of_three_files_is_found() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; use a::A;"),
        ("a.rs", "use super::b::{B, self}; pub struct A(B);"),
        ("b.rs", "use crate::{c::C}; pub struct B(C);"),
        ("c.rs", "pub struct C; fn f() { let x = super::a::A::new(); }"),
    ];
    assert_eq!(found(&files), ["a.rs b.rs c.rs"]);
}

#[test]
fn reexport_is_followed_to_the_defining_file() {
    let files = [
        ("lib.rs", "mod room; mod top;"),
        ("room/mod.rs", "mod a; mod b; pub use self::a::A; pub(crate) use b::*;"),
        ("room/a.rs", "use super::B; pub struct A(B);"),
        ("room/b.rs", "pub struct B;"),
        ("top.rs", "use crate::room::{A, B};"),
    ];
    let imports = read(&files);
    assert!(circles(&imports).is_empty());
    assert_eq!(imports["top.rs"].keys().collect::<Vec<_>>(), ["room/a.rs", "room/b.rs"]);
    assert!(imports["room/mod.rs"].is_empty());
}

#[test]
fn circle_through_a_reexport_is_found() {
    let files = [
        ("lib.rs", "mod room;"),
        ("room.rs", "mod a; mod b; pub use a::A;"),
        ("room/a.rs", "use super::b::b; pub struct A; fn f() { b(); }"),
        ("room/b.rs", "use super::A as Other; pub fn b() -> Other { Other }"),
    ];
    assert_eq!(found(&files), ["room/a.rs room/b.rs"]);
}

#[test]
fn parent_with_code_and_its_child_are_a_circle() {
    let files = [
        ("lib.rs", "mod room;"),
        ("room/mod.rs", "mod child; pub use child::Child; pub struct Parent; fn f(_: Child) {}"),
        ("room/child.rs", "use super::Parent; pub struct Child(Parent);"),
    ];
    assert_eq!(found(&files), ["room/child.rs room/mod.rs"]);
}

#[test]
fn reexport_alone_is_no_import() {
    let files = [
        ("lib.rs", "mod room;"),
        ("room/mod.rs", "mod child; pub use child::Child; pub struct Parent;"),
        ("room/child.rs", "use super::Parent; pub struct Child(Parent);"),
    ];
    assert!(found(&files).is_empty());
}

#[test]
fn imports_of_tests_do_not_count() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "pub fn a() {} #[cfg(test)] use crate::b::b; #[cfg(test)] mod tests { use crate::b::b; }"),
        ("b.rs", "use crate::a::a; pub fn b() { a() }"),
    ];
    assert!(found(&files).is_empty());
}

#[test]
fn paths_in_macros_and_attributes_count() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "pub fn a() { println!(\"{}\", crate::b::b()); }"),
        ("b.rs", "use crate::c; pub fn b() { c::c() }"),
        ("c.rs", "pub fn c() {} #[derive(Args)] struct C { #[arg(value_parser = crate::a::a)] a: u8 }"),
    ];
    assert_eq!(found(&files), ["a.rs b.rs c.rs"]);
}

#[test]
fn names_of_other_packages_do_not_count() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use ::b::b; use b::c; pub fn a() { b(); c(); tokio::a::b(); }"),
        ("b.rs", "use crate::a::a; pub fn b() { a() }"),
    ];
    assert!(found(&files).is_empty());
}

/// A package with the rooms `low`, `middle` and `high`, each of which imports the rooms below it.
const ORDERLY: [(&str, &str); 5] = [
    ("lib.rs", "mod high; mod low; mod middle; pub use high::High;"),
    ("low.rs", "pub struct Low;"),
    ("middle/mod.rs", "mod inner; pub use inner::Middle;"),
    ("middle/inner.rs", "pub struct Middle(crate::low::Low);"),
    ("high.rs", "use crate::{low::Low, middle::Middle}; pub struct High(Low, Middle);"),
];

/// The problems of a package with an order, as text.
fn problems(order: &Order, files: &[(&str, &str)]) -> String {
    let imports = read(files);
    order.problems(&rooms("", &imports), &arrows("", &imports)).join("\n")
}

#[test]
fn rooms_in_order_have_no_problem() {
    let order = Order { package: "", rooms: &["low", "middle", "high", "lib"] };
    assert_eq!(problems(&order, &ORDERLY), "");
}

#[test]
fn import_of_a_room_above_names_the_files() {
    let order = Order { package: "", rooms: &["middle", "low", "high", "lib"] };
    let text = problems(&order, &ORDERLY);
    assert!(
        text.contains("`middle` of  imports `low`, a room above it:\n    middle/inner.rs -> low.rs: Low\n")
    );
}

#[test]
fn missing_room_fails_with_its_neighbours() {
    let order = Order { package: "", rooms: &["low", "old", "high", "lib"] };
    let text = problems(&order, &ORDERLY);
    assert!(text.contains("The room `middle` of  has no place yet."), "{text}");
    assert!(
        text.contains("after the rooms that it imports [low] and before those that import it [high]"),
        "{text}"
    );
    assert!(text.contains("has no room `old` any more"), "{text}");
}

#[test]
fn picture_leaves_out_arrows_that_others_imply() {
    let order = Order { package: "", rooms: &["low", "middle", "high", "lib"] };
    let picture = picture::draw(&order, &arrows("", &read(&ORDERLY)));
    assert_eq!(picture, "```mermaid\nflowchart TD\n    high --> middle\n    middle --> low\n```\n");
    let page = "Before\n<!-- rooms of p -->\nold\n<!-- end of rooms -->\nAfter\n";
    let replaced = "Before\n<!-- rooms of p -->\nnew\n<!-- end of rooms -->\nAfter\n";
    assert_eq!(picture::replace(page, "p", "new\n"), replaced);
}
