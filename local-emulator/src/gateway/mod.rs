//! Front doors: what turns an HTTP request into an event for a function, and its reply into an
//! HTTP response. One module per front door.

mod backend;
pub mod http_api;

pub use backend::{Backend, NotReady};
