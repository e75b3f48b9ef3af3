//! The name of a stack, by the rules of CloudFormation.

use std::fmt;
use std::str::FromStr;

/// The maximum number of characters of a name.
const LONGEST: usize = 128;

/// The name of a stack: a letter, then letters, digits and hyphens.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackName(String);

/// The error for a text that is not the name of a stack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a stack is a letter, then up to {} letters, digits and hyphens, as `blog-prod`", LONGEST - 1)]
pub struct InvalidStackName;

impl StackName {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for StackName {
    type Err = InvalidStackName;

    fn from_str(text: &str) -> Result<Self, InvalidStackName> {
        let is_name = text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && text.len() <= LONGEST;
        is_name.then(|| Self(text.to_owned())).ok_or(InvalidStackName)
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidStackName, LONGEST, StackName};

    #[test]
    fn name_is_one_that_cloudformation_takes() {
        for text in ["blog", "Blog-2-prod", "b", &"a".repeat(LONGEST)] {
            assert_eq!(text.parse::<StackName>().unwrap().as_str(), text);
        }
        for text in ["", "2blog", "-blog", "--region", "my_blog", "blog/x", "bläg", &"a".repeat(LONGEST + 1)]
        {
            assert_eq!(text.parse::<StackName>(), Err(InvalidStackName), "{text}");
        }
    }
}
