//! Functions with a snapshot: `SnapStart`.
//!
//! Lambda takes the snapshot when a version is published, and restores it for each new sandbox. Here a process takes that
//! way by itself: it is set up, asks for its snapshot, and goes on at once. Its connections and its memory stay.
//! <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html>

use bytes::Bytes;

use super::{Refusal, Sandbox};

impl Sandbox {
    /// The runtime is set up, and asks to go on from its snapshot. No extension registers after that.
    pub(crate) fn restore(&self) -> Result<(), Refusal> {
        self.phase().restore_asked(self.restore_limit)?;
        self.close_registration();
        Ok(())
    }

    /// The restored runtime cannot go on: the caller of the first invocation gets `error`.
    ///
    /// Undocumented (LC-6): the form that it has. `Invoke` has a `SnapStartException` for this.
    pub(crate) fn restore_failed(&self, error: Bytes, error_type: String) -> Result<(), Refusal> {
        let caller = self.phase().restore_failed(error_type)?;
        self.pass_on_error(caller, error);
        Ok(())
    }
}
