use std::io;
use std::num::ParseIntError;
use std::sync::Arc;

use futures_util::stream;

use crate::body::Body;
use crate::error::{ApiError, BoxError, OrStatus};
use crate::response::Result;

/// An error with a source.
#[derive(Debug, thiserror::Error)]
#[error("cannot save")]
struct Unsaved(#[source] ParseIntError);

fn number() -> ParseIntError {
    "x".parse::<u8>().unwrap_err()
}

#[test]
fn question_mark_takes_every_kind_of_error() {
    macro_rules! converted {
        ($error:expr) => {
            (|| -> Result<()> { Err($error)? })().unwrap_err()
        };
    }
    for (error, reason) in [
        (converted!(io::Error::other("no disk")), "no disk"),
        (converted!(BoxError::from("boxed")), "boxed"),
        (converted!(Box::new(number())), "invalid digit found in string"),
        (converted!("text"), "text"),
        (converted!(String::from("owned text")), "owned text"),
        (converted!(Unsaved(number())), "cannot save; caused by: invalid digit found in string"),
        (converted!(anyhow::anyhow!("of anyhow").context("outer")), "outer; caused by: of anyhow"),
    ] {
        assert_eq!((error.status().as_u16(), error.message()), (500, "Internal Server Error"));
        assert_eq!(error.reason(), reason);
    }
    assert_eq!(converted!(ApiError::new(404, "None")).status(), 404);
}

#[test]
fn cause_is_found_by_its_type() {
    let cause = |error: ApiError| error.downcast_ref::<ParseIntError>().is_some();
    assert!(cause(number().into()));
    assert!(cause(Unsaved(number()).into()));
    assert!(cause(Box::new(number()).into()));
    assert!(cause(Arc::new(number()).into()));
    assert!(cause(BoxError::from(number()).into()));
    assert!(cause(BoxError::from(Unsaved(number())).into()));
    assert!(cause(ApiError::hidden(number())));
    assert!(cause(Err::<u8, _>(number()).or_status(400, "Not a number").unwrap_err()));
    assert!(!cause(ApiError::new(404, "None")));
    assert!(!cause(io::Error::other("no disk").into()));
    let error = ApiError::new(503, "Later").caused_by(Unsaved(number()));
    assert!(error.downcast_ref::<Unsaved>().is_some());
    assert_eq!(error.source().unwrap().source().unwrap().to_string(), number().to_string());
}

/// Why the feature `anyhow` exists.
#[test]
fn box_of_anyhow_hides_the_type_below() {
    assert!(!BoxError::from(anyhow::Error::new(number())).is::<ParseIntError>());

    let error = ApiError::from(anyhow::Error::new(number()));
    assert!(error.downcast_ref::<ParseIntError>().is_some());
    assert!(error.source().unwrap().is::<ParseIntError>());
    assert!(error.into_boxed_error().is::<ParseIntError>());
}

#[test]
fn location_is_the_line_of_the_program() {
    let failing = || -> Result<u8> { Ok("x".parse::<u8>()?) };
    let (file, line) = (file!(), line!() - 1);
    let location = failing().unwrap_err().location().unwrap();
    assert_eq!((location.file(), location.line()), (file, line));
    assert_eq!("x".parse::<u8>().map_err(ApiError::from).unwrap_err().location(), None);
}

#[test]
fn boxed_error_keeps_message_and_sources() {
    let boxed =
        || ApiError::new(409, "Taken").header("x-a", "1").caused_by(Unsaved(number())).into_boxed_error();
    assert_eq!(boxed().to_string(), "409 Taken");
    assert!(boxed().source().unwrap().is::<Unsaved>());
    assert!(ApiError::from(Unsaved(number())).into_boxed_error().is::<Unsaved>());

    let again = ApiError::from(boxed());
    assert_eq!((again.status().as_u16(), &again.headers()["x-a"]), (409, &"1".parse().unwrap()));
    assert!(again.downcast_ref::<Unsaved>().is_some());
}

#[tokio::test]
async fn stream_fails_with_its_own_error() {
    async fn failed<E: Into<ApiError> + Send + 'static>(error: E) -> BoxError {
        Body::from_stream(stream::iter([Ok("half"), Err(error)])).bytes().await.unwrap_err()
    }
    assert!(failed(io::Error::other("no disk")).await.is::<io::Error>());
    assert!(failed(BoxError::from(number())).await.is::<ParseIntError>());
    assert_eq!(failed(ApiError::new(409, "Taken")).await.to_string(), "409 Taken");
    assert_eq!(failed("text").await.to_string(), "text");
}

#[test]
fn error_that_is_its_own_source_ends() {
    #[derive(Debug)]
    struct Circle;
    impl std::fmt::Display for Circle {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("circle")
        }
    }
    impl std::error::Error for Circle {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(self)
        }
    }
    let error = ApiError::from(Circle);
    assert_eq!(error.reason(), "circle");
    assert!(error.downcast_ref::<ParseIntError>().is_none());
}
