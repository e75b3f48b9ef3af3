//! All pages in one program. Each function of the project runs it, and the function's `Handler` is the number of its
//! page.

mod fixtures;

use std::env;
use std::process::ExitCode;

use api_routes::{OrStatus, Response, Result, Route, header::HeaderValue, log};
use tower::util::MapResponseLayer;

/// The header with the number of the page.
const PAGE: &str = "x-page";

fn main() -> ExitCode {
    match route() {
        Ok(route) => route.run(),
        Err(error) => {
            log::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn route() -> Result<Route> {
    let number = env::var("_HANDLER").ok().and_then(|number| number.parse::<usize>().ok());
    let number = number.or_status(500, "`_HANDLER` is not the number of a page")?;
    let file = include_str!("../../fixtures/corpus/pages.txt").lines().nth(number);
    let route = file.and_then(fixtures::route).or_status(500, "nobody wrote this page")?;
    Ok(route.layer(MapResponseLayer::new(move |mut response: Response| {
        response.headers_mut().insert(PAGE, HeaderValue::from(number));
        response
    })))
}
