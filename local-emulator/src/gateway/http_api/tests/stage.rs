use super::*;

fn api_at(stage: &str, behavior: Behavior) -> HttpApi<FakeBackend> {
    let keys = ["GET /hello", "GET /posts/{id}", "GET /"].map(|key| (key.parse().unwrap(), ().into()));
    HttpApi::new(FakeBackend::new(behavior), RouteTable::new(keys).unwrap())
        .with_stage(stage.to_owned().into())
}

#[test]
fn only_paths_of_a_named_stage_reach_its_routes() {
    for (path, route) in [
        ("/prod/hello", Some("GET /hello")),
        ("/prod/posts/7", Some("GET /posts/{id}")),
        ("/prod/", Some("GET /")),
        ("/prod", Some("GET /")),
        ("/hello", None),
        ("/production/hello", None),
        ("/dev/hello", None),
        ("/", None),
    ] {
        let api = api_at("prod", Behavior::Reply("{}"));
        let answer = answer(&api, get(path));
        let Some(route) = route else {
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (404, r#"{"message":"Not Found"}"#));
            assert_eq!(answer.refusal, Some(GatewayError::NoStage("prod".to_owned())), "{path}");
            continue;
        };
        let event = api.backend.event();
        assert_eq!(event["routeKey"], route, "{path}");
        assert_eq!(event["rawPath"], path);
        assert_eq!(event["requestContext"]["http"]["path"], path);
        assert_eq!(event["requestContext"]["stage"], "prod");
    }
}

#[test]
fn path_of_the_stage_without_a_route_is_no_route() {
    let answer = answer(&api_at("prod", Behavior::Hang), get("/prod/nowhere"));
    assert_eq!(answer.status, 404);
    assert_eq!(answer.refusal, Some(GatewayError::NoRoute));
}

#[test]
fn the_default_stage_takes_paths_as_they_are() {
    let api = api_at("$default", Behavior::Reply("{}"));
    assert_eq!(answer(&api, get("/hello")).status, 200);
    assert_eq!(api.backend.event()["requestContext"]["stage"], "$default");
    assert_eq!(answer(&api, get("/$default/hello")).status, 404);
}
