//! Finds the names that a handler reads from the query, from cookies and from the environment.

use api_routes_routing::{Pattern, Segment};

use super::script::Script;
use super::to_do::{ToDoList, printable};

/// The names that handlers give to the request.
pub(super) const REQUEST: [&str; 4] = ["req", "request", "_req", "_request"];

/// A part of the request, or the environment: an object of strings by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestPart {
    Query,
    Cookies,
    Environment,
}

impl RequestPart {
    fn named(field: &str) -> Option<Self> {
        match field {
            "query" => Some(Self::Query),
            "cookies" => Some(Self::Cookies),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Cookies => "cookies",
            Self::Environment => "process.env",
        }
    }
}

/// Finds the names that a handler reads: `req.query.id`, `req.query['id']`, `const { id } = req.query`,
/// `const { query: { id } } = req`, `searchParams.get('id')`; the same for cookies and `process.env`.
pub(super) fn find(script: &Script<'_>, route: &Pattern, to_do: &mut ToDoList) {
    let mut search = Search { script, route, to_do, variables: Vec::new() };
    for at in script.positions() {
        search.at(at);
    }
}

struct Search<'a, 'b> {
    script: &'b Script<'a>,
    route: &'b Pattern,
    to_do: &'b mut ToDoList,
    /// The variables that hold a part of the request, after `const { query } = req`.
    variables: Vec<RequestPart>,
}

impl Search<'_, '_> {
    fn at(&mut self, at: usize) {
        let Some(word) = self.script.word(at) else { return };
        let is_member = self.script.is_member(at);
        if REQUEST.contains(&word) {
            self.request(at);
        } else if word == "process" && self.script.member(at + 1).is_some_and(|(name, _)| name == "env") {
            self.read(RequestPart::Environment, at, at + 3);
        } else if word == "searchParams" {
            self.get(RequestPart::Query, at + 1);
        } else if let Some(source) = RequestPart::named(word).filter(|source| self.variables.contains(source))
        {
            // Neither `other.query` nor the key in `{ query: … }`.
            if !is_member && !self.script.is(at + 1, ":") && self.script.member(at + 1).is_some() {
                self.read(source, at, at + 1);
            }
        }
    }

    fn request(&mut self, at: usize) {
        if let Some((field, after)) = self.script.member(at + 1) {
            if let Some(source) = RequestPart::named(field) {
                self.read(source, at, after);
            }
            return;
        }
        let Some(open) = self.script.destructured(at) else { return };
        for entry in self.script.entries(open) {
            let Some(source) = RequestPart::named(entry.key) else { continue };
            match entry.value.filter(|value| self.script.is(*value, "{")) {
                Some(inner) => self.keys(source, inner),
                None => self.variables.push(source),
            }
        }
    }

    /// Reads the use of a source whose tokens begin at `start` and end before `after`.
    fn read(&mut self, source: RequestPart, start: usize, after: usize) {
        if let Some((name, end)) = self.script.member(after) {
            let is_call = self.script.is(end, "(");
            if is_call && name == "get" {
                self.get(source, after);
            } else if is_call {
                self.whole(source, start);
            } else {
                self.name(source, start, name);
            }
        } else if let Some(open) = self.script.destructured(start) {
            self.keys(source, open);
        } else {
            self.whole(source, start);
        }
    }

    /// `.get('name')`, as edge handlers read cookies and the query.
    fn get(&mut self, source: RequestPart, at: usize) {
        if let Some(("get", open)) = self.script.member(at)
            && self.script.is(open, "(")
            && let Some(name) = self.script.string(open + 1)
        {
            self.name(source, at, name);
        }
    }

    fn keys(&mut self, source: RequestPart, open: usize) {
        for entry in self.script.entries(open) {
            if entry.is_rest {
                self.whole(source, entry.at);
            } else {
                self.name(source, entry.at, entry.key);
            }
        }
    }

    fn name(&mut self, source: RequestPart, at: usize, name: &str) {
        let shown = printable(name);
        let advice = match source {
            RequestPart::Query if self.is_catch_all(name) => format!("`req.query().get_all(\"{shown}\")`"),
            RequestPart::Query => format!("`req.query().get(\"{shown}\")`"),
            RequestPart::Cookies => format!("`req.cookies().get(\"{shown}\")`"),
            RequestPart::Environment => {
                format!("`std::env::var(\"{shown}\")` in `connect`; {}", origin(name))
            }
        };
        self.to_do.add(self.script.line(at), format!("{} `{shown}`: {advice}", source.name()));
    }

    fn whole(&mut self, source: RequestPart, at: usize) {
        let advice = match source {
            RequestPart::Query => "`req.query().parse::<T>()` fills a type",
            RequestPart::Cookies => "`req.cookies()`",
            RequestPart::Environment => "`std::env::vars()`, or each name by `std::env::var`",
        };
        self.to_do.add(self.script.line(at), format!("{} as a whole: {advice}", source.name()));
    }

    fn is_catch_all(&self, name: &str) -> bool {
        self.route.catch_all().and_then(Segment::name) == Some(name)
    }
}

/// Returns who sets a variable on AWS, or how to set it.
fn origin(name: &str) -> &'static str {
    match name {
        "AWS_ACCESS_KEY_ID"
        | "AWS_DEFAULT_REGION"
        | "AWS_REGION"
        | "AWS_SECRET_ACCESS_KEY"
        | "AWS_SESSION_TOKEN" => "Lambda sets it",
        "NEXT_RUNTIME" | "NODE_ENV" => "Next.js sets it, and nothing does here",
        _ if name.starts_with("AWS_LAMBDA_") => "Lambda sets it",
        _ if name.starts_with("VERCEL") => "Vercel sets it, and nothing does here",
        _ => "declare it in `template.yaml`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> String {
        let mut to_do = ToDoList::new("a.ts".as_ref());
        let route = Pattern::parse("/api/[id]/[...slug]").unwrap();
        find(&Script::new(source), &route, &mut to_do);
        let items = to_do.finish().into_iter();
        items.map(|item| item.text.split_once(':').unwrap().0.to_owned()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn names_are_found_in_each_spelling() {
        for (source, expected) in [
            ("req.query.id", "query `id`"),
            ("request?.query?.['a-b']", "query `a-b`"),
            ("const { id, tag = 'x', ...rest } = req.query", "query `id`, query `tag`, query as a whole"),
            ("const { id } = req.query as { id: string }", "query `id`"),
            ("const { query: { id }, method } = req", "query `id`"),
            ("const { query, method } = req; find(query.id)", "query `id`"),
            ("const { query } = req; other.query.id; call({ query: 1 })", ""),
            ("query.id", ""),
            ("db.query('select')", ""),
            ("log(req.query)", "query as a whole"),
            ("req.query.hasOwnProperty('a')", "query as a whole"),
            ("req.query[name]", "query as a whole"),
            ("new URL(req.url).searchParams.get('page')", "query `page`"),
            ("req.cookies.session", "cookies `session`"),
            ("req.cookies.get('theme')?.value", "cookies `theme`"),
            ("const { cookies } = req; cookies['a.b']", "cookies `a.b`"),
            ("process.env.API_KEY", "process.env `API_KEY`"),
            ("fetch(`${process.env.HOST}/a`)", "process.env `HOST`"),
            ("const { A, B } = process.env", "process.env `A`, process.env `B`"),
            ("spawn('a', { env: process.env })", "process.env as a whole"),
            ("// req.query.id", ""),
            ("'req.query.id'", ""),
        ] {
            assert_eq!(found(source), expected, "{source}");
        }
    }

    #[test]
    fn catch_all_is_a_list() {
        let mut to_do = ToDoList::new("a.ts".as_ref());
        let route = Pattern::parse("/api/[id]/[...slug]").unwrap();
        find(&Script::new("req.query.slug; req.query.id"), &route, &mut to_do);
        let texts: Vec<_> = to_do.finish().into_iter().map(|item| item.text).collect();
        assert_eq!(
            texts,
            ["query `slug`: `req.query().get_all(\"slug\")`", "query `id`: `req.query().get(\"id\")`"]
        );
    }
}
