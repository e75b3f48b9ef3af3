//! The kinds of APIs that have authorizers.

/// The kinds of APIs, which do not treat their authorizers alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKind {
    /// With `TOKEN` and `REQUEST` authorizers, policies, and JWT authorizers of several issuers.
    Rest,
    /// With `REQUEST` authorizers, policies or simple responses, and JWT authorizers of one issuer, for RSA alone.
    Http,
}
