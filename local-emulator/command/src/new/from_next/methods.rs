//! Finds the methods that a handler knows.

use std::collections::BTreeMap;

use super::http_method::HttpMethod;
use super::script::Script;

/// The methods of a handler, each with the line where it is mentioned first.
pub(super) type Methods = BTreeMap<HttpMethod, usize>;

const COMPARISONS: [&str; 4] = ["===", "!==", "==", "!="];

/// Finds methods where a handler compares, lists or announces them:
/// - `req.method === 'GET'`, `'GET' !== req.method`, `req.method?.toLowerCase() === 'get'`
/// - `case 'GET':`
/// - `['GET', 'POST']`, except for `methods: [...]`, the settings of a CORS library
/// - `setHeader('Allow', 'GET, POST')`
/// - `{ GET: list, POST: create }`, `{ async GET(req, res) {} }`
///
/// The `method` of a request that the handler itself sends, `{ method: 'POST' }`, does not count.
pub(super) fn find(script: &Script<'_>) -> Methods {
    let mut methods = Methods::new();
    for at in script.positions() {
        for method in at_position(script, at) {
            methods.entry(method).or_insert_with(|| script.line(at));
        }
    }
    methods
}

fn at_position(script: &Script<'_>, at: usize) -> Vec<HttpMethod> {
    if script.is(at, "[") {
        return listed(script, at);
    }
    if let Some(word) = script.word(at) {
        return HttpMethod::parse(word).filter(|_| is_key(script, at)).into_iter().collect();
    }
    let Some(text) = script.string(at) else { return Vec::new() };
    if is_compared(script, at) {
        HttpMethod::parse(&text.to_ascii_uppercase()).into_iter().collect()
    } else if at > 0 && script.is_word(at - 1, "case") {
        HttpMethod::parse(text).into_iter().collect()
    } else if is_allow(script, at) {
        text.split(',').filter_map(|word| HttpMethod::parse(word.trim())).collect()
    } else {
        Vec::new()
    }
}

/// `['GET', 'POST']`, if it holds methods alone.
fn listed(script: &Script<'_>, open: usize) -> Vec<HttpMethod> {
    let is_setting = open > 1 && script.is(open - 1, ":") && script.is_word(open - 2, "methods");
    let mut listed = Vec::new();
    let mut at = open + 1;
    while let Some(method) = script.string(at).and_then(HttpMethod::parse) {
        listed.push(method);
        at += if script.is(at + 1, ",") { 2 } else { 1 };
    }
    if script.is(at, "]") && !is_setting { listed } else { Vec::new() }
}

/// `{ GET: list }` or `{ async GET(req, res) {} }`.
fn is_key(script: &Script<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let before = if script.is_word(before, "async") { before.saturating_sub(1) } else { before };
    (script.is(before, "{") || script.is(before, ",")) && (script.is(at + 1, ":") || script.is(at + 1, "("))
}

/// `setHeader('Allow', 'GET')` or `{ Allow: 'GET' }`.
fn is_allow(script: &Script<'_>, at: usize) -> bool {
    let Some(name) = at.checked_sub(2) else { return false };
    let separated = script.is(at - 1, ",") || script.is(at - 1, ":");
    let name = script.string(name).or_else(|| script.word(name));
    separated && name.is_some_and(|name| name.eq_ignore_ascii_case("allow"))
}

fn is_compared(script: &Script<'_>, at: usize) -> bool {
    let is_comparison = |at: usize| COMPARISONS.iter().any(|comparison| script.is(at, comparison));
    let after = at + 1;
    if is_comparison(after) && (script.is_word(after + 1, "method") || script.is_word(after + 3, "method")) {
        return true;
    }
    at.checked_sub(1)
        .filter(|before| is_comparison(*before))
        .is_some_and(|before| ends_in_method(script, before))
}

/// Whether the value before a position is a method: `req.method`, `method`, `req.method?.toUpperCase()`.
fn ends_in_method(script: &Script<'_>, end: usize) -> bool {
    let is_call = |at: usize| {
        let changes_case = script.is_word(at, "toUpperCase") || script.is_word(at, "toLowerCase");
        changes_case && script.is(at + 1, "(") && script.is(at + 2, ")")
    };
    let mut end = end;
    if let Some(call) = end.checked_sub(3).filter(|at| is_call(*at)) {
        // Before the dot.
        end = call.saturating_sub(1);
    }
    if let Some(mark) = end.checked_sub(1).filter(|at| script.is(*at, "!")) {
        end = mark;
    }
    end.checked_sub(1).is_some_and(|at| script.is_word(at, "method"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_found_where_a_handler_names_them() {
        for (source, expected) in [
            ("if (req.method === 'GET') {}", "GET"),
            ("if (req.method !== \"POST\") return", "POST"),
            ("if ('PUT' == req.method) {}", "PUT"),
            ("if ('PUT' == method) {}", "PUT"),
            ("const { method } = req; if (method === 'PATCH') {}", "PATCH"),
            ("req.method?.toUpperCase() === 'DELETE'", "DELETE"),
            ("req.method!.toLowerCase() === 'get'", "GET"),
            ("req.method! === 'GET'", "GET"),
            ("switch (req.method) { case 'GET': a(); case `POST`: b() }", "GET POST"),
            ("if (!['GET', 'HEAD',].includes(req.method)) {}", "GET HEAD"),
            ("const allowed = ['PUT']", "PUT"),
            ("res.setHeader('Allow', 'GET, POST')", "GET POST"),
            ("res.setHeader('allow', ['GET', 'DELETE'])", "GET DELETE"),
            ("new Response(null, { headers: { Allow: 'GET' } })", "GET"),
            ("const handlers = { GET: list, POST: create }", "GET POST"),
            ("const handlers = { GET(req) {}, async POST(req) {} }", "GET POST"),
            ("req.method === 'OPTIONS'", "OPTIONS"),
        ] {
            let found = find(&Script::new(source));
            let names: Vec<_> = found.keys().map(|method| method.name()).collect();
            assert_eq!(names.join(" "), expected, "{source}");
        }
    }

    #[test]
    fn other_mentions_are_not_methods_of_the_handler() {
        for source in [
            "fetch(url, { method: 'POST' })",
            "Cors({ methods: ['GET', 'POST', 'HEAD'] })",
            "res.setHeader('Access-Control-Allow-Methods', 'GET, POST')",
            "// req.method === 'GET'",
            "/* case 'POST': */ const text = \"req.method === 'GET'\"",
            "if (action === 'DELETE') {}",
            "case 'get': break",
            "['GET', 'list']",
            "['GET'",
            "[]",
            "GET(req)",
            "req.method === 'TRACE'",
        ] {
            assert_eq!(find(&Script::new(source)), Methods::new(), "{source}");
        }
    }

    #[test]
    fn method_has_the_line_of_its_first_mention() {
        let found = find(&Script::new("if (\nreq.method === 'GET' ||\nreq.method === 'GET') {}"));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(HttpMethod::Get, 2)]);
    }
}
