//! A request through a front door.

use crate::case::{Answer, Case};
use crate::client::Client;
use crate::front_door::FrontDoor;
use crate::routing::Pages;

/// The page whose Function URL gets the requests that no page of Next.js answered.
const STRAY: &str = "pages/api/shop/[item].js";

/// The answer that the client received, and the file of the page that answered, if any.
pub(crate) struct Visit<'p> {
    pub(crate) answer: Answer,
    pub(crate) page: Option<&'p str>,
}

/// Sends a case to a front door. `page` selects the Function URL, by default the URL of the case's page.
///
/// # Errors
///
/// Describes a failed request in words.
pub(crate) fn visit<'p>(
    case: &Case,
    front_door: FrontDoor,
    client: &mut Client,
    pages: &'p Pages,
    page: Option<&str>,
) -> Result<Visit<'p>, String> {
    let page = page.or(case.route.as_deref());
    let host = front_door.is_of_one_function().then(|| pages.host(page.unwrap_or(STRAY)));
    let answer = client.send(&case.request, front_door.stage(), host.as_deref());
    let answer = answer.map_err(|error| format!("no answer: {error}"))?;
    let is_stray = host.is_some() && page.is_none();
    let page = answer.headers.get("x-page").filter(|_| !is_stray).map(|number| pages.file(number));
    Ok(Visit { answer, page })
}
