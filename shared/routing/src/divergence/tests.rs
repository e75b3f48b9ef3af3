use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::{RouteKey, TemplateSegment, conflicts};
use super::*;

type Routes = Vec<(String, Pattern)>;

fn routes<T: AsRef<str>>(folders: &[T]) -> Routes {
    let route = |folder: &T| (folder.as_ref().to_owned(), Pattern::from_folder(folder.as_ref()).unwrap());
    folders.iter().map(route).collect()
}

#[test]
fn full_match_beats_the_catch_all_that_next_prefers() {
    for (next, http_api, path) in [
        ("api/a/[...rest]", "api/[x]/b", "/api/a/b"),
        ("api/a/[[...rest]]", "api/[x]/b", "/api/a/b"),
        ("api/a/[...rest]", "api/[x]/[y]", "/api/a/x"),
        ("api/[x]/[...rest]", "[p]/[q]/b", "/api/x/b"),
    ] {
        let [found] = &divergences(&routes(&[next, http_api]))[..] else { panic!("{next} and {http_api}") };
        assert_eq!((&*found.next, &*found.http_api, &*found.path), (next, http_api, path));
    }
}

#[test]
fn divergence_names_both_folders_and_a_path() {
    assert_eq!(
        divergences(&routes(&["api/a/[...rest]", "api/[x]/b"]))[0].to_string(),
        "`/api/a/b` goes to `api/[x]/b`, where Next.js would choose `api/a/[...rest]`: rename one of the two folders"
    );
}

#[test]
fn two_catch_alls_are_read_alike() {
    assert_eq!(divergences(&routes(&["api/a/[...rest]", "api/[x]/b/[...more]", "api/[[...rest]]"])), []);
}

#[test]
fn third_folder_on_the_path_ends_the_divergence() {
    assert_eq!(divergences(&routes(&["api/a/[...rest]", "api/[x]/b", "api/a/b"])), []);
}

#[test]
fn most_trees_are_read_alike() {
    let folders = [
        "api/index",
        "api/user",
        "api/posts/[id]",
        "api/posts/[id]/comments",
        "api/posts/new",
        "api/docs/[...slug]",
        "api/docs/intro",
        "api/shop/[[...slug]]",
        "api/[...rest]",
    ];
    assert_eq!(divergences(&routes(&folders)), []);
}

#[test]
fn example_path_is_free_of_all_literals() {
    let found = divergences(&routes(&["api/a/[...rest]", "api/[p]/[q]", "x", "xx"]));
    assert_eq!(found[0].path, "/api/a/xxx");
}

/// Chooses a route in the way of Next.js, written as a walk: at each level the literal, then `[id]`, then the
/// catch-alls, and back up when nothing is found below.
fn next_js<'a>(routes: &'a Routes, path: &[&str]) -> Option<&'a str> {
    walk(&routes.iter().map(|(folder, pattern)| (&**folder, pattern.segments())).collect::<Vec<_>>(), path)
}

fn walk<'a>(routes: &[(&'a str, &'a [Segment])], path: &[&str]) -> Option<&'a str> {
    let below = |wanted: &dyn Fn(&Segment) -> bool| -> Vec<_> {
        let split = routes.iter().filter_map(|(folder, route)| Some((*folder, route.split_first()?)));
        split.filter(|(_, (head, _))| wanted(head)).map(|(folder, (_, tail))| (folder, tail)).collect()
    };
    let optional = || below(&|head| matches!(head, Segment::OptionalCatchAll(_)));
    let Some((first, rest)) = path.split_first() else {
        let here = routes.iter().find(|(_, route)| route.is_empty());
        return here.copied().or_else(|| optional().first().copied()).map(|(folder, _)| folder);
    };
    let literal = below(&|head| matches!(head, Segment::Literal(text) if text == first));
    let dynamic = below(&|head| matches!(head, Segment::Dynamic(_)));
    let required = below(&|head| matches!(head, Segment::CatchAll(_)));
    [literal, dynamic]
        .iter()
        .filter(|routes| !routes.is_empty())
        .find_map(|routes| walk(routes, rest))
        .or_else(|| {
            required.first().copied().or_else(|| optional().first().copied()).map(|(folder, _)| folder)
        })
}

/// Chooses a route in the way of an HTTP API, written over the route keys: every key is tried.
fn http_api<'a>(routes: &'a Routes, path: &[&str]) -> Option<&'a str> {
    let keys = routes
        .iter()
        .flat_map(|(folder, pattern)| pattern.route_keys().into_iter().map(move |key| (&**folder, key)));
    let matching = keys.filter_map(|(folder, key)| Some((precedence(&key, path)?, folder)));
    matching.min().map(|(_, folder)| folder)
}

/// Less is preferred: full before greedy, then from the left a literal, a variable, a greedy end.
fn precedence(key: &RouteKey, path: &[&str]) -> Option<(bool, Vec<u8>)> {
    let RouteKey::Path { path: template, .. } = key else { panic!("a folder gives paths") };
    let mut levels = Vec::new();
    for (at, segment) in template.segments().enumerate() {
        match (segment, path.get(at)) {
            (TemplateSegment::Literal(text), Some(found)) if text == *found => levels.push(0),
            (TemplateSegment::Parameter(_), Some(_)) => levels.push(1),
            (TemplateSegment::Greedy(_), Some(_)) => return Some((true, [levels, vec![2]].concat())),
            _ => return None,
        }
    }
    (levels.len() == path.len()).then_some((false, levels))
}

/// All paths of up to four segments over the alphabet of the folders and a letter of none.
fn all_paths() -> Vec<Vec<&'static str>> {
    let mut paths = vec![vec![]];
    let mut from = 0;
    for _ in 0..4 {
        let until = paths.len();
        for at in from..until {
            paths.extend(["a", "b", "z"].map(|text| [&paths[at][..], &[text]].concat()));
        }
        from = until;
    }
    paths
}

fn folder() -> impl Strategy<Value = String> {
    let segments = prop::collection::vec(prop_oneof![2 => Just("a"), 2 => Just("b"), 3 => Just("[]")], 0..=3);
    let end = prop_oneof![3 => Just(None), 2 => Just(Some("[...rest]")), 1 => Just(Some("[[...rest]]"))];
    (segments, end).prop_map(|(segments, end)| {
        let name = |(at, text)| if text == "[]" { format!("[p{at}]") } else { String::from(text) };
        let named = segments.into_iter().enumerate().map(name);
        named.chain(end.map(String::from)).collect::<Vec<_>>().join("/")
    })
}

/// Folders without conflicts: each one that would conflict with those before it is left out.
fn tree() -> impl Strategy<Value = Routes> {
    prop::collection::vec(folder(), 2..=7).prop_map(|folders| {
        folders.iter().fold(Routes::new(), |mut tree, folder| {
            tree.extend(routes(&[folder]));
            if !conflicts(&tree).is_empty() {
                tree.pop();
            }
            tree
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn divergences_are_found_exactly(tree in tree()) {
        let mut expected = BTreeSet::new();
        for path in all_paths() {
            let (next, http_api) = (next_js(&tree, &path), http_api(&tree, &path));
            prop_assert_eq!(next.is_some(), http_api.is_some(), "{:?}", path);
            if next != http_api {
                expected.extend(next.zip(http_api));
            }
        }
        let found = divergences(&tree);
        let pairs: BTreeSet<_> = found.iter().map(|d| (&*d.next, &*d.http_api)).collect();
        prop_assert_eq!(pairs, expected);
        for d in &found {
            let path: Vec<_> = d.path.split('/').skip(1).collect();
            prop_assert_eq!(next_js(&tree, &path), Some(&*d.next));
            prop_assert_eq!(http_api(&tree, &path), Some(&*d.http_api));
        }
    }
}
