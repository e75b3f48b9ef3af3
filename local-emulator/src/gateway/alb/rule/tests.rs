use super::*;

fn route(text: &str) -> Pattern {
    text.parse().unwrap()
}

#[test]
fn optional_catch_all_has_two_patterns() {
    for (text, patterns) in [
        ("/", vec!["/"]),
        ("/api/hello", vec!["/api/hello"]),
        ("/api/posts/[id]", vec!["/api/posts/*"]),
        ("/api/[a]/x/[b]", vec!["/api/*/x/*"]),
        ("/api/docs/[...slug]", vec!["/api/docs/*"]),
        ("/api/shop/[[...slug]]", vec!["/api/shop", "/api/shop/*"]),
        ("/[[...slug]]", vec!["/", "/*"]),
    ] {
        let rule = Rule::for_route(&route(text)).unwrap();
        let paths: Vec<_> = rule.paths.iter().map(ToString::to_string).collect();
        assert_eq!(paths, patterns, "{text}");
    }
}

#[test]
fn a_literal_that_no_path_pattern_may_have_is_refused() {
    let refused = Rule::for_route(&route("/api/v[x]")).unwrap_err();
    assert_eq!(refused, PathPatternError::Character("/api/v[x]".to_owned(), '['));
    assert!(matches!(Rules::for_routes([(route("/na\u{ef}ve"), ())]), Err(PathPatternError::Character(..))));
}

const ROUTES: [&str; 8] = [
    "/[...all]",
    "/api/posts/[id]",
    "/api/docs/[...slug]",
    "/api/posts/new",
    "/api/posts/[id]/comments",
    "/api/shop/[[...slug]]",
    "/api/[kind]/new",
    "/api/hello",
];

#[test]
fn the_more_specific_of_two_routes_takes_the_request() {
    let mut reversed = ROUTES;
    reversed.reverse();
    for routes in [ROUTES, reversed] {
        let rules = Rules::for_routes(routes.map(|text| (route(text), text))).unwrap();
        for (path, expected) in [
            ("/api/hello", Some("/api/hello")),
            ("/api/posts/7", Some("/api/posts/[id]")),
            ("/api/posts/new", Some("/api/posts/new")),
            ("/api/posts/7/comments", Some("/api/posts/[id]/comments")),
            ("/api/docs/a/b", Some("/api/docs/[...slug]")),
            ("/api/shop", Some("/api/shop/[[...slug]]")),
            ("/api/shop/a/b", Some("/api/shop/[[...slug]]")),
            ("/api/x/new", Some("/api/[kind]/new")),
            ("/elsewhere", Some("/[...all]")),
            ("*", None),
        ] {
            assert_eq!(rules.select(&Method::GET, path).copied(), expected, "{path}");
        }
    }
}

#[test]
fn the_rule_of_a_parameter_takes_deeper_paths_too() {
    let rules = Rules::for_routes([(route("/api/posts/[id]"), ())]).unwrap();
    assert!(rules.select(&Method::GET, "/api/posts/a/b").is_some());
    assert!(rules.select(&Method::GET, "/api/posts/").is_some());
    assert!(rules.select(&Method::GET, "/api/posts").is_none());
}

#[test]
fn the_first_rule_that_fits_wins() {
    let rule = |pattern: &str| Rule::new([pattern.parse().unwrap()]);
    let rules = Rules::new([
        (rule("/a*").with_methods([Method::POST, Method::PUT]), 1),
        (rule("/a*"), 2),
        (rule("/ab"), 3),
    ]);
    assert_eq!(rules.select(&Method::POST, "/ab"), Some(&1));
    assert_eq!(rules.select(&Method::GET, "/ab"), Some(&2));
    assert_eq!(rules.select(&Method::GET, "/b"), None);
    assert_eq!(rules.iter().count(), 3);
}
