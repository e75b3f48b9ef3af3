//! CORS settings of an HTTP API or a Function URL.

/// A CORS configuration: `CorsConfiguration` of an HTTP API, or `Cors` of a Function URL.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cors {
    /// Exact origins, `*`, `https://*` or `http://*`.
    pub allow_origins: Vec<String>,
    /// The allowed methods, or `*`.
    pub allow_methods: Vec<String>,
    /// Names of request headers, or `*`.
    pub allow_headers: Vec<String>,
    /// Names of response headers that a script may read.
    pub expose_headers: Vec<String>,
    /// Whether requests may have cookies and credentials.
    pub allow_credentials: bool,
    /// The number of seconds for which a browser may cache a preflight.
    pub max_age: Option<u32>,
}
