use super::UnknownFunction;
use crate::fixture::{binary, events, folder, front_doors};
use crate::front_doors::FrontDoors;

/// The posts are served by their folder alone.
fn found() -> FrontDoors {
    let hello = binary("api-hello", &events(&[("HttpApi", "Method: DELETE, Path: '/v2/hello/{name}'")]));
    let index = binary("api-index", &events(&[("HttpApi", "Method: ANY, Path: /api")]));
    let python = events(&[("HttpApi", "Method: POST, Path: '/python/{all+}'")]);
    let python = folder("Python", &format!("FunctionName: shop-snakes, {python}"));
    front_doors(&["api/index", "api/hello", "api/posts/[id]"], Some(&format!("{hello}{index}{python}")), &[])
}

#[test]
fn each_name_of_a_function_finds_it() {
    let found = found();
    for (names, expected) in [
        (
            &["/api/hello", "./functions/api/hello/", "api-hello", "apihello", "/v2/hello/Ann"][..],
            "api-hello",
        ),
        (&["/api", "/api/", "functions/api/index", "api-index"], "api-index"),
        (
            &["/api/posts/[id]", "api/posts/[id]", "functions/api/posts/[id]", "/api/posts/7"],
            "api-posts-[id]",
        ),
        (&["Python", "shop-snakes", "python", "/python/a/b"], "Python"),
    ] {
        for name in names {
            let function = found.function(name);
            assert_eq!(function.map(|function| function.id.name()), Ok(expected), "{name}");
        }
    }
}

#[test]
fn unknown_name_comes_with_the_nearest_ones() {
    let found = found();
    for (name, nearest) in [
        ("/api/helo", &["/api/hello"][..]),
        ("hello", &["apihello", "api-hello", "/api/hello"]),
        ("api-posts", &["api-posts-[id]"]),
        ("/api/posts/7/comments", &[]),
        ("weather", &[]),
        ("", &[]),
    ] {
        let unknown = found.function(name).unwrap_err();
        assert_eq!(unknown.nearest, nearest, "{name}");
    }
}

#[test]
fn unknown_name_is_told_with_the_command_for_all() {
    let unknown = |nearest: &[&str]| UnknownFunction {
        name: "x".to_owned(),
        nearest: nearest.iter().map(|it| (*it).to_owned()).collect(),
    };
    for (nearest, expected) in [
        (&[][..], "there is no function `x`; `cargo api-routes routes` lists all routes"),
        (
            &["a"],
            "there is no function `x`: the nearest name is `a`; `cargo api-routes routes` lists all routes",
        ),
        (
            &["a", "b"],
            "there is no function `x`: the nearest names are `a`, `b`; `cargo api-routes routes` lists all routes",
        ),
    ] {
        assert_eq!(unknown(nearest).to_string(), expected);
    }
}
