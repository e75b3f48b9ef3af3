//! The values that a deployment gets in addition to the file: parameters, the account, and the stack.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::overrides::{Override, Overrides};
use super::samconfig::{SamConfig, SamConfigError};
use super::stack_name::StackName;

/// The values of `sam deploy` and of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inputs {
    /// The values of parameters, by name.
    pub parameters: BTreeMap<String, String>,
    /// The parameters with a value that only AWS can resolve.
    pub hidden_parameters: BTreeSet<String>,
    /// The region, `AWS::Region`.
    pub region: String,
    /// The account, `AWS::AccountId`.
    pub account_id: String,
    /// The name of the stack, `AWS::StackName`.
    pub stack_name: String,
}

/// The default values of the emulator. The account is from AWS's own examples.
impl Default for Inputs {
    fn default() -> Self {
        Self {
            parameters: BTreeMap::new(),
            hidden_parameters: BTreeSet::new(),
            region: "us-east-1".to_owned(),
            account_id: "123456789012".to_owned(),
            stack_name: "stack".to_owned(),
        }
    }
}

impl Inputs {
    /// Reads the values that `sam deploy` would give the template of `root`: the developer's values, which replace the
    /// values of `samconfig.toml`. The default name of the stack is the name of the folder.
    ///
    /// # Errors
    /// A [`SamConfigError`] for a file that exists and cannot be used.
    pub fn read(root: &Path, overrides: &Overrides) -> Result<Self, SamConfigError> {
        let SamConfig { mut parameters, stack_name, region } =
            SamConfig::read(root, overrides.config_env.as_deref())?;
        let given = overrides.parameters.iter();
        parameters.extend(given.map(|Override { name, value }| (name.clone(), value.clone())));
        let folder = root.file_name().map(|name| name.to_string_lossy().into_owned());
        let given_stack = overrides.stack.as_ref().map(StackName::to_string);
        let unknown = Self::default();
        Ok(Self {
            parameters,
            region: region.unwrap_or(unknown.region),
            stack_name: given_stack.or(stack_name).or(folder).unwrap_or(unknown.stack_name),
            ..Self::default()
        })
    }

    /// `AWS::Partition`: <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>.
    pub(super) fn partition(&self) -> &'static str {
        match &self.region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            region if region.starts_with("eusc-") => "aws-eusc",
            _ => "aws",
        }
    }

    /// Returns `AWS::URLSuffix`.
    pub(super) fn url_suffix(&self) -> &'static str {
        match self.partition() {
            "aws-cn" => "amazonaws.com.cn",
            "aws-eusc" => "amazonaws.eu",
            _ => "amazonaws.com",
        }
    }
}

/// Returns the region that `samconfig.toml` gives `sam deploy`. `None` if the developer's own configuration decides.
///
/// # Errors
/// A [`SamConfigError`] for a file that exists and cannot be used.
pub fn configured_region(root: &Path, overrides: &Overrides) -> Result<Option<String>, SamConfigError> {
    Ok(SamConfig::read(root, overrides.config_env.as_deref())?.region)
}

#[cfg(test)]
mod tests {
    use super::{Inputs, Overrides, configured_region};

    #[test]
    fn given_stack_overrides_samconfig() {
        let root = tempfile::tempdir().unwrap();
        let config = "[default.deploy.parameters]\nstack_name = 'blog'\nregion = 'eu-west-1'\n";
        std::fs::write(root.path().join("samconfig.toml"), config).unwrap();
        let mut overrides = Overrides::default();
        let name = |overrides: &Overrides| Inputs::read(root.path(), overrides).unwrap().stack_name;
        assert_eq!(name(&overrides), "blog");
        overrides.stack = Some("blog-prod".parse().unwrap());
        assert_eq!(name(&overrides), "blog-prod");
        assert_eq!(configured_region(root.path(), &overrides).unwrap().as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn partition_follows_the_region() {
        for (region, expected) in [
            ("eu-west-1", ("aws", "amazonaws.com")),
            ("cn-north-1", ("aws-cn", "amazonaws.com.cn")),
            ("us-gov-west-1", ("aws-us-gov", "amazonaws.com")),
        ] {
            let inputs = Inputs { region: region.to_owned(), ..Inputs::default() };
            assert_eq!((inputs.partition(), inputs.url_suffix()), expected);
        }
    }
}
