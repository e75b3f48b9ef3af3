//! Callers that an authorizer has let through.

use serde::Deserialize;
use serde_json::Value;

use crate::claims::{Claim, Notation};
pub use crate::event::CallerKind;
use crate::event::Identity;

/// The caller of a request, from [`ApiRequest::caller`](crate::ApiRequest::caller).
///
/// An authorizer of the front door has let the request through. `Caller` has the data that all kinds of authorizers
/// share; [`ApiRequest::claims`](crate::ApiRequest::claims) reads all data.
///
/// ```
/// use api_routes::test::TestRequest;
/// use api_routes::{ApiError, ApiRequest, ApiResponse, OrStatus, Result, Route};
///
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     let caller = req.caller().or_status(401, "Unauthorized")?;
///     if !caller.has_scope("posts:write") {
///         return Err(ApiError::new(403, "Forbidden"));
///     }
///     res.send(format!("written by {}", caller.id()))
/// }
///
/// let route = Route::new("/api/posts", handler);
/// let writer = serde_json::json!({ "sub": "ann", "scope": "posts:read posts:write" });
/// assert_eq!(TestRequest::post("/api/posts").claims(writer).send(&route).text(), "written by ann");
/// let reader = serde_json::json!({ "sub": "bob", "scope": "posts:read" });
/// assert_eq!(TestRequest::post("/api/posts").claims(reader).send(&route).status(), 403);
/// assert_eq!(TestRequest::post("/api/posts").send(&route).status(), 401);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    id: String,
    kind: CallerKind,
    scopes: Vec<String>,
}

impl Caller {
    /// Returns `None` if nothing names the caller: an id that all callers share would be worse.
    pub(crate) fn from_identity(identity: &Identity) -> Option<Self> {
        let Identity { kind, claims, .. } = identity;
        let id = match kind {
            CallerKind::Token => text(&claims["sub"]),
            CallerKind::Lambda => text(&claims["principalId"]).or_else(|| text(&claims["sub"])),
            // All users of an identity pool have the ARN of one role.
            CallerKind::Iam => {
                text(&claims["cognitoIdentity"]["identityId"]).or_else(|| text(&claims["userArn"]))
            }
        };
        Some(Self { id: id?, kind: *kind, scopes: scopes(claims) })
    }

    /// Returns the name by which the authorizer knows the caller. It is never empty.
    ///
    /// | authorizer | id |
    /// |---|---|
    /// | JWT, Cognito | the claim `sub` |
    /// | Lambda | `principalId`, or else `sub` of the context |
    /// | IAM | the ARN of the user or of the role's session; the identity id of a user of a Cognito identity pool |
    ///
    /// ```
    /// use api_routes::FrontDoor;
    /// use api_routes::test::TestRequest;
    ///
    /// let ann = "arn:aws:iam::123456789012:user/ann";
    /// let request = TestRequest::get("/api/me").via(FrontDoor::FunctionUrl).iam_caller(ann).into_api_request("/api/me");
    /// assert_eq!(request.caller().unwrap().id(), ann);
    /// ```
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the kind of authorizer that let the caller in. Equal ids of different kinds are different callers.
    ///
    /// ```
    /// use api_routes::CallerKind;
    /// use api_routes::test::TestRequest;
    /// use serde_json::json;
    ///
    /// let request = TestRequest::get("/api/me").claims(json!({ "sub": "ann" })).into_api_request("/api/me");
    /// assert_eq!(request.caller().unwrap().kind(), CallerKind::Token);
    /// ```
    pub fn kind(&self) -> CallerKind {
        self.kind
    }

    /// Returns the scopes of the token: its claim `scope`, or else `scp`. A Lambda authorizer may put either claim into its
    /// context; an IAM caller has no scopes.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use serde_json::json;
    ///
    /// let claims = json!({ "sub": "ann", "scope": "read write" });
    /// let caller = TestRequest::get("/api/me").claims(claims).into_api_request("/api/me").caller().unwrap();
    /// assert_eq!(caller.scopes().collect::<Vec<_>>(), ["read", "write"]);
    /// ```
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// Returns whether the token has exactly this scope. There are no wildcards.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use serde_json::json;
    ///
    /// let claims = json!({ "sub": "ann", "scope": "read write" });
    /// let caller = TestRequest::get("/api/me").claims(claims).into_api_request("/api/me").caller().unwrap();
    /// assert!(caller.has_scope("write") && !caller.has_scope("writ"));
    /// ```
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|given| given == scope)
    }
}

fn text(claim: &Value) -> Option<String> {
    Claim::new(claim, Notation::Json).text().filter(|text| !text.is_empty())
}

/// Returns no scopes if their claim has another form.
fn scopes(claims: &Value) -> Vec<String> {
    let scopes = if claims["scope"].is_null() { &claims["scp"] } else { &claims["scope"] };
    Vec::deserialize(Claim::new(scopes, Notation::Spaces)).unwrap_or_default()
}
