//! Folders that Next.js and an HTTP API would choose between differently.
//!
//! Both compare routes segment by segment, a literal before `[id]` before a catch-all:
//! - Next.js sorts all routes in this order, once, and takes the first that matches ([`sorted-routes.ts`]).
//! - An HTTP API chooses in this order among full matches, and among greedy matches only without a full match ([Routing
//!   API requests]). AWS documents the two tiers; the order among greedy matches is [observed]: the longest literal
//!   prefix wins.
//!
//! With `/api/a/[...rest]` and `/api/[x]/b`, Next.js gives `/api/a/b` to the first route, and an HTTP API gives it to
//! the second. Such a tree is valid, but does not behave as Next's documentation says, and its author should know.
//!
//! [`sorted-routes.ts`]: https://github.com/vercel/next.js/blob/canary/packages/next/src/shared/lib/router/utils/sorted-routes.ts
//! [Routing API requests]: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
//! [observed]: https://github.com/KensioSoftware/yulin/issues/299

use std::cmp::Ordering;
use std::fmt;

use super::pattern::Pattern;
use super::segment::Segment;

/// A path that Next.js and an HTTP API give to different folders.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Divergence {
    /// The folder that Next.js would choose.
    pub next: String,
    /// The folder that an HTTP API chooses, and so does the emulator.
    pub http_api: String,
    /// An example of such a path; there may be many.
    pub path: String,
}

/// The warning for the author of the two folders.
impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { next, http_api, path } = self;
        write!(
            f,
            "`{path}` goes to `{http_api}`, where Next.js would choose `{next}`: rename one of the two folders"
        )
    }
}

/// Finds every pair of folders with a path that Next.js gives to one folder and an HTTP API to the other.
///
/// The routes must have no [`conflicts`](super::conflicts). Paths with empty segments are left out:
/// Next.js redirects them away.
///
/// # Completeness
/// For each two routes and each length of path, a single path decides: the path with their literals and, everywhere
/// else, a word that no route has as a literal. A route that matches this path matches all other paths that the two
/// share at that length. Both orders are total, so the route that wins on any of those paths wins on this one. Beyond
/// the longest route all matches are greedy, and both orders agree.
pub fn divergences<F: AsRef<str>>(routes: &[(F, Pattern)]) -> Vec<Divergence> {
    let free = free_word(routes);
    let longest = routes.iter().map(|(_, pattern)| pattern.fixed().len()).max().unwrap_or(0);
    let contest = |length| Contest { length, free: &free, routes: fitting(routes, length) };
    (0..=longest).flat_map(|length| contest(length).divergences()).collect()
}

/// The routes that compete for paths of the same length, counted in segments.
struct Contest<'a, F> {
    length: usize,
    /// A segment that only dynamic segments match.
    free: &'a str,
    routes: Vec<&'a (F, Pattern)>,
}

impl<F: AsRef<str>> Contest<'_, F> {
    fn divergences(&self) -> Vec<Divergence> {
        let pairs = self.routes.iter().flat_map(|one| self.routes.iter().map(move |other| (*one, *other)));
        pairs.filter_map(|(next, http_api)| self.divergence(next, http_api)).collect()
    }

    fn divergence(&self, next: &(F, Pattern), http_api: &(F, Pattern)) -> Option<Divergence> {
        if in_next(&next.1, &http_api.1).is_ge() || self.in_http_api(&http_api.1, &next.1).is_ge() {
            return None;
        }
        let path = self.shared_path(&next.1, &http_api.1)?;
        self.choose(&path, &next.1, &http_api.1).then(|| Divergence {
            next: next.0.as_ref().into(),
            http_api: http_api.0.as_ref().into(),
            path: format!("/{}", path.join("/")),
        })
    }

    /// Returns the path with the literals of both routes, and with no other literal.
    fn shared_path<'p>(&'p self, one: &'p Pattern, other: &'p Pattern) -> Option<Vec<&'p str>> {
        let segment = |at| match (literal(one, at), literal(other, at)) {
            (Some(one), Some(other)) => (one == other).then_some(one),
            (one, other) => Some(one.or(other).unwrap_or(self.free)),
        };
        (0..self.length).map(segment).collect()
    }

    /// Whether no third route takes the path from either.
    fn choose(&self, path: &[&str], next: &Pattern, http_api: &Pattern) -> bool {
        let mut matching = self.routes.iter().map(|(_, pattern)| pattern).filter(|p| matches(p, path));
        matching.all(|third| in_next(third, next).is_ge() && self.in_http_api(third, http_api).is_ge())
    }

    /// Compares two routes by the order of an HTTP API, for paths of this length that both match.
    fn in_http_api(&self, one: &Pattern, other: &Pattern) -> Ordering {
        let is_greedy = |pattern: &Pattern| pattern.fixed().len() < self.length;
        is_greedy(one).cmp(&is_greedy(other)).then_with(|| in_next(one, other))
    }
}

/// Compares two routes by Next's order, the preferred one first.
fn in_next(one: &Pattern, other: &Pattern) -> Ordering {
    one.segments().iter().map(rank).cmp(other.segments().iter().map(rank))
}

fn rank(segment: &Segment) -> u8 {
    match segment {
        Segment::Literal(_) => 0,
        Segment::Dynamic(_) => 1,
        Segment::CatchAll(_) => 2,
        Segment::OptionalCatchAll(_) => 3,
    }
}

fn fitting<F>(routes: &[(F, Pattern)], length: usize) -> Vec<&(F, Pattern)> {
    routes.iter().filter(|(_, pattern)| fits(pattern, length)).collect()
}

fn fits(pattern: &Pattern, length: usize) -> bool {
    let fixed = pattern.fixed().len();
    match pattern.catch_all() {
        None => length == fixed,
        Some(Segment::OptionalCatchAll(_)) => length >= fixed,
        Some(_) => length > fixed,
    }
}

/// Whether the route matches a path of a fitting length.
fn matches(pattern: &Pattern, path: &[&str]) -> bool {
    path.iter().enumerate().all(|(at, text)| literal(pattern, at).is_none_or(|literal| literal == *text))
}

fn literal(pattern: &Pattern, at: usize) -> Option<&str> {
    match pattern.segments().get(at) {
        Some(Segment::Literal(text)) => Some(text),
        _ => None,
    }
}

fn free_word<F>(routes: &[(F, Pattern)]) -> String {
    let taken = |word: &str| {
        let mut segments = routes.iter().flat_map(|(_, pattern)| pattern.segments());
        segments.any(|segment| matches!(segment, Segment::Literal(text) if text == word))
    };
    let mut word = String::from("x");
    while taken(&word) {
        word.push('x');
    }
    word
}

#[cfg(test)]
mod tests;
