//! The rules of a load balancer, one for each path that routes have.

use api_routes_project::front_doors::{FunctionId, FunctionRoute, Notices};
use api_routes_routing::{Pattern, PatternError, RouteKey, TemplateSegment};

use crate::gateway::alb::{Rule, Rules};

/// The function to which a rule leads.
#[derive(Clone)]
struct RuleTarget<'a, F> {
    /// The folder of the function's code, or its route.
    place: &'a str,
    id: &'a FunctionId,
    function: F,
}

/// Returns the rules for `routes`. Routes that a load balancer cannot have are reported in `problems`.
pub(super) fn for_routes<F: Clone>(
    routes: &[FunctionRoute],
    find: impl Fn(&FunctionId) -> Option<F>,
    problems: &mut Notices,
) -> Rules<F> {
    let mut patterns: Vec<(Pattern, RuleTarget<'_, F>)> = Vec::new();
    for FunctionRoute { key, function: id, place, .. } in routes {
        let Some(function) = find(id) else { continue };
        let is_there = |(other, target): &(Pattern, RuleTarget<'_, F>), pattern: &Pattern| {
            other == pattern && target.id == id
        };
        match pattern(key) {
            // A rule takes every method of its path.
            Ok(pattern) if patterns.iter().any(|other| is_there(other, &pattern)) => {}
            Ok(pattern) => patterns.push((pattern, RuleTarget { place, id, function })),
            Err(problem) => {
                problems.errors.push(format!("`{key}` cannot be a rule of a load balancer: {problem}"));
            }
        }
    }
    let rules = Rules::for_routes(patterns).unwrap_or_else(|problem| {
        problems.errors.push(problem.to_string());
        Rules::new([])
    });
    problems.warnings.extend(shared_paths(&rules));
    rules.map(|target| target.function)
}

/// Returns warnings about routes with the same path. To a load balancer, `/docs/[id]` and `/docs/[...slug]` are one path, so
/// that one of two functions gets no request.
fn shared_paths<F>(rules: &Rules<RuleTarget<'_, F>>) -> Vec<String> {
    let warning = |(at, (rule, second)): (usize, (&Rule, &RuleTarget<'_, F>))| {
        let mut others = rules.iter().take(at).filter(|(_, first)| first.id != second.id);
        let (path, first) =
            others.find_map(|(other, first)| Some((rule.path_shared_with(other)?, first.place)))?;
        let second = second.place;
        Some(format!(
            "`{first}` and `{second}` are both `{path}` to a load balancer, where all requests go to `{first}`: \
             move one of the two to another folder"
        ))
    };
    rules.iter().enumerate().filter_map(warning).collect()
}

fn pattern(key: &RouteKey) -> Result<Pattern, RuleError> {
    let pattern = Pattern::parse(&route(key))?;
    Rule::for_route(&pattern)?;
    Ok(pattern)
}

#[derive(Debug, thiserror::Error)]
enum RuleError {
    #[error(transparent)]
    FunctionRoute(#[from] PatternError),
    #[error(transparent)]
    Rule(#[from] crate::gateway::alb::PathPatternError),
}

/// Returns the path of a route key as Next writes it.
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
    use api_routes_project::front_doors::FunctionId;

    use super::{RuleTarget, pattern, shared_paths};
    use crate::gateway::alb::Rules;

    #[test]
    fn two_functions_with_one_path_cause_a_warning() {
        const WORDS: &str = "are both `/docs/*` to a load balancer, where all requests go to `/docs/[id]`";
        let (one, other) = (FunctionId::Package("one".into()), FunctionId::Package("other".into()));
        for (places, functions, warned) in [
            (["/docs/[...slug]", "/docs/[id]"], [&one, &other], 1),
            (["/docs/[[...slug]]", "/docs/[id]"], [&one, &other], 1),
            (["/docs/[...slug]", "/docs/[id]"], [&one, &one], 0),
            (["/docs/[...slug]", "/docs/new"], [&one, &other], 0),
        ] {
            let target = |(place, id)| (str::parse(place).unwrap(), RuleTarget { place, id, function: () });
            let rules = Rules::for_routes(places.into_iter().zip(functions).map(target)).unwrap();
            let warnings = shared_paths(&rules);
            assert_eq!(warnings.len(), warned, "{places:?}: {warnings:?}");
            for warning in warnings {
                assert!(
                    warning.starts_with(&format!("`/docs/[id]` and `{}` {WORDS}", places[0])),
                    "{warning}"
                );
            }
        }
    }

    #[test]
    fn route_key_becomes_the_rule_of_its_path() {
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
