//! One function as it stands on this machine: being built, broken, or ready for invocations.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::watch;

use crate::gateway::NotReady;
use crate::invocation::{Invocation, Outcome};
use crate::sandbox::Pool;

/// A function that route keys lead to. It stays the same while its versions come and go.
#[derive(Debug)]
pub(crate) struct Function {
    state: watch::Sender<State>,
}

#[derive(Debug)]
enum State {
    /// Whoever asks waits for the build; those who asked before it began may still be in the old version.
    Building {
        previous: Option<Arc<Pool>>,
    },
    /// The compiler's words.
    Failed(Bytes),
    Ready(Arc<Pool>),
}

impl Function {
    /// A function whose first build is under way.
    pub(crate) fn building() -> Self {
        Self { state: watch::Sender::new(State::Building { previous: None }) }
    }

    /// A source file changed: who asks from now on gets the version that is built with it.
    pub(crate) fn build_begins(&self) {
        self.state.send_if_modified(|state| {
            let previous = match std::mem::replace(state, State::Building { previous: None }) {
                State::Building { previous } => previous,
                State::Ready(pool) => Some(pool),
                State::Failed(_) => None,
            };
            *state = State::Building { previous };
            false
        });
    }

    /// The build changed nothing that this function is made of.
    ///
    /// Returns whether there is a version to go on with.
    pub(crate) fn build_changed_nothing(&self) -> bool {
        self.state.send_if_modified(|state| match state {
            State::Building { previous } => match previous.take() {
                Some(pool) => {
                    *state = State::Ready(pool);
                    true
                }
                None => false,
            },
            State::Ready(_) | State::Failed(_) => false,
        }) || matches!(*self.state.borrow(), State::Ready(_))
    }

    /// A new version takes over. Invocations that run in the old one end there.
    pub(crate) fn replace(&self, pool: Pool) {
        self.become_state(State::Ready(Arc::new(pool)));
    }

    /// The function cannot be built, or is no more: `words` are for whoever asks for it.
    pub(crate) fn fail(&self, words: impl Into<Bytes>) {
        self.become_state(State::Failed(words.into()));
    }

    /// The new state stands before the old version is closed, so that who is turned away there finds it.
    fn become_state(&self, state: State) -> Option<Arc<Pool>> {
        let old = match self.state.send_replace(state) {
            State::Building { previous } => previous,
            State::Ready(pool) => Some(pool),
            State::Failed(_) => None,
        };
        if let Some(pool) = &old {
            pool.close();
        }
        old
    }

    /// Kills every sandbox and waits until all are gone.
    pub(crate) async fn shut_down(&self) {
        if let Some(pool) = self.become_state(State::Failed("the emulator is stopping".into())) {
            pool.shutdown().await;
        }
    }

    /// Waits for the build that is under way, if one is.
    ///
    /// # Errors
    /// The compiler's words, if it failed.
    pub(crate) async fn ready(&self) -> Result<Arc<Pool>, NotReady> {
        let mut state = self.state.subscribe();
        let settled = state.wait_for(|state| !matches!(state, State::Building { .. })).await;
        match settled.as_deref() {
            Ok(State::Ready(pool)) => Ok(Arc::clone(pool)),
            Ok(State::Failed(words)) => Err(NotReady(words.clone())),
            // The sender is `self`, so that the wait cannot end without a state.
            Ok(State::Building { .. }) | Err(_) => Err(NotReady(Bytes::new())),
        }
    }

    /// Runs an invocation in the newest version.
    ///
    /// # Errors
    /// The compiler's words, if a new version was wanted and could not be built.
    pub(crate) async fn invoke(&self, invocation: Invocation) -> Result<Outcome, NotReady> {
        loop {
            let pool = self.ready().await?;
            // A version that is closed before it begins an invocation gives it back; by then the next stands.
            if let Ok(outcome) = pool.invoke(invocation.clone()).await {
                return Ok(outcome);
            }
        }
    }
}
