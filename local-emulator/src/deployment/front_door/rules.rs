//! The rules of a load balancer, one for each path that routes have.

use std::sync::Arc;

use api_routes::route::{Pattern, PatternError, RouteKey, TemplateSegment};

use super::super::function::Function;
use super::Functions;
use crate::gateway::alb::{Rule, Rules};
use crate::project::Route;

/// Those that a load balancer can have; it may be told of the others.
pub(super) fn of(routes: &[Route], functions: &Functions, errors: &mut Vec<String>) -> Rules<Arc<Function>> {
    let mut patterns: Vec<(Pattern, Arc<Function>)> = Vec::new();
    for route in routes {
        let Some(function) = functions.get(&route.function) else { continue };
        match pattern(&route.key) {
            // A rule takes every method of its path.
            Ok(pattern) if patterns.iter().any(|(other, _)| *other == pattern) => {}
            Ok(pattern) => patterns.push((pattern, Arc::clone(function))),
            Err(problem) => errors.push(format!("`{}` is no rule of a load balancer: {problem}", route.key)),
        }
    }
    Rules::of(patterns).unwrap_or_else(|problem| {
        errors.push(problem.to_string());
        Rules::new([])
    })
}

fn pattern(key: &RouteKey) -> Result<Pattern, Problem> {
    let pattern = Pattern::parse(&route(key))?;
    Rule::of(&pattern)?;
    Ok(pattern)
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Route(#[from] PatternError),
    #[error(transparent)]
    Rule(#[from] crate::gateway::alb::PathPatternError),
}

/// As Next writes it.
fn route(key: &RouteKey) -> String {
    let RouteKey::Path { path, .. } = key else { return "/[[...path]]".to_owned() };
    let segment = |segment: TemplateSegment<'_>| match segment {
        TemplateSegment::Literal(text) => format!("/{text}"),
        TemplateSegment::Parameter(name) => format!("/[{name}]"),
        TemplateSegment::Greedy(name) => format!("/[...{name}]"),
    };
    let route: String = path.segments().map(segment).collect();
    if route.is_empty() { "/".to_owned() } else { route }
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_route_key_is_the_rule_of_its_path() {
        for (key, expected) in [
            ("ANY /api/user", "/api/user"),
            ("GET /api/posts/{id}", "/api/posts/[id]"),
            ("ANY /api/docs/{slug+}", "/api/docs/[...slug]"),
            ("ANY /", "/"),
            ("$default", "/[[...path]]"),
        ] {
            assert_eq!(pattern(&key.parse().unwrap()).unwrap().to_string(), expected, "{key}");
        }
    }
}
