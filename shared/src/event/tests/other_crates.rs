//! The same events and replies as `aws_lambda_events` and `lambda_http` read them.

use std::collections::HashMap;
use std::panic::catch_unwind;

use aws_lambda_events::alb::{AlbTargetGroupRequest, AlbTargetGroupResponse};
use aws_lambda_events::apigw::{
    ApiGatewayProxyRequest, ApiGatewayProxyResponse, ApiGatewayV2httpRequest, ApiGatewayV2httpResponse,
};
use aws_lambda_events::lambda_function_urls::{LambdaFunctionUrlRequest, LambdaFunctionUrlResponse};
use http::{Method, Response};
use serde_json::{Value, json};

use super::{Body, FrontDoor, decoded, encoded, event};
use crate::request::ApiRequest;
use crate::response::{ApiResponse, Result};
use crate::route::Route;
use crate::test::TestRequest;

const ROUTE: &str = "/api/posts/[id]/[...rest]";

fn full() -> TestRequest {
    TestRequest::new(Method::PUT, "/api/posts/7/x/y?q=1&q=2&r=%20")
        .cookie("a", "1")
        .cookie("b", "2")
        .header("x-a", "1")
        .header("content-type", "application/json")
        .body(r#"{"a":1}"#)
}

#[test]
fn events_of_tests_fit_the_types_of_aws() {
    async fn typed(req: ApiRequest, res: ApiResponse) -> Result {
        let path = match req.front_door() {
            Some(FrontDoor::HttpApi) => req.event::<ApiGatewayV2httpRequest>()?.raw_path,
            Some(FrontDoor::FunctionUrl) => req.event::<LambdaFunctionUrlRequest>()?.raw_path,
            Some(FrontDoor::Alb | FrontDoor::AlbMultiValue) => req.event::<AlbTargetGroupRequest>()?.path,
            Some(_) => req.event::<ApiGatewayProxyRequest>()?.path,
            None => None,
        };
        res.json((path, req.event::<Value>()?.is_object()))
    }
    let route = Route::new(ROUTE, typed);
    for front_door in FrontDoor::ALL {
        for sent in [full(), TestRequest::get("/api/posts/7/x/y")] {
            let answer = sent.via(*front_door).send(&route);
            assert_eq!(answer.text(), r#"["/api/posts/7/x/y",true]"#, "{front_door}");
        }
    }
}

#[test]
fn an_event_of_another_type_is_a_hidden_500() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        let error = req.event::<ApiGatewayProxyRequest>().unwrap_err().to_string();
        assert!(
            error.contains("the event of this front door (HTTP API) does not fit `aws_lambda_events::"),
            "{error}"
        );
        req.event::<Vec<u8>>()?;
        res.end()
    });
    assert_eq!(TestRequest::get("/api/x").send(&route).status(), 500);
}

#[tokio::test]
async fn without_an_event_nothing_panics() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        let error = req.event::<Value>().unwrap_err().to_string();
        res.json((req.client_ip(), req.front_door().is_none(), req.context().is_none(), error))
    });
    let response = tower::ServiceExt::oneshot(route, http::Request::new(Body::empty())).await.unwrap();
    let body = String::from_utf8(response.into_body().as_bytes().unwrap().to_vec()).unwrap();
    let start =
        r#"[null,true,true,"500 Internal Server Error: this request did not come by an event of Lambda"#;
    assert!(body.starts_with(start), "{body}");
}

#[test]
fn every_reply_is_one_that_the_typed_responses_read() {
    let reply = |front_door| {
        let response = Response::builder().status(201).header("set-cookie", "a=1").header("vary", "b");
        encoded(front_door, response.body(Body::from(vec![0xff])).unwrap()).unwrap()
    };
    let http_api: ApiGatewayV2httpResponse = serde_json::from_value(reply(FrontDoor::HttpApi)).unwrap();
    assert_eq!((http_api.status_code, http_api.cookies), (201, vec!["a=1".to_owned()]));
    let url: LambdaFunctionUrlResponse = serde_json::from_value(reply(FrontDoor::FunctionUrl)).unwrap();
    assert_eq!(
        (url.status_code, url.cookies, &url.headers["vary"]),
        (201, vec!["a=1".to_owned()], &"b".parse().unwrap())
    );
    for front_door in [FrontDoor::RestApi, FrontDoor::HttpApiPayload1] {
        let rest: ApiGatewayProxyResponse = serde_json::from_value(reply(front_door)).unwrap();
        assert_eq!(
            (rest.status_code, &rest.multi_value_headers["set-cookie"]),
            (201, &"a=1".parse().unwrap())
        );
    }
    for front_door in [FrontDoor::Alb, FrontDoor::AlbMultiValue] {
        let alb: AlbTargetGroupResponse = serde_json::from_value(reply(front_door)).unwrap();
        assert_eq!((alb.status_code, alb.status_description.as_deref()), (201, Some("201 Created")));
        assert!(alb.is_base64_encoded);
    }
}

type Seen = (Method, String, HashMap<String, Vec<String>>, Vec<u8>, Option<String>);

fn theirs(event: &Value) -> Seen {
    let request = lambda_http::request::from_str(&event.to_string()).unwrap();
    let cookie = request.headers().get("cookie").map(|value| value.to_str().unwrap().to_owned());
    let body = request.body().as_ref().to_vec();
    (request.method().clone(), request.uri().path().to_owned(), pairs(request.uri().query()), body, cookie)
}

fn ours(event: &Value) -> Seen {
    let request = decoded(event).unwrap();
    let cookie = request.headers().get("cookie").map(|value| value.to_str().unwrap().to_owned());
    let body = request.body().as_bytes().unwrap().to_vec();
    (request.method().clone(), request.uri().path().to_owned(), pairs(request.uri().query()), body, cookie)
}

fn pairs(query: Option<&str>) -> HashMap<String, Vec<String>> {
    let mut pairs: HashMap<String, Vec<String>> = HashMap::new();
    for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        pairs.entry(key.into_owned()).or_default().push(value.into_owned());
    }
    pairs
}

#[test]
fn lambda_http_reads_the_same_requests() {
    for front_door in FrontDoor::ALL {
        for sent in [full(), TestRequest::get("/api/posts/7/x/y"), full().body(vec![0xff, 0])] {
            let event = event(sent, *front_door, ROUTE);
            let (mut theirs, ours) = (theirs(&event), ours(&event));
            if *front_door == FrontDoor::RestApi {
                // `lambda_http` adds the stage to a path without one.
                assert_eq!(theirs.1, format!("/prod{}", ours.1));
                theirs.1.clone_from(&ours.1);
            }
            assert_eq!(theirs, ours, "{front_door}");
        }
    }
}

/// Events that `lambda_http` reads differently. Each is a reason to read events ourselves.
#[test]
fn lambda_http_reads_otherwise_what_it_gets_wrong() {
    // `lambda_http` keeps the last value of a repeated header, although a REST API sends both.
    let repeated = event(
        TestRequest::get("/api/x").header("x-a", "1").append_header("x-a", "2"),
        FrontDoor::RestApi,
        "/api/x",
    );
    let values = |request: http::request::Parts| {
        request.headers.get_all("x-a").iter().map(|v| v.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let read = lambda_http::request::from_str(&repeated.to_string()).unwrap();
    assert_eq!(values(read.into_parts().0), ["2"]);
    assert_eq!(values(decoded(&repeated).unwrap().into_parts().0), ["1", "2"]);

    // `lambda_http` panics at an invalid body, host or query.
    for front_door in FrontDoor::ALL {
        let mut hostile = event(TestRequest::get("/api/x"), *front_door, "/api/x");
        hostile["body"] = json!("*");
        hostile["isBase64Encoded"] = json!(true);
        let text = hostile.to_string();
        assert!(catch_unwind(move || lambda_http::request::from_str(&text).is_ok()).is_err());
        let error = decoded(&hostile).unwrap_err().to_string();
        assert!(error.contains("but its body is not base64"), "{error}");
    }
    let host =
        event(TestRequest::get("/api/x").header("host", "a b"), FrontDoor::HttpApi, "/api/x").to_string();
    assert!(catch_unwind(|| lambda_http::request::from_str(&host).is_ok()).is_err());
    assert_eq!(decoded(&serde_json::from_str(&host).unwrap()).unwrap().headers()["host"], "a b");
}
