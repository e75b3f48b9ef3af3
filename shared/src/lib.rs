//! Next.js-style API routes for Rust on AWS Lambda.

pub mod route;
