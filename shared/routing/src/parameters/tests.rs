use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::PathEncoding::{Decoded, Percent};
use super::*;

/// Reads the parameters of `route` from `path`, as `id=7 slug=a|b`.
fn read(route: &str, path: &str, encoding: PathEncoding) -> Result<String, ParametersError> {
    let pattern = Pattern::parse(route).unwrap();
    let parameters = pattern.parameters(path, encoding)?;
    let show = |(name, value)| match value {
        Parameter::One(text) => format!("{name}={text}"),
        Parameter::Many(values) => format!("{name}=[{}]", values.join("|")),
    };
    Ok(parameters.into_iter().map(show).collect::<Vec<_>>().join(" "))
}

#[test]
fn path_gives_the_parameters_of_its_route() {
    for (route, path, shown) in [
        ("/api/posts/[id]", "/api/posts/7", "id=7"),
        ("/api/[user]/posts/[id]", "/api/ann/posts/7", "user=ann id=7"),
        ("/api/docs/[...slug]", "/api/docs/a", "slug=[a]"),
        ("/api/docs/[...slug]", "/api/docs/a/b/c", "slug=[a|b|c]"),
        ("/api/[user]/[...slug]", "/api/ann/a/b", "user=ann slug=[a|b]"),
        ("/api/shop/[[...slug]]", "/api/shop", ""),
        ("/api/shop/[[...slug]]", "/api/shop/a/b", "slug=[a|b]"),
        ("/[[...slug]]", "/", ""),
        ("/[[...slug]]", "/a", "slug=[a]"),
    ] {
        assert_eq!(read(route, path, Percent).as_deref(), Ok(shown), "{route} {path}");
    }
}

#[test]
fn path_that_does_not_fit_is_no_match() {
    for (route, path) in [
        ("/api/posts/[id]", ""),
        ("/api/posts/[id]", "api/posts/7"),
        ("/api/posts/[id]", "/api/posts"),
        ("/api/posts/[id]", "/api/posts/7/8"),
        ("/api/posts/[id]", "/api/Posts/7"),
        ("/api/p[o]sts/[id]", "/api/posts/7"),
        ("/api/posts/[id]", "/prod/api/posts/7"),
        ("/api/docs/[...slug]", "/api/docs"),
        ("/api/shop/[[...slug]]", "/api/shops"),
        ("/api/shop/[[...slug]]", "/api"),
    ] {
        assert_eq!(read(route, path, Percent), Err(ParametersError::NoMatch), "{route} {path}");
    }
}

#[test]
fn required_segment_is_never_empty() {
    for (route, path) in [
        ("/api/posts/[id]", "/api/posts/"),
        ("/api/posts/[id]", "/api/posts//"),
        ("/api/[user]/posts", "/api//posts"),
        ("/api/docs/[...slug]", "/api/docs/"),
        ("/api/docs/[...slug]", "/api/docs///"),
        ("/[[...slug]]", "a"),
    ] {
        assert_eq!(read(route, path, Percent), Err(ParametersError::NoMatch), "{route} {path}");
    }
}

#[test]
fn one_slash_at_the_end_does_not_count() {
    for (route, path, shown) in [
        ("/api/posts/[id]", "/api/posts/7/", "id=7"),
        ("/api/docs/[...slug]", "/api/docs/a/", "slug=[a]"),
        ("/api/docs/[...slug]", "/api/docs/a//", "slug=[a|]"),
        ("/api/docs/[...slug]", "/api/docs/a//b", "slug=[a||b]"),
        ("/api/shop/[[...slug]]", "/api/shop/", ""),
        ("/api/shop/[[...slug]]", "/api/shop//", ""),
    ] {
        assert_eq!(read(route, path, Percent).as_deref(), Ok(shown), "{route} {path}");
    }
}

#[test]
fn literal_fits_in_any_spelling() {
    for (route, path, encoding, fits) in [
        ("/api/posts/[id]", "/%61pi/p%6Fsts/7", Percent, true),
        ("/api/h\u{e9}llo/[id]", "/api/h%C3%A9llo/7", Percent, true),
        ("/api/two words/[id]", "/api/two%20words/7", Percent, true),
        ("/api/posts/[id]", "/api/p%6Fsts/7", Decoded, false),
        ("/api/posts/[id]", "/api/p%256Fsts/7", Percent, false),
        ("/api/posts/[id]", "/api/posts%2F7", Percent, false),
        ("/api/posts/[id]", "/api/p%FFsts/7", Percent, false),
    ] {
        assert_eq!(read(route, path, encoding).is_ok(), fits, "{route} {path}");
    }
}

#[test]
fn value_is_decoded_once_after_the_path_is_split() {
    for (text, encoding, shown) in [
        ("a%2Fb", Percent, "id=a/b"),
        ("a%252Fb", Percent, "id=a%2Fb"),
        ("a+b%2B", Percent, "id=a+b+"),
        ("caf%C3%A9", Percent, "id=caf\u{e9}"),
        ("caf\u{e9}", Percent, "id=caf\u{e9}"),
        ("%00%0A", Percent, "id=\0\n"),
        ("a%2Fb", Decoded, "id=a%2Fb"),
        ("100%", Decoded, "id=100%"),
    ] {
        let path = format!("/api/posts/{text}");
        assert_eq!(read("/api/posts/[id]", &path, encoding).as_deref(), Ok(shown), "{text}");
    }
}

#[test]
fn what_next_cannot_decode_is_a_bad_request() {
    for text in ["%", "%4", "%zz", "%%41", "a%4", "%FF", "%C3", "%ED%A0%80", "%C0%AF", "%\u{e9}"] {
        for route in ["/api/posts/[id]", "/api/posts/[...id]"] {
            let error = read(route, &format!("/api/posts/{text}"), Percent).unwrap_err();
            assert_eq!(error, ParametersError::Encoding, "{text}");
            assert_eq!(error.status(), 400);
        }
    }
}

#[test]
fn static_route_never_looks_at_the_path() {
    for path in ["", "/somewhere/else", "%FF"] {
        assert_eq!(read("/api/user", path, Percent).as_deref(), Ok(""));
    }
}

#[test]
fn parameter_is_found_by_its_name() {
    let pattern = Pattern::parse("/[user]/[...slug]").unwrap();
    let parameters = pattern.parameters("/ann/a", Percent).unwrap();
    assert_eq!(parameters.get("user"), Some(&Parameter::One("ann".into())));
    assert_eq!(parameters.get("slug"), Some(&Parameter::Many(vec!["a".into()])));
    assert_eq!(parameters.get("id"), None);
    assert!(!parameters.is_empty());
}

proptest! {
    #[test]
    fn any_text_comes_back_from_its_encoded_path(id in ".+", slug in prop::collection::vec(".+", 1..4)) {
        let encode = |text: &String| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let path = format!("/api/{}/{}", encode(&id), slug.iter().map(encode).collect::<Vec<_>>().join("/"));
        let pattern = Pattern::parse("/api/[id]/[...slug]").unwrap();
        let parameters = pattern.parameters(&path, Percent).unwrap();
        prop_assert_eq!(parameters.get("id"), Some(&Parameter::One(id.into())));
        let slug = slug.into_iter().map(Cow::Owned).collect();
        prop_assert_eq!(parameters.get("slug"), Some(&Parameter::Many(slug)));
    }

    #[test]
    fn no_path_panics(path in any::<String>(), tail in "[/%a0-9\u{e9}]{0,12}") {
        for route in ["/[[...a]]", "/[a]/[...b]", "/api/[a]"] {
            let pattern = Pattern::parse(route).unwrap();
            for path in [path.clone(), format!("/api/{tail}")] {
                for encoding in [Percent, Decoded] {
                    let _ = pattern.parameters(&path, encoding);
                }
            }
        }
    }
}

#[test]
fn front_door_parameters_replace_a_foreign_path() {
    let found = [("id".to_owned(), "a b".to_owned()), ("slug".to_owned(), "x/y".to_owned())];
    let among = |route: &str| {
        let pattern = Pattern::parse(route).unwrap();
        pattern.parameters_among(&found, Decoded).map(|all| {
            let shown = all.into_iter().map(|(name, value)| format!("{name}={value:?}"));
            shown.collect::<Vec<_>>().join(" ")
        })
    };
    assert_eq!(among("/api/posts/[id]").unwrap(), r#"id=One("a b")"#);
    assert_eq!(among("/api/[id]/[...slug]").unwrap(), r#"id=One("a b") slug=Many(["x", "y"])"#);
    assert_eq!(among("/api/[[...other]]").unwrap(), "");
    assert_eq!(among("/api/[other]"), Err(ParametersError::NoMatch));
}
