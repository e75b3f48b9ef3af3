//! A template for a project without one.

use crate::text::Lines;
use crate::text::yaml::parse;

/// A template that lacks only functions for `sam build`.
const FRESH: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Description: API routes in Rust, one Lambda function each

Globals:
  Function:
    Runtime: provided.al2023
    Architectures: [arm64]
    Handler: bootstrap
    CodeUri: .
    MemorySize: 128
    Timeout: 5

Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      StageName: $default

Outputs:
  ApiUrl:
    Description: The URL of the API
    Value: !Sub https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}
";

/// Returns the text with the first keys of a template, if it has nothing but comments.
pub(super) fn complete(text: &str) -> String {
    let is_empty = parse(text)
        .is_ok_and(|document| document.roots.iter().all(|root| root.is_null() && document.roots.len() == 1));
    if !is_empty {
        return text.to_owned();
    }
    let newline = Lines::new(text).newline(0);
    let fresh = FRESH.replace('\n', newline);
    let gap = if text.is_empty() || text.ends_with(['\n', '\r']) { "" } else { newline };
    format!("{text}{gap}{fresh}")
}

#[cfg(test)]
mod tests {
    use super::{FRESH, complete};

    #[test]
    fn only_what_says_nothing_is_completed() {
        for (text, before) in [("", ""), ("# mine\n", "# mine\n"), ("# mine", "# mine\n"), ("---\n", "---\n")]
        {
            assert_eq!(complete(text), format!("{before}{FRESH}"));
        }
        assert_eq!(complete("# mine\r\n"), format!("# mine\n{FRESH}").replace('\n', "\r\n"));
        for text in ["A: 1\n", "[", "{}", "---\n---\n"] {
            assert_eq!(complete(text), text);
        }
    }
}
