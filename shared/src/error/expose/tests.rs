use std::fmt;

use anyhow::Context as _;
use serde_json::json;
use tower::BoxError;

use super::ToApiError;
use crate::error::{ApiError, OrStatus};
use crate::handler::{Handler, Wrapped};
use crate::request::ApiRequest;
use crate::response::{ApiResponse, Result};
use crate::route::Route;
use crate::test::{TestRequest, TestResponse};

#[derive(Debug, thiserror::Error)]
enum Shop {
    #[error("sold out")]
    SoldOut,
    #[error("no till")]
    NoTill(#[source] Till),
}

#[derive(Debug, thiserror::Error)]
#[error("the till is locked")]
struct Till;

/// An error over an error of the shop.
#[derive(Debug, thiserror::Error)]
#[error("cannot buy")]
struct Purchase(#[source] Shop);

impl ToApiError for Shop {
    fn to_api_error(&self) -> ApiError {
        match self {
            Self::SoldOut => {
                ApiError::new(409, "Sold out").with_details(json!({ "until": "noon" })).header("x-shop", "1")
            }
            Self::NoTill(_) => ApiError::new(503, "Closed"),
        }
    }
}

impl ToApiError for Till {
    fn to_api_error(&self) -> ApiError {
        ApiError::new(423, "Locked")
    }
}

/// An error that is not a standard error, which says its status by its own `From`.
enum Refused {
    Age(u8),
}

impl From<Refused> for ApiError {
    #[track_caller]
    fn from(Refused::Age(age): Refused) -> Self {
        Self::new(403, format!("{age} is too young"))
    }
}

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let sold_out = || Shop::SoldOut;
    match req.query().get("how") {
        Some("bare") => Err(sold_out())?,
        Some("source") => Err(Purchase(sold_out()))?,
        Some("boxed") => Err(BoxError::from(sold_out()))?,
        Some("in a box") => Err(Box::new(sold_out()))?,
        Some("anyhow") => Err(anyhow::Error::new(sold_out()))?,
        Some("as context") => Err(Till).context(sold_out()).context("outermost")?,
        Some("context") => Err(sold_out()).context("outer").context("outermost")?,
        Some("two types") => Err(Shop::NoTill(Till))?,
        Some("converted again") => Err(ApiError::from(sold_out()).into_boxed_error())?,
        Some("chosen") => Err(sold_out()).or_status(400, "Chosen")?,
        Some("hidden") => Err(ApiError::hidden(sold_out())),
        Some("added header") => Err(ApiError::from(sold_out()).header("x-shop", "2")),
        Some("own from") => Err(Refused::Age(7))?,
        _ => res.end(),
    }
}

fn asked(how: &str, route: &Route) -> TestResponse {
    TestRequest::get(format!("/api/x?how={}", how.replace(' ', "%20"))).send(route)
}

fn answer(how: &str, route: &Route) -> (u16, String) {
    let answer = asked(how, route);
    (answer.status().as_u16(), answer.text())
}

const SOLD_OUT: (u16, &str) = (409, r#"{"error":"Sold out","details":{"until":"noon"}}"#);
const HIDDEN: (u16, &str) = (500, r#"{"error":"Internal Server Error"}"#);

#[test]
fn exposed_error_is_answered_as_it_says() {
    let route = Route::new("/api/x", handler).expose::<Shop>();
    for (how, (status, text)) in [
        ("bare", SOLD_OUT),
        ("source", SOLD_OUT),
        ("boxed", SOLD_OUT),
        ("in a box", SOLD_OUT),
        ("anyhow", SOLD_OUT),
        ("as context", SOLD_OUT),
        ("context", SOLD_OUT),
        ("converted again", SOLD_OUT),
        ("added header", SOLD_OUT),
        ("two types", (503, r#"{"error":"Closed"}"#)),
        ("chosen", (400, r#"{"error":"Chosen"}"#)),
        ("hidden", HIDDEN),
        ("own from", (403, r#"{"error":"7 is too young"}"#)),
    ] {
        assert_eq!(answer(how, &route), (status, text.to_owned()), "{how}");
    }
    assert_eq!(asked("bare", &route).header("x-shop"), Some("1"));
    assert_eq!(asked("added header", &route).header("x-shop"), Some("2"));
}

#[test]
fn error_that_no_route_exposes_stays_hidden() {
    for route in [Route::new("/api/x", handler), Route::new("/api/x", handler).expose::<Till>()] {
        for how in ["bare", "source", "boxed", "context"] {
            assert_eq!(answer(how, &route), (HIDDEN.0, HIDDEN.1.to_owned()), "{how}");
        }
    }
}

#[test]
fn first_exposed_type_counts() {
    let route = || Route::new("/api/x", handler);
    for (route, status) in
        [(route().expose::<Shop>().expose::<Till>(), 503), (route().expose::<Till>().expose::<Shop>(), 423)]
    {
        assert_eq!(answer("two types", &route).0, status);
        assert_eq!(answer("bare", &route).0, 409);
    }
}

#[test]
fn wrapper_sees_the_status_of_the_client() {
    async fn sees(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
        match inner.run(req, res.header("x-kept", "1")).await {
            // A header that a wrapper adds is not lost when the route looks at the error again.
            Err(error) => {
                let seen = error.status().as_u16();
                Err(error.header("x-seen", seen))
            }
            answer => answer,
        }
    }
    async fn fails(_: ApiRequest, _: ApiResponse, _: Wrapped) -> Result {
        Err(Purchase(Shop::SoldOut))?
    }
    for route in [
        Route::new("/api/x", handler.wrap(sees)),
        Route::new("/api/x", handler.wrap(sees).wrap(sees)),
        Route::new("/api/x", handler.wrap(fails).wrap(sees)),
    ] {
        let answer = asked("context", &route.expose::<Shop>());
        let headers = ["x-seen", "x-kept", "x-shop"].map(|name| answer.header(name));
        assert_eq!((answer.status().as_u16(), headers), (409, [Some("409"), Some("1"), Some("1")]));
    }
    let fails = Route::new("/api/x", handler.wrap(fails)).expose::<Shop>();
    assert_eq!(answer("", &fails), (SOLD_OUT.0, SOLD_OUT.1.to_owned()));
}

#[test]
fn exposed_error_keeps_cause_and_place_for_the_log() {
    fn shape(error: &ApiError, res: ApiResponse) -> Result {
        let place = error.location().map(|place| place.file().ends_with("expose/tests.rs"));
        res.json((error.reason(), place, error.downcast_ref::<Till>().is_some()))
    }
    let route = Route::new("/api/x", handler).expose::<Shop>().errors(shape);
    let expected = r#"["Closed: no till; caused by: the till is locked",true,true]"#;
    assert_eq!(asked("two types", &route).text(), expected);
}

#[test]
fn panic_of_a_conversion_is_a_hidden_500() {
    #[derive(Debug)]
    struct Odd;
    impl fmt::Display for Odd {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("odd")
        }
    }
    impl std::error::Error for Odd {}
    impl ToApiError for Odd {
        fn to_api_error(&self) -> ApiError {
            panic!("on purpose")
        }
    }
    let route = Route::new("/api/x", async |_: ApiRequest, _: ApiResponse| Err(Odd)?).expose::<Odd>();
    assert_eq!(answer("", &route), (HIDDEN.0, HIDDEN.1.to_owned()));
}

#[test]
fn mistake_in_the_response_of_an_error_is_logged_too() {
    #[derive(Debug, thiserror::Error)]
    #[error("no such post")]
    struct NoPost;
    impl ToApiError for NoPost {
        fn to_api_error(&self) -> ApiError {
            ApiError::new(404, self.to_string()).header("x post", "7")
        }
    }
    let exposed = {
        let mut exposed = super::Exposed::default();
        exposed.add::<NoPost>();
        exposed
    };
    for error in [ApiError::from(NoPost), ApiError::from(anyhow::Error::new(NoPost))] {
        let error = exposed.applied_to(error);
        assert_eq!((error.status().as_u16(), error.message()), (500, "Internal Server Error"));
        assert_eq!(error.reason(), "invalid HTTP header name; caused by: no such post");
        assert!(error.downcast_ref::<NoPost>().is_some());
    }
}
