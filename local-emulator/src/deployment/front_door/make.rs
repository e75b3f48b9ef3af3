//! A gateway from what the project says of it.

use std::sync::Arc;

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::aws::http_api::RouteTable;
use api_routes_project::aws::rest_api::ResourceTable;
use api_routes_project::front_doors::{FrontDoor, FrontDoors, FunctionId, Mock, Route, Told, Url};
use api_routes_project::template::Api;
use api_routes_routing::RouteKey;

use super::super::function::Function;
use super::judges::{self, Judges};
use super::{AuthorizerHost, Functions, Local, rules};
use crate::authorizer::ApiKind;
use crate::gateway::alb::Alb;
use crate::gateway::function_url::{self, FunctionUrl, InvokeMode, Urls};
use crate::gateway::http_api::{HttpApi, Stage};
use crate::gateway::rest_api::{RestApi, Target};
use crate::gateway::{self, Backend, Bandwidth, Guard, Integration};
use crate::sandbox::NO_DEADLINE;

/// How front doors behave beyond what the template says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// Whether APIs answer without their stage in the path.
    pub(crate) no_stage: bool,
    /// Whether streams are as slow as on AWS.
    pub(crate) aws_bandwidth: bool,
}

/// The functions behind front doors.
pub(super) trait Behind<B: Backend> {
    fn backend(&self) -> B;

    /// Returns a function, if it is there.
    fn find(&self, id: &FunctionId) -> Option<B::Function>;

    /// Whether clients wait for a function without end.
    fn is_debugged(&self, function: &B::Function) -> bool;
}

/// Makes front doors of the functions that there are. Routes to other ones are left out; what cannot be said is
/// told.
pub(super) struct Maker<'a, B: Backend> {
    pub(super) behind: &'a dyn Behind<B>,
    /// Where the functions of authorizers are found.
    found: Option<&'a FrontDoors>,
    region: &'a str,
    host: AuthorizerHost,
    pub(super) manner: Manner,
    pub(super) told: Told,
}

impl Behind<Local> for Functions {
    fn backend(&self) -> Local {
        Local
    }

    fn find(&self, id: &FunctionId) -> Option<Arc<Function>> {
        self.get(id).cloned()
    }

    fn is_debugged(&self, function: &Arc<Function>) -> bool {
        function.is_debugged
    }
}

/// One that leads nowhere.
pub(super) fn closed(kind: FrontDoorKind) -> gateway::FrontDoor<Local> {
    let nowhere = match kind {
        FrontDoorKind::HttpApi | FrontDoorKind::RestApi => {
            FrontDoor::of_api(Api::unlisted(kind, kind.name()), Vec::new())
        }
        FrontDoorKind::FunctionUrl => FrontDoor::FunctionUrls(Vec::new()),
        FrontDoorKind::Alb => FrontDoor::LoadBalancer { multi_value_headers: false, routes: Vec::new() },
    };
    Maker::new(&Functions::new(), Manner::default()).front_door(&nowhere)
}

impl<'a, B: Backend> Maker<'a, B>
where
    B::Function: Clone,
{
    pub(super) fn new(behind: &'a dyn Behind<B>, manner: Manner) -> Self {
        let host = AuthorizerHost::unasked();
        Self { behind, found: None, region: "us-east-1", host, manner, told: Told::default() }
    }

    /// With the functions that authorizers may be, in this region.
    pub(super) fn with_authorizers(
        self,
        found: &'a FrontDoors,
        region: &'a str,
        host: AuthorizerHost,
    ) -> Self {
        Self { found: Some(found), region, host, ..self }
    }

    fn gateway_api(&self) -> gateway::Api {
        gateway::Api { region: self.region.to_owned(), ..gateway::Api::default() }
    }

    pub(super) fn front_door(&mut self, declared: &FrontDoor) -> gateway::FrontDoor<B> {
        match declared {
            FrontDoor::Api { api, routes, mocks } if api.kind == FrontDoorKind::RestApi => {
                self.rest_api(api, routes, mocks)
            }
            FrontDoor::Api { api, routes, .. } => self.http_api(api, routes),
            FrontDoor::FunctionUrls(urls) => self.function_urls(urls),
            FrontDoor::LoadBalancer { multi_value_headers, routes } => {
                let rules = rules::of(routes, |id| self.behind.find(id), &mut self.told);
                let alb =
                    Alb::new(self.behind.backend(), rules).with_multi_value_headers(*multi_value_headers);
                gateway::FrontDoor::Alb(alb)
            }
        }
    }

    fn http_api(&mut self, api: &Api, routes: &[Route]) -> gateway::FrontDoor<B> {
        let mut table = RouteTable::default();
        let find = |logical_id: &str| self.authorizer(logical_id);
        let mut judges = Judges::new(ApiKind::Http, &self.host, &find);
        for (key, integration) in self.integrations(routes, &mut judges) {
            self.told.errors.extend(table.add(key.clone(), integration).err().map(|error| error.to_string()));
        }
        let stage = Stage::from(api.stage.clone());
        let stage = if self.manner.no_stage { stage.out_of_path() } else { stage };
        let http = HttpApi::new(self.behind.backend(), table)
            .with_api(self.gateway_api())
            .with_stage(stage)
            .with_cors(api.cors.clone());
        gateway::FrontDoor::HttpApi(http)
    }

    fn rest_api(&mut self, api: &Api, routes: &[Route], mocks: &[Mock]) -> gateway::FrontDoor<B> {
        let mut resources = ResourceTable::default();
        let find = |logical_id: &str| self.authorizer(logical_id);
        let mut judges = Judges::new(ApiKind::Rest, &self.host, &find);
        let targets = self.integrations(routes, &mut judges);
        let targets = targets.into_iter().map(|(key, it)| (key, Target::from(it)));
        let mocks = mocks.iter().map(|Mock { key, response, authorization, .. }| {
            (key, Target::Mock { response: response.clone(), guard: judges.guard(authorization) })
        });
        for (key, target) in targets.chain(mocks).collect::<Vec<_>>() {
            let added = resources.add(key.clone(), target);
            self.told.errors.extend(added.err().map(|error| error.to_string()));
        }
        let rest = RestApi::new(self.behind.backend(), resources)
            .with_api(self.gateway_api())
            .with_stage(&api.stage)
            .with_binary_media_types(api.binary_media_types.clone())
            .with_bandwidth(self.manner.aws_bandwidth.then_some(Bandwidth::REST_API));
        gateway::FrontDoor::RestApi(if self.manner.no_stage { rest.without_stage_in_path() } else { rest })
    }

    fn function_urls(&mut self, urls: &[Url]) -> gateway::FrontDoor<B> {
        let mut all = Urls::default();
        for url in urls {
            let Some(function) = self.behind.find(&url.function) else { continue };
            let duplicates =
                all.add(&url.hosts, url.keys.iter().cloned(), function_url(url, function, &self.host));
            self.told.errors.extend(duplicates.iter().map(ToString::to_string));
        }
        let bandwidth = self.manner.aws_bandwidth.then_some(Bandwidth::LAMBDA);
        gateway::FrontDoor::FunctionUrl(
            FunctionUrl::new(self.behind.backend(), all).with_bandwidth(bandwidth),
        )
    }

    /// The function with a logical id, and whether it is debugged.
    fn authorizer(&self, logical_id: &str) -> Option<(B::Function, bool)> {
        let served = self.found?.authorizer(logical_id)?;
        let function = self.behind.find(&served.id)?;
        let is_debugged = self.behind.is_debugged(&function);
        Some((function, is_debugged))
    }

    fn integrations<'r>(
        &self,
        routes: &'r [Route],
        judges: &mut Judges<'_, B::Function>,
    ) -> Vec<(&'r RouteKey, Integration<B::Function>)> {
        let integration = |route: &'r Route| {
            let function = self.behind.find(&route.function)?;
            let Route { payload_format, timeout, streams, ref authorization, .. } = *route;
            let guard = judges.guard(authorization);
            let timeout = if self.behind.is_debugged(&function) { Some(NO_DEADLINE) } else { timeout };
            Some((&route.key, Integration { function, payload_format, timeout, streams, guard }))
        };
        routes.iter().filter_map(integration).collect()
    }
}

fn function_url<F>(url: &Url, function: F, host: &AuthorizerHost) -> function_url::Url<F> {
    let config = &url.config;
    function_url::Url {
        function,
        invoke_mode: if config.streams { InvokeMode::ResponseStream } else { InvokeMode::Buffered },
        cors: config.cors.clone(),
        guard: if config.signed { judges::signed(host) } else { Guard::default() },
    }
}
