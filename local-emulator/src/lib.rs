//! AWS Lambda and API Gateway on localhost, for the functions of this workspace.

pub mod invocation;
pub mod printer;
mod runtime_api;
pub mod sandbox;
