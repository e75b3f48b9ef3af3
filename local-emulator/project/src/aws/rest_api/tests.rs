use proptest::prelude::*;

use super::*;

fn table<'k>(keys: &[&'k str]) -> ResourceTable<&'k str> {
    ResourceTable::new(keys.iter().map(|key| (key.parse().unwrap(), *key))).unwrap()
}

fn selected<'k>(table: &ResourceTable<&'k str>, request: &str) -> Option<&'k str> {
    let (method, path) = request.split_once(' ').unwrap();
    table.select(&method.parse().unwrap(), path).map(|found| *found.target)
}

fn assert_selects(keys: &[&str], requests: &[(&str, Option<&str>)]) {
    let table = table(keys);
    for (request, key) in requests {
        assert_eq!(selected(&table, request), *key, "{request}");
    }
}

/// Measured for `test_apigwv1_methodless_resource_falls_through_to_proxy` and its neighbours in
/// `tests/test_apigatewayv1.py` of <https://github.com/ministackorg/ministack>.
#[test]
fn resource_without_the_method_yields_to_greedy() {
    assert_selects(
        &["ANY /{proxy+}", "GET /jobs/{type}", "POST /admin", "OPTIONS /remote"],
        &[
            ("GET /jobs/reboot", Some("GET /jobs/{type}")),
            ("GET /jobs", Some("ANY /{proxy+}")),
            ("POST /jobs", Some("ANY /{proxy+}")),
            ("POST /jobs/reboot", Some("ANY /{proxy+}")),
            ("POST /admin", Some("POST /admin")),
            ("GET /admin", Some("ANY /{proxy+}")),
            ("OPTIONS /remote", Some("OPTIONS /remote")),
            ("GET /remote", Some("ANY /{proxy+}")),
        ],
    );
}

#[test]
fn first_difference_from_the_left_decides() {
    assert_selects(
        &["GET /a/b", "GET /a/{rest+}", "PUT /a/b/c", "GET /{x}/b", "GET /{x}/{y}/c", "DELETE /{x}/b"],
        &[
            ("GET /a/b", Some("GET /a/b")),
            ("GET /a/b/c", Some("GET /a/{rest+}")),
            ("PUT /a/b/c", Some("PUT /a/b/c")),
            ("GET /d/b", Some("GET /{x}/b")),
            ("GET /d/b/c", Some("GET /{x}/{y}/c")),
            ("DELETE /a/b", Some("DELETE /{x}/b")),
            ("GET /d", None),
            ("PUT /a/b", None),
        ],
    );
}

#[test]
fn method_of_its_own_comes_before_any() {
    assert_selects(
        &["ANY /a", "GET /a", "GET /{x}"],
        &[("GET /a", Some("GET /a")), ("POST /a", Some("ANY /a")), ("HEAD /b", None)],
    );
}

#[test]
fn any_stands_for_seven_methods() {
    let keys = ["ANY /a"];
    for method in ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] {
        assert_selects(&keys, &[(&format!("{method} /a"), Some("ANY /a"))]);
    }
    assert_selects(&keys, &[("TRACE /a", None), ("QUERY /a", None), ("get /a", None)]);
}

#[test]
fn slash_at_the_end_does_not_count() {
    assert_selects(
        &["GET /", "GET /a", "GET /posts/{id}", "GET /docs/{slug+}"],
        &[
            ("GET /", Some("GET /")),
            ("GET /a/", Some("GET /a")),
            ("GET /a//", Some("GET /a")),
            ("GET /posts/7/", Some("GET /posts/{id}")),
            ("GET /posts/", None),
            ("GET /docs/", None),
            ("GET /docs", None),
        ],
    );
}

#[test]
fn greedy_variable_does_not_take_the_root() {
    assert_selects(&["ANY /{proxy+}"], &[("GET /", None), ("GET /a", Some("ANY /{proxy+}"))]);
}

#[test]
fn empty_segment_matches_greedy_variables_alone() {
    assert_selects(
        &["GET /a/{x}/b", "GET /a/{x}", "PUT /{all+}"],
        &[("GET /a//b", None), ("PUT /a//b", Some("PUT /{all+}")), ("GET /a/x/b", Some("GET /a/{x}/b"))],
    );
}

#[test]
fn encoded_slash_does_not_end_a_segment() {
    assert_selects(
        &["GET /a/b", "GET /{x}"],
        &[("GET /%61/b", Some("GET /a/b")), ("GET /a%2Fb", Some("GET /{x}")), ("GET /%zz", Some("GET /{x}"))],
    );
}

/// Recorded in `tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` of
/// <https://github.com/localstack/localstack>, and in `Snapshots/V1_SpecialCharactersInPathRest.json` of
/// <https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2/tests>.
#[test]
fn parameters_are_as_the_client_sent_them() {
    let table = table(&["GET /{proxy+}", "GET /users/{name}/orders/{order}", "GET /users/{name}/{rest+}"]);
    for (path, resource, parameters) in [
        ("/proxy-value", "/{proxy+}", &[("proxy", "proxy-value")][..]),
        ("/proxy-value/", "/{proxy+}", &[("proxy", "proxy-value")]),
        ("/proxy-value//double-slash", "/{proxy+}", &[("proxy", "proxy-value//double-slash")]),
        (
            "/test%2Balias@gmail.com/test+alias",
            "/{proxy+}",
            &[("proxy", "test%2Balias@gmail.com/test+alias")],
        ),
        (
            "/users/J%20Doe/orders/Summer%20Sale%202023",
            "/users/{name}/orders/{order}",
            &[("name", "J%20Doe"), ("order", "Summer%20Sale%202023")],
        ),
        ("/users/a/b/c%2Fd/", "/users/{name}/{rest+}", &[("name", "a"), ("rest", "b/c%2Fd")]),
    ] {
        let found = table.select(&Method::GET, path).unwrap();
        assert_eq!((found.resource, &*found.parameters), (resource, parameters), "{path}");
    }
}

#[test]
fn resource_has_one_id_whatever_the_method() {
    let table = table(&["GET /a", "POST /a", "GET /b"]);
    let id = |method, path| table.select(&method, path).unwrap().resource_id;
    assert_eq!(id(Method::GET, "/a"), id(Method::POST, "/a"));
    assert_ne!(id(Method::GET, "/a"), id(Method::GET, "/b"));
    let id = id(Method::GET, "/a");
    assert!(
        id.len() == 6 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
        "{id}"
    );
}

#[test]
fn refused_resource_is_an_error() {
    for (keys, words) in [
        (&["GET /a", "GET /a"][..], "`GET /a` and `GET /a` are the same method of a REST API"),
        (
            &["ANY /a/{x}", "GET /a/{y}"],
            "`ANY /a/{x}` and `GET /a/{y}` have different variables in the same place",
        ),
        (&["ANY /a/{x}", "GET /a/{y}/b"], "`ANY /a/{x}` and `GET /a/{y}/b` have different variables"),
        (&["GET /a/{x}", "GET /a/{x+}"], "`GET /a/{x}` and `GET /a/{x+}` have different variables"),
        (&["$default"], "a REST API has no `$default` route: write `ANY /` and `ANY /{proxy+}`"),
    ] {
        let routes = keys.iter().map(|key| (key.parse().unwrap(), ()));
        let error = ResourceTable::new(routes).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
    }
}

#[test]
fn refused_method_leaves_the_others() {
    let mut table = table(&["GET /a/{x}"]);
    table.add("GET /a/{y}".parse().unwrap(), "refused").unwrap_err();
    table.add("PUT /a/{x}".parse().unwrap(), "PUT /a/{x}").unwrap();
    assert_eq!(selected(&table, "GET /a/b"), Some("GET /a/{x}"));
    assert_eq!(selected(&table, "PUT /a/b"), Some("PUT /a/{x}"));
    assert_eq!(table.iter().count(), 2);
}

proptest! {
    #[test]
    fn parameters_fill_the_resource_to_the_path(path in "/[a-z/%]{0,12}") {
        let table = table(&["GET /", "GET /a", "GET /a/{x}/b", "GET /{y}", "GET /{y}/{z+}"]);
        if let Some(found) = table.select(&Method::GET, &path) {
            let filled = found.parameters.iter().fold(found.resource.to_owned(), |filled, (name, value)| {
                filled.replace(&format!("{{{name}}}"), value).replace(&format!("{{{name}+}}"), value)
            });
            prop_assert_eq!(filled.trim_matches('/'), path.trim_matches('/'));
        }
    }
}
