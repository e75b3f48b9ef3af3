//! The functions that the developer attaches: the developer starts their processes.

use api_routes_project::Settings;
use api_routes_project::environment::Source;
use api_routes_project::front_doors::{FunctionId, ServedFunction};
use api_routes_project::with_causes;
use api_routes_project::workspace::Project;

use super::{Defaults, Deployment};
use crate::attach::{AttachError, no_function};

impl Deployment {
    /// Returns the part of a changed project that has to be built: everything except the attached functions.
    pub(crate) fn buildable(&mut self, project: &Project) -> Project {
        let found = project.front_doors(&self.settings, &self.defaults.chosen);
        // `attach` prints an error when the project is replaced.
        let _ = self.defaults.bind(project, &found.functions);
        self.defaults.attachments.without_attached(project)
    }

    pub(super) fn is_attached(&self, function: &FunctionId) -> bool {
        self.functions.get(function).is_some_and(|function| function.is_attached())
    }

    /// Attaches new functions, and writes the variables that have changed.
    pub(super) fn attach(&mut self) {
        let Self { project, settings, defaults, found, host, .. } = self;
        let bound = defaults.bind(project, &found.functions);
        let written = bound.and_then(|()| defaults.write_variables(settings, &found.functions));
        if let Err(error) = written {
            host.printer.error(with_causes(&error));
        }
    }
}

impl Defaults {
    /// Opens the Runtime API of each attached function.
    ///
    /// # Errors
    /// A port is taken, or an attached function is debugged as well.
    pub(crate) fn bind(
        &mut self,
        project: &Project,
        functions: &[ServedFunction],
    ) -> Result<(), AttachError> {
        let is_both =
            |function: &&ServedFunction| self.debug(function).is_some() && self.attachments.names(function);
        if let Some(function) = functions.iter().find(is_both) {
            return Err(AttachError::AlsoDebugged { function: function.place.clone() });
        }
        self.attachments.bind(project, functions)
    }

    /// Writes the variables of each attached function, if they have changed.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn write_variables(
        &mut self,
        settings: &Settings,
        functions: &[ServedFunction],
    ) -> Result<(), AttachError> {
        for function in functions {
            if self.attachments.get(&function.id).is_some() {
                let environment = function.sources(settings, &self.dotenv_context.shell).environment();
                self.attachments.write(function, environment.without_stack().into_variables())?;
            }
        }
        Ok(())
    }

    /// Returns warnings about variables that attached functions do not get. The variables of an attached function come from
    /// a file, and the values of a deployed stack stay in memory.
    pub(super) fn stack_warnings(&self, settings: &Settings, functions: &[ServedFunction]) -> Vec<String> {
        let attached = functions.iter().filter(|function| self.attachments.get(&function.id).is_some());
        let warnings = attached.flat_map(|function| {
            let assignments = function.sources(settings, &self.dotenv_context.shell).environment().assignments;
            let of_stack = assignments.into_iter().filter(|(_, it)| it.origin.source == Source::Stack);
            of_stack.map(|(name, _)| {
                format!(
                    "`{name}` of `{}` has its value from a stack, and `--attach` does not write such values to the disk: \
                     set it in `.env`",
                    function.place
                )
            })
        });
        warnings.collect()
    }

    /// Returns warnings about functions that should be attached or debugged and do not exist.
    pub(super) fn debugger_warnings(&self, functions: &[ServedFunction]) -> Vec<String> {
        let debugged = self.debugged.as_ref().map(|debugged| &debugged.function);
        let is_missing = |name: &&String| !functions.iter().any(|function| function.has_name(name));
        let debug = debugged.filter(is_missing).map(|name| no_function(name, "debug"));
        self.attachments.warnings(functions).into_iter().chain(debug).collect()
    }
}
