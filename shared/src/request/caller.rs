//! The caller of a request, and their claims as a type.

use std::any::type_name;

use http::StatusCode;
use serde::de::DeserializeOwned;

use super::ApiRequest;
use crate::caller::Caller;
use crate::claims::Claim;
use crate::decode::{self, Fault};
use crate::error::ApiError;
use crate::event::Identity;
use crate::response::Result;

impl ApiRequest {
    /// Returns the claims of the caller as a type of yours: the data that the authorizer of the front door has about them.
    ///
    /// | authorizer | claims |
    /// |---|---|
    /// | JWT authorizer, Cognito authorizer | those of the token |
    /// | Lambda authorizer | its context, with `principalId` in payload 1.0 and behind a REST API |
    /// | IAM | `accessKey`, `accountId`, `callerId`, `userId`, `userArn`, `principalOrgId`, `cognitoIdentity` |
    ///
    /// AWS writes most claims as text, and lists in ways of its own: `[a b]` behind an HTTP API, `a,b` from a Cognito
    /// authorizer. A number, a boolean and a `Vec` of your type take each form, so that one type fits every front door.
    /// The dates that a Cognito authorizer makes of `exp` and `iat` fill a number. `scope` and `scp` fill a `Vec` as well as
    /// a `String`. A `Vec` takes a single value too, such as an `aud` that is not a list. `serde_json::Value` and other
    /// types that take anything get the claims as the event has them.
    ///
    /// A list that AWS writes as text does not show where its elements end: the group `not admin` becomes the groups
    /// `not` and `admin` behind an HTTP API, and the group `a,admin` the groups `a` and `admin` from a Cognito authorizer.
    /// Base a decision on a list only if its elements have neither spaces nor commas.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, FrontDoor, Result, Route};
    /// use serde_json::json;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Claims {
    ///     sub: String,
    ///     exp: u64,
    ///     email_verified: bool,
    ///     #[serde(default, rename = "cognito:groups")]
    ///     groups: Vec<String>,
    /// }
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     let claims: Claims = req.claims()?;
    ///     res.json((claims.sub, claims.exp, claims.email_verified, claims.groups))
    /// }
    ///
    /// let route = Route::new("/api/me", handler);
    /// let token = json!({ "sub": "7", "exp": 1783711145, "email_verified": true, "cognito:groups": ["admin", "staff"] });
    /// for front_door in [FrontDoor::HttpApi, FrontDoor::HttpApiPayload1, FrontDoor::RestApi] {
    ///     let answer = TestRequest::get("/api/me").via(front_door).claims(&token).send(&route);
    ///     assert_eq!(answer.text(), r#"["7",1783711145,true,["admin","staff"]]"#);
    /// }
    /// assert_eq!(TestRequest::get("/api/me").send(&route).text(), r#"{"error":"Unauthorized"}"#);
    /// ```
    ///
    /// # Errors
    /// 401 `Unauthorized` if no authorizer has let the request through, or if the authorizer gives no claims. A load
    /// balancer has no authorizers, and a Function URL only IAM.
    ///
    /// A hidden 500 if the claims do not fit `T`. The log names the claim, without its value. The authorizer has accepted
    /// the caller, so `T` and the authorizer expect different tokens. Use an `Option` for a claim that only some
    /// callers have.
    #[track_caller]
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T> {
        // Not `map_err` and `ok_or_else`: the log would name the closure as the caller.
        let identity = match self.identity() {
            Ok(Some(identity)) => identity,
            Ok(None) => return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Unauthorized")),
            Err(error) => return Err(ApiError::hidden(error)),
        };
        match decode::claims(Claim::new(&identity.claims, identity.notation)) {
            Ok(claims) => Ok(claims),
            Err(fault) => Err(ApiError::hidden(mistake(type_name::<T>(), fault))),
        }
    }

    /// Returns the caller, with an id and scopes, if an authorizer of the front door has let the request through and names
    /// the caller.
    ///
    /// Returns `None` on a route that is open to everyone, behind a load balancer, and where a Lambda authorizer gives neither
    /// `principalId` nor `sub`. Behind an HTTP API with payload format 2.0 only the context of a Lambda authorizer reaches
    /// the function: put the name of the caller into it.
    ///
    /// Behind CloudFront with an origin access control, CloudFront signs the requests to a Function URL. The caller is then
    /// CloudFront, and not the user.
    ///
    /// Each call reads the event again: keep the caller, if you need it twice.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    /// use serde_json::json;
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     match req.caller() {
    ///         Some(caller) => res.send(format!("Hello {}", caller.id())),
    ///         None => res.send("Hello"),
    ///     }
    /// }
    ///
    /// let route = Route::new("/api/hello", handler);
    /// assert_eq!(TestRequest::get("/api/hello").claims(json!({ "sub": "ann" })).send(&route).text(), "Hello ann");
    /// assert_eq!(TestRequest::get("/api/hello").send(&route).text(), "Hello");
    /// ```
    pub fn caller(&self) -> Option<Caller> {
        Caller::from_identity(&self.identity().ok()??)
    }

    fn identity(&self) -> std::result::Result<Option<Identity>, serde_json::Error> {
        let Some(arrival) = self.arrival.as_deref() else { return Ok(None) };
        #[cfg(feature = "lambda_http")]
        if arrival.event.is_empty() {
            return Identity::from_lambda_http(&self.head.extensions);
        }
        Identity::from_event(arrival.front_door, &arrival.event)
    }
}

fn mistake(kind: &str, fault: Fault) -> String {
    format!("the claims of this caller do not fit `{kind}`: {}", fault.into_text())
}
