//! The number of invocations that a process takes at a time.
//!
//! This is one, except on [Lambda Managed
//! Instances](https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html), which set the number in
//! `AWS_LAMBDA_MAX_CONCURRENCY`. Without the feature `concurrent`, a function takes one at a time there too, and links
//! no code for more.

use lambda_runtime::Runtime;
use tokio::runtime::Builder;

use super::posting::PostingService;
use crate::error::BoxError;

#[cfg(feature = "concurrent")]
pub(super) fn limit() -> usize {
    let variable = std::env::var("AWS_LAMBDA_MAX_CONCURRENCY").ok();
    variable.and_then(|limit| limit.parse().ok()).unwrap_or(1).max(1)
}

#[cfg(not(feature = "concurrent"))]
pub(super) fn limit() -> usize {
    1
}

/// Makes the builder of the tokio runtime. For one event at a time it has one thread, which answers faster than several
/// and needs less memory.
pub(super) fn tokio_builder() -> Builder {
    #[cfg(feature = "concurrent")]
    if limit() > 1 {
        return Builder::new_multi_thread();
    }
    Builder::new_current_thread()
}

#[cfg(feature = "concurrent")]
pub(super) async fn run(runtime: Runtime<PostingService>) -> Result<(), BoxError> {
    runtime.run_concurrent().await
}

#[cfg(not(feature = "concurrent"))]
pub(super) async fn run(runtime: Runtime<PostingService>) -> Result<(), BoxError> {
    runtime.run().await
}
