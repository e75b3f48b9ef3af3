//! The operations of the Invoke API, and their paths.

use std::borrow::Cow;

use http::Method;
use percent_encoding::percent_decode_str;

/// An operation of Lambda's API that the emulator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
    Invoke,
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html>
    InvokeWithResponseStream,
}

const INVOKE: &str = "/2015-03-31/functions/";
const INVOKE_WITH_RESPONSE_STREAM: &str = "/2021-11-15/functions/";

/// Whether a path belongs to Lambda's API. No front door sees such a request.
pub(crate) fn is_invoke_api_path(path: &str) -> bool {
    path.starts_with(INVOKE) || path.starts_with(INVOKE_WITH_RESPONSE_STREAM)
}

impl Operation {
    /// Returns the operation of a request, and the function name as the client wrote it. SDKs encode the colons of an ARN.
    pub(super) fn parse<'a>(method: &Method, path: &'a str) -> Option<(Self, Cow<'a, str>)> {
        let (operation, name) = if let Some(rest) = path.strip_prefix(INVOKE) {
            (Self::Invoke, rest.strip_suffix("/invocations")?)
        } else {
            let rest = path.strip_prefix(INVOKE_WITH_RESPONSE_STREAM)?;
            (Self::InvokeWithResponseStream, rest.strip_suffix("/response-streaming-invocations")?)
        };
        let is_call = method == Method::POST && !name.contains('/');
        is_call.then(|| (operation, percent_decode_str(name).decode_utf8_lossy()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation, is_invoke_api_path};
    use http::Method;

    #[test]
    fn post_to_invocations_is_an_operation() {
        for (path, operation, name) in [
            ("/2015-03-31/functions/hello/invocations", Operation::Invoke, "hello"),
            ("/2015-03-31/functions/hello%3A%24LATEST/invocations", Operation::Invoke, "hello:$LATEST"),
            ("/2015-03-31/functions/a%2Fb/invocations", Operation::Invoke, "a/b"),
            ("/2015-03-31/functions/%ff/invocations", Operation::Invoke, "\u{fffd}"),
            ("/2015-03-31/functions//invocations", Operation::Invoke, ""),
            (
                "/2021-11-15/functions/arn:aws:lambda/response-streaming-invocations",
                Operation::InvokeWithResponseStream,
                "arn:aws:lambda",
            ),
        ] {
            assert_eq!(Operation::parse(&Method::POST, path), Some((operation, name.into())), "{path}");
            assert_eq!(Operation::parse(&Method::GET, path), None, "{path}");
        }
    }

    #[test]
    fn other_paths_of_the_api_are_no_operation() {
        for path in [
            "/2015-03-31/functions/",
            "/2015-03-31/functions/hello",
            "/2015-03-31/functions/a/b/invocations",
            "/2015-03-31/functions/hello/response-streaming-invocations",
            "/2015-03-31/functions/hello/invocations/",
            "/2021-11-15/functions/hello/invocations",
        ] {
            assert!(is_invoke_api_path(path), "{path}");
            assert_eq!(Operation::parse(&Method::POST, path), None, "{path}");
        }
        for path in ["/", "/2015-03-31/functions", "/api/2015-03-31/functions/hello/invocations"] {
            assert!(!is_invoke_api_path(path), "{path}");
        }
    }
}
