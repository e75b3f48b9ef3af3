//! Lambda's data about an invocation.

use std::time::{Duration, SystemTime};

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
#[derive(Clone, Debug, PartialEq)]
pub struct Context(lambda_runtime::Context);

impl Context {
    /// Makes a context with a request id, for a test: see [`TestRequest::context`](crate::test::TestRequest::context).
    /// Its deadline is 15 minutes from now, the longest timeout of a function on demand.
    ///
    /// ```
    /// use api_routes::Context;
    ///
    /// let context = Context::new("8476a536").with_tenant_id("blue");
    /// assert_eq!((context.request_id(), context.tenant_id()), ("8476a536", Some("blue")));
    /// ```
    pub fn new(request_id: impl Into<String>) -> Self {
        let mut context = lambda_runtime::Context::default();
        context.request_id = request_id.into();
        Self(context).with_deadline(SystemTime::now() + Duration::from_secs(15 * 60))
    }

    // Not a `From`: `lambda_runtime` is not part of the public API.
    pub(crate) fn from_lambda(context: lambda_runtime::Context) -> Self {
        Self(context)
    }

    /// Sets the ARN by which the function is invoked.
    #[must_use]
    pub fn with_invoked_function_arn(mut self, arn: impl Into<String>) -> Self {
        self.0.invoked_function_arn = arn.into();
        self
    }

    /// Sets the time at which Lambda ends the invocation, to the millisecond.
    #[must_use]
    pub fn with_deadline(mut self, deadline: SystemTime) -> Self {
        let since_epoch = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.0.deadline = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// Sets the X-Ray trace, in the form of the header `x-amzn-trace-id`.
    #[must_use]
    pub fn with_xray_trace_id(mut self, trace_id: impl Into<String>) -> Self {
        self.0.xray_trace_id = Some(trace_id.into());
        self
    }

    /// Sets the tenant, for a function with [tenant
    /// isolation](https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html).
    #[must_use]
    pub fn with_tenant_id(mut self, tenant_id: impl Into<String>) -> Self {
        self.0.tenant_id = Some(tenant_id.into());
        self
    }

    /// Returns the id of the invocation, which each line of its log names.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// Returns the ARN by which the function was invoked, with the version or alias if the caller named one.
    pub fn invoked_function_arn(&self) -> &str {
        &self.0.invoked_function_arn
    }

    /// Returns the time at which Lambda ends the invocation.
    /// [`ApiRequest::remaining_time`](crate::ApiRequest::remaining_time) is the time until then.
    pub fn deadline(&self) -> SystemTime {
        self.0.deadline()
    }

    /// Returns the X-Ray trace, in the form of the header `x-amzn-trace-id`: `Root=1-…;Parent=…;Sampled=1`.
    pub fn xray_trace_id(&self) -> Option<&str> {
        self.0.xray_trace_id.as_deref()
    }

    /// Returns the tenant, for a function with [tenant
    /// isolation](https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html).
    pub fn tenant_id(&self) -> Option<&str> {
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
        let seen = Context::from_lambda(context);
        assert_eq!(seen.request_id(), "8476a536");
        assert_eq!(seen.invoked_function_arn(), "arn:aws:lambda:eu-west-1:123456789012:function:user:live");
        assert_eq!(seen.deadline(), UNIX_EPOCH + Duration::from_millis(1_542_409_706_888));
        assert_eq!(seen.xray_trace_id(), Some("Root=1-5bef4de7;Sampled=1"));
        assert_eq!(seen.tenant_id(), Some("blue"));
        let made = Context::new("8476a536")
            .with_invoked_function_arn("arn:aws:lambda:eu-west-1:123456789012:function:user:live")
            .with_deadline(seen.deadline())
            .with_xray_trace_id("Root=1-5bef4de7;Sampled=1")
            .with_tenant_id("blue");
        assert_eq!(made, seen);
    }

    #[test]
    fn members_that_lambda_leaves_out_are_none() {
        let context = Context::from_lambda(lambda_runtime::Context::default());
        assert_eq!((context.xray_trace_id(), context.tenant_id()), (None, None));
    }
}
