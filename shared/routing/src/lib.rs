//! The folder is the route: from `functions/api/posts/[id]` to route keys and parameters.
//!
//! | folder                  | route ([`Pattern`])    | [route keys](RouteKey)                      | a match gives                     |
//! |-------------------------|------------------------|---------------------------------------------|-----------------------------------|
//! | `api/user`              | `/api/user`            | `ANY /api/user`                             | nothing                           |
//! | `api/index`             | `/api`                 | `ANY /api`                                  | nothing                           |
//! | `api/posts/[id]`        | `/api/posts/[id]`      | `ANY /api/posts/{id}`                       | `id`: one string                  |
//! | `api/docs/[...slug]`    | `/api/docs/[...slug]`  | `ANY /api/docs/{slug+}`                     | `slug`: one or more strings       |
//! | `api/shop/[[...slug]]`  | `/api/shop/[[...slug]]`| `ANY /api/shop` and `ANY /api/shop/{slug+}` | `slug`: strings, absent when none |
//!
//! The crate answers three questions about a tree of folders:
//!
//! - Is this folder a route at all? [`Pattern::from_folder`], and [`Pattern::deployable`] for what only API Gateway
//!   refuses.
//! - Do two folders exclude each other? [`conflicts`].
//! - Is there a path that Next.js and API Gateway give to different folders? [`divergences`].
//!
//! The front door chooses a route for a request, not this crate. A function only reads its own [`Parameters`].

// A type that may grow is `#[non_exhaustive]`. A type that may not says why.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod conflict;
mod divergence;
mod error;
mod key;
mod parameters;
mod pattern;
mod segment;
mod template;

pub use self::conflict::{Conflict, Reason, conflicts};
pub use self::divergence::{Divergence, divergences};
pub use self::error::PatternError;
pub use self::key::{RouteKey, RouteKeyError};
pub use self::parameters::{Parameter, Parameters, ParametersError, PathEncoding};
pub use self::pattern::Pattern;
pub use self::segment::Segment;
pub use self::template::{PathTemplate, PathTemplateError, TemplateSegment};
