//! How many invocations a process has at a time.
//!
//! One, but on [Lambda Managed Instances](https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html),
//! which say how many in `AWS_LAMBDA_MAX_CONCURRENCY`. A function without the feature `concurrent` takes them one
//! by one there too, and links nothing for more.

use lambda_runtime::Runtime;
use tokio::runtime::Builder;

use super::posting::PostingService;
use crate::body::BoxError;

#[cfg(feature = "concurrent")]
pub(super) fn limit() -> usize {
    let variable = std::env::var("AWS_LAMBDA_MAX_CONCURRENCY").ok();
    variable.and_then(|limit| limit.parse().ok()).unwrap_or(1).max(1)
}

#[cfg(not(feature = "concurrent"))]
pub(super) fn limit() -> usize {
    1
}

/// For one event at a time one thread: it answers faster than a pool of them, with less memory.
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
