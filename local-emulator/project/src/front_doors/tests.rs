use super::{FrontDoor, FrontDoors, Listing, Mock};
use crate::aws::FrontDoorKind::{self, Alb, FunctionUrl, HttpApi, RestApi};
use crate::aws::{Authorization, PayloadFormat};
use crate::fixture::{binary, events, folder, front_doors};

/// Two functions; the first is behind an HTTP API and a REST API, and has a URL.
fn everything() -> String {
    let events = events(&[
        ("HttpApi", "Method: GET, Path: /api/a, PayloadFormatVersion: '1.0', TimeoutInMillis: 500"),
        ("Api", "Method: GET, Path: /api/a, RestApiId: !Ref Rest, ResponseTransferMode: RESPONSE_STREAM"),
    ]);
    let url = "FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}";
    let rest = "  Rest: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n";
    format!("{rest}{}{}", binary("api-a", &format!("{events}, {url}")), binary("api-b", url))
}

fn declared(resources: &str) -> FrontDoors {
    front_doors(&["api/a", "api/b"], Some(resources), &[])
}

fn listed(found: &FrontDoors) -> Vec<String> {
    let listing = |door| Listing { door, address: None, with_stage: true }.to_string();
    found.doors.iter().map(listing).collect()
}

#[test]
fn front_doors_follow_the_order_of_their_ports() {
    let expected = [
        "http-api ServerlessHttpApi\n  /api/a  GET /api/a  api-a",
        "rest-api Rest  /v1\n  /api/a  GET /api/a  api-a",
        "function-url\n  /api/a  http://api-a.localhost/  api-a\n  /api/b  http://api-b.localhost/  api-b",
    ];
    assert_eq!(listed(&declared(&everything())), expected);
}

#[test]
fn load_balancer_leads_to_its_targets_alone() {
    let targets = "Properties: {Targets: [{Id: !GetAtt apia.Arn}]}";
    let group = format!("  Group: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, {targets}}}\n");
    let a = binary("api-a", "MemorySize: 128");
    let b = binary("api-b", &events(&[("HttpApi", "Method: GET, Path: /api/b")]));
    let expected =
        ["http-api ServerlessHttpApi\n  /api/b  GET /api/b  api-b", "alb\n  /api/a  ANY /api/a  api-a"];
    assert_eq!(listed(&declared(&format!("{group}{a}{b}"))), expected);
}

#[test]
fn missing_template_gives_an_http_api_of_the_folders() {
    let expected = ["http-api\n  /api/a  ANY /api/a  api-a\n  /api/b  ANY /api/b  api-b"];
    for resources in [None, Some("  T: {Type: AWS::DynamoDB::Table}\n")] {
        assert_eq!(listed(&front_doors(&["api/a", "api/b"], resources, &[])), expected);
    }
}

#[test]
fn undeclared_front_door_has_the_folder_routes() {
    let http = binary("api-a", &events(&[("HttpApi", "Method: GET, Path: /a")]));
    let found = front_doors(&["api/a"], Some(&http), &[Alb, FunctionUrl, HttpApi, RestApi]);
    let expected = [
        "http-api ServerlessHttpApi\n  /api/a  GET /a  api-a",
        "rest-api  /Prod\n  /api/a  ANY /api/a  api-a",
        "function-url\n  /api/a  http://api-a.localhost/  api-a",
        "alb\n  /api/a  ANY /api/a  api-a",
    ];
    assert_eq!(listed(&found), expected);
}

/// The mock methods of the first front door.
fn mocks(folders: &[&str], resources: &str, chosen: &[FrontDoorKind]) -> Vec<String> {
    let found = front_doors(folders, Some(resources), chosen);
    let FrontDoor::Api { mocks, .. } = &found.doors[0] else { panic!("{:?}", found.doors) };
    let methods = |mock: &Mock| {
        let headers = &mock.response.headers;
        headers.iter().find(|(name, _)| name == "Access-Control-Allow-Methods").unwrap().1.clone()
    };
    mocks.iter().map(|mock| format!("{}: {}", mock.key, methods(mock))).collect()
}

#[test]
fn cors_adds_preflights_to_paths_without_options() {
    let rest = "  Rest: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Cors: \"'*'\"}}\n";
    let of = |keys: &[(&str, &str)]| {
        let event =
            |(method, path): &(&str, &str)| format!("Method: {method}, Path: '{path}', RestApiId: !Ref Rest");
        let properties: Vec<_> = keys.iter().map(event).collect();
        events(&properties.iter().map(|it| ("Api", it.as_str())).collect::<Vec<_>>())
    };
    let a = binary("api-a", &of(&[("ANY", "/api/a"), ("GET", "/b/"), ("GET", "/c"), ("OPTIONS", "/c")]));
    let elsewhere = format!(
        "  Other: {{Type: AWS::Serverless::Function, Properties: {{ImageUri: i, PackageType: Image, {}}}}}\n",
        of(&[("POST", "/b"), ("PUT", "/d")])
    );
    let expected = [
        "OPTIONS /api/a: DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
        "OPTIONS /b: GET,OPTIONS,POST",
        "OPTIONS /d: OPTIONS,PUT",
    ];
    assert_eq!(mocks(&["api/a"], &format!("{rest}{a}{elsewhere}"), &[]), expected);
    let by_folder = ["OPTIONS /api/a: DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"];
    assert_eq!(mocks(&["api/a"], rest, &[RestApi]), by_folder);
    assert_eq!(mocks(&["api/a"], "  T: {Type: AWS::DynamoDB::Table}\n", &[RestApi]), [""; 0]);
}

#[test]
fn api_without_events_keeps_its_settings() {
    let rest = "  Rest: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n";
    let found = front_doors(&["api/a"], Some(rest), &[RestApi]);
    assert_eq!(listed(&found), ["rest-api Rest  /v1\n  /api/a  ANY /api/a  api-a"]);
}

#[test]
fn choice_leaves_out_the_others() {
    let kinds = |chosen: &[FrontDoorKind]| {
        let found = front_doors(&["api/a", "api/b"], Some(&everything()), chosen);
        found.doors.iter().map(FrontDoor::kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&[]), [HttpApi, RestApi, FunctionUrl]);
    assert_eq!(kinds(&[FunctionUrl]), [FunctionUrl]);
    assert_eq!(kinds(&[FunctionUrl, RestApi, RestApi]), [RestApi, FunctionUrl]);
}

#[test]
fn each_api_is_a_front_door() {
    let apis = events(&[
        ("HttpApi", "Path: /api/a, ApiId: !Ref Public"),
        ("HttpApi", "Path: /api/a, ApiId: !Ref Internal"),
        ("HttpApi", "Path: /api/a"),
    ]);
    let resources = format!(
        "  Internal: {{Type: AWS::Serverless::HttpApi, Properties: {{StageName: v1}}}}\n  \
         Public: {{Type: AWS::Serverless::HttpApi}}\n  Unused: {{Type: AWS::Serverless::HttpApi}}\n{}",
        binary("api-a", &apis)
    );
    let found = front_doors(&["api/a"], Some(&resources), &[]);
    let headings: Vec<_> =
        listed(&found).iter().map(|door| door.lines().next().unwrap().to_owned()).collect();
    assert_eq!(headings, ["http-api Internal  /v1", "http-api Public", "http-api ServerlessHttpApi"]);
}

#[test]
fn front_door_has_its_kind_and_template_name() {
    let titles = |doors: &[FrontDoor]| doors.iter().map(FrontDoor::title).collect::<Vec<_>>();
    assert_eq!(
        titles(&declared(&everything()).doors),
        ["http-api ServerlessHttpApi", "rest-api Rest", "function-url"]
    );
    assert_eq!(titles(&front_doors(&["api/a"], None, &[RestApi, Alb]).doors), ["rest-api", "alb"]);
}

#[test]
fn uncalled_function_is_behind_the_first_front_door() {
    let rest = binary("api-a", &events(&[("Api", "Method: GET, Path: /api/a")]));
    let expected =
        "rest-api ServerlessRestApi  /Prod\n  /api/a  GET /api/a  api-a\n  /api/b  ANY /api/b  api-b";
    assert_eq!(listed(&declared(&rest)), [expected]);
    let url = binary("api-a", "FunctionUrlConfig: {AuthType: NONE}");
    assert_eq!(listed(&declared(&url))[0].lines().count(), 3);
}

#[test]
fn code_of_a_folder_is_called_by_its_events_alone() {
    let legacy =
        folder("Legacy", &events(&[("HttpApi", "Path: /legacy"), ("Api", "Method: GET, Path: /old")]));
    let found = front_doors(&[], Some(&legacy), &[HttpApi, Alb]);
    let expected = [
        "http-api ServerlessHttpApi\n  legacy  ANY /legacy  Legacy",
        "alb\n  legacy  ANY /legacy  Legacy\n  legacy  GET /old     Legacy",
    ];
    assert_eq!(listed(&found), expected);
    let silent = front_doors(&["api/a"], Some(&folder("Legacy", "")), &[]);
    assert_eq!(listed(&silent), ["http-api\n  /api/a  ANY /api/a  api-a"]);
    assert_eq!(silent.functions.len(), 2);
}

#[test]
fn routes_say_how_their_function_is_called() {
    let found = declared(&everything());
    let [
        FrontDoor::Api { routes: http, .. },
        FrontDoor::Api { routes: rest, .. },
        FrontDoor::FunctionUrls(urls),
    ] = &found.doors[..]
    else {
        panic!("{:?}", found.doors)
    };
    assert_eq!((http[0].payload_format, http[0].streams), (PayloadFormat::V1, false));
    assert_eq!(http[0].timeout.unwrap().as_millis(), 500);
    assert!(rest[0].streams && rest[0].timeout.is_none());
    assert_eq!((urls[0].config.streams, &urls[0].hosts), (true, &["api-a".to_owned(), "apia".to_owned()]));
}

/// Returns the name of each authorizer of a front door, by route key.
fn asked(found: &FrontDoors) -> Vec<String> {
    let FrontDoor::Api { routes, mocks, .. } = &found.doors[0] else { panic!("{:?}", found.doors) };
    let routes = routes.iter().map(|route| (&route.key, &route.authorization));
    let mocks = mocks.iter().map(|mock| (&mock.key, &mock.authorization));
    let name = |authorization: &Authorization| {
        authorization.authorizer.as_ref().map_or("open".to_owned(), |it| it.name.clone())
    };
    routes.chain(mocks).map(|(key, authorization)| format!("{key}: {}", name(authorization))).collect()
}

#[test]
fn routes_and_preflights_inherit_the_authorizer() {
    let function = |auth: &str| {
        let event = format!("Method: GET, Path: /api/a, RestApiId: !Ref Rest{auth}");
        binary("api-a", &events(&[("Api", &*event)]))
    };
    let rest = |auth: &str| {
        format!(
            "  Rest: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, Cors: \"'*'\", Auth: \
             {{DefaultAuthorizer: AWS_IAM{auth}}}}}}}\n"
        )
    };
    let open = ", AddDefaultAuthorizerToCorsPreflight: false";
    for (auth, event, expected) in [
        ("", "", ["AWS_IAM", "AWS_IAM", "AWS_IAM", "AWS_IAM"]),
        (open, "", ["AWS_IAM", "AWS_IAM", "open", "open"]),
        (open, ", Auth: {Authorizer: NONE}", ["open", "AWS_IAM", "open", "open"]),
    ] {
        // `api-b` is not in the template yet. Its route has the authorizer that its event will have.
        let found = declared(&(rest(auth) + &function(event)));
        let keys = ["GET /api/a", "ANY /api/b", "OPTIONS /api/a", "OPTIONS /api/b"];
        let expected: Vec<_> = keys.iter().zip(expected).map(|(key, it)| format!("{key}: {it}")).collect();
        assert_eq!(asked(&found), expected, "{auth} {event}");
    }
}

/// An HTTP API whose authorizer is the function `LOGICAL_ID`, and the route `api-a` behind it.
fn guarded(logical_id: &str) -> String {
    let event = ("HttpApi", "Method: GET, Path: /api/a, ApiId: !Ref Http");
    let authorizer = format!("FunctionArn: !GetAtt {logical_id}.Arn, AuthorizerPayloadFormatVersion: 2.0");
    format!(
        "  Http: {{Type: AWS::Serverless::HttpApi, Properties: {{Auth: {{DefaultAuthorizer: Gate, Authorizers: {{Gate: \
         {{{authorizer}}}}}}}}}}}\n{}",
        binary("api-a", &events(&[event]))
    )
}

#[test]
fn no_front_door_leads_to_an_authorizer() {
    let in_folder = "authorizers/session";
    for (folder, place) in [
        // The folder is enough, before the template knows the function.
        (in_folder, "functions/authorizers/session"),
        // The template is enough too, wherever the package is.
        ("session", "functions/session"),
    ] {
        let package = folder.replace('/', "-");
        let function = binary(&package, "Timeout: 7");
        let logical_id = package.replace('-', "");
        let template = guarded(&logical_id) + &function;
        for chosen in [&[][..], &[HttpApi], &[RestApi], &[FunctionUrl], &[Alb]] {
            let found = front_doors(&["api/a", folder], Some(&template), chosen);
            let is_open = |it: &&String| it.contains("asks no authorizer");
            // The template declares an HTTP API, which alone has its authorizer.
            let open = found.notices.warnings.iter().filter(is_open).count();
            assert_eq!(open, usize::from(![&[][..], &[HttpApi]].contains(&chosen)), "{chosen:?}");
            assert_eq!(found.notices.warnings.len(), open, "{:?}", found.notices.warnings);
            let keys: usize = found.doors.iter().map(|door| door.keys().count()).sum();
            assert_eq!(keys, 1, "{chosen:?}: {:?}", found.doors);
            let served = found.authorizer(&logical_id).unwrap();
            assert_eq!((served.place.as_str(), served.is_authorizer), (place, true));
            assert_eq!(served.settings.timeout.as_secs(), 7);
            for name in [place, &format!("./{place}/"), &package, &logical_id] {
                assert_eq!(found.function(name).unwrap().id, served.id, "{name}");
            }
        }
    }
}

#[test]
fn authorizer_that_nothing_asks_is_told() {
    let folders = ["api/a", "authorizers/session"];
    let api = binary("api-a", &events(&[("HttpApi", "Path: /api/a")]));
    let alone = binary("authorizers-session", "Timeout: 7");
    let expected = "`functions/authorizers/session` is unused: no authorizer of `template.yaml` has its function as \
                    `FunctionArn`";
    for template in [api.clone(), format!("{api}{alone}")] {
        let found = front_doors(&folders, Some(&template), &[]);
        assert_eq!(found.notices.warnings, [expected]);
        assert_eq!(found.functions.len(), 2);
    }
    assert_eq!(front_doors(&folders, None, &[]).notices.warnings, [""; 0]);
}

#[test]
fn authorizer_that_has_an_event_is_a_route_too() {
    let event = events(&[("HttpApi", "Method: GET, Path: /api/who, ApiId: !Ref Http")]);
    for folder in ["session", "authorizers/session"] {
        let package = folder.replace('/', "-");
        let template = guarded(&package.replace('-', "")) + &binary(&package, &event);
        let found = front_doors(&["api/a", folder], Some(&template), &[]);
        assert!(asked(&found).contains(&"GET /api/who: Gate".to_owned()), "{:?}", found.doors);
    }
}

#[test]
fn listing_has_the_url_of_each_front_door() {
    let found = declared(&everything());
    let shown = |door: usize, with_stage: bool| {
        let address = Some("127.0.0.1:3000".parse().unwrap());
        Listing { door: &found.doors[door], address, with_stage }.to_string()
    };
    assert!(
        shown(0, true).starts_with("http-api ServerlessHttpApi  http://127.0.0.1:3000\n"),
        "{}",
        shown(0, true)
    );
    assert!(shown(1, true).starts_with("rest-api Rest  http://127.0.0.1:3000/v1\n"));
    assert!(shown(1, false).starts_with("rest-api Rest  http://127.0.0.1:3000\n"));
    assert!(shown(2, true).contains("  http://api-a.localhost:3000/  "), "{}", shown(2, true));
    assert!(shown(2, true).starts_with("function-url  port 3000\n"));
}
