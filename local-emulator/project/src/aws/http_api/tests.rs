use proptest::prelude::*;

use super::*;

fn table<'k>(keys: &[&'k str]) -> RouteTable<&'k str> {
    RouteTable::new(keys.iter().map(|key| (key.parse().unwrap(), *key))).unwrap()
}

fn selected<'k>(table: &RouteTable<&'k str>, request: &str) -> Option<&'k str> {
    let (method, path) = request.split_once(' ').unwrap();
    table.select(&method.parse().unwrap(), path).map(|found| *found.target)
}

#[test]
fn example_of_the_developer_guide_holds() {
    let table =
        table(&["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"]);
    for (request, key) in [
        ("GET /pets/dog/1", "GET /pets/dog/1"),
        ("GET /pets/dog/2", "GET /pets/dog/{id}"),
        ("GET /pets/cat/1", "GET /pets/{proxy+}"),
        ("POST /test/5", "ANY /{proxy+}"),
        ("POST /pets/dog/1", "ANY /{proxy+}"),
    ] {
        assert_eq!(selected(&table, request), Some(key), "{request}");
    }
}

#[test]
fn full_match_beats_a_more_literal_greedy_route() {
    let table = table(&["ANY /api/a/{rest+}", "ANY /api/{x}/b"]);
    assert_eq!(selected(&table, "GET /api/a/b"), Some("ANY /api/{x}/b"));
    assert_eq!(selected(&table, "GET /api/a/c"), Some("ANY /api/a/{rest+}"));
}

#[test]
fn first_difference_from_the_left_decides() {
    let table = table(&["GET /{y}/b", "GET /a/{x}", "GET /{y}/b/{r+}", "GET /a/{r+}", "GET /{r+}"]);
    for (request, key) in [
        ("GET /a/b", "GET /a/{x}"),
        ("GET /c/b", "GET /{y}/b"),
        ("GET /a/b/c", "GET /a/{r+}"),
        ("GET /c/b/d", "GET /{y}/b/{r+}"),
        ("GET /c/c/d", "GET /{r+}"),
    ] {
        assert_eq!(selected(&table, request), Some(key), "{request}");
    }
}

#[test]
fn exact_method_beats_any_at_the_same_path_only() {
    let table = table(&["ANY /a", "GET /a", "ANY /b", "GET /{x}"]);
    assert_eq!(selected(&table, "GET /a"), Some("GET /a"));
    assert_eq!(selected(&table, "POST /a"), Some("ANY /a"));
    assert_eq!(selected(&table, "GET /b"), Some("ANY /b"));
}

#[test]
fn path_without_the_method_yields_to_the_next() {
    let without_default = table(&["GET /a/b", "PUT /a/{x}", "DELETE /a/{r+}"]);
    assert_eq!(selected(&without_default, "PUT /a/b"), Some("PUT /a/{x}"));
    assert_eq!(selected(&without_default, "DELETE /a/b"), Some("DELETE /a/{r+}"));
    assert_eq!(selected(&without_default, "POST /a/b"), None);
    assert_eq!(selected(&without_default, "HEAD /a/b"), None, "GET does not serve HEAD");
    let with_default = table(&["GET /a/b", "$default"]);
    assert_eq!(selected(&with_default, "POST /a/b"), Some("$default"));
}

#[test]
fn slash_at_the_end_is_a_segment() {
    let table = table(&["GET /metrics", "GET /posts/{id}", "GET /docs/{slug+}", "GET /"]);
    for (request, key) in [
        ("GET /metrics/", None),
        ("GET /posts/", Some("GET /posts/{id}")),
        ("GET /posts", None),
        ("GET /posts/7/", None),
        ("GET /docs/", Some("GET /docs/{slug+}")),
        ("GET /docs", None),
        ("GET /", Some("GET /")),
        ("GET //", None),
    ] {
        assert_eq!(selected(&table, request), key, "{request}");
    }
}

#[test]
fn only_default_takes_a_target_that_is_no_path() {
    let table = table(&["ANY /{r+}", "$default"]);
    assert_eq!(selected(&table, "OPTIONS *"), Some("$default"));
    assert_eq!(selected(&table, "GET /"), Some("ANY /{r+}"));
}

#[test]
fn parameters_are_decoded_segment_by_segment() {
    for (key, path, expected) in [
        ("GET /posts/{id}", "/posts/a%20b", &[("id", "a b")][..]),
        ("GET /posts/{id}", "/posts/a%2Fb", &[("id", "a/b")]),
        ("GET /posts/{id}", "/posts/", &[("id", "")]),
        ("GET /{a}/x/{b}", "/1/x/2", &[("a", "1"), ("b", "2")]),
        ("GET /{a}/{r+}", "/1/x/%79/", &[("a", "1"), ("r", "x/y/")]),
        ("GET /docs/{r+}", "/docs/", &[("r", "")]),
        ("GET /posts", "/%70osts", &[]),
        ("$default", "/posts/7", &[]),
    ] {
        let table = table(&[key]);
        let found = table.select(&Method::GET, path).unwrap();
        let parameters: Vec<_> = found.parameters.iter().map(|(name, value)| (*name, &**value)).collect();
        assert_eq!(parameters, expected, "{key} {path}");
    }
}

#[test]
fn keys_for_the_same_requests_are_refused_by_name() {
    for (first, second) in [
        ("GET /a", "GET /a"),
        ("ANY /a/{x}", "ANY /a/{y}"),
        ("PUT /{r+}", "PUT /{s+}"),
        ("$default", "$default"),
    ] {
        let keys = [first, second].map(|key| (key.parse().unwrap(), ()));
        assert_eq!(
            RouteTable::new(keys).unwrap_err().to_string(),
            format!("`{first}` and `{second}` are the same route: remove one of them")
        );
    }
}

/// Sixty levels with a literal and a parameter at each: a walk that came to a node by more than
/// one way would take 2^60 steps.
#[test]
fn walk_visits_each_node_once() {
    const DEPTH: usize = 60;
    let literals = "/a".repeat(DEPTH);
    let parameters = (0..DEPTH).map(|level| format!("{{p{level}}}")).collect::<Vec<_>>().join("/");
    let keys = [format!("GET {literals}/x"), format!("GET /{parameters}/y"), "GET /{r+}".to_owned()];
    let table = table(&keys.each_ref().map(|key| &**key));
    assert_eq!(selected(&table, &format!("GET {literals}/z")), Some("GET /{r+}"));
    assert_eq!(selected(&table, &format!("GET {literals}/y")), Some(&*keys[1]));
}

/// Applies the same rules without a tree: tries every key, and returns the best that matches.
fn naive<'k>(keys: &[&'k str], method: &str, path: &str) -> Option<&'k str> {
    keys.iter().copied().filter_map(|key| Some((rank(key, method, path)?, key))).min().map(|(_, key)| key)
}

/// Full, greedy, default; then literal, parameter, greedy at each level; then own method, `ANY`.
fn rank(key: &str, method: &str, path: &str) -> Option<(u8, Vec<u8>, bool)> {
    let Some((key_method, key_path)) = key.split_once(' ') else { return Some((2, vec![], true)) };
    let any = key_method == "ANY";
    if !any && key_method != method {
        return None;
    }
    let sent: Vec<&str> = path.split('/').skip(1).collect();
    let wanted: Vec<&str> = key_path.split('/').skip(1).collect();
    let greedy = wanted.last().is_some_and(|last| last.ends_with("+}"));
    if if greedy { wanted.len() > sent.len() } else { wanted.len() != sent.len() } {
        return None;
    }
    let mut levels = Vec::new();
    for (level, segment) in wanted.iter().enumerate() {
        levels.push(match segment {
            variable if variable.ends_with("+}") => 2,
            variable if variable.starts_with('{') => {
                if sent[level].is_empty() && level + 1 < sent.len() {
                    return None;
                }
                1
            }
            literal if *literal == sent[level] => 0,
            _ => return None,
        });
    }
    Some((u8::from(greedy), levels, any))
}

fn any_key() -> impl Strategy<Value = String> {
    let segment = prop_oneof![3 => "[abc]", 2 => Just("{p}".to_owned())];
    let path = (prop::collection::vec(segment, 0..4), any::<bool>()).prop_map(|(mut segments, greedy)| {
        for (level, segment) in segments.iter_mut().enumerate() {
            *segment = segment.replace('p', &format!("p{level}"));
        }
        if greedy {
            segments.push("{r+}".to_owned());
        }
        segments.join("/")
    });
    let method = prop::sample::select(vec!["ANY", "GET", "POST"]);
    prop_oneof![
        20 => (method, path).prop_map(|(method, path)| format!("{method} /{path}")),
        1 => Just("$default".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn selection_agrees_with_trying_every_key(
        keys in prop::collection::btree_set(any_key(), 0..24),
        method in prop::sample::select(vec!["GET", "POST", "HEAD"]),
        path in "(/[abcd]?){1,5}",
    ) {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let expected = naive(&keys, method, &path);
        prop_assert_eq!(selected(&table(&keys), &format!("{method} {path}")), expected);
    }

    #[test]
    fn no_path_makes_selection_panic(path in ".*", method in "[A-Z]{1,8}") {
        let table = table(&["GET /{a}/b/{r+}", "ANY /a/{b}", "$default"]);
        prop_assert!(table.select(&method.parse().unwrap(), &path).is_some());
    }
}
