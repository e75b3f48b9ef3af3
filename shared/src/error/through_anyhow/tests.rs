use std::io;

use anyhow::Context;
use serde_json::json;

use crate::error::ApiError;
use crate::response::Result;
use crate::test::TestRequest;
use crate::{ApiRequest, ApiResponse, Route, ToApiError};

#[derive(Debug, thiserror::Error)]
#[error("sold out")]
struct SoldOut(#[source] io::Error);

impl ToApiError for SoldOut {
    fn to_api_error(&self) -> ApiError {
        ApiError::new(409, "Sold out")
    }
}

fn sold_out() -> SoldOut {
    SoldOut(io::Error::other("no stock"))
}

fn taken() -> ApiError {
    ApiError::new(503, "Later")
        .header("retry-after", "60")
        .with_details(json!({ "free": 7 }))
        .caused_by(sold_out())
}

/// The ways of an error into `anyhow`.
const WAYS: [fn(ApiError) -> anyhow::Error; 2] =
    [Into::into, |error| anyhow::Error::from_boxed(error.into_boxed_error())];

/// A function between two that know `ApiError`.
fn between(error: ApiError, way: fn(ApiError) -> anyhow::Error, contexts: usize) -> anyhow::Result<()> {
    Err((0..contexts).fold(way(error), |error, _| error.context("loading")))
}

#[test]
fn question_mark_makes_an_anyhow_error() {
    fn outer() -> anyhow::Result<()> {
        let failing = || -> Result<()> { Err(taken()) };
        Ok(failing()?)
    }
    let error = outer().unwrap_err();
    assert_eq!(error.to_string(), "503 Later");
    assert!(error.source().is_some_and(<dyn std::error::Error>::is::<SoldOut>));
}

#[test]
fn error_comes_back_through_anyhow() {
    for way in WAYS {
        for contexts in 0..3 {
            let error = taken();
            let place = error.location();
            let again = (|| -> Result<()> { Ok(between(error, way, contexts)?) })().unwrap_err();
            assert_eq!((again.status().as_u16(), again.message()), (503, "Later"));
            assert_eq!(again.details(), Some(&json!({ "free": 7 })));
            assert_eq!(again.headers()["retry-after"], "60");
            assert_eq!(again.location(), place);
            assert!(again.downcast_ref::<SoldOut>().is_some());
            assert!(again.downcast_ref::<io::Error>().is_some());
        }
    }
}

#[test]
fn log_has_the_contexts() {
    let reason = |contexts| ApiError::from(between(taken(), WAYS[0], contexts).unwrap_err()).reason();
    assert_eq!(reason(0), "Later: sold out; caused by: no stock");
    assert_eq!(reason(1), "Later: loading; caused by: 503 Later; caused by: sold out; caused by: no stock");
}

#[test]
fn other_errors_of_anyhow_stay_hidden() {
    for error in [
        anyhow::Error::from_boxed("text".into()),
        anyhow::Error::from_boxed(Box::new(sold_out())),
        anyhow::Error::new(sold_out()).context("loading"),
    ] {
        let error = ApiError::from(error);
        assert_eq!((error.status().as_u16(), error.message()), (500, "Internal Server Error"));
    }
}

#[test]
fn exposed_type_is_found_on_both_sides_of_anyhow() {
    fn fails(way: &str) -> anyhow::Result<()> {
        let inner: Result<()> = match way {
            "plain" => Err(sold_out().into()),
            "anyhow" => Err(anyhow::Error::new(sold_out()).context("inner").into()),
            "type of a context" => Err(anyhow::anyhow!("inner").context(sold_out()).into()),
            _ => return Err(anyhow::Error::from_boxed(Box::new(sold_out()))),
        };
        Ok(inner?)
    }
    async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
        let way = req.query().get("way").unwrap_or_default();
        if req.query().get("context").is_some() {
            fails(way).context("outer")?;
        }
        fails(way)?;
        res.end()
    }
    let route = Route::new("/api/x", handler).expose::<SoldOut>();
    for way in ["plain", "anyhow", "type of a context", "box"] {
        for context in ["", "&context=1"] {
            let answer =
                TestRequest::get(format!("/api/x?way={way}{context}").replace(' ', "+")).send(&route);
            assert_eq!(answer.text(), r#"{"error":"Sold out"}"#, "{way}{context}");
        }
    }
}
