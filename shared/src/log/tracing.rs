//! The feature `tracing`: writes the events of `tracing` as log lines.

use std::fmt;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};
use tracing_subscriber::{Layer, registry};

use super::{Level, debugged, enabled, write};

/// Writes the events of `tracing` as log lines. Call this function first in `main`.
///
/// The lines have the format and the lowest level of [`log`](mod@crate::log), with `target`, the fields of the event
/// and those of its spans. A span `invocation` around each invocation has the id of the request in `requestId`, for
/// other layers. The variables of [`log`](mod@crate::log) set all of this; `RUST_LOG` is not read.
///
/// In a program that already has a subscriber, this does nothing: add [`TracingLayer`] to the subscriber.
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, Result, Route, log};
///
/// #[tracing::instrument(skip_all, fields(page = req.query().get("page")))]
/// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
///     tracing::info!(method = %req.method(), "listed");
///     res.end()
/// }
///
/// fn main() {
///     log::init_tracing();
///     # api_routes::test::TestRequest::get("/api/list?page=2").send(&Route::new("/api/list", handler));
///     // route().run()
/// }
/// ```
pub fn init_tracing() {
    // With this filter, spans and events below the level are not even created.
    let filter = [
        (Level::Trace, LevelFilter::TRACE),
        (Level::Debug, LevelFilter::DEBUG),
        (Level::Info, LevelFilter::INFO),
        (Level::Warn, LevelFilter::WARN),
        (Level::Error, LevelFilter::ERROR),
    ];
    let filter =
        filter.into_iter().find(|(level, _)| enabled(*level)).map_or(LevelFilter::OFF, |(_, filter)| filter);
    // This fails if there is already a subscriber.
    let _ = tracing::subscriber::set_global_default(registry().with(filter).with(TracingLayer::new()));
}

/// The layer of [`init_tracing`], for a program that has other layers too.
///
/// ```
/// use api_routes::log::TracingLayer;
/// use tracing_subscriber::prelude::*;
///
/// let subscriber = tracing_subscriber::registry().with(TracingLayer::new());
/// # let _ = subscriber;
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TracingLayer {}

impl TracingLayer {
    /// Makes the layer, with the log settings of the function.
    pub fn new() -> Self {
        Self {}
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for TracingLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let level = level(*metadata.level());
        if !enabled(level) {
            return;
        }
        let mut all = Fields::default();
        all.set("target", metadata.target().into());
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(Fields { fields, .. }) = span.extensions().get() {
                for (name, value) in fields {
                    all.set(name, value.clone());
                }
            }
        }
        event.record(&mut all);
        write(level, &all.fields, format_args!("{}", all.message));
    }
}

fn level(level: tracing::Level) -> Level {
    match level {
        tracing::Level::TRACE => Level::Trace,
        tracing::Level::DEBUG => Level::Debug,
        tracing::Level::INFO => Level::Info,
        tracing::Level::WARN => Level::Warn,
        tracing::Level::ERROR => Level::Error,
    }
}

/// The fields of a span or an event. If a name is repeated, the last value counts.
#[derive(Default)]
struct Fields {
    fields: Vec<(&'static str, Value)>,
    message: String,
}

impl Fields {
    fn set(&mut self, name: &'static str, value: Value) {
        match (name, value) {
            ("message", Value::String(message)) => self.message = message,
            // The line already has this field.
            ("requestId", _) => {}
            (name, value) => {
                self.fields.retain(|(other, _)| *other != name);
                self.fields.push((name, value));
            }
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field.name(), debugged(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field.name(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field.name(), value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.set(field.name(), value.to_string().into());
    }
}
