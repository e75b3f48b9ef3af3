//! The life of a sandbox whose process its developer starts. There is no deadline and no process to end.

use std::sync::Arc;

use super::super::Sandbox;
use super::super::attachment::Attachment;
use super::super::pool::Shared;
use super::{Afterwards, Death, End};

/// Runs `sandbox` from its first invocation until its process ends, or the pool is closed.
pub(super) async fn supervise(sandbox: Arc<Sandbox>, pool: Arc<Shared>, attachment: &Attachment) {
    sandbox.log_before_start();
    let ended = attachment.add(&sandbox);
    let (end, phase) = tokio::select! {
        Ok(phase) = ended => (End::Exited, Sandbox::pass_on_unseen(phase, &pool)),
        () = sandbox.closed.notified() => (End::Closed, sandbox.phase().end()),
    };
    attachment.remove(&sandbox);
    sandbox.process_ended(Death { end, phase, status: None });
    // The next one waits for its process as well: nothing is started again within an invocation.
    pool.ended(&sandbox, Afterwards::Gone);
}
