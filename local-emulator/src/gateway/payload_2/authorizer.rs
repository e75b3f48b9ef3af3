//! Who called, as AWS's own authorization tells it.

use serde::Serialize;

/// `requestContext.authorizer`.
#[derive(Serialize)]
pub(in crate::gateway) struct Authorizer<'a> {
    pub(in crate::gateway) iam: Iam<'a>,
}

/// A caller who signed with the keys of an IAM user.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gateway) struct Iam<'a> {
    pub(in crate::gateway) access_key: &'a str,
    pub(in crate::gateway) account_id: &'a str,
    pub(in crate::gateway) caller_id: &'a str,
    pub(in crate::gateway) cognito_identity: Option<()>,
    pub(in crate::gateway) principal_org_id: Option<&'a str>,
    pub(in crate::gateway) user_arn: String,
    pub(in crate::gateway) user_id: &'a str,
}
