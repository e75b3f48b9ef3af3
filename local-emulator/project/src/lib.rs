//! A project of API routes, read and edited: its workspace, template, environment and front doors.
//!
//! The rooms, from the bottom up:
//!
//! - [`text`]: edits of TOML and YAML that leave every other byte as it is.
//! - [`tool`]: the command that hints print.
//! - [`routes`]: the folders that are routes, and their conflicts.
//! - [`template`]: `template.yaml`, as AWS SAM reads it.
//! - [`environment`]: `.env` files and the variables that a function sees.
//! - [`deployed`]: the variables of a stack that is deployed.
//! - [`workspace`]: which packages are functions, as Cargo knows them.
//! - [`front_doors`]: which front door leads to which function, and the tables that a front door and
//!   `check` choose by.
//! - [`agreement`]: whether folders, members, template and router agree.
//! - [`sync`]: the edits that make them agree.

pub mod agreement;
pub mod aws;
mod causes;
pub mod deployed;
pub mod environment;
#[cfg(test)]
mod fixture;
pub mod front_doors;
mod pipe;
pub mod routes;
mod settings;
pub mod sync;
pub mod template;
pub mod text;
pub mod tool;
pub mod workspace;

pub use causes::{causes, with_causes};
pub use pipe::{PipeWait, SilentWait, waiting_for_writer};
pub use settings::{NamedPaths, Settings, SettingsError};
