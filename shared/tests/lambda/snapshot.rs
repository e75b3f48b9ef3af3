//! Functions with a snapshot: <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html>.

use crate::fake_lambda::{Call, FakeLambda};

#[test]
fn snapshot_is_asked_for_before_the_first_event() {
    for (kind, expected) in [("snap-start", &[Call::Restore, Call::Next][..]), ("on-demand", &[Call::Next])] {
        let lambda = FakeLambda::running("late_work", &[("AWS_LAMBDA_INITIALIZATION_TYPE", kind)]);
        assert_eq!(lambda.calls_until(|call| *call == Call::Next), expected, "{kind}");
    }
}
