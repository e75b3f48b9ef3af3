//! The functions that sign in the caller of a request of a test.

use serde::Serialize;

use super::TestRequest;
use super::authorizer::{Authorized, members};

impl TestRequest {
    /// Signs a caller in, with the claims of a token that an authorizer of the front door has verified.
    ///
    /// The claims reach the handler in the form of its front door: those of a JWT authorizer behind an HTTP API, and
    /// those of a Cognito authorizer, which writes everything as text, behind a REST API. No token is made and no
    /// authorizer is called, so any claims work. If the handler reads the `Authorization` header, set it in the test.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, FrontDoor, OrStatus, Result, Route};
    /// use serde_json::json;
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let caller = req.caller().or_status(401, "Unauthorized")?;
    ///     res.json((caller.id(), caller.has_scope("read")))
    /// }
    ///
    /// let route = Route::new("/api/me", handler);
    /// for front_door in [FrontDoor::HttpApi, FrontDoor::HttpApiPayload1, FrontDoor::RestApi] {
    ///     let request = TestRequest::get("/api/me").via(front_door).claims(json!({ "sub": "7", "scope": "read" }));
    ///     assert_eq!(request.send(&route).text(), r#"["7",true]"#);
    /// }
    /// assert_eq!(TestRequest::get("/api/me").send(&route).status(), 401);
    /// ```
    ///
    /// # Panics
    /// If the claims are not a JSON object. Sending panics if the front door has no authorizer of tokens: a Function URL has
    /// only [IAM callers](Self::iam_caller), and a load balancer has no authorizers.
    #[track_caller]
    pub fn claims(mut self, claims: impl Serialize) -> Self {
        self.authorized = Some(Authorized::Token(members(claims, "`claims`")));
        self
    }

    /// Signs a caller in by a Lambda authorizer, with the context that the authorizer returns. A member `principalId` is the
    /// `principalId` of its policy.
    ///
    /// A REST API writes numbers and booleans as text, and refuses lists and objects.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, FrontDoor, Result, Route};
    /// use serde_json::json;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Account {
    ///     tenant: u32,
    ///     trial: bool,
    /// }
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let account: Account = req.claims()?;
    ///     res.json((req.caller().map(|caller| caller.id().to_owned()), account.tenant, account.trial))
    /// }
    ///
    /// let route = Route::new("/api/me", handler);
    /// for front_door in [FrontDoor::HttpApi, FrontDoor::HttpApiPayload1, FrontDoor::RestApi] {
    ///     let context = json!({ "principalId": "ann", "tenant": 7, "trial": true });
    ///     let request = TestRequest::get("/api/me").via(front_door).authorizer_context(context);
    ///     assert_eq!(request.send(&route).text(), r#"["ann",7,true]"#);
    /// }
    /// ```
    ///
    /// # Panics
    /// If the context is not a JSON object. Sending panics if the front door refuses the context, or has no Lambda
    /// authorizers, such as a Function URL or a load balancer.
    #[track_caller]
    pub fn authorizer_context(mut self, context: impl Serialize) -> Self {
        self.authorized = Some(Authorized::Lambda(members(context, "`authorizer_context`")));
        self
    }

    /// Signs a caller in by IAM, with the ARN of a user or of the session of a role.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, FrontDoor, OrStatus, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.send(req.caller().or_status(403, "Forbidden")?.id())
    /// }
    ///
    /// let route = Route::new("/api/me", handler);
    /// let ann = "arn:aws:iam::123456789012:user/ann";
    /// for front_door in [FrontDoor::HttpApi, FrontDoor::RestApi, FrontDoor::FunctionUrl] {
    ///     assert_eq!(TestRequest::get("/api/me").via(front_door).iam_caller(ann).send(&route).text(), ann);
    /// }
    /// ```
    ///
    /// # Panics
    /// Sending panics if the front door is a load balancer, which has no IAM authorization.
    pub fn iam_caller(mut self, arn: impl Into<String>) -> Self {
        self.authorized = Some(Authorized::Iam(arn.into()));
        self
    }
}
