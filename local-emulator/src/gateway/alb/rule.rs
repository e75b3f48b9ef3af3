//! The rules of a listener, which choose the function for a request.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html>: "Rules are evaluated
//! in priority order, from the lowest value to the highest value", and the first match wins.

use std::cmp::Ordering;

use api_routes_routing::{Pattern, Segment};
use http::Method;

use super::glob::{PathPattern, PathPatternError};

#[cfg(test)]
mod tests;

/// The conditions of a rule: paths and methods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    paths: Vec<PathPattern>,
    /// An empty list means every method.
    methods: Vec<Method>,
}

impl Rule {
    /// Matches paths that fit one of `paths`.
    pub fn new(paths: impl IntoIterator<Item = PathPattern>) -> Self {
        Self { paths: paths.into_iter().collect(), methods: Vec::new() }
    }

    /// Builds the rule for a route. It has one pattern, or two for an optional catch-all. A `*` also matches slashes, so that
    /// the rule of `/posts/[id]` takes `/posts/a/b` too: its function then answers 404.
    ///
    /// # Errors
    /// A load balancer cannot write the pattern.
    pub fn for_route(route: &Pattern) -> Result<Self, PathPatternError> {
        let bare = matches!(route.catch_all(), Some(Segment::OptionalCatchAll(_)));
        let above = bare.then(|| &route.segments()[..route.segments().len() - 1]);
        let paths = above.into_iter().chain([route.segments()]).map(path).map(PathPattern::new);
        Ok(Self::new(paths.collect::<Result<Vec<_>, _>>()?))
    }

    /// Adds an `http-request-method` condition: the rule takes only requests with one of `methods`.
    #[must_use]
    pub fn with_methods(self, methods: impl IntoIterator<Item = Method>) -> Self {
        Self { methods: methods.into_iter().collect(), ..self }
    }

    /// Returns a path pattern that `other` has too.
    pub fn path_shared_with(&self, other: &Self) -> Option<&PathPattern> {
        self.paths.iter().find(|path| other.paths.contains(path))
    }

    /// Whether the rule takes a request. `path` is encoded, as the client sent it.
    pub fn takes(&self, method: &Method, path: &str) -> bool {
        (self.methods.is_empty() || self.methods.contains(method))
            && self.paths.iter().any(|pattern| pattern.matches(path))
    }
}

fn path(segments: &[Segment]) -> String {
    if segments.is_empty() {
        return "/".to_owned();
    }
    let texts = segments.iter().map(|segment| match segment {
        Segment::Literal(text) => text,
        Segment::Dynamic(_) | Segment::CatchAll(_) | Segment::OptionalCatchAll(_) => "*",
    });
    texts.flat_map(|text| ["/", text]).collect()
}

/// Rules in the order of their priority, each with its target.
#[derive(Clone, Debug)]
pub struct Rules<T>(Vec<(Rule, T)>);

impl<T> Rules<T> {
    /// Takes rules in their order: the first has the highest priority.
    pub fn new(rules: impl IntoIterator<Item = (Rule, T)>) -> Self {
        Self(rules.into_iter().collect())
    }

    /// Builds the rules for routes in any order. Where two routes first differ, a literal comes before a parameter, and a
    /// parameter before a catch-all. A longer route comes before a route that is its beginning.
    ///
    /// # Errors
    /// A load balancer cannot write the pattern of a route.
    pub fn for_routes(routes: impl IntoIterator<Item = (Pattern, T)>) -> Result<Self, PathPatternError> {
        let mut routes: Vec<_> = routes.into_iter().collect();
        routes.sort_by(|(a, _), (b, _)| by_specificity(a.segments(), b.segments()));
        let rules = routes.into_iter().map(|(route, target)| Ok((Rule::for_route(&route)?, target)));
        rules.collect::<Result<_, _>>().map(Self)
    }

    /// Returns the target of the first rule that takes a request.
    pub fn select(&self, method: &Method, path: &str) -> Option<&T> {
        self.0.iter().find(|(rule, _)| rule.takes(method, path)).map(|(_, target)| target)
    }

    /// Replaces the target of each rule.
    #[must_use]
    pub fn map<U>(self, mut to: impl FnMut(T) -> U) -> Rules<U> {
        Rules(self.0.into_iter().map(|(rule, target)| (rule, to(target))).collect())
    }

    /// Iterates over the rules, the highest priority first.
    pub fn iter(&self) -> impl Iterator<Item = (&Rule, &T)> {
        self.0.iter().map(|(rule, target)| (rule, target))
    }
}

fn by_specificity(a: &[Segment], b: &[Segment]) -> Ordering {
    let differences = a.iter().zip(b).map(|(a, b)| rank(a).cmp(&rank(b)));
    differences.fold(Ordering::Equal, Ordering::then).then(b.len().cmp(&a.len()))
}

fn rank(segment: &Segment) -> u8 {
    match segment {
        Segment::Literal(_) => 0,
        Segment::Dynamic(_) => 1,
        Segment::CatchAll(_) | Segment::OptionalCatchAll(_) => 2,
    }
}
