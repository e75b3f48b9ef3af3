use serde_json::json;
use tokio::time::Instant;

use super::Phase;
use crate::invocation::{Invocation, LogFollowers, Tail};
use crate::printer::Printer;
use crate::record::{LogStyle, Recorder};
use crate::sandbox::fixture::{self, LONG};
use crate::sandbox::init::Init;
use crate::sandbox::running::{Job, RunningInvocation};

/// Creates a job whose caller wants the end of the log, for a request that is recorded.
fn followed_job() -> Job {
    let recorder = Recorder::new(Printer::recorded().0, LogStyle::Lambda, None);
    let invocation = Invocation {
        tail: Some(Tail::new()),
        recording: Some(recorder.event("Probe")),
        ..fixture::invocation(1, &json!({}))
    };
    fixture::job(invocation).0
}

/// Returns whether there is a tail, and whether there is a record.
fn readers(phase: &Phase) -> (bool, bool) {
    let LogFollowers { tail, recording } = phase.followers_before_start();
    (tail.is_some(), recording.is_some())
}

#[test]
fn init_ahead_of_its_invocation_has_no_tail() {
    let phase = Phase::Init(Init::ahead(followed_job(), LONG));
    assert_eq!(readers(&phase), (false, true));
}

#[test]
fn init_within_its_invocation_has_a_tail() {
    let phase = Phase::Init(Init::ahead(followed_job(), LONG).within_invocation(LONG));
    assert_eq!(readers(&phase), (true, true));
}

#[test]
fn restored_init_has_a_tail() {
    let mut init = Init::ahead(followed_job(), LONG);
    init.restored(LONG);
    assert_eq!(readers(&Phase::Init(init)), (true, true));
}

#[test]
fn other_phases_have_no_followers_before_start() {
    let running = || RunningInvocation::begin(followed_job(), LONG);
    let restarting = Phase::Restarting(Init::ahead(followed_job(), LONG));
    let ready = Phase::Ready { since: Instant::now() };
    for phase in [restarting, ready, Phase::Running(running()), Phase::Responded(running()), Phase::Over] {
        assert_eq!(readers(&phase), (false, false), "{phase:?}");
    }
}
