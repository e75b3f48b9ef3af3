//! The feature `concurrent`.

use serde_json::Value;

use crate::events;
use crate::fake_lambda::{Call, FakeLambda};

fn event(lambda: &FakeLambda, id: &str, name: &str) {
    lambda.event(id, &events::http_api("/api/concurrent", &format!("name={name}")));
}

fn is_end(call: &Call) -> bool {
    matches!(call, Call::End(_))
}

#[test]
fn managed_instance_runs_its_number_of_invocations() {
    let lambda = FakeLambda::running("concurrent", &[("AWS_LAMBDA_MAX_CONCURRENCY", "3"), ("TOGETHER", "3")]);
    for _ in 0..3 {
        assert_eq!(lambda.call(), Call::Next);
    }
    let clients = [("id-1", "ann"), ("id-2", "bob"), ("id-3", "eve")];
    for (id, name) in clients {
        event(&lambda, id, name);
    }
    // None of them is answered before all are there.
    let mut nexts = 0;
    let calls = lambda.calls_until(|call| {
        nexts += usize::from(*call == Call::Next);
        nexts == 3
    });
    for (id, name) in clients {
        let head =
            |call: &Call| matches!(call, Call::Post(head) if head.contains(&format!("/{id}/response")));
        assert!(calls.iter().any(head), "{calls:?}");
        let reply = |call: &Call| match call {
            Call::Data(reply) => serde_json::from_slice::<Value>(reply).unwrap()["body"] == name,
            _ => false,
        };
        assert!(calls.iter().any(reply), "{calls:?}");
    }
    let log = lambda.log();
    for (id, name) in clients {
        for does in ["comes", "goes", "is gone"] {
            assert!(log.contains(&format!("INFO RequestId: {id} {name} {does}\n")), "{log}");
        }
    }
}

#[test]
fn elsewhere_it_has_one() {
    for environment in
        [&[][..], &[("AWS_LAMBDA_MAX_CONCURRENCY", "1")], &[("AWS_LAMBDA_MAX_CONCURRENCY", "many")]]
    {
        let lambda = FakeLambda::running("concurrent", environment);
        event(&lambda, "1", "ann");
        event(&lambda, "2", "bob");
        let calls = lambda.calls_until(is_end);
        assert_eq!(calls.iter().filter(|call| **call == Call::Next).count(), 1, "{calls:?}");
    }
}
