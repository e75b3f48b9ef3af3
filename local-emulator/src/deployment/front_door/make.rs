//! A gateway from what the project says of it.

use std::sync::Arc;

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::aws::http_api::RouteTable;
use api_routes_project::aws::rest_api::ResourceTable;
use api_routes_project::front_doors::{FrontDoor, Route, Told, Url};
use api_routes_project::template::Api;
use api_routes_routing::RouteKey;

use super::super::function::Function;
use super::{Functions, Local, rules};
use crate::gateway::alb::Alb;
use crate::gateway::function_url::{self, AuthType, FunctionUrl, InvokeMode, Urls};
use crate::gateway::http_api::{HttpApi, Stage};
use crate::gateway::rest_api::RestApi;
use crate::gateway::{self, Bandwidth, Integration};
use crate::sandbox::NO_DEADLINE;

/// How front doors behave beyond what the template says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// Whether APIs answer without their stage in the path.
    pub(crate) no_stage: bool,
    /// Whether streams are as slow as on AWS.
    pub(crate) aws_bandwidth: bool,
}

/// Makes front doors of the functions that there are. Routes to other ones are left out; what cannot be said is
/// told.
pub(super) struct Maker<'a> {
    pub(super) functions: &'a Functions,
    pub(super) manner: Manner,
    pub(super) told: Told,
}

/// One that leads nowhere.
pub(super) fn closed(kind: FrontDoorKind) -> gateway::FrontDoor<Local> {
    let nowhere = match kind {
        FrontDoorKind::HttpApi | FrontDoorKind::RestApi => {
            FrontDoor::Api { api: Box::new(Api::unlisted(kind, kind.name())), routes: Vec::new() }
        }
        FrontDoorKind::FunctionUrl => FrontDoor::FunctionUrls(Vec::new()),
        FrontDoorKind::Alb => FrontDoor::LoadBalancer { multi_value_headers: false, routes: Vec::new() },
    };
    let mut maker = Maker { functions: &Functions::new(), manner: Manner::default(), told: Told::default() };
    maker.front_door(&nowhere)
}

impl Maker<'_> {
    pub(super) fn front_door(&mut self, declared: &FrontDoor) -> gateway::FrontDoor<Local> {
        match declared {
            FrontDoor::Api { api, routes } if api.kind == FrontDoorKind::RestApi => {
                self.rest_api(api, routes)
            }
            FrontDoor::Api { api, routes } => self.http_api(api, routes),
            FrontDoor::FunctionUrls(urls) => self.function_urls(urls),
            FrontDoor::LoadBalancer { multi_value_headers, routes } => {
                let rules = rules::of(routes, self.functions, &mut self.told);
                let alb = Alb::new(Local, rules).with_multi_value_headers(*multi_value_headers);
                gateway::FrontDoor::Alb(alb)
            }
        }
    }

    fn http_api(&mut self, api: &Api, routes: &[Route]) -> gateway::FrontDoor<Local> {
        let mut table = RouteTable::default();
        for (key, integration) in integrations(routes, self.functions) {
            self.told.errors.extend(table.add(key.clone(), integration).err().map(|error| error.to_string()));
        }
        let stage = Stage::from(api.stage.clone());
        let stage = if self.manner.no_stage { stage.out_of_path() } else { stage };
        let api = HttpApi::new(Local, table).with_stage(stage).with_cors(api.cors.clone());
        gateway::FrontDoor::HttpApi(api)
    }

    fn rest_api(&mut self, api: &Api, routes: &[Route]) -> gateway::FrontDoor<Local> {
        let mut resources = ResourceTable::default();
        for (key, integration) in integrations(routes, self.functions) {
            let added = resources.add(key.clone(), integration);
            self.told.errors.extend(added.err().map(|error| error.to_string()));
        }
        let rest = RestApi::new(Local, resources)
            .with_stage(&api.stage)
            .with_binary_media_types(api.binary_media_types.clone())
            .with_bandwidth(self.manner.aws_bandwidth.then_some(Bandwidth::REST_API));
        gateway::FrontDoor::RestApi(if self.manner.no_stage { rest.without_stage_in_path() } else { rest })
    }

    fn function_urls(&mut self, urls: &[Url]) -> gateway::FrontDoor<Local> {
        let mut all = Urls::default();
        for url in urls {
            let Some(function) = self.functions.get(&url.function) else { continue };
            let duplicates = all.add(&url.hosts, url.keys.iter().cloned(), function_url(url, function));
            self.told.errors.extend(duplicates.iter().map(ToString::to_string));
        }
        let bandwidth = self.manner.aws_bandwidth.then_some(Bandwidth::LAMBDA);
        gateway::FrontDoor::FunctionUrl(FunctionUrl::new(Local, all).with_bandwidth(bandwidth))
    }
}

fn function_url(url: &Url, function: &Arc<Function>) -> function_url::Url<Arc<Function>> {
    let config = &url.config;
    function_url::Url {
        function: Arc::clone(function),
        invoke_mode: if config.streams { InvokeMode::ResponseStream } else { InvokeMode::Buffered },
        cors: config.cors.clone(),
        auth_type: if config.signed { AuthType::AwsIam } else { AuthType::None },
    }
}

fn integrations<'a>(
    routes: &'a [Route],
    functions: &'a Functions,
) -> impl Iterator<Item = (&'a RouteKey, Integration<Arc<Function>>)> {
    routes.iter().filter_map(|route| {
        let function = Arc::clone(functions.get(&route.function)?);
        let Route { payload_format, timeout, streams, .. } = *route;
        let timeout = if function.is_debugged { Some(NO_DEADLINE) } else { timeout };
        Some((&route.key, Integration { function, payload_format, timeout, streams }))
    })
}
