//! `check` and `sync` on a project of 120 routes, about as many as one stack can hold: as commands they also start a
//! process, which takes some milliseconds.
//!
//! `cargo bench -p api-routes-project --profile emulator --bench agreement`; with `--profile dev` as `cargo emulator` is built.

use std::hint::black_box;
use std::path::Path;
use std::{fs, io};

use api_routes_project::agreement::findings;
use api_routes_project::sync::{Options, Plan};
use api_routes_project::template::Overrides;
use criterion::{Criterion, criterion_group, criterion_main};
use tempfile::TempDir;

const ROUTES: usize = 120;

/// Folders alone: no members, no template, no router.
fn project() -> io::Result<TempDir> {
    let root = tempfile::tempdir()?;
    write(root.path(), "Cargo.toml", "[workspace]\nresolver = \"3\"\n")?;
    for number in 0..ROUTES {
        let end = ["", "/[id]", "/[...rest]", "/[[...rest]]"][number % 4];
        let folder = format!("functions/api/resource-{number}{end}");
        let manifest =
            format!("[package]\nname = \"api-{number}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        write(root.path(), &format!("{folder}/Cargo.toml"), &manifest)?;
        write(root.path(), &format!("{folder}/src/main.rs"), "fn main() {}\n")?;
    }
    Ok(root)
}

fn write(root: &Path, file: &str, text: &str) -> io::Result<()> {
    let file = root.join(file);
    file.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(file, text)
}

fn plan(root: &TempDir) -> Plan {
    Plan::make(root.path(), &Options::default()).unwrap_or_else(|error| unreachable!("{error}"))
}

fn agreement(criterion: &mut Criterion) {
    let root = project().unwrap_or_else(|error| unreachable!("{error}"));
    let mut group = criterion.benchmark_group("120 routes");
    group.sample_size(30);
    group.bench_function("sync, of nothing but folders", |bencher| {
        bencher.iter(|| black_box(plan(&root)));
    });
    plan(&root).write().unwrap_or_else(|error| unreachable!("{error}"));
    assert!(plan(&root).files.is_empty(), "all is written");
    group.bench_function("sync, with nothing to write", |bencher| {
        bencher.iter(|| black_box(plan(&root)));
    });
    group.bench_function("check", |bencher| {
        bencher.iter(|| black_box(findings(root.path(), &Overrides::default())));
    });
    group.finish();
}

criterion_group!(benches, agreement);
criterion_main!(benches);
