//! The values that a developer gives on the command line, as `sam deploy` takes them.

use std::str::FromStr;

use super::stack_name::StackName;

/// The values that the developer gives, in the words of `sam deploy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overrides {
    /// `--parameter-overrides`. The last value of a parameter counts.
    pub parameters: Vec<Override>,
    /// `--config-env`: the table of `samconfig.toml`; `default` if it is absent.
    pub config_env: Option<String>,
    /// `--stack`: the deployed stack whose functions have the values that the template leaves open.
    pub stack: Option<StackName>,
}

/// A value of a parameter: `Stage=prod`, or `ParameterKey=Stage,ParameterValue=prod`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Override {
    /// The name of the parameter.
    pub name: String,
    /// The value of the parameter.
    pub value: String,
}

/// The values of parameters in an argument of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideList(
    /// The values, in the order of the argument.
    pub Vec<Override>,
);

/// Parses an argument as `sam deploy` does: `Stage=prod`, or several between quotes of the shell, `"Stage=prod
/// Size=1"`. If not all words are such pairs, the text is a single value with spaces.
impl FromStr for OverrideList {
    type Err = InvalidOverride;

    fn from_str(text: &str) -> Result<Self, InvalidOverride> {
        let several: Result<Vec<_>, _> = words(text).iter().map(|word| word.parse()).collect();
        several.or_else(|_| Ok(vec![text.parse()?])).map(Self)
    }
}

/// The error for a text that is not a value of a parameter.
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

/// Splits a text into words as a shell does: quotes hold spaces, and a backslash escapes any character.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', _) => word.get_or_insert_default().extend(characters.next()),
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (_, Some(open)) if character == open => quote = None,
            (_, None) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::{InvalidOverride, Override, OverrideList};

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
}
