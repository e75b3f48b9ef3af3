//! The order of the rooms: imports between files run one way, and never in a circle.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the source has failed")]

mod circles;
mod imports;
mod order;
mod picture;
mod reading;
mod source;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::imports::{Imports, imports};
use crate::order::{ORDERS, Order};
use crate::source::{Source, read_texts};

/// The source folders of the packages whose order is checked.
const PACKAGES: [&str; 5] = [
    "shared/src",
    "shared/routing/src",
    "local-emulator/src",
    "local-emulator/project/src",
    "local-emulator/command/src",
];

/// The page with the pictures of the rooms.
const PAGE: &str = "docs/rooms.md";

/// Draws the pictures again.
const UPDATE: &str = "UPDATE_ROOMS=1 cargo test -p tests --test rooms";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn is_update() -> bool {
    std::env::var_os("UPDATE_ROOMS").is_some()
}

/// The imports within each package.
static IMPORTS: LazyLock<BTreeMap<&str, Imports>> =
    LazyLock::new(|| PACKAGES.map(|package| (package, read_imports(package))).into());

/// Reads the imports within a package. The names of files begin with the folder of the package.
fn read_imports(package: &str) -> Imports {
    let in_folder = |file: String| format!("{package}/{file}");
    let imports = imports(&Source::read(&read_texts(&workspace().join(package))));
    imports
        .into_iter()
        .map(|(file, others)| {
            let others: BTreeMap<_, _> =
                others.into_iter().map(|(file, names)| (in_folder(file), names)).collect();
            (in_folder(file), others)
        })
        .collect()
}

#[test]
fn files_do_not_import_each_other_in_a_circle() {
    let mut problems = Vec::new();
    for (package, imports) in &*IMPORTS {
        assert!(imports.len() > 5, "{package}: only {} files were read", imports.len());
        for circle in circles::circles(imports) {
            problems.push(format!(
                "{}Move what both sides name (often a type or a constant) into a file below them, or pass it as an \
                 argument.",
                circles::describe(imports, &circle),
            ));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n\n"));
}

#[test]
fn rooms_import_only_rooms_below_them() {
    let problems: Vec<_> = ORDERS
        .iter()
        .flat_map(|order| {
            let imports = &IMPORTS[order.package];
            order.problems(&order::rooms(order.package, imports), &order::arrows(order.package, imports))
        })
        .collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n\n"));
}

#[test]
fn pictures_of_the_rooms_are_up_to_date() {
    let page = fs::read_to_string(workspace().join(PAGE)).unwrap();
    let drawn = ORDERS.iter().fold(page.clone(), |page, order: &Order| {
        let arrows = order::arrows(order.package, &IMPORTS[order.package]);
        picture::replace(&page, order.package, &picture::draw(order, &arrows))
    });
    if is_update() {
        return fs::write(workspace().join(PAGE), drawn).unwrap();
    }
    assert!(
        page == drawn,
        "the rooms import each other otherwise than {PAGE} shows. Draw them again: `{UPDATE}`"
    );
}
