//! The id of an attempt, `Lambda-Runtime-Invocation-Id`.

use serde_json::json;

use super::{Answer, ID, Lambda, Runtime, response};
use crate::invocation::Outcome;
use crate::sandbox::fixture;

impl Runtime {
    /// Posts with an invocation id.
    async fn echo(&mut self, path: &str, id: &str, body: &str) -> Answer {
        self.call("POST", path, &format!("lambda-runtime-invocation-id: {id}\r\n"), body).await
    }
}

fn invocation_id(event: &Answer) -> String {
    let id = event.head.lines().find_map(|line| line.strip_prefix("lambda-runtime-invocation-id: "));
    id.unwrap_or_else(|| panic!("no invocation id: {}", event.head)).to_owned()
}

/// AWS's own runtimes send the id back, log a 410, and ask for the next event:
/// <https://github.com/aws/aws-lambda-dotnet/pull/2508>.
#[tokio::test]
async fn answer_to_another_attempt_is_gone() {
    let (lambda, first) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    let stale = invocation_id(&runtime.next().await);
    assert_eq!(invocation_id(&runtime.next().await), stale, "the attempt is the same");
    assert_eq!(runtime.echo(&response(ID), &stale, "1").await.status, 202);
    assert_eq!(first.await, Ok(Outcome::Reply("1".into())));

    // The retry of an asynchronous event has the request id of the first attempt.
    runtime.send("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let retry = fixture::invocation(1, &json!({ "n": 1 }));
    let second = fixture::begin_when_ready(&lambda.sandbox, retry).await;
    let own = invocation_id(&runtime.receive().await);
    assert_ne!(own, stale);
    for path in ["response", "error"] {
        for id in [&stale, "\u{fc}", &own.to_uppercase()] {
            let path = format!("runtime/invocation/{ID}/{path}");
            let gone = runtime.echo(&path, id, "late").await;
            let body = r#"{"errorMessage":"Invoke timeout","errorType":"InvokeTimeout"}"#;
            assert_eq!((gone.status, gone.body.as_str()), (410, body), "{path} {id:?}");
        }
    }
    let another = response("00000000-0000-0000-0000-000000000002");
    assert_eq!(runtime.echo(&another, &stale, "late").await.status, 400);
    assert_eq!(runtime.echo(&response(ID), &own, "2").await.status, 202);
    assert_eq!(second.await, Ok(Outcome::Reply("2".into())));
    assert_eq!(runtime.echo(&response(ID), &stale, "late").await.status, 410);
    assert_eq!(runtime.echo(&response(ID), &own, "twice").await.status, 403);
}

#[tokio::test]
async fn runtime_that_sends_no_invocation_id_is_accepted() {
    for header in ["", "lambda-runtime-invocation-id: \r\n"] {
        for path in ["response", "error"] {
            let (lambda, outcome) = Lambda::start().await;
            let mut runtime = lambda.runtime().await;
            runtime.next().await;
            let path = format!("runtime/invocation/{ID}/{path}");
            assert_eq!(runtime.call("POST", &path, header, "1").await.status, 202, "{path} {header:?}");
            assert!(outcome.await.is_ok());
        }
    }
}

/// AWS's runtimes keep their connection.
#[tokio::test]
async fn refused_answer_leaves_the_connection_open() {
    let (lambda, outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    let own = invocation_id(&runtime.next().await);
    for (path, header, status) in [
        (response(ID), "lambda-runtime-invocation-id: another\r\n", 410),
        (response("00000000-0000-0000-0000-000000000002"), "", 400),
        ("runtime/init/error".to_owned(), "", 403),
        ("runtime/unknown".to_owned(), "", 404),
    ] {
        let head =
            format!("POST /2018-06-01/{path} HTTP/1.1\r\nhost: x\r\n{header}content-length: 4\r\n\r\n");
        runtime.send(&format!("{head}la")).await;
        // By then, the first half has arrived.
        assert_eq!(lambda.runtime().await.call("GET", "ping", "", "").await.status, 200);
        runtime.send("te").await;
        assert_eq!(runtime.receive().await.status, status, "{path}");
    }
    assert_eq!(runtime.echo(&response(ID), &own, "own").await.status, 202);
    assert_eq!(outcome.await, Ok(Outcome::Reply("own".into())));
}
