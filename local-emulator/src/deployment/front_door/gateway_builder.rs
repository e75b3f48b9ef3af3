//! Builds the gateway of a front door from its declaration in the project.

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::aws::http_api::RouteTable;
use api_routes_project::aws::rest_api::ResourceTable;
use api_routes_project::front_doors::{FrontDoor, FrontDoors, FunctionRoute, Mock, Notices, Url};
use api_routes_project::template::{Api, ApiKeySource};
use api_routes_routing::RouteKey;

use super::authorizer_host::AuthorizerHost;
use super::functions::{FunctionLookup, FunctionMap, LocalBackend};
use super::guards::{self, GuardBuilder};
use super::rules;
use crate::authorizer::ApiKind;
use crate::gateway::alb::Alb;
use crate::gateway::function_url::{self, FunctionUrl, InvokeMode, Urls};
use crate::gateway::http_api::{HttpApi, Stage};
use crate::gateway::rest_api::{RestApi, Target};
use crate::gateway::{self, Backend, Bandwidth, Guard, Integration};
use crate::sandbox::NO_DEADLINE;

/// The options of front doors that a template does not have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FrontDoorOptions {
    /// Whether APIs answer without their stage in the path.
    pub(crate) no_stage: bool,
    /// Whether streams are as slow as on AWS.
    pub(crate) aws_bandwidth: bool,
}

/// Builds the gateways of front doors. Routes to functions that do not exist are left out, and the problems of the others are
/// collected.
pub(super) struct GatewayBuilder<'a, B: Backend> {
    pub(super) functions: &'a dyn FunctionLookup<B>,
    /// The front doors of the project, which have the functions of authorizers.
    found: Option<&'a FrontDoors>,
    region: &'a str,
    host: AuthorizerHost,
    pub(super) options: FrontDoorOptions,
    pub(super) problems: Notices,
}

/// Returns a gateway without routes.
pub(super) fn closed(kind: FrontDoorKind) -> gateway::FrontDoor<LocalBackend> {
    let nowhere = match kind {
        FrontDoorKind::HttpApi | FrontDoorKind::RestApi => {
            FrontDoor::of_api(Api::unlisted(kind, kind.name()), Vec::new())
        }
        FrontDoorKind::FunctionUrl => FrontDoor::FunctionUrls(Vec::new()),
        FrontDoorKind::Alb => FrontDoor::LoadBalancer { multi_value_headers: false, routes: Vec::new() },
    };
    GatewayBuilder::new(&FunctionMap::new(), FrontDoorOptions::default()).front_door(&nowhere)
}

impl<'a, B: Backend> GatewayBuilder<'a, B>
where
    B::Function: Clone,
{
    pub(super) fn new(functions: &'a dyn FunctionLookup<B>, options: FrontDoorOptions) -> Self {
        let host = AuthorizerHost::for_preview();
        Self { functions, found: None, region: "us-east-1", host, options, problems: Notices::default() }
    }

    /// Adds the functions of authorizers, and the region.
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
                let rules = rules::for_routes(routes, |id| self.functions.find(id), &mut self.problems);
                let alb =
                    Alb::new(self.functions.backend(), rules).with_multi_value_headers(*multi_value_headers);
                gateway::FrontDoor::Alb(alb)
            }
        }
    }

    fn http_api(&mut self, api: &Api, routes: &[FunctionRoute]) -> gateway::FrontDoor<B> {
        let mut table = RouteTable::default();
        let find = |logical_id: &str| self.authorizer(logical_id);
        let mut guards = GuardBuilder::new(ApiKind::Http, &self.host, &find);
        for (key, integration) in self.integrations(routes, &mut guards) {
            self.problems
                .errors
                .extend(table.add(key.clone(), integration).err().map(|error| error.to_string()));
        }
        let stage = Stage::from(api.stage.clone());
        let stage = if self.options.no_stage { stage.out_of_path() } else { stage };
        let http = HttpApi::new(self.functions.backend(), table)
            .with_api(self.gateway_api())
            .with_stage(stage)
            .with_cors(api.cors.clone());
        gateway::FrontDoor::HttpApi(http)
    }

    fn rest_api(&mut self, api: &Api, routes: &[FunctionRoute], mocks: &[Mock]) -> gateway::FrontDoor<B> {
        let mut resources = ResourceTable::default();
        let find = |logical_id: &str| self.authorizer(logical_id);
        let mut guards = GuardBuilder::new(ApiKind::Rest, &self.host, &find).with_api_keys(&api.api_keys);
        let targets = self.integrations(routes, &mut guards);
        let targets = targets.into_iter().map(|(key, it)| (key, Target::from(it)));
        let mocks = mocks.iter().map(|Mock { key, response, authorization, .. }| {
            (key, Target::Mock { response: response.clone(), guard: guards.guard(authorization) })
        });
        for (key, target) in targets.chain(mocks).collect::<Vec<_>>() {
            let added = resources.add(key.clone(), target);
            self.problems.errors.extend(added.err().map(|error| error.to_string()));
        }
        let rest = RestApi::new(self.functions.backend(), resources)
            .with_api(self.gateway_api())
            .with_stage(&api.stage)
            .with_keys_of_authorizers(api.api_key_source == ApiKeySource::Authorizer)
            .with_binary_media_types(api.binary_media_types.clone())
            .with_bandwidth(self.options.aws_bandwidth.then_some(Bandwidth::REST_API));
        gateway::FrontDoor::RestApi(if self.options.no_stage { rest.without_stage_in_path() } else { rest })
    }

    fn function_urls(&mut self, urls: &[Url]) -> gateway::FrontDoor<B> {
        let mut all = Urls::default();
        for url in urls {
            let Some(function) = self.functions.find(&url.function) else { continue };
            let duplicates =
                all.add(&url.hosts, url.keys.iter().cloned(), function_url(url, function, &self.host));
            self.problems.errors.extend(duplicates.iter().map(ToString::to_string));
        }
        let bandwidth = self.options.aws_bandwidth.then_some(Bandwidth::LAMBDA);
        gateway::FrontDoor::FunctionUrl(
            FunctionUrl::new(self.functions.backend(), all).with_bandwidth(bandwidth),
        )
    }

    /// Returns the authorizer function with a logical id, and whether the function is debugged.
    fn authorizer(&self, logical_id: &str) -> Option<(B::Function, bool)> {
        let served = self.found?.authorizer(logical_id)?;
        let function = self.functions.find(&served.id)?;
        let is_debugged = self.functions.is_debugged(&function);
        Some((function, is_debugged))
    }

    fn integrations<'r>(
        &self,
        routes: &'r [FunctionRoute],
        guards: &mut GuardBuilder<'_, B::Function>,
    ) -> Vec<(&'r RouteKey, Integration<B::Function>)> {
        let integration = |route: &'r FunctionRoute| {
            let function = self.functions.find(&route.function)?;
            let FunctionRoute { payload_format, timeout, streams, ref authorization, .. } = *route;
            let guard = guards.guard(authorization);
            let timeout = if self.functions.is_debugged(&function) { Some(NO_DEADLINE) } else { timeout };
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
        guard: if config.signed { guards::signed(host) } else { Guard::default() },
    }
}
