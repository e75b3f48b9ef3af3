//! Lambda's side of a request.

use std::time::SystemTime;

/// The invocation that brought a request, from [`ApiRequest::context`](crate::ApiRequest::context).
///
/// The name of the function, its version and its memory are the same for all invocations. They are [environment
/// variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime).
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, Result};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     match req.context() {
///         Some(context) => res.send(format!("{} of {}", context.request_id(), context.invoked_function_arn())),
///         None => res.send("not on Lambda"),
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Context<'r>(&'r lambda_runtime::Context);

impl<'r> Context<'r> {
    pub(crate) fn new(context: &'r lambda_runtime::Context) -> Self {
        Self(context)
    }

    /// Returns the id of the invocation, which each line of its log names.
    pub fn request_id(self) -> &'r str {
        &self.0.request_id
    }

    /// Returns the ARN by which the function was invoked, with the version or alias if the caller named one.
    pub fn invoked_function_arn(self) -> &'r str {
        &self.0.invoked_function_arn
    }

    /// Returns the time at which Lambda ends the invocation.
    /// [`ApiRequest::remaining_time`](crate::ApiRequest::remaining_time) is the time until then.
    pub fn deadline(self) -> SystemTime {
        self.0.deadline()
    }

    /// Returns the X-Ray trace, as the header `x-amzn-trace-id` writes it: `Root=1-…;Parent=…;Sampled=1`.
    pub fn xray_trace_id(self) -> Option<&'r str> {
        self.0.xray_trace_id.as_deref()
    }

    /// Returns the tenant, for a function with [tenant
    /// isolation](https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html).
    pub fn tenant_id(self) -> Option<&'r str> {
        self.0.tenant_id.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::Context;

    #[test]
    fn an_invocation_is_as_lambda_describes_it() {
        let mut context = lambda_runtime::Context::default();
        context.request_id = "8476a536".into();
        context.invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:user:live".into();
        context.deadline = 1_542_409_706_888;
        context.xray_trace_id = Some("Root=1-5bef4de7;Sampled=1".into());
        context.tenant_id = Some("blue".into());
        let seen = Context::new(&context);
        assert_eq!(seen.request_id(), "8476a536");
        assert_eq!(seen.invoked_function_arn(), "arn:aws:lambda:eu-west-1:123456789012:function:user:live");
        assert_eq!(seen.deadline(), UNIX_EPOCH + Duration::from_millis(1_542_409_706_888));
        assert_eq!(seen.xray_trace_id(), Some("Root=1-5bef4de7;Sampled=1"));
        assert_eq!(seen.tenant_id(), Some("blue"));
    }

    #[test]
    fn members_that_lambda_leaves_out_are_none() {
        let context = lambda_runtime::Context::default();
        assert_eq!(
            (Context::new(&context).xray_trace_id(), Context::new(&context).tenant_id()),
            (None, None)
        );
    }
}
