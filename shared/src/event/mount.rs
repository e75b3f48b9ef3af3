//! Where an API is mounted: what stands in front of a route in the path of an event.

use super::strings::{Pairs, Text};

/// A named stage stands in front of the path (`/prod/api/user`), `$default` does not.
pub(super) fn without_stage<'e>(path: &'e str, stage: Option<&Text<'_>>) -> &'e str {
    let stage = Text::or_empty(stage);
    if stage.is_empty() || stage == "$default" {
        return path;
    }
    match path.strip_prefix('/').and_then(|rest| rest.strip_prefix(stage)) {
        Some("") => "/",
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

/// The end of the path that the front door's own route covers; whatever comes before it is the stage or the
/// base path of a custom domain.
///
/// How long it is follows from the route (`/api/posts/{id}`, or `/{proxy+}`) and the values of its
/// parameters. `None` if that does not add up: a route that is no path (`$default`), or literals that are
/// not where they should be.
pub(super) fn covered<'e>(path: &'e str, route: &str, parameters: &Pairs<'_>) -> Option<&'e str> {
    let lengths = lengths(route, parameters)?;
    // One slash at the end is no segment of its own.
    let segments = path.strip_suffix('/').unwrap_or(path).matches('/').count();
    let before = segments.checked_sub(lengths.iter().map(|(_, length)| length).sum())?;
    let covered = path.match_indices('/').nth(before).map_or("/", |(at, _)| &path[at..]);
    let mut rest = covered.split('/').skip(1);
    for (segment, length) in lengths {
        let first = if length == 0 { None } else { rest.nth(length - 1) };
        if !is_parameter(segment) && first != Some(segment) {
            return None;
        }
    }
    Some(covered)
}

/// Each segment of a route, with the number of the path's segments that it takes.
fn lengths<'r>(route: &'r str, parameters: &Pairs<'_>) -> Option<Vec<(&'r str, usize)>> {
    let route = route.strip_prefix('/')?;
    let segments = route.split('/').filter(|segment| !segment.is_empty());
    let length = |segment: &'r str| {
        let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            return Some((segment, 1));
        };
        let name = name.strip_suffix('+').unwrap_or(name);
        let (_, value) = parameters.0.iter().find(|(other, _)| other == name)?;
        let value = value.strip_suffix('/').unwrap_or(value);
        Some((segment, if value.is_empty() { 0 } else { value.matches('/').count() + 1 }))
    };
    segments.map(length).collect()
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::{Pairs, Text, covered, without_stage};

    #[test]
    fn a_named_stage_is_taken_from_the_path_once() {
        for (path, stage, expected) in [
            ("/api/user", "$default", "/api/user"),
            ("/prod/api/user", "prod", "/api/user"),
            ("/prod", "prod", "/"),
            ("/prod/prod/x", "prod", "/prod/x"),
            // A custom domain maps its own path to the stage, and sends none.
            ("/api/user", "prod", "/api/user"),
            ("/production/x", "prod", "/production/x"),
            ("/x", "", "/x"),
            ("/$default/x", "$default", "/$default/x"),
        ] {
            assert_eq!(without_stage(path, Some(&Text(stage.into()))), expected, "{path} {stage}");
        }
    }

    #[test]
    fn a_route_and_its_parameters_tell_what_stands_before_it() {
        for (path, route, parameters, expected) in [
            ("/api/user", "/api/user", &[][..], Some("/api/user")),
            ("/shop/api/user", "/api/user", &[], Some("/api/user")),
            ("/shop/v1/api/user", "/api/user", &[], Some("/api/user")),
            ("/shop/api/user/", "/api/user", &[], Some("/api/user/")),
            ("/api/api/user", "/api/user", &[], Some("/api/user")),
            ("/shop", "/", &[], Some("/")),
            ("/shop/", "/", &[], Some("/")),
            ("/", "/", &[], Some("/")),
            ("/shop/api/posts/7", "/api/posts/{id}", &[("id", "7")], Some("/api/posts/7")),
            ("/shop/a/b", "/{proxy+}", &[("proxy", "a/b")], Some("/a/b")),
            ("/shop/a//b", "/{proxy+}", &[("proxy", "a//b")], Some("/a//b")),
            ("/a/b/", "/{proxy+}", &[("proxy", "a/b")], Some("/a/b/")),
            ("/shop/api/docs/", "/api/docs/{slug+}", &[("slug", "")], Some("/api/docs/")),
            // A front door that decodes its parameters: `/api/posts/a%2Fb`.
            ("/prod/api/posts/a/b", "/api/posts/{id}", &[("id", "a/b")], Some("/api/posts/a/b")),
            ("/prod/api/posts/a%2Fb", "/api/posts/{id}", &[("id", "a/b")], None),
            // What does not add up.
            ("/api/user", "$default", &[], None),
            ("/api/user", "", &[], None),
            ("/shop/api/users", "/api/user", &[], None),
            ("/user", "/api/user", &[], None),
            ("/api/posts/7", "/api/posts/{id}", &[], None),
            ("", "/api/user", &[], None),
        ] {
            let parameters = parameters.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let parameters = Pairs(parameters.collect());
            assert_eq!(covered(path, route, &parameters), expected, "{path} {route}");
        }
    }
}
