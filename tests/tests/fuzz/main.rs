//! Short runs of the fuzz targets: over the saved corpus, and over mutations of it.
//!
//! `EMULATOR_FUZZ_RUNS` sets the number of mutations for each target, and `EMULATOR_FUZZ_SEED` selects them.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod mutation;

use std::env;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use mutation::Mutations;
use tests::fuzz::{self, TARGETS, Target};

#[test]
fn each_target_has_a_corpus_and_runs_in_cargo_fuzz() {
    let names: Vec<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(entries(&folder("corpus")), names);
    let targets: Vec<_> = names.iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(entries(&folder("fuzz_targets")), targets);
}

#[test]
fn cookies() {
    run("cookies", fuzz::cookies, 2_000);
}

#[test]
fn dotenv() {
    run("dotenv", fuzz::dotenv, 2_000);
}

#[test]
fn event() {
    run("event", fuzz::event, 2_000);
}

#[test]
fn pattern() {
    run("pattern", fuzz::pattern, 10_000);
}

#[test]
fn prelude() {
    run("prelude", fuzz::prelude, 2_000);
}

#[test]
fn query() {
    run("query", fuzz::query, 2_000);
}

#[test]
fn reply() {
    run("reply", fuzz::reply, 2_000);
}

#[test]
fn request() {
    run("request", fuzz::request, 1_000);
}

#[test]
fn route_key() {
    run("route_key", fuzz::route_key, 10_000);
}

#[test]
fn runtime_api() {
    run("runtime_api", fuzz::runtime_api, 500);
}

#[test]
fn sync() {
    run("sync", fuzz::sync, 1_000);
}

#[test]
fn template() {
    run("template", fuzz::template, 5_000);
}

fn run(name: &str, target: Target, runs: u64) {
    let corpus = corpus(name);
    for input in &corpus {
        survives(target, input);
    }
    let mut mutations = Mutations::new(number("EMULATOR_FUZZ_SEED").unwrap_or(4), &corpus);
    for _ in 0..number("EMULATOR_FUZZ_RUNS").unwrap_or(runs) {
        survives(target, &mutations.next());
    }
}

/// Runs a target. A panic in a spawned task counts as well.
fn survives(target: Target, input: &[u8]) {
    let before = panics();
    let survived = panic::catch_unwind(AssertUnwindSafe(|| target(input))).is_ok();
    assert!(survived && panics() == before, "this input did it: b\"{}\"", input.escape_ascii());
}

/// Returns the number of panics in this process so far.
fn panics() -> usize {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            COUNT.fetch_add(1, Ordering::Relaxed);
            tell(panic);
        }));
    });
    COUNT.load(Ordering::Relaxed)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = folder("corpus").join(target);
    let inputs: Vec<_> = entries(&folder).iter().map(|name| fs::read(folder.join(name)).unwrap()).collect();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    inputs
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(name)
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|error| panic!("{name}={text}: {error}")))
}
