//! Files of `tests/fixtures/golden`.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// A front door, which has a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    HttpApi,
    HttpApiPayload1,
    RestApi,
    FunctionUrl,
    Alb,
    AlbMultiValue,
}

impl Door {
    const ALL: [Self; 6] = [
        Self::HttpApi,
        Self::HttpApiPayload1,
        Self::RestApi,
        Self::FunctionUrl,
        Self::Alb,
        Self::AlbMultiValue,
    ];

    fn folder(self) -> &'static str {
        match self {
            Self::HttpApi => "http-api",
            Self::HttpApiPayload1 => "http-api-1.0",
            Self::RestApi => "rest-api",
            Self::FunctionUrl => "function-url",
            Self::Alb => "alb",
            Self::AlbMultiValue => "alb-multi-value",
        }
    }
}

/// A request, its event, the function's reply, and the client's response.
#[derive(Debug)]
pub(crate) struct Fixture {
    /// The path of the file below `golden`.
    pub(crate) name: String,
    pub(crate) door: Door,
    pub(crate) what: String,
    pub(crate) source: String,
    pub(crate) settings: Settings,
    pub(crate) request: Request,
    pub(crate) reply: Reply,
    pub(crate) event: Option<Value>,
    pub(crate) response: Option<Response>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct File {
    what: String,
    source: String,
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    request: Request,
    #[serde(default)]
    reply: Reply,
    event: Option<Value>,
    response: Option<Response>,
}

/// The settings of the front door.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Settings {
    /// A route key, or the path pattern of a load balancer.
    pub(crate) route: String,
    /// The default stage, if left out.
    pub(crate) stage: Option<String>,
    pub(crate) binary_media_types: Vec<String>,
    pub(crate) cors: Option<Cors>,
    /// `RESPONSE_STREAM` of a Function URL, `STREAM` of a REST API.
    pub(crate) streams: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            route: "$default".to_owned(),
            stage: None,
            binary_media_types: Vec::new(),
            cors: None,
            streams: false,
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Cors {
    pub(crate) allow_origins: Vec<String>,
    pub(crate) allow_methods: Vec<String>,
    pub(crate) allow_headers: Vec<String>,
    pub(crate) expose_headers: Vec<String>,
    pub(crate) allow_credentials: bool,
    pub(crate) max_age: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The body in base64, instead of `body`.
    pub body_base64: Option<String>,
}

impl Default for Request {
    /// The settings of an API without any option, which leads to a function.
    fn default() -> Self {
        Self {
            method: "GET".to_owned(),
            target: "/".to_owned(),
            headers: vec![("host".to_owned(), "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com".to_owned())],
            body: String::new(),
            body_base64: None,
        }
    }
}

/// The behaviour of the function.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Reply {
    /// Posts this JSON, without spaces.
    Json(Value),
    /// Posts these bytes.
    Text(String),
    /// Streams these pieces, as an HTTP integration.
    Stream(Vec<String>),
    /// Streams these pieces of base64, as an HTTP integration.
    StreamBase64(Vec<String>),
    /// Posts this error.
    Error(Value),
    /// Never replies.
    Never,
    /// Has no free sandbox.
    Throttled,
}

impl Default for Reply {
    fn default() -> Self {
        Self::Json(serde_json::json!({"statusCode": 200}))
    }
}

/// All headers except `date` and `connection`, which the connection adds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    #[serde(default)]
    pub(crate) body: String,
    /// The body in base64, instead of `body`.
    pub body_base64: Option<String>,
}

/// Reads the fixtures of all front doors.
pub(crate) fn all() -> Vec<Fixture> {
    Door::ALL.into_iter().flat_map(for_door).collect()
}

/// Reads the fixtures of a front door.
pub(crate) fn for_door(door: Door) -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden").join(door.folder());
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| read(door, file)).collect()
}

fn read(door: Door, file: &Path) -> Fixture {
    let name = format!("{}/{}", door.folder(), file.file_name().unwrap().display());
    let File { what, source, settings, request, reply, event, response } =
        serde_json::from_slice(&fs::read(file).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
    Fixture { name, door, what, source, settings, request, reply, event, response }
}
