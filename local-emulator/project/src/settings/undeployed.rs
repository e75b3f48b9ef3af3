//! Variables that only this machine has.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::aws::{ACCOUNT, is_reserved};
use crate::environment::{Dotenv, OF_EMULATOR};
use crate::template::{SourcePosition, Template, TemplateFunction};
use crate::workspace::Exceptions;

/// A variable of a `.env` file that no function of the template declares, so that AWS lacks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UndeployedVariable {
    /// The name of the variable.
    pub(crate) name: String,
    /// The file with the variable.
    pub(crate) file: Arc<str>,
    /// The position of the variable in the file.
    pub(crate) place: SourcePosition,
}

impl UndeployedVariable {
    /// Returns the variables that a template lacks, each once. Returns none for a template with functions or variables
    /// that only AWS can resolve.
    pub(crate) fn find(dotenv: &Dotenv, template: &Template, exceptions: &Exceptions) -> Vec<Self> {
        let is_hidden =
            template.has_hidden_functions || template.all_functions().any(|it| it.has_hidden_variables);
        if is_hidden || template.functions.is_empty() {
            return Vec::new();
        }
        let declared: BTreeSet<&str> =
            template.all_functions().flat_map(TemplateFunction::declared).collect();
        let is_expected = |name: &str| {
            declared.contains(name)
                || is_of_this_machine(name)
                || exceptions.local_variables.iter().any(|local| local == name)
        };
        let missing = dotenv.places().filter(|(name, ..)| !is_expected(name));
        missing.map(|(name, file, place)| Self { name: name.to_owned(), file: file.clone(), place }).collect()
    }

    /// Returns the problem in words.
    pub(crate) fn message(&self) -> String {
        let Self { name, file, .. } = self;
        format!(
            "`{name}` is in `{file}` alone: no function of the template declares it, so it is missing on AWS"
        )
    }

    /// Returns the next step for the developer.
    pub(crate) fn help(&self, exceptions: &Exceptions) -> String {
        format!(
            "declare it below `Environment.Variables` in the template, or write `{}` below \
             `[workspace.metadata.api-routes]` in `Cargo.toml` if only this machine needs it",
            exceptions.with_variable(&self.name)
        )
    }
}

/// Variables that Lambda sets, that find the developer's account, that set the log level, or that the emulator reads.
fn is_of_this_machine(name: &str) -> bool {
    is_reserved(name)
        || ACCOUNT.contains(&name)
        || OF_EMULATOR.contains(&name)
        || ["AWS_ENDPOINT_URL", "AWS_LAMBDA_LOG_", "RUST_"].iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Dotenv, Exceptions, UndeployedVariable};
    use crate::environment::DotenvContext;
    use crate::pipe::SilentWait;
    use crate::template::Template;

    fn dotenv(shared: &str, local: &str) -> Dotenv {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(".env"), shared).unwrap();
        fs::write(root.path().join(".env.local"), local).unwrap();
        Dotenv::read(root.path(), &DotenvContext::default(), &SilentWait).unwrap()
    }

    /// Returns the names that functions with these variables lack.
    fn missing(dotenv: &Dotenv, functions: &[&str], exceptions: &Exceptions) -> Vec<String> {
        let function = |(number, variables): (usize, &&str)| {
            format!(
                "  F{number}: {{Type: AWS::Serverless::Function, Metadata: {{BuildProperties: {{Binary: b{number}}}}}, \
                 Properties: {{Environment: {variables}}}}}\n"
            )
        };
        let functions: String = functions.iter().enumerate().map(function).collect();
        let template =
            Template::parse(&format!("Resources:\n  T: {{Type: X}}\n{functions}"), "template.yaml").unwrap();
        let found = UndeployedVariable::find(dotenv, &template, exceptions);
        found.into_iter().map(|it| format!("{} {}:{}", it.name, it.file, it.place.line)).collect()
    }

    #[test]
    fn name_that_no_function_declares_is_undeployed() {
        let dotenv = dotenv("# TOKEN=old\nTABLE=a\n\n export TOKEN = 'b'\nURL=x\n", "URL=y\n");
        let nothing = Exceptions::default();
        let functions = ["{Variables: {TABLE: x}}", "{Variables: {OTHER: x}}"];
        assert_eq!(missing(&dotenv, &functions, &nothing), ["TOKEN .env:4", "URL .env.local:1"]);
        let local = Exceptions { local_variables: vec!["URL".to_owned()], ..Exceptions::default() };
        assert_eq!(missing(&dotenv, &functions, &local), ["TOKEN .env:4"]);
        assert_eq!(missing(&dotenv, &["{Variables: {TABLE: x, TOKEN: !Ref T, URL: x}}"], &nothing), [""; 0]);
    }

    #[test]
    fn unknown_variables_are_not_called_undeployed() {
        let dotenv = dotenv("TOKEN=a\n", "");
        for functions in [&["!Ref Environment"][..], &["{Variables: !Ref Variables}"], &[]] {
            assert_eq!(missing(&dotenv, functions, &Exceptions::default()), [""; 0], "{functions:?}");
        }
    }

    #[test]
    fn variable_of_this_machine_is_expected() {
        let names = "AWS_PROFILE=a\nAWS_REGION=b\nAWS_ACCESS_KEY_ID=c\nAWS_ENDPOINT_URL_S3=d\nRUST_LOG=debug\n\
                     AWS_LAMBDA_LOG_FORMAT=TEXT\nAWS_LAMBDA_FUNCTION_NAME=e\nAPI_ROUTES_CLAIMS={}\n";
        assert_eq!(missing(&dotenv(names, ""), &["{}"], &Exceptions::default()), [""; 0]);
        assert_eq!(
            missing(&dotenv("AWS_BUCKET=a\n", ""), &["{}"], &Exceptions::default()),
            ["AWS_BUCKET .env:1"]
        );
    }
}
