//! The specification of a function's sandboxes, from the project and its settings.

use std::fmt;
use std::path::{Path, PathBuf};

use api_routes_project::Settings;
use api_routes_project::aws::FrontDoorKind;
use api_routes_project::environment::DotenvContext;
use api_routes_project::front_doors::ServedFunction;
use api_routes_project::template::TemplateFunction;

use super::front_door::FrontDoorOptions;
use crate::attach::Attachments;
use crate::config::{Config, Debugged};
use crate::gateway::Api;
use crate::record::LogFormat;
use crate::sandbox::{DebugMode, FunctionSpec, NO_DEADLINE};

/// The options of the emulator that all its functions and front doors share.
pub(crate) struct Defaults {
    /// Selects the `.env` files, and has the emulator's own environment, from which functions get the variables that the
    /// project declares.
    pub(super) dotenv_context: DotenvContext,
    /// How many sandboxes a function may have at once.
    sandboxes: usize,
    /// The front doors that the developer chose.
    pub(super) chosen: Vec<FrontDoorKind>,
    pub(super) options: FrontDoorOptions,
    pub(super) debugged: Option<Debugged>,
    pub(crate) attachments: Attachments,
}

impl fmt::Debug for Defaults {
    /// Leaves out the values of variables, since they may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Defaults")
            .field("dotenv_context", &self.dotenv_context)
            .field("sandboxes", &self.sandboxes)
            .finish_non_exhaustive()
    }
}

impl From<&Config> for Defaults {
    fn from(config: &Config) -> Self {
        Self {
            dotenv_context: config.dotenv_context(),
            sandboxes: config.sandboxes,
            chosen: config.front_doors.clone(),
            options: FrontDoorOptions { no_stage: config.no_stage, aws_bandwidth: config.aws_bandwidth },
            debugged: config.debug.clone(),
            attachments: Attachments::new(config),
        }
    }
}

impl Defaults {
    pub(super) fn spec(
        &self,
        settings: &Settings,
        function: &ServedFunction,
        executable: &Path,
    ) -> FunctionSpec {
        let ServedFunction { settings: deployed, folder, place, .. } = function;
        let sources = function.sources(settings, &self.dotenv_context.shell);
        let Api { account_id, .. } = Api::default();
        let debug = self.debug(function);
        let attachment = self.attachments.get(&function.id).map(|attachment| attachment.waker());
        let is_watched = debug.is_some() || attachment.is_some();
        FunctionSpec {
            arn: format!("arn:aws:lambda:{}:{account_id}:function:{}", sources.region(), deployed.name),
            environment: sources.environment().into_variables(),
            name: deployed.name.clone(),
            route: place.clone(),
            binary: PathBuf::from(executable),
            working_directory: folder.clone(),
            memory_mb: deployed.memory_mb,
            log_format: deployed.logging.system.map_or(LogFormat::Text, LogFormat::Json),
            timeout: if is_watched { NO_DEADLINE } else { deployed.timeout },
            initialization: deployed.initialization,
            limit: if is_watched { 1 } else { self.limit(deployed) },
            debug,
            attachment,
        }
    }

    /// Returns the debug mode of a function, if it is debugged.
    pub(super) fn debug(&self, function: &ServedFunction) -> Option<DebugMode> {
        self.debugged.as_ref().filter(|it| function.has_name(&it.function)).map(|debugged| debugged.mode)
    }

    /// Returns how many sandboxes a function may have. Reserved concurrency is also an upper limit.
    fn limit(&self, deployed: &TemplateFunction) -> usize {
        let reserved = deployed.reserved_concurrency.and_then(|reserved| reserved.try_into().ok());
        reserved.map_or(self.sandboxes, |reserved: usize| reserved.min(self.sandboxes))
    }

    /// Returns warnings about variables that functions do not get, each once.
    pub(super) fn warnings(&self, settings: &Settings, functions: &[ServedFunction]) -> Vec<String> {
        let warnings = functions.iter().flat_map(|function| {
            function.sources(settings, &self.dotenv_context.shell).environment().warnings
        });
        let mut warnings: Vec<_> = warnings.collect();
        warnings.sort();
        warnings.dedup();
        warnings
    }
}

#[cfg(test)]
mod tests {
    use api_routes_project::template::TemplateFunction;

    use super::Defaults;
    use crate::config::Config;
    use crate::printer::Printer;

    #[test]
    fn reserved_concurrency_lowers_the_limit() {
        let config = Config { sandboxes: 10, ..Config::new(".", Printer::recorded().0) };
        let defaults = Defaults::from(&config);
        for (reserved_concurrency, limit) in [(None, 10), (Some(3), 3), (Some(0), 0), (Some(500), 10)] {
            let function = TemplateFunction { reserved_concurrency, ..TemplateFunction::unlisted("a") };
            assert_eq!(defaults.limit(&function), limit, "{reserved_concurrency:?}");
        }
    }
}
