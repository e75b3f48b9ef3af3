//! Collects the findings in one file.

use std::path::Path;

use api_routes_routing::Pattern;

use super::calls;
use super::http_method::HttpMethod;
use super::imports;
use super::methods::{self, Methods};
use super::request_uses;
use super::script::Script;
use super::settings::{self, BodyLimit};
use super::to_do::{ToDo, ToDoList};

/// The findings about a handler.
#[derive(Debug)]
pub(super) struct Findings {
    /// The methods that get a handler each; without any, one handler gets all methods.
    pub(super) methods: Vec<HttpMethod>,
    /// The setting that becomes code.
    pub(super) body_limit: Option<BodyLimit>,
    /// The to-do list.
    pub(super) to_do: Vec<ToDo>,
}

impl Findings {
    /// Searches the file `source`, which serves `route`.
    pub(super) fn search(script: &Script<'_>, route: &Pattern, source: &Path) -> Self {
        let mut to_do = ToDoList::new(source);
        let found = methods::find(script);
        let methods = with_handlers(&found);
        for (method, line) in found {
            let handler = if methods.is_empty() {
                "handler".to_owned()
            } else {
                format!("answer_{}", method.function())
            };
            to_do.add(line, format!("method `{}`: port it to `{handler}`", method.name()));
        }
        let body_limit = settings::find(script, &mut to_do);
        request_uses::find(script, route, &mut to_do);
        calls::find(script, &mut to_do);
        imports::find(script, &mut to_do);
        Self { methods, body_limit, to_do: to_do.finish() }
    }
}

/// A file that mentions only `OPTIONS` or `HEAD` answers a preflight first, and then any method. Handlers for
/// those two alone would refuse all the others.
fn with_handlers(found: &Methods) -> Vec<HttpMethod> {
    let is_by_the_way = |method: &HttpMethod| matches!(method, HttpMethod::Options | HttpMethod::Head);
    if found.keys().all(is_by_the_way) { Vec::new() } else { found.keys().copied().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preflight_alone_leaves_one_handler() {
        for (source, expected, item) in [
            ("if (req.method === 'OPTIONS') return", 0, "method `OPTIONS`: port it to `handler`"),
            (
                "if (req.method === 'OPTIONS') return\nif (req.method === 'POST') a()",
                2,
                "method `OPTIONS`: port it to `answer_options`",
            ),
        ] {
            let route = Pattern::parse("/api/a").unwrap();
            let findings = Findings::search(&Script::new(source), &route, "a.ts".as_ref());
            assert_eq!(findings.methods.len(), expected, "{source}");
            assert_eq!(findings.to_do[0].text, item);
        }
    }
}
