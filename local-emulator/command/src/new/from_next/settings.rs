//! Finds `export const config` and the settings in it.

use super::script::{ObjectEntry, Script};
use super::size;
use super::to_do::{ToDoList, printable};

/// The largest body that a route takes, where that is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyLimit {
    /// `bodyParser: false`, which lifts the limit in Next.js as well.
    Unlimited,
    /// `bodyParser: { sizeLimit: '500kb' }`.
    Bytes(u64),
}

impl BodyLimit {
    /// The call on the route: `.body_limit(500 * KB)`.
    pub(super) fn call(self) -> String {
        match self {
            Self::Unlimited => ".no_body_limit()".to_owned(),
            Self::Bytes(bytes) => format!(".body_limit({})", size::expression(bytes)),
        }
    }

    /// The constant of `api_routes` in the call.
    pub(super) fn constant(self) -> Option<&'static str> {
        match self {
            Self::Unlimited => None,
            Self::Bytes(bytes) => size::constant(bytes),
        }
    }
}

/// Finds the settings of a route. Only literals count, as in Next.js.
pub(super) fn find(script: &Script<'_>, to_do: &mut ToDoList) -> Option<BodyLimit> {
    let mut limit = None;
    let mut config_seen = false;
    for at in script.positions().filter(|at| is_exported_constant(script, *at)) {
        let Some(value) = value_of(script, at) else { continue };
        match script.word(at) {
            // Only the first `config` is read, so that no text is searched twice.
            Some("config") if !config_seen => {
                config_seen = true;
                limit = config(script, value, to_do);
            }
            Some("runtime") => runtime(script, value, to_do),
            Some("maxDuration") => max_duration(script, value, to_do),
            _ => {}
        }
    }
    limit
}

/// `export const NAME`.
fn is_exported_constant(script: &Script<'_>, at: usize) -> bool {
    at > 1 && script.is_word(at - 1, "const") && script.is_word(at - 2, "export")
}

/// The value of `NAME = value` or `NAME: Type = value`.
fn value_of(script: &Script<'_>, name: usize) -> Option<usize> {
    let equals = [name + 1, name + 3].into_iter().find(|at| script.is(*at, "="))?;
    Some(equals + 1)
}

fn config(script: &Script<'_>, open: usize, to_do: &mut ToDoList) -> Option<BodyLimit> {
    let mut limit = None;
    for ObjectEntry { key, value, .. } in script.entries(open) {
        let Some(value) = value else { continue };
        match key {
            "api" => limit = api(script, value, to_do),
            "runtime" => runtime(script, value, to_do),
            "maxDuration" => max_duration(script, value, to_do),
            _ => {}
        }
    }
    limit
}

fn api(script: &Script<'_>, open: usize, to_do: &mut ToDoList) -> Option<BodyLimit> {
    let mut limit = None;
    for ObjectEntry { key, at, value, .. } in script.entries(open) {
        let line = script.line(at);
        match (key, value) {
            ("bodyParser", Some(value)) => limit = body_parser(script, value, to_do),
            ("responseLimit", _) => to_do.add(
                line,
                "`responseLimit`: nothing to port. Lambda's 6 MB cannot be lifted, except by \
                 `res.stream(stream)`",
            ),
            ("externalResolver", _) => to_do.add(
                line,
                "`externalResolver`: nothing to port. A handler that forgets to answer does not compile",
            ),
            _ => {}
        }
    }
    limit
}

fn body_parser(script: &Script<'_>, value: usize, to_do: &mut ToDoList) -> Option<BodyLimit> {
    if script.is_word(value, "false") {
        let limit = BodyLimit::Unlimited;
        let text = format!("`bodyParser: false`: became `{}`; `req.bytes()` is the raw body", limit.call());
        to_do.add(script.line(value), text);
        return Some(limit);
    }
    let entries = script.entries(value);
    let size_limit = entries.iter().find(|entry| entry.key == "sizeLimit")?;
    let limit =
        size_limit.value.and_then(|value| literal(script, value)).and_then(size::parse).map(BodyLimit::Bytes);
    let text = match limit {
        Some(limit) => format!("`sizeLimit`: became `{}`", limit.call()),
        None => "`sizeLimit`: not a size whose meaning is certain; set `.body_limit(bytes)` on the route"
            .to_owned(),
    };
    to_do.add(script.line(size_limit.at), text);
    limit
}

/// A string or a number that is the whole value.
fn literal<'a>(script: &Script<'a>, value: usize) -> Option<&'a str> {
    let ends = script.is(value + 1, ",") || script.is(value + 1, "}");
    script.string(value).or_else(|| script.number(value)).filter(|_| ends)
}

fn runtime(script: &Script<'_>, value: usize, to_do: &mut ToDoList) {
    // The stub is the same in either runtime; only the handler has another form.
    if matches!(script.string(value), Some("edge" | "experimental-edge")) {
        to_do.add(
            script.line(value),
            "`runtime: 'edge'`: the handler takes a `NextRequest` and returns a `Response`; rewrite it as \
             `handler(req, res)`. An edge route has no limit for bodies, and this one has 1 MB",
        );
    }
}

fn max_duration(script: &Script<'_>, value: usize, to_do: &mut ToDoList) {
    let seconds = printable(script.number(value).unwrap_or("…"));
    to_do.add(script.line(value), format!("`maxDuration`: set `Timeout: {seconds}` in `template.yaml`"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> (Option<BodyLimit>, Vec<String>) {
        let mut to_do = ToDoList::new("a.ts".as_ref());
        let limit = find(&Script::new(source), &mut to_do);
        let texts = to_do.finish().into_iter();
        (limit, texts.map(|item| item.text.split_once(':').unwrap().0.to_owned()).collect())
    }

    #[test]
    fn settings_are_read_from_literals() {
        use BodyLimit::{Bytes, Unlimited};
        for (source, limit, texts) in [
            ("export const config = { api: { bodyParser: false } }", Some(Unlimited), &["`bodyParser"][..]),
            (
                "export const config: PageConfig = { api: { bodyParser: { sizeLimit: '500kb' } } }",
                Some(Bytes(500 * 1024)),
                &["`sizeLimit`"],
            ),
            (
                "export const config = {\n'api': { \"bodyParser\": { sizeLimit: 1000, }, responseLimit: \
                 false } }",
                Some(Bytes(1000)),
                &["`sizeLimit`", "`responseLimit`"],
            ),
            (
                "export const config = { api: { bodyParser: { sizeLimit: LIMIT }, externalResolver: true } }",
                None,
                &["`sizeLimit`", "`externalResolver`"],
            ),
            (
                "export const config = { api: { bodyParser: { sizeLimit: 4 * 1024 } } }",
                None,
                &["`sizeLimit`"],
            ),
            ("export const config = { api: { bodyParser: true } }", None, &[]),
            (
                "export const config = { runtime: 'edge', maxDuration: 60 }",
                None,
                &["`runtime", "`maxDuration`"],
            ),
            (
                "export const runtime = 'edge'\nexport const maxDuration = 5",
                None,
                &["`runtime", "`maxDuration`"],
            ),
            ("export const config = { runtime: 'nodejs', regions: ['fra1'] }", None, &[]),
            ("const config = { api: { bodyParser: false } }", None, &[]),
            ("// export const config = { api: { bodyParser: false } }", None, &[]),
            ("export const config = makeConfig({ api: { bodyParser: false } })", None, &[]),
            ("export const config = { api: { bodyParser: false", None, &[]),
        ] {
            let texts = texts.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(found(source), (limit, texts), "{source}");
        }
    }
}
