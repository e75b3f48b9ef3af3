//! The paths of the Runtime API and the Extensions API.

use http::Method;

/// A call of a runtime or an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call<'a> {
    Next,
    Response(&'a str),
    Error(&'a str),
    InitError,
    /// An initialized runtime asks for its snapshot.
    RestoreNext,
    /// A restored runtime reports that it cannot go on.
    RestoreError,
    /// Lambda serves this path and does not document it.
    Ping,
    Extension(ExtensionCall),
    /// An extension subscribes to logs or to telemetry.
    Subscribe(Telemetry),
    WrongMethod,
    Unknown,
}

/// A call of an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExtensionCall {
    Register,
    Next,
    InitError,
    ExitError,
}

/// The two APIs by which extensions receive logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telemetry {
    Logs,
    Telemetry,
}

impl<'a> Call<'a> {
    pub(super) fn parse(method: &Method, path: &'a str) -> Self {
        let (call, expected) = Self::at_path(path);
        if method == expected || call == Self::Unknown { call } else { Self::WrongMethod }
    }

    fn at_path(path: &'a str) -> (Self, Method) {
        if let Some(call) = path.strip_prefix("/2020-01-01/extension/") {
            return Self::at_extension_path(call);
        }
        match path.strip_prefix("/2018-06-01/") {
            Some("runtime/invocation/next") => (Self::Next, Method::GET),
            Some("runtime/init/error") => (Self::InitError, Method::POST),
            Some("runtime/restore/next") => (Self::RestoreNext, Method::GET),
            Some("runtime/restore/error") => (Self::RestoreError, Method::POST),
            Some("ping") => (Self::Ping, Method::GET),
            Some(other) => (Self::about_invocation(other).unwrap_or(Self::Unknown), Method::POST),
            None => (Self::telemetry(path).map_or(Self::Unknown, Self::Subscribe), Method::PUT),
        }
    }

    fn at_extension_path(call: &str) -> (Self, Method) {
        match call {
            "register" => (Self::Extension(ExtensionCall::Register), Method::POST),
            "event/next" => (Self::Extension(ExtensionCall::Next), Method::GET),
            "init/error" => (Self::Extension(ExtensionCall::InitError), Method::POST),
            "exit/error" => (Self::Extension(ExtensionCall::ExitError), Method::POST),
            _ => (Self::Unknown, Method::GET),
        }
    }

    fn telemetry(path: &str) -> Option<Telemetry> {
        match path {
            "/2020-08-15/logs" => Some(Telemetry::Logs),
            "/2022-07-01/telemetry" => Some(Telemetry::Telemetry),
            _ => None,
        }
    }

    fn about_invocation(path: &'a str) -> Option<Self> {
        match path.strip_prefix("runtime/invocation/")?.split_once('/')? {
            (id, "response") => Some(Self::Response(id)),
            (id, "error") => Some(Self::Error(id)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Call, ExtensionCall, Telemetry};

    #[test]
    fn each_path_has_its_method() {
        for (method, path, call) in [
            (Method::GET, "/2018-06-01/runtime/invocation/next", Call::Next),
            (Method::POST, "/2018-06-01/runtime/invocation/next", Call::WrongMethod),
            (Method::POST, "/2018-06-01/runtime/invocation/7/response", Call::Response("7")),
            (Method::GET, "/2018-06-01/runtime/invocation/7/response", Call::WrongMethod),
            (Method::POST, "/2018-06-01/runtime/invocation/7/error", Call::Error("7")),
            (Method::POST, "/2018-06-01/runtime/init/error", Call::InitError),
            (Method::GET, "/2018-06-01/ping", Call::Ping),
            (Method::GET, "/2018-06-01/runtime/restore/next", Call::RestoreNext),
            (Method::POST, "/2018-06-01/runtime/restore/error", Call::RestoreError),
            (Method::POST, "/2018-06-01/runtime/invocation/7/8/response", Call::Unknown),
            (Method::POST, "/2020-01-01/extension/register", Call::Extension(ExtensionCall::Register)),
            (Method::GET, "/2020-01-01/extension/register", Call::WrongMethod),
            (Method::GET, "/2020-01-01/extension/event/next", Call::Extension(ExtensionCall::Next)),
            (Method::GET, "/2020-01-01/extension/", Call::Unknown),
            (Method::PUT, "/2022-07-01/telemetry", Call::Subscribe(Telemetry::Telemetry)),
            (Method::GET, "/", Call::Unknown),
        ] {
            assert_eq!(Call::parse(&method, path), call, "{method} {path}");
        }
    }
}
