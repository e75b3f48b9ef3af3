//! The emulator's front doors with the settings of a fixture.

use std::time::Duration;

use api_routes_project::aws::PayloadFormat;
use api_routes_project::aws::http_api::RouteTable;
use api_routes_project::aws::rest_api::ResourceTable;
use api_routes_routing::RouteKey;
use local_emulator::gateway::alb::{Alb, Rule, Rules};
use local_emulator::gateway::function_url::{FunctionUrl, InvokeMode, Url, Urls};
use local_emulator::gateway::http_api::HttpApi;
use local_emulator::gateway::rest_api::RestApi;
use local_emulator::gateway::{Api, FrontDoor, Integration};

use crate::backend::Function;
use crate::fixture::{Cors, Door, Settings};

/// The timeout of a function that never replies.
const TIMEOUT: Duration = Duration::from_millis(20);

/// Makes the front door of `door` to `function`.
pub(crate) fn new(door: Door, settings: &Settings, function: Function) -> FrontDoor<Function> {
    match door {
        Door::HttpApi => http_api(settings, PayloadFormat::V2, function),
        Door::HttpApiPayload1 => http_api(settings, PayloadFormat::V1, function),
        Door::RestApi => rest_api(settings, function),
        Door::FunctionUrl => function_url(settings, function),
        Door::Alb => alb(settings, false, function),
        Door::AlbMultiValue => alb(settings, true, function),
    }
}

/// Returns the account and the id of all APIs.
fn api() -> Api {
    Api { account_id: "123456789012".to_owned(), api_id: "a1b2c3d4e5".to_owned(), ..Api::default() }
}

fn key(settings: &Settings) -> RouteKey {
    settings.route.parse().unwrap()
}

fn http_api(settings: &Settings, payload_format: PayloadFormat, function: Function) -> FrontDoor<Function> {
    let integration = Integration { payload_format, timeout: Some(TIMEOUT), ..Integration::from(()) };
    let routes = RouteTable::new([(key(settings), integration)]).unwrap();
    let api = HttpApi::new(function, routes).with_api(api()).with_cors(settings.cors.clone().map(Into::into));
    FrontDoor::HttpApi(match settings.stage.clone() {
        Some(stage) => api.with_stage(stage.into()),
        None => api,
    })
}

fn rest_api(settings: &Settings, function: Function) -> FrontDoor<Function> {
    let integration =
        Integration { streams: settings.streams, timeout: Some(TIMEOUT), ..Integration::from(()) };
    let resources = ResourceTable::new([(key(settings), integration.into())]).unwrap();
    FrontDoor::RestApi(
        RestApi::new(function, resources)
            .with_api(api())
            .with_stage(settings.stage.clone().unwrap())
            .with_binary_media_types(settings.binary_media_types.clone()),
    )
}

fn function_url(settings: &Settings, function: Function) -> FrontDoor<Function> {
    let invoke_mode = if settings.streams { InvokeMode::ResponseStream } else { InvokeMode::Buffered };
    let cors = settings.cors.clone().map(Into::into);
    let mut urls = Urls::default();
    urls.add(["a1b2c3d4e5"], [], Url { invoke_mode, cors, ..Url::from(()) });
    FrontDoor::FunctionUrl(FunctionUrl::new(function, urls).with_api(api()))
}

fn alb(settings: &Settings, multi_value_headers: bool, function: Function) -> FrontDoor<Function> {
    let rules = Rules::new([(Rule::new([settings.route.parse().unwrap()]), ())]);
    let alb = Alb::new(function, rules).with_api(&api());
    FrontDoor::Alb(alb.with_multi_value_headers(multi_value_headers))
}

impl From<Cors> for api_routes_project::aws::Cors {
    fn from(cors: Cors) -> Self {
        Self {
            allow_origins: cors.allow_origins,
            allow_methods: cors.allow_methods,
            allow_headers: cors.allow_headers,
            expose_headers: cors.expose_headers,
            allow_credentials: cors.allow_credentials,
            max_age: cors.max_age,
        }
    }
}
