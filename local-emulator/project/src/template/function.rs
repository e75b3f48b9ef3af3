//! Reads an `AWS::Serverless::Function`.

use std::collections::BTreeMap;
use std::time::Duration;

use api_routes_routing::PathTemplate;

use super::callers::Caller;
use super::code::{self, Binaries, Code, NamedBy};
use super::complaint::SourcePosition;
use super::definition::Definition;
use super::event::{self, Event};
use super::function_url::{self, FunctionUrl};
use super::logging::{self, Logging};
use super::reader::Reader;
use super::resource::{Condition, FUNCTION, Resource};
use super::start::{self, InitializationType, PackageType};
use super::value::TemplateValue;
use super::variables::{self, Variable};

/// A function of the template, with `Globals` merged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFunction {
    /// Its key below `Resources`.
    pub logical_id: String,
    /// The position of that key.
    pub place: SourcePosition,
    /// The condition under which it is deployed, from `Condition`.
    pub condition: Option<Condition>,
    /// Its `FunctionName`, else its logical id. AWS adds the stack's name and a suffix to the logical id, which are not
    /// known here.
    pub name: String,
    /// The code that the function runs.
    pub code: Code,
    /// The property that names its binary, if it runs a binary.
    pub named_by: NamedBy,
    /// The folder below `functions/` in its `CodeUri`, if it can be a package.
    pub package_folder: Option<String>,
    /// The text of `CodeUri`, if it is text.
    pub code_uri: Option<String>,
    /// The method of `sam build`, from `Metadata.BuildMethod`.
    pub build_method: Option<String>,
    /// Whether `sam build` skips it: `Metadata.SkipBuild`.
    pub is_built_elsewhere: bool,
    /// The form of the package, from `PackageType`.
    pub package: PackageType,
    /// The start of its sandboxes: `SnapStart`, if its package supports it.
    pub initialization: InitializationType,
    /// `Handler`, which a runtime may read from `_HANDLER`.
    pub handler: String,
    /// The longest time of an invocation: 1 to 900 seconds, or to 5,400 with a `CapacityProviderConfig`.
    pub timeout: Duration,
    /// The position of the time-out, in the function or in `Globals`.
    pub timeout_place: Option<SourcePosition>,
    /// Memory in MB: 128 to 10,240.
    pub memory_mb: u32,
    /// The maximum number of concurrent invocations, from `ReservedConcurrentExecutions`; 0 disables the function.
    pub reserved_concurrency: Option<u32>,
    /// The variables, from `Environment.Variables`.
    pub variables: BTreeMap<String, Variable>,
    /// Whether it may have more variables, which only AWS can resolve.
    pub has_hidden_variables: bool,
    /// The settings of its log, from `LoggingConfig`.
    pub logging: Logging,
    /// Its `HttpApi` and `Api` events.
    pub events: Vec<Event>,
    /// Whether it has more such events, whose API or path only AWS can resolve.
    pub has_hidden_events: bool,
    /// `FunctionUrlConfig`, or the `AWS::Lambda::Url` of the function.
    pub url: Option<FunctionUrl>,
    /// The nested stack that declares it: `Child`. Its logical id is then a path, `Child/Posts`.
    pub nested_in: Option<String>,
    /// The other resource that calls it, if any.
    pub called_by: Option<Caller>,
}

impl TemplateFunction {
    /// Lambda's time-out, in seconds, for a template without `Timeout`:
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>.
    pub const DEFAULT_TIMEOUT_SECONDS: u32 = 3;
    /// Lambda's memory, in MB, for a template without `MemorySize`.
    pub const DEFAULT_MEMORY_MB: u32 = 128;

    /// Creates a function that the template does not declare, with Lambda's defaults and its binary's name.
    pub fn unlisted(binary: &str) -> Self {
        Self {
            logical_id: binary.to_owned(),
            place: SourcePosition::START,
            condition: None,
            name: binary.to_owned(),
            code: Code::Binary(binary.to_owned()),
            named_by: NamedBy::Binary,
            package_folder: None,
            code_uri: None,
            build_method: None,
            is_built_elsewhere: false,
            package: PackageType::Zip,
            initialization: InitializationType::OnDemand,
            handler: "bootstrap".to_owned(),
            timeout: Duration::from_secs(Self::DEFAULT_TIMEOUT_SECONDS.into()),
            timeout_place: None,
            memory_mb: Self::DEFAULT_MEMORY_MB,
            reserved_concurrency: None,
            variables: BTreeMap::new(),
            has_hidden_variables: false,
            logging: Logging::default(),
            events: Vec::new(),
            has_hidden_events: false,
            url: None,
            nested_in: None,
            called_by: None,
        }
    }

    /// Whether a nested stack declares the function.
    pub fn is_nested(&self) -> bool {
        self.nested_in.is_some()
    }

    /// Whether its condition holds, or may hold, for the parameters that the template is read with.
    pub fn is_deployed(&self) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.holds != Some(false))
    }

    /// Whether an event or a URL of the template calls it over HTTP.
    pub fn is_called(&self) -> bool {
        !self.events.is_empty() || self.url.is_some()
    }

    /// Whether only AWS knows the values of some variables, or their names.
    pub fn has_open_variables(&self) -> bool {
        let is_open = |variable: &Variable| matches!(variable, Variable::Intrinsic(_));
        self.has_hidden_variables || self.variables.values().any(is_open)
    }

    /// Returns the names of its variables.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// Returns the paths of its events.
    pub(crate) fn paths(&self) -> Vec<PathTemplate> {
        self.events.iter().filter_map(Event::path).collect()
    }

    /// Whether a stack may have both functions. Relations between conditions are ignored.
    pub fn may_be_beside(&self, other: &Self) -> bool {
        let name = |function: &Self| function.condition.as_ref().map(|condition| condition.name.clone());
        name(self) == name(other) || self.condition.is_none() || other.condition.is_none()
    }

    /// Whether the function is an authorizer of an API, and has no other caller.
    pub fn is_authorizer(&self) -> bool {
        self.called_by == Some(Caller::Authorizer) && !self.is_called() && !self.has_hidden_events
    }

    /// Whether the function is the target of a load balancer.
    pub fn is_target(&self) -> bool {
        self.called_by == Some(Caller::LoadBalancer)
    }

    pub(super) fn has_the_binary_of(&self, other: &Self) -> bool {
        matches!(self.code, Code::Binary(_)) && self.code == other.code
    }
}

/// Reads a function; `None` for any other resource. A function whose code is elsewhere has no complaints.
pub(super) fn read(
    resource: &Resource<'_>,
    resources: &[Resource<'_>],
    binaries: &Binaries,
    definitions: &[Definition],
    is_asked: bool,
    reader: &mut Reader,
) -> Option<TemplateFunction> {
    if resource.kind != FUNCTION {
        return None;
    }
    let is_called = is_asked
        || ["Events", "FunctionUrlConfig"].iter().any(|name| resource.property(name).node().is_some())
        || definitions.iter().any(|definition| definition.calls(&resource.logical_id))
        || function_url::resource_of(&resource.logical_id, resources).is_some();
    let code = code::read(resource, binaries, is_called, reader);
    let mut silent = Reader::new("");
    let reader = if code == Code::Elsewhere { &mut silent } else { reader };
    let text = |name| resource.property(name).node().and_then(TemplateValue::text);
    let logical_id = resource.logical_id.clone();
    let unlisted = TemplateFunction::unlisted(&logical_id);
    let package = start::package_type(resource, reader);
    Some(TemplateFunction {
        name: text("FunctionName").unwrap_or(unlisted.name),
        place: resource.key.place(),
        condition: resource.condition.clone(),
        code,
        named_by: binaries.get(&logical_id).map_or(NamedBy::Binary, |(_, named_by)| *named_by),
        package_folder: code::package_folder(resource),
        code_uri: text("CodeUri"),
        build_method: resource.metadata("BuildMethod").and_then(TemplateValue::text),
        is_built_elsewhere: resource
            .metadata("SkipBuild")
            .and_then(TemplateValue::text)
            .is_some_and(|it| it == "true"),
        package,
        initialization: start::initialization(resource, package, reader),
        handler: text("Handler").unwrap_or(unlisted.handler),
        timeout: timeout(resource, reader).unwrap_or(unlisted.timeout),
        timeout_place: resource.property("Timeout").node().map(TemplateValue::place),
        memory_mb: memory(resource, reader).unwrap_or(unlisted.memory_mb),
        reserved_concurrency: reserved_concurrency(resource, reader),
        variables: variables::read(resource, reader),
        has_hidden_variables: variables::are_hidden(resource),
        logging: logging::read(resource, reader),
        events: event::read(resource, reader),
        has_hidden_events: event::are_hidden(resource),
        url: function_url::read(resource, resources, reader),
        nested_in: None,
        called_by: None,
        logical_id,
    })
}

// Bounds: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html

fn timeout(resource: &Resource<'_>, reader: &mut Reader) -> Option<Duration> {
    let default = format!("{} seconds", TemplateFunction::DEFAULT_TIMEOUT_SECONDS);
    // Lambda Managed Instances take longer, for asynchronous events: https://github.com/aws-cloudformation/cfn-lint/pull/4685
    let is_managed = resource.property("CapacityProviderConfig").node().is_some();
    let most = if is_managed { 5_400 } else { 900 };
    let seconds = resource.property("Timeout").number("seconds", 1..=most, &default, reader)?;
    Some(Duration::from_secs(seconds.into()))
}

fn memory(resource: &Resource<'_>, reader: &mut Reader) -> Option<u32> {
    let default = format!("{} MB", TemplateFunction::DEFAULT_MEMORY_MB);
    resource.property("MemorySize").number("MB", 128..=10_240, &default, reader)
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html>
fn reserved_concurrency(resource: &Resource<'_>, reader: &mut Reader) -> Option<u32> {
    let property = resource.property("ReservedConcurrentExecutions");
    property.number("invocations", 0..=u32::MAX, "none", reader)
}
