//! The part of a path before the route: a stage, or the base path of a custom domain.

use percent_encoding::percent_decode_str;

use super::strings::{Pairs, Text};

/// Removes the stage from a path. A named stage begins the path (`/prod/api/user`), `$default` does not.
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

/// Returns the end of the path that the route of the front door covers. The text before it is the stage or the base
/// path of a custom domain.
///
/// This is the route (`/api/posts/{id}`, or `/{proxy+}`) with the values of its parameters, which some front doors
/// decode. Returns `None` if the path does not end in this way: the route is not a path (`$default`), or a parameter is
/// mapped to another path.
pub(super) fn covered<'e>(path: &'e str, route: &str, parameters: &Pairs<'_>) -> Option<&'e str> {
    let filled = filled(route, parameters)?;
    if filled.is_empty() {
        // The root of an API that is mounted at `/shop` may arrive as `/shop`.
        return Some("/");
    }
    path.match_indices('/').map(|(at, _)| &path[at..]).find(|end| {
        let end = without_last_slash(end);
        end == filled || percent_decode_str(end).eq(filled.bytes())
    })
}

/// Returns a route with values instead of its parameters. A slash at the end is not a segment.
fn filled(route: &str, parameters: &Pairs<'_>) -> Option<String> {
    let mut filled = String::new();
    for segment in route.strip_prefix('/')?.split('/') {
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let value = match name.map(|name| name.strip_suffix('+').unwrap_or(name)) {
            Some(name) => &parameters.0.iter().find(|(other, _)| other == name)?.1,
            None => segment,
        };
        filled.extend(["/", value]);
    }
    filled.truncate(without_last_slash(&filled).len());
    Some(filled)
}

fn without_last_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::{Pairs, Text, covered, without_stage};

    #[test]
    fn named_stage_is_removed_from_the_path_once() {
        for (path, stage, expected) in [
            ("/api/user", "$default", "/api/user"),
            ("/prod/api/user", "prod", "/api/user"),
            ("/prod", "prod", "/"),
            ("/prod/prod/x", "prod", "/prod/x"),
            // A custom domain maps its own path to the stage, and sends no stage.
            ("/api/user", "prod", "/api/user"),
            ("/production/x", "prod", "/production/x"),
            ("/x", "", "/x"),
            ("/$default/x", "$default", "/$default/x"),
        ] {
            assert_eq!(without_stage(path, Some(&Text(stage.into()))), expected, "{path} {stage}");
        }
    }

    #[test]
    fn route_and_parameters_show_the_base_path() {
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
            ("/prod/api/posts/a%2Fb", "/api/posts/{id}", &[("id", "a/b")], Some("/api/posts/a%2Fb")),
            ("/prod/api/posts/a%2Fb", "/{all+}", &[("all", "api/posts/a/b")], Some("/api/posts/a%2Fb")),
            // A front door that does not decode them.
            ("/prod/api/posts/a%2Fb", "/api/posts/{id}", &[("id", "a%2Fb")], Some("/api/posts/a%2Fb")),
            ("/prod/caf%C3%A9/7", "/café/{id}", &[("id", "7")], Some("/caf%C3%A9/7")),
            // Paths that do not fit the route.
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
