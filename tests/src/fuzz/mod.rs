//! A function for each thing that reads what others write. It panics if that goes wrong.

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

/// What takes bytes.
pub type Target = fn(&[u8]);

/// Each with the name of its corpus.
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

/// Texts of a target that reads several, one in a line.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n')
}
