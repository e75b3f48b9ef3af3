use proptest::prelude::*;

use super::*;

/// Routes that Next.js refuses by themselves, with the words of its build.
const REFUSED_BY_NEXT: [(&str, &str); 15] = [
    ("/api/a/[...x]/b", "Catch-all must be the last part of the URL."),
    ("/api/a/[[...x]]/b", "Catch-all must be the last part of the URL."),
    ("/api/a/[[x]]", "Optional route parameters are not yet supported (\"[[x]]\")."),
    ("/api/a/[[]]", "Optional route parameters are not yet supported (\"[[]]\")."),
    ("/api/[id]/b/[id]", "You cannot have the same slug name \"id\" repeat within a single dynamic path"),
    ("/api/[id]/[...id]", "You cannot have the same slug name \"id\" repeat within a single dynamic path"),
    (
        "/api/[a-b]/c/[ab]",
        "You cannot have the slug names \"a-b\" and \"ab\" differ only by non-word symbols within a single dynamic path",
    ),
    ("/api/a/[[[x]]]", "Segment names may not start or end with extra brackets ('[x]')."),
    ("/api/a/[[x]", "Segment names may not start or end with extra brackets ('[x')."),
    ("/api/a/[...x]]", "Segment names may not start or end with extra brackets ('x]')."),
    ("/api/a/[.x]", "Segment names may not start with erroneous periods ('.x')."),
    ("/api/a/[..x]", "Segment names may not start with erroneous periods ('..x')."),
    ("/api/a/[....x]", "Segment names may not start with erroneous periods ('.x')."),
    ("/api/a/[…x]", "Detected a three-dot character ('…') at ('…x'). Did you mean ('...')?"),
    ("/api/a/[[…x]]", "Detected a three-dot character ('…') at ('…x'). Did you mean ('...')?"),
];

#[test]
fn what_next_refuses_is_refused_in_its_words() {
    for (route, words) in REFUSED_BY_NEXT {
        assert_eq!(Pattern::parse(route).unwrap_err().to_string(), words, "{route}");
    }
}

#[test]
fn what_api_gateway_cannot_name_is_refused() {
    use PatternError as E;
    for (route, error) in [
        ("/api/[]", E::UnnamedParameter("[]".into())),
        ("/api/[...]", E::UnnamedParameter("[...]".into())),
        ("/api/[[...]]", E::UnnamedParameter("[[...]]".into())),
        ("/api/[na\u{ef}ve]", E::UnsupportedName("na\u{ef}ve".into())),
        ("/api/[a b]", E::UnsupportedName("a b".into())),
        ("/api/[a+]", E::UnsupportedName("a+".into())),
        ("/api/[a][b]", E::UnsupportedName("a][b".into())),
    ] {
        assert_eq!(Pattern::parse(route), Err(error), "{route}");
    }
}

#[test]
fn route_has_one_slash_before_each_segment() {
    for route in ["", "api", "[id]"] {
        assert_eq!(Pattern::parse(route), Err(PatternError::NoLeadingSlash(route.into())));
    }
    for route in ["//", "/api/", "/api//a", "//api"] {
        assert_eq!(Pattern::parse(route), Err(PatternError::EmptySegment(route.into())));
    }
}

#[test]
fn each_folder_has_its_route_and_its_keys() {
    for (folder, route, keys) in [
        ("", "/", &["ANY /"][..]),
        ("index", "/", &["ANY /"]),
        ("api/index", "/api", &["ANY /api"]),
        ("api/index/index", "/api/index", &["ANY /api/index"]),
        ("api/reindex", "/api/reindex", &["ANY /api/reindex"]),
        ("api/index/a", "/api/index/a", &["ANY /api/index/a"]),
        ("api/posts/[id]", "/api/posts/[id]", &["ANY /api/posts/{id}"]),
        ("api/posts/[id]/index", "/api/posts/[id]", &["ANY /api/posts/{id}"]),
        ("api/[user]/posts/[id]", "/api/[user]/posts/[id]", &["ANY /api/{user}/posts/{id}"]),
        ("api/docs/[...slug]", "/api/docs/[...slug]", &["ANY /api/docs/{slug+}"]),
        ("api/docs/[...slug]/index", "/api/docs/[...slug]", &["ANY /api/docs/{slug+}"]),
        ("api/shop/[[...slug]]", "/api/shop/[[...slug]]", &["ANY /api/shop", "ANY /api/shop/{slug+}"]),
        ("api/shop/[[...slug]]/index", "/api/shop/[[...slug]]", &["ANY /api/shop", "ANY /api/shop/{slug+}"]),
        ("[[...slug]]", "/[[...slug]]", &["ANY /", "ANY /{slug+}"]),
        ("api/[post.id:v-1_a]", "/api/[post.id:v-1_a]", &["ANY /api/{post.id:v-1_a}"]),
    ] {
        let pattern = Pattern::from_folder(folder).unwrap();
        assert_eq!(pattern.to_string(), route, "{folder}");
        let written: Vec<_> = pattern.route_keys().iter().map(ToString::to_string).collect();
        assert_eq!(written, keys, "{folder}");
    }
}

#[test]
fn segment_with_inner_brackets_is_literal() {
    for text in ["v[ver]", "[ver]v", "[a]-[b", "na\u{ef}ve", "a b", "{id}"] {
        let pattern = Pattern::from_folder(&format!("api/{text}")).unwrap();
        assert_eq!(pattern.segments()[1], Segment::Literal(text.into()));
        assert_eq!(pattern.deployable(), Err(PatternError::UnsupportedLiteral(text.into())));
    }
}

fn segment() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[A-Za-z0-9._:-]{1,6}",
        2 => "[A-Za-z0-9_][A-Za-z0-9._:-]{0,5}".prop_map(|name| format!("[{name}]")),
        1 => "[a-z]{1,3}".prop_map(|name| format!("[...{name}]")),
        1 => "[a-z]{1,3}".prop_map(|name| format!("[[...{name}]]")),
        1 => r"[\[\].a…-]{1,8}",
    ]
}

proptest! {
    #[test]
    fn a_route_is_written_as_it_was_read(segments in prop::collection::vec(segment(), 0..5)) {
        let route = format!("/{}", segments.join("/"));
        if let Ok(pattern) = Pattern::parse(&route) {
            prop_assert_eq!(pattern.to_string(), route);
        }
    }

    #[test]
    fn api_gateway_takes_the_keys_of_a_deployable_route(segments in prop::collection::vec(segment(), 0..5)) {
        if let Ok(pattern) = Pattern::parse(&format!("/{}", segments.join("/"))) {
            let reads_back = |key: &RouteKey| key.to_string().parse().as_ref() == Ok(key);
            prop_assert_eq!(pattern.deployable().is_ok(), pattern.route_keys().iter().all(reads_back));
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>(), brackets in r"[\[\]./…a]{0,12}") {
        let _ = (Pattern::parse(&text), Pattern::from_folder(&text), Pattern::from_folder(&brackets));
    }
}
