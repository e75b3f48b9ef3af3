//! Folders that Next.js and an HTTP API would choose between differently.
//!
//! Both prefer what is more specific, and mean different things by it:
//! - Next.js sorts all routes once, comparing them segment by segment (literal, `[id]`, `[...slug]`,
//!   `[[...slug]]`), and takes the first that matches ([`sorted-routes.ts`]).
//! - An HTTP API takes a full match before a greedy one ([Routing API requests]). Among full matches
//!   a literal beats a variable, segment by segment. Among greedy matches AWS promises only "the
//!   most specific"; here, as in the emulator, that is the one with the most segments before its
//!   `{slug+}`, and then again the literal before the variable.
//!
//! So with `/api/a/[...rest]` and `/api/[x]/b`, Next.js gives `/api/a/b` to the first, and an HTTP
//! API to the second. Nothing is wrong with such a tree, but it does not do what Next's
//! documentation says, and its author should know.
//!
//! [`sorted-routes.ts`]: https://github.com/vercel/next.js/blob/canary/packages/next/src/shared/lib/router/utils/sorted-routes.ts
//! [Routing API requests]: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation

use std::cmp::Ordering;

use super::pattern::Pattern;
use super::segment::Segment;

/// A path that Next.js and an HTTP API give to different folders.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` goes to `{http_api}`, where Next.js would choose `{next}`: rename one of the two folders")]
pub struct Divergence {
    /// The folder that Next.js would choose.
    pub next: String,
    /// The folder that an HTTP API chooses, and so does the emulator.
    pub http_api: String,
    /// One such path; there may be many.
    pub path: String,
}

/// Finds every two folders that share a path which Next.js gives to the one and an HTTP API to the
/// other, each pair once with its shortest path.
///
/// The routes are free of [`conflicts`](super::conflicts). Paths with empty segments are left out:
/// Next.js redirects them away.
///
/// # Completeness
/// It is enough to try, for each two routes and each length of path, the one path that holds their
/// literals and, everywhere else, a word that is no literal at all: what matches it matches all
/// other paths that the two share at that length, and both orders are total, so whoever wins on any
/// of those paths wins on this one. Beyond the longest route, one more segment changes nothing.
pub fn divergences<F: AsRef<str>>(routes: &[(F, Pattern)]) -> Vec<Divergence> {
    let free = free_word(routes);
    let longest = routes.iter().map(|(_, pattern)| pattern.fixed().len()).max().unwrap_or(0);
    let mut found: Vec<Divergence> = Vec::new();
    for length in 0..=longest + 1 {
        let contest = Contest { length, free: &free, routes: fitting(routes, length) };
        for divergence in contest.divergences() {
            if !found.iter().any(|known| known.is_between_folders_of(&divergence)) {
                found.push(divergence);
            }
        }
    }
    found
}

impl Divergence {
    fn is_between_folders_of(&self, other: &Self) -> bool {
        self.next == other.next && self.http_api == other.http_api
    }
}

/// The routes that compete for paths of one length, counted in segments.
struct Contest<'a, F> {
    length: usize,
    /// A segment that only dynamic segments match.
    free: &'a str,
    routes: Vec<&'a (F, Pattern)>,
}

impl<F: AsRef<str>> Contest<'_, F> {
    fn divergences(&self) -> impl Iterator<Item = Divergence> {
        let pairs =
            self.routes.iter().enumerate().flat_map(|(at, (_, second))| {
                self.routes[..at].iter().map(move |(_, first)| (first, second))
            });
        pairs.filter(|(first, second)| self.orders_differ(first, second)).filter_map(|(first, second)| {
            let path = self.shared_path(first, second)?;
            self.judge(&path)
        })
    }

    /// Spares most pairs the work: who agrees on two routes never sets them against each other.
    fn orders_differ(&self, first: &Pattern, second: &Pattern) -> bool {
        in_next(first, second) != in_http_api(first, second, self.length)
    }

    /// The path that holds the literals of both, and is free of all others.
    fn shared_path<'p>(&'p self, first: &'p Pattern, second: &'p Pattern) -> Option<Vec<&'p str>> {
        let segment = |at| match (literal(first, at), literal(second, at)) {
            (Some(one), Some(two)) => (one == two).then_some(one),
            (one, two) => Some(one.or(two).unwrap_or(self.free)),
        };
        (0..self.length).map(segment).collect()
    }

    fn judge(&self, path: &[&str]) -> Option<Divergence> {
        let matching = || self.routes.iter().filter(|(_, pattern)| matches(pattern, path));
        let (next, by_next) = matching().min_by(|(_, a), (_, b)| in_next(a, b))?;
        let (http_api, by_http_api) = matching().min_by(|(_, a), (_, b)| in_http_api(a, b, self.length))?;
        (by_next != by_http_api).then(|| Divergence {
            next: next.as_ref().into(),
            http_api: http_api.as_ref().into(),
            path: format!("/{}", path.join("/")),
        })
    }
}

/// Next's order of two routes, the preferred one first.
fn in_next(one: &Pattern, other: &Pattern) -> Ordering {
    one.segments().iter().map(rank).cmp(other.segments().iter().map(rank))
}

/// The order of two routes at an HTTP API, for paths of `length` segments that both of them match.
fn in_http_api(one: &Pattern, other: &Pattern, length: usize) -> Ordering {
    let (a, b) = (one.fixed(), other.fixed());
    let greedy = |fixed: &[Segment]| fixed.len() < length;
    greedy(a)
        .cmp(&greedy(b))
        .then(b.len().cmp(&a.len()))
        .then_with(|| a.iter().map(rank).cmp(b.iter().map(rank)))
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

/// Whether a path of fitting length is one of this route.
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
