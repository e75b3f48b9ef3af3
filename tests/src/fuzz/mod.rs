//! Fuzz targets: a function for each parser of foreign bytes, which panics if a promise is broken.

mod dotenv;
mod event;
mod front_door;
mod route;
mod runtime_api;
mod sync;
mod template;

pub use dotenv::dotenv;
pub use event::{cookies, event, query};
pub use front_door::{prelude, reply, request};
pub use route::{pattern, route_key};
pub use runtime_api::runtime_api;
pub use sync::sync;
pub use template::template;

/// A fuzz target, which takes any bytes.
pub type Target = fn(&[u8]);

/// Each target with the name of its corpus.
pub const TARGETS: [(&str, Target); 12] = [
    ("cookies", cookies),
    ("dotenv", dotenv),
    ("event", event),
    ("pattern", pattern),
    ("prelude", prelude),
    ("query", query),
    ("reply", reply),
    ("request", request),
    ("route_key", route_key),
    ("runtime_api", runtime_api),
    ("sync", sync),
    ("template", template),
];

/// Splits the input of a target that takes several texts, one in a line.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n')
}
