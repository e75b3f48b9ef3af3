//! One request through one front door.

use api_routes::test;

use crate::case::{Answer, Case, Request};
use crate::compare::differences;
use crate::front_door::FrontDoor;
use crate::routing::{Deployment, Page, Selected};

/// What the client sees, and the page that answered, if a page did.
pub(crate) struct Visit<'d> {
    pub(crate) answer: Answer,
    pub(crate) page: Option<&'d Page>,
}

/// `page` is the one that a front door without routes leads to. Left out, it is the case's own.
///
/// # Errors
/// In words.
pub(crate) fn visit<'d>(
    case: &'d Case,
    front_door: FrontDoor,
    deployment: &'d Deployment,
    page: Option<&'d str>,
) -> Result<Visit<'d>, String> {
    let request = &case.request;
    if front_door.has_routes() {
        return match deployment.select(request, front_door.path_to_select(request)) {
            Some(selected) => called(&selected, front_door, request),
            None => Ok(Visit { answer: front_door.no_route(request), page: None }),
        };
    }
    match page.or(case.route.as_deref()) {
        Some(file) => {
            let page = deployment.page(file).ok_or_else(|| format!("no page `{file}`"))?;
            called(&Selected::page(page), front_door, request)
        }
        None => stray(front_door, request, deployment),
    }
}

fn called<'d>(
    selected: &Selected<'d>,
    front_door: FrontDoor,
    request: &Request,
) -> Result<Visit<'d>, String> {
    let page = selected.page;
    let route = page.route.as_ref().ok_or_else(|| format!("nobody wrote `{}`", page.file))?;
    let answer = match front_door.event(request, selected) {
        Ok(event) => front_door.answer(request, &test::event(event.to_string()).reply(route)),
        Err(refusal) => refusal,
    };
    Ok(Visit { answer, page: Some(page) })
}

/// A request for which there is no page can still reach one, where nothing stands before it that knows the
/// routes. Those whose route has parameters look at the path, and must all say the same.
fn stray<'d>(
    front_door: FrontDoor,
    request: &Request,
    deployment: &'d Deployment,
) -> Result<Visit<'d>, String> {
    let mut first: Option<Visit<'_>> = None;
    for page in deployment.pages.iter().filter(|page| !page.pattern.is_static() && page.route.is_some()) {
        let visit = called(&Selected::page(page), front_door, request)?;
        match &first {
            None => first = Some(visit),
            Some(Visit { answer, .. }) if differences(answer, &visit.answer).is_empty() => {}
            Some(first) => {
                let first = first.page.map_or("", |page| page.file);
                return Err(format!("`{first}` and `{}` do not answer alike", page.file));
            }
        }
    }
    first.map(|visit| Visit { page: None, ..visit }).ok_or_else(|| "no page has parameters".to_owned())
}
