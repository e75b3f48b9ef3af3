//! AWS Lambda and its front doors on localhost, for the functions of a project.

pub mod access;
mod attach;
pub mod authorizer;
mod backend;
pub mod compile;
pub mod config;
mod connections;
mod current;
mod deployment;
mod descendants;
mod door;
pub mod emulator;
mod function_error;
pub mod gateway;
pub mod http_client;
mod inspector;
pub mod invocation;
mod invoke_api;
pub mod listen;
mod long_work;
mod ows;
pub mod printer;
mod process_group;
pub mod record;
mod reload;
mod runtime_api;
pub mod sandbox;
mod server;
mod settings;
mod target_folder;
mod timestamp;
pub mod watch;
pub mod watchdog;

pub use attach::AttachError;
pub use config::Config;
pub use emulator::{Emulator, StartError};
