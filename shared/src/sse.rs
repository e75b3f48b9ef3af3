//! Server-sent events: messages that a client receives one by one, with `EventSource`.
//!
//! The format is that of <https://html.spec.whatwg.org/multipage/server-sent-events.html>.

use std::fmt::{Display, Write};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use crate::error::ApiError;

/// A message that [`ApiResponse::events`](crate::ApiResponse::events) sends.
///
/// ```
/// use api_routes::sse::Event;
///
/// let event = Event::new().id("7").event("price").data("EUR\n12");
/// assert_eq!(event.to_string(), "id: 7\nevent: price\ndata: EUR\ndata: 12\n\n");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "an event does nothing until `res.events` sends it"]
pub struct Event {
    comment: Option<String>,
    id: Option<String>,
    name: Option<String>,
    retry: Option<Duration>,
    data: Option<String>,
}

impl Event {
    /// Makes an event without fields.
    ///
    /// ```
    /// # use api_routes::sse::Event;
    /// assert_eq!(Event::new().to_string(), "\n");
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the text. Each line of the text becomes a `data` line of the event, and the client joins them again.
    ///
    /// ```
    /// # use api_routes::sse::Event;
    /// assert_eq!(Event::new().data("one\ntwo").to_string(), "data: one\ndata: two\n\n");
    /// ```
    pub fn data(mut self, text: impl Into<String>) -> Self {
        self.data = Some(text.into());
        self
    }

    /// Sets the text to a value as JSON.
    ///
    /// ```
    /// # use api_routes::sse::Event;
    /// let event = Event::new().json(("EUR", 12)).unwrap();
    /// assert_eq!(event.to_string(), "data: [\"EUR\",12]\n\n");
    /// ```
    ///
    /// # Errors
    /// A hidden 500 if the value does not serialize.
    #[track_caller]
    pub fn json(self, value: impl Serialize) -> Result<Self, ApiError> {
        Ok(self.data(serde_json::to_string(&value)?))
    }

    /// Sets the type of the event that the client listens for; without it, the type is `message`.
    ///
    /// The value is one line: line breaks are removed.
    ///
    /// ```
    /// # use api_routes::sse::Event;
    /// assert_eq!(Event::new().event("price").data("12").to_string(), "event: price\ndata: 12\n\n");
    /// ```
    pub fn event(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the id that the client sends in `Last-Event-ID` when it connects again after a lost connection.
    ///
    /// The value is one line: line breaks are removed.
    ///
    /// ```
    /// # use api_routes::sse::Event;
    /// assert_eq!(Event::new().id("7").data("12").to_string(), "id: 7\ndata: 12\n\n");
    /// ```
    pub fn id(mut self, id: impl Display) -> Self {
        self.id = Some(id.to_string());
        self
    }

    /// Sets the time that the client waits before it connects again, in whole milliseconds.
    ///
    /// ```
    /// # use api_routes::sse::Event;
    /// let event = Event::new().retry(std::time::Duration::from_secs(3));
    /// assert_eq!(event.to_string(), "retry: 3000\n\n");
    /// ```
    pub fn retry(mut self, wait: Duration) -> Self {
        self.retry = Some(wait);
        self
    }

    /// Adds a comment, which clients ignore. An event of a comment alone keeps an idle connection open.
    ///
    /// ```
    /// # use api_routes::sse::Event;
    /// assert_eq!(Event::new().comment("still here").to_string(), ": still here\n\n");
    /// ```
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.comment = Some(text.into());
        self
    }
}

impl Display for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        lines(f, "", self.comment.as_deref())?;
        one_line(f, "id", self.id.as_deref())?;
        one_line(f, "event", self.name.as_deref())?;
        if let Some(wait) = self.retry {
            writeln!(f, "retry: {}", wait.as_millis())?;
        }
        lines(f, "data", self.data.as_deref())?;
        f.write_char('\n')
    }
}

/// Writes a field of one line. NUL is removed too: a client ignores an id that contains it.
fn one_line(f: &mut impl Write, field: &str, value: Option<&str>) -> std::fmt::Result {
    let Some(value) = value else { return Ok(()) };
    write!(f, "{field}: ")?;
    value
        .chars()
        .filter(|letter| !matches!(letter, '\r' | '\n' | '\0'))
        .try_for_each(|letter| f.write_char(letter))?;
    f.write_char('\n')
}

/// Writes a field for each line. `\n`, `\r\n` and `\r` end a line.
fn lines(f: &mut impl Write, field: &str, value: Option<&str>) -> std::fmt::Result {
    let Some(mut rest) = value else { return Ok(()) };
    while let Some((line, after)) = rest.split_once(['\r', '\n']) {
        writeln!(f, "{field}: {line}")?;
        let broken_by_cr = rest.as_bytes()[line.len()] == b'\r';
        rest = after.strip_prefix('\n').filter(|_| broken_by_cr).unwrap_or(after);
    }
    writeln!(f, "{field}: {rest}")
}

impl From<Event> for Bytes {
    fn from(event: Event) -> Self {
        event.to_string().into()
    }
}

/// An [`Event`], or a `Result` of one for a stream that can fail. See
/// [`ApiResponse::events`](crate::ApiResponse::events). The trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a server-sent event",
    label = "expected a stream of `sse::Event`, or of a `Result` of it"
)]
pub trait IntoEvent: sealed::Sealed {
    #[doc(hidden)]
    fn into_event(self) -> Result<Event, ApiError>;
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for Event {}

impl IntoEvent for Event {
    fn into_event(self) -> Result<Event, ApiError> {
        Ok(self)
    }
}

impl<E: Into<ApiError>> sealed::Sealed for Result<Event, E> {}

impl<E: Into<ApiError>> IntoEvent for Result<Event, E> {
    fn into_event(self) -> Result<Event, ApiError> {
        self.map_err(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::Event;
    use crate::request::ApiRequest;
    use crate::response::{ApiResponse, Result};
    use crate::route::Route;
    use crate::test::TestRequest;
    use futures_util::stream;
    use std::time::Duration;

    #[test]
    fn an_event_is_written_as_browsers_read_it() {
        for (event, text) in [
            (Event::new(), "\n"),
            (Event::new().data("a"), "data: a\n\n"),
            (Event::new().data(""), "data: \n\n"),
            (
                Event::new().data("a\nb\r\nc\rd\r\r\n"),
                "data: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: \n\n",
            ),
            (Event::new().data("\n\r").id("1"), "id: 1\ndata: \ndata: \ndata: \n\n"),
            (Event::new().json([1, 2]).unwrap(), "data: [1,2]\n\n"),
            (Event::new().retry(Duration::from_secs(3)), "retry: 3000\n\n"),
            (Event::new().comment("still\nhere"), ": still\n: here\n\n"),
            (Event::new().event("x").id("7").data("y"), "id: 7\nevent: x\ndata: y\n\n"),
        ] {
            assert_eq!(event.to_string(), text);
        }
    }

    #[test]
    fn no_value_can_begin_a_field_of_its_own() {
        let event =
            Event::new().id("1\r\ndata: x\0").event("a\nretry: 1").comment("\r\nid: 2").data("\rid: 3");
        assert_eq!(event.to_string(), ": \n: id: 2\nid: 1data: x\nevent: aretry: 1\ndata: \ndata: id: 3\n\n");
    }

    #[test]
    fn an_error_of_a_handlers_kind_may_break_the_stream() {
        let breaks = async |_: ApiRequest, res: ApiResponse| {
            res.events(stream::iter([Ok(Event::new().data("1")), Err(crate::ApiError::new(500, "Broken"))]))
        };
        // A front door that does not stream collects it, and then the error is the answer.
        assert_eq!(TestRequest::get("/api/x").send(&Route::new("/api/x", breaks)).status(), 500);
    }

    #[test]
    fn events_are_sent_as_a_stream_that_nobody_caches() {
        async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
            let res =
                if req.query().get("own").is_some() { res.header("cache-control", "no-store") } else { res };
            res.events(stream::iter((1..=2).map(|n| Event::new().json(n))))
        }
        let route = Route::new("/api/x", handler);
        let answer = TestRequest::get("/api/x").send(&route);
        assert_eq!(answer.text(), "data: 1\n\ndata: 2\n\n");
        assert_eq!(answer.header("content-type"), Some("text/event-stream"));
        assert_eq!((answer.header("cache-control"), answer.header("etag")), (Some("no-cache"), None));
        assert_eq!(TestRequest::get("/api/x?own").send(&route).header("cache-control"), Some("no-store"));
    }
}
