//! The functions by the names that callers of the Invoke API use.

use std::collections::HashMap;

use super::error::InvokeError;
use super::request::InvokeRequest;

/// The only version of a function here: nothing publishes another version or an alias.
pub(super) const LATEST: &str = "$LATEST";

/// The functions of an account in a region.
#[derive(Debug)]
pub(crate) struct Directory<F> {
    region: String,
    account_id: String,
    functions: HashMap<String, F>,
}

impl<F: Clone> Directory<F> {
    /// Creates a directory without functions.
    pub(crate) fn new(region: impl Into<String>, account_id: impl Into<String>) -> Self {
        Self { region: region.into(), account_id: account_id.into(), functions: HashMap::new() }
    }

    /// Adds a function under a name, unless the name is taken.
    pub(crate) fn add(&mut self, name: &str, function: F) {
        self.functions.entry(name.to_owned()).or_insert(function);
    }

    /// Returns the function that a request names.
    ///
    /// # Errors
    /// The function, the region, the account or the version does not exist here.
    pub(super) fn find(&self, asked: &InvokeRequest<'_>) -> Result<F, InvokeError> {
        if let Some(region) = asked.function.region.filter(|region| *region != self.region) {
            return Err(InvokeError::OtherRegion { asked: region.to_owned(), here: self.region.clone() });
        }
        let function = self.functions.get(asked.function.name).filter(|_| self.is_here(asked));
        function.cloned().ok_or_else(|| InvokeError::FunctionNotFound { arn: self.arn(asked) })
    }

    /// Whether the account and the version of a request exist here. AWS's answer to an ARN of another account is undocumented
    /// (INV-8): it depends on that account's policies, which the emulator does not have. Without any, AWS denies access.
    fn is_here(&self, asked: &InvokeRequest<'_>) -> bool {
        asked.function.account.is_none_or(|account| account == self.account_id)
            && asked.qualifier.as_deref().is_none_or(|qualifier| qualifier == LATEST)
    }

    /// Returns the ARN of the function that a request names. Without a version it ends with `$LATEST`, as on AWS since 2025.
    fn arn(&self, asked: &InvokeRequest<'_>) -> String {
        let account = asked.function.account.unwrap_or(&self.account_id);
        let qualifier = asked.qualifier.as_deref().unwrap_or(LATEST);
        format!("arn:aws:lambda:{}:{account}:function:{}:{qualifier}", self.region, asked.function.name)
    }
}

#[cfg(test)]
mod tests {
    use super::Directory;
    use crate::invoke_api::function_name::FunctionName;
    use crate::invoke_api::request::{InvocationType, InvokeRequest};

    fn found(name: &str, qualifier: Option<&str>) -> Result<u8, String> {
        let mut directory = Directory::new("eu-west-1", "123456789012");
        directory.add("hello", 1);
        directory.add("other", 2);
        directory.add("hello", 3);
        let function = FunctionName::parse(name).unwrap();
        let asked = InvokeRequest {
            function,
            qualifier: qualifier.or(function.qualifier).map(str::to_owned),
            invocation_type: InvocationType::RequestResponse,
            tail: false,
            client_context: None,
        };
        directory.find(&asked).map_err(|error| error.to_string())
    }

    #[test]
    fn function_is_found_by_each_of_its_names() {
        for name in [
            "hello",
            "hello:$LATEST",
            "function:hello",
            "123456789012:function:hello",
            "arn:aws:lambda:eu-west-1:123456789012:function:hello",
            "arn:aws:lambda:eu-west-1:123456789012:function:hello:$LATEST",
        ] {
            assert_eq!(found(name, None), Ok(1), "{name}");
        }
        assert_eq!(found("hello", Some("$LATEST")), Ok(1));
    }

    #[test]
    fn missing_function_has_the_error_of_aws() {
        const HERE: &str = "arn:aws:lambda:eu-west-1:123456789012:function";
        for (name, qualifier, words) in [
            ("nobody", None, format!("Function not found: {HERE}:nobody:$LATEST")),
            ("hello", Some("live"), format!("Function not found: {HERE}:hello:live")),
            ("hello:7", None, format!("Function not found: {HERE}:hello:7")),
            ("hello", Some("$latest"), format!("Function not found: {HERE}:hello:$latest")),
            (
                "210987654321:function:hello",
                None,
                "Function not found: arn:aws:lambda:eu-west-1:210987654321:function:hello:$LATEST".to_owned(),
            ),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:hello",
                None,
                "Functions from 'us-east-1' are not reachable in this region ('eu-west-1')".to_owned(),
            ),
        ] {
            assert_eq!(found(name, qualifier), Err(words), "{name}");
        }
    }
}
