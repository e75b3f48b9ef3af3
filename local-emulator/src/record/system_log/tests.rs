use std::sync::Arc;
use std::time::Duration;

use api_routes_project::template::InitializationType;
use api_routes_project::template::SystemLogLevel::{self, Debug, Info, Warn};
use uuid::Uuid;

use super::{InitPhase, InitReport, JsonLog, Report, Status, SystemEvent, SystemLog};
use crate::timestamp::Timestamp;

fn json(level: SystemLogLevel) -> SystemLog {
    SystemLog::Json(Arc::new(JsonLog {
        level,
        function_name: "Orders".to_owned(),
        function_arn: "arn:aws:lambda:us-east-1:123456789012:function:Orders".to_owned(),
        memory_mb: 256,
        initialization: InitializationType::OnDemand,
    }))
}

fn report() -> Report {
    Report {
        request_id: Uuid::nil(),
        duration: Duration::from_nanos(1_072_145_400),
        init: None,
        memory_mb: 256,
        peak_mb: Some(125),
        produced_bytes: 16,
        status: None,
    }
}

fn init(status: Option<Status>) -> InitReport {
    InitReport { phase: InitPhase::Init, took: Duration::from_micros(10_000_487), status }
}

fn error() -> Status {
    Status::Error("Runtime.ExitError".to_owned())
}

fn line(log: &SystemLog, event: &SystemEvent<'_>) -> Option<String> {
    log.line(event, Timestamp::from_milliseconds(1_791_444_642_149))
}

/// The members that Lambda wrote for others, in its order.
#[test]
fn each_event_has_the_members_of_lambda() {
    let cold = Report { init: Some(Duration::from_micros(463_512)), ..report() };
    let timeout = Report {
        duration: Duration::from_secs(5),
        peak_mb: None,
        produced_bytes: 0,
        status: Some(Status::Timeout),
        ..report()
    };
    let crash = Report { status: Some(error()), ..report() };
    let (ready, slow, broken) = (init(None), init(Some(Status::Timeout)), init(Some(error())));
    for (event, kind, record) in [
        (
            SystemEvent::InitStart(InitPhase::Invoke),
            "initStart",
            r#"{"initializationType":"on-demand","phase":"invoke","functionName":"Orders","functionVersion":"$LATEST","instanceMaxMemory":268435456}"#,
        ),
        (
            SystemEvent::InitRuntimeDone(&ready),
            "initRuntimeDone",
            r#"{"initializationType":"on-demand","phase":"init","status":"success"}"#,
        ),
        (
            SystemEvent::InitReport(&slow),
            "initReport",
            r#"{"initializationType":"on-demand","phase":"init","status":"timeout","metrics":{"durationMs":10000.487}}"#,
        ),
        (
            SystemEvent::InitReport(&broken),
            "initReport",
            r#"{"initializationType":"on-demand","phase":"init","status":"error","metrics":{"durationMs":10000.487},"errorType":"Runtime.ExitError"}"#,
        ),
        (
            SystemEvent::Start(Uuid::nil()),
            "start",
            r#"{"requestId":"00000000-0000-0000-0000-000000000000","functionArn":"arn:aws:lambda:us-east-1:123456789012:function:Orders","version":"$LATEST"}"#,
        ),
        (
            SystemEvent::RuntimeDone(&report()),
            "runtimeDone",
            r#"{"requestId":"00000000-0000-0000-0000-000000000000","status":"success","metrics":{"durationMs":1072.145,"producedBytes":16}}"#,
        ),
        (
            SystemEvent::RuntimeDone(&timeout),
            "runtimeDone",
            r#"{"requestId":"00000000-0000-0000-0000-000000000000","status":"timeout","metrics":{"durationMs":5000.0,"producedBytes":0}}"#,
        ),
        (
            SystemEvent::Report(&cold),
            "report",
            r#"{"requestId":"00000000-0000-0000-0000-000000000000","metrics":{"durationMs":1072.145,"billedDurationMs":1536,"memorySizeMB":256,"maxMemoryUsedMB":125,"initDurationMs":463.512},"status":"success"}"#,
        ),
        (
            SystemEvent::Report(&timeout),
            "report",
            r#"{"requestId":"00000000-0000-0000-0000-000000000000","metrics":{"durationMs":5000.0,"billedDurationMs":5000,"memorySizeMB":256},"status":"timeout"}"#,
        ),
        (
            SystemEvent::Report(&crash),
            "report",
            r#"{"requestId":"00000000-0000-0000-0000-000000000000","metrics":{"durationMs":1072.145,"billedDurationMs":1073,"memorySizeMB":256,"maxMemoryUsedMB":125},"status":"error","errorType":"Runtime.ExitError"}"#,
        ),
    ] {
        let expected =
            format!(r#"{{"time":"2026-10-08T07:30:42.149Z","type":"platform.{kind}","record":{record}}}"#);
        assert_eq!(line(&json(Debug), &event), Some(expected));
    }
}

#[test]
fn level_decides_which_events_are_lines() {
    let posted = Report { status: Some(Status::Posted("Function.Sad".to_owned())), ..report() };
    let failed = Report { status: Some(Status::Timeout), ..report() };
    for (event, level) in [
        (SystemEvent::InitStart(InitPhase::Init), Debug),
        (SystemEvent::InitRuntimeDone(&init(None)), Debug),
        (SystemEvent::InitRuntimeDone(&init(Some(error()))), Warn),
        (SystemEvent::InitReport(&init(None)), Debug),
        (SystemEvent::InitReport(&init(Some(error()))), Warn),
        (SystemEvent::Start(Uuid::nil()), Info),
        (SystemEvent::RuntimeDone(&report()), Debug),
        (SystemEvent::RuntimeDone(&posted), Debug),
        (SystemEvent::RuntimeDone(&failed), Warn),
        (SystemEvent::Report(&report()), Info),
        (SystemEvent::Report(&posted), Info),
        (SystemEvent::Report(&failed), Warn),
    ] {
        for from in [Debug, Info, Warn] {
            assert_eq!(line(&json(from), &event).is_some(), level >= from, "{event:?} from {from:?} on");
        }
    }
}

#[test]
fn text_has_no_lines_about_an_init_that_succeeds() {
    let (ready, failed) = (init(None), init(Some(error())));
    for event in [
        SystemEvent::InitStart(InitPhase::Init),
        SystemEvent::InitRuntimeDone(&ready),
        SystemEvent::InitReport(&ready),
        SystemEvent::InitRuntimeDone(&failed),
    ] {
        assert_eq!(line(&SystemLog::Text, &event), None, "{event:?}");
    }
    assert_eq!(
        line(&SystemLog::Text, &SystemEvent::InitReport(&failed)).as_deref(),
        Some(
            "INIT_REPORT Init Duration: 10000.49 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError"
        )
    );
}
