//! The values that a deployment is given beside the file: the values of parameters, and what the account and the stack are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;

use super::samconfig::{SamConfig, SamConfigError, words};
use super::stack_name::StackName;

/// The values that `sam deploy` is given, and those that an account has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inputs {
    /// The values of parameters, by name.
    pub parameters: BTreeMap<String, String>,
    /// The parameters that have a value which only AWS can tell.
    pub hidden_parameters: BTreeSet<String>,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::AccountId`.
    pub account_id: String,
    /// `AWS::StackName`.
    pub stack_name: String,
}

/// The values that the emulator takes where nothing says otherwise. The account is that of AWS's own examples, and the emulator's.
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
    /// The values that `sam deploy` would give the template of `root`: what the developer gives, over `samconfig.toml`. The stack
    /// has the name of the folder, if neither has one.
    ///
    /// # Errors
    /// A [`SamConfigError`] for a file that is there and cannot be used.
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

    /// `AWS::URLSuffix`.
    pub(super) fn url_suffix(&self) -> &'static str {
        match self.partition() {
            "aws-cn" => "amazonaws.com.cn",
            "aws-eusc" => "amazonaws.eu",
            _ => "amazonaws.com",
        }
    }
}

/// The values that the developer gives, in the words of `sam deploy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overrides {
    /// `--parameter-overrides`. Of two values for one parameter the last counts.
    pub parameters: Vec<Override>,
    /// `--config-env`: the table of `samconfig.toml`; `default` if there is none.
    pub config_env: Option<String>,
    /// `--stack`: the deployed stack whose functions have the values that the template leaves open.
    pub stack: Option<StackName>,
}

/// The region that `samconfig.toml` gives `sam deploy`. `None` if the developer's own configuration decides.
///
/// # Errors
/// A [`SamConfigError`] for a file that is there and cannot be used.
pub fn configured_region(root: &Path, overrides: &Overrides) -> Result<Option<String>, SamConfigError> {
    Ok(SamConfig::read(root, overrides.config_env.as_deref())?.region)
}

/// A value of a parameter: `Stage=prod`, or `ParameterKey=Stage,ParameterValue=prod`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Override {
    /// The name of the parameter.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Values of parameters that one argument of the command line holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideList(
    /// In their order.
    pub Vec<Override>,
);

/// Takes what `sam deploy` takes: `Stage=prod`, or several between quotes of the shell, `"Stage=prod Size=1"`. A text whose
/// words are not all such pairs is one value with spaces.
impl FromStr for OverrideList {
    type Err = InvalidOverride;

    fn from_str(text: &str) -> Result<Self, InvalidOverride> {
        let several: Result<Vec<_>, _> = words(text).iter().map(|word| word.parse()).collect();
        several.or_else(|_| Ok(vec![text.parse()?])).map(Self)
    }
}

/// Why a text is no value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a name and a value, as `Stage=prod`")]
pub struct InvalidOverride;

impl FromStr for Override {
    type Err = InvalidOverride;

    fn from_str(text: &str) -> Result<Self, InvalidOverride> {
        let long = text.strip_prefix("ParameterKey=").and_then(|text| text.split_once(",ParameterValue="));
        let (name, value) = long.or_else(|| text.split_once('=')).ok_or(InvalidOverride)?;
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
        let (name, value) = (name.to_owned(), value.to_owned());
        is_name.then_some(Self { name, value }).ok_or(InvalidOverride)
    }
}

#[cfg(test)]
mod tests {
    use super::{Inputs, InvalidOverride, Override, OverrideList, Overrides, configured_region};

    #[test]
    fn override_is_written_in_either_way() {
        for (text, expected) in [
            ("Stage=prod", Some(("Stage", "prod"))),
            ("Stage=", Some(("Stage", ""))),
            ("Url=http://a/?b=c", Some(("Url", "http://a/?b=c"))),
            ("ParameterKey=Stage,ParameterValue=a=b", Some(("Stage", "a=b"))),
            ("Stage", None),
            ("=x", None),
            ("a-b=x", None),
        ] {
            let read = text.parse::<Override>();
            let expected =
                expected.map(|(name, value)| Override { name: name.to_owned(), value: value.to_owned() });
            assert_eq!(read, expected.ok_or(InvalidOverride), "{text}");
        }
    }

    #[test]
    fn argument_may_hold_several_overrides() {
        for (text, expected) in [
            ("Stage=prod Size=1", vec![("Stage", "prod"), ("Size", "1")]),
            ("Name=two words", vec![("Name", "two words")]),
            ("Name='two words' Size=1", vec![("Name", "two words"), ("Size", "1")]),
        ] {
            let OverrideList(read) = text.parse().unwrap();
            let read: Vec<_> = read.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
            assert_eq!(read, expected, "{text}");
        }
        assert!("Stage".parse::<OverrideList>().is_err());
    }

    #[test]
    fn stack_of_the_developer_counts_before_the_one_of_samconfig() {
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
