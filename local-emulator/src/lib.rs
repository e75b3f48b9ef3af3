//! AWS Lambda and API Gateway on localhost, for the functions of this workspace.

pub mod compile;
pub mod gateway;
pub mod invocation;
pub mod printer;
pub mod project;
pub mod runtime_api;
pub mod sandbox;
pub mod watch;
