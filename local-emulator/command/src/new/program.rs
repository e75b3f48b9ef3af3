//! The program of a new function: handlers, `main`, and a test for each handler.

use std::fmt::Write as _;

use api_routes_routing::{Pattern, Segment};

use super::kind::{FunctionKind, HandlerMethod};

/// The text of `src/main.rs`. It is written as rustfmt writes it by default.
pub(crate) struct Program<'a> {
    pub(crate) pattern: &'a Pattern,
    pub(crate) kind: FunctionKind,
    /// The methods, in the order of the command line; empty for one handler that takes every method.
    pub(crate) verbs: &'a [HandlerMethod],
}

/// The longest chain of calls, or list of arguments, that rustfmt keeps on one line.
const CHAIN: usize = 60;

/// The longest line that rustfmt keeps.
const LINE: usize = 100;

impl Program<'_> {
    /// Returns the crates that the program needs besides the library.
    pub(crate) fn dependencies(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        if self.kind == FunctionKind::Stream {
            names.push("futures-util");
        }
        if self.takes_input() {
            names.push("serde");
        }
        if self.answers_json() {
            names.push("serde_json");
        }
        names
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!("//! `{}`\n\n", self.pattern);
        text += &self.imports();
        if self.takes_input() {
            text += "#[derive(Deserialize)]\nstruct Input {\n    name: String,\n}\n\n";
        }
        if self.verbs.is_empty() {
            text += &handler("handler", self.answer(self.first()));
        }
        for verb in self.verbs {
            text += &handler(verb.handler(), self.answer(*verb));
        }
        text += &self.route();
        text += "fn main() -> ExitCode {\n    route().run()\n}\n\n";
        text += &self.tests();
        text
    }

    fn imports(&self) -> String {
        let mut names = vec!["ApiRequest", "ApiResponse"];
        names.extend(["Result", "Route"]);
        names.extend(self.verbs.first().map(|verb| verb.name()));
        names.push("route");
        let mut text = format!("use std::process::ExitCode;\n\nuse api_routes::{{{}}};\n", names.join(", "));
        if self.kind == FunctionKind::Stream {
            text += "use futures_util::stream;\n";
        }
        if self.takes_input() {
            text += "use serde::Deserialize;\n";
        }
        if self.answers_json() {
            text += "use serde_json::json;\n";
        }
        text + "\n"
    }

    /// Returns the method of the example, if one handler takes every method: a form is posted.
    fn first(&self) -> HandlerMethod {
        if self.kind == FunctionKind::Form { HandlerMethod::Post } else { HandlerMethod::Get }
    }

    fn all(&self) -> Vec<HandlerMethod> {
        if self.verbs.is_empty() { vec![self.first()] } else { self.verbs.to_vec() }
    }

    fn takes_input(&self) -> bool {
        matches!(self.kind, FunctionKind::Json | FunctionKind::Form)
            && self.all().iter().any(|verb| verb.has_body())
    }

    fn answers_json(&self) -> bool {
        match self.kind {
            FunctionKind::Json => self.all().iter().any(|verb| *verb != HandlerMethod::Delete),
            FunctionKind::Form => self.all().contains(&HandlerMethod::Get),
            FunctionKind::Stream | FunctionKind::Plain => false,
        }
    }

    fn answer(&self, verb: HandlerMethod) -> SampleAnswer {
        match (self.kind, verb) {
            (_, HandlerMethod::Delete) => SampleAnswer::new("res.status(204).end()", 204, "\"\""),
            (FunctionKind::Json, verb) if verb.has_body() => {
                let status = if verb == HandlerMethod::Post { ".status(201)" } else { "" };
                SampleAnswer {
                    uses_request: true,
                    body: format!(
                        "let input: Input = req.body()?;\n    res{status}.json(json!({{ \"name\": input.name }}))"
                    ),
                    sent: ".json(json!({ \"name\": \"Ann\" }))",
                    ..SampleAnswer::new("", if verb == HandlerMethod::Post { 201 } else { 200 }, r##"r#"{"name":"Ann"}"#"##)
                }
            }
            (FunctionKind::Form, verb) if verb.has_body() => SampleAnswer {
                uses_request: true,
                // A browser repeats the form for a 307 and follows a 303 with GET.
                body: "let input: Input = req.form()?;\n    api_routes::log::info!(\"from {}\", input.name);\n    res.status(303).redirect(\"/\")"
                    .to_owned(),
                sent: ".form([(\"name\", \"Ann\")])",
                ..SampleAnswer::new("", 303, "\"/\"")
            },
            (FunctionKind::Json | FunctionKind::Form, _) => self.parameters(),
            (FunctionKind::Stream, _) => SampleAnswer::new(
                "res.header(\"content-type\", \"text/plain; charset=utf-8\")\n        \
                 .stream(stream::iter([\"one\\n\", \"two\\n\"]))",
                200,
                "\"one\\ntwo\\n\"",
            ),
            (FunctionKind::Plain, _) => SampleAnswer::new("res.send(\"Hello\")", 200, "\"Hello\""),
        }
    }

    /// Returns an answer that shows the parameters of the path.
    fn parameters(&self) -> SampleAnswer {
        let names: Vec<_> =
            self.pattern.segments().iter().filter(|segment| segment.name().is_some()).collect();
        if names.is_empty() {
            return SampleAnswer::new(
                "res.json(json!({ \"hello\": \"world\" }))",
                200,
                r##"r#"{"hello":"world"}"#"##,
            );
        }
        let (mut lists, mut members, mut expected) = (String::new(), Vec::new(), Vec::new());
        for segment in names {
            let name = segment.name().unwrap_or_default();
            if segment.is_catch_all() {
                let _ = writeln!(lists, "let rest: Vec<_> = req.query().get_all(\"{name}\").collect();");
                lists += "    ";
                members.push(format!("\"{name}\": rest"));
                expected.push(format!("\"{name}\":[\"a\",\"b\"]"));
            } else {
                members.push(format!("\"{name}\": req.query().get(\"{name}\")"));
                expected.push(format!("\"{name}\":\"7\""));
            }
        }
        let line = format!("res.json(json!({{ {} }}))", members.join(", "));
        let body = if line.len() <= 96 {
            line
        } else {
            format!("res.json(json!({{\n        {},\n    }}))", members.join(",\n        "))
        };
        SampleAnswer {
            uses_request: true,
            body: lists + &body,
            ..SampleAnswer::new("", 200, &format!("r#\"{{{}}}\"#", expected.join(",")))
        }
    }

    fn route(&self) -> String {
        let mut chain = String::new();
        let calls: Vec<_> =
            self.verbs.iter().map(|verb| format!("{}({})", verb.name(), verb.handler())).collect();
        chain += &calls.join(".");
        let body = if calls.is_empty() {
            "route!(handler)".to_owned()
        } else if chain.len() <= CHAIN {
            format!("route!({chain})")
        } else {
            format!("route!(\n        {}\n    )", calls.join("\n            ."))
        };
        let comment = if self.kind == FunctionKind::Stream {
            "    // The pieces are sent as they come behind a Function URL with `InvokeMode: RESPONSE_STREAM`, once\n    \
             // this route is `.streaming()` too. Every other front door sends them as one answer.\n"
        } else {
            ""
        };
        format!("fn route() -> Route {{\n{comment}    {body}\n}}\n\n")
    }

    fn tests(&self) -> String {
        let verbs = self.all();
        let mut text =
            "#[cfg(test)]\nmod tests {\n    use super::route;\n    use api_routes::test::TestRequest;\n"
                .to_owned();
        if self.kind == FunctionKind::Json && self.takes_input() {
            text += "    use serde_json::json;\n";
        }
        for verb in verbs {
            text += &self.test(verb);
        }
        text + "}\n"
    }

    fn test(&self, verb: HandlerMethod) -> String {
        let SampleAnswer { status, expected, sent, .. } = self.answer(verb);
        let name = if self.verbs.is_empty() {
            "the_route_answers".to_owned()
        } else {
            format!("{}_answers", verb.name())
        };
        let target = self.example();
        let call = format!("TestRequest::{}(\"{target}\")", verb.name());
        let sending = sending(&call, sent);
        let check = if status == 303 {
            assertion("answer.header(\"location\")", &format!("Some({expected})"))
        } else {
            assertion("answer.text()", &expected)
        };
        format!(
            "\n    #[test]\n    fn {name}() {{\n{sending}\n        assert_eq!(answer.status(), {status});\n{check}\n    }}\n"
        )
    }

    /// Returns a path of the route: `/api/orders/7`, `/api/docs/a/b`.
    fn example(&self) -> String {
        let segments = self.pattern.segments().iter();
        segments.fold(String::new(), |path, segment| match segment {
            Segment::Literal(text) => format!("{path}/{text}"),
            Segment::Dynamic(_) => format!("{path}/7"),
            Segment::CatchAll(_) | Segment::OptionalCatchAll(_) => format!("{path}/a/b"),
        })
    }
}

/// The body of a handler, and the answer that its test expects.
struct SampleAnswer {
    uses_request: bool,
    body: String,
    status: u16,
    /// The text of the response, or the target of the redirect, as Rust code.
    expected: String,
    /// The calls that give the test's request its body.
    sent: &'static str,
}

impl SampleAnswer {
    fn new(body: &str, status: u16, expected: &str) -> Self {
        Self { uses_request: false, body: body.to_owned(), status, expected: expected.to_owned(), sent: "" }
    }
}

/// Returns the statement that sends the request of a test, in the first layout that fits.
fn sending(call: &str, sent: &str) -> String {
    let chain = format!("{call}{sent}.send(&route());");
    let line = format!("        let answer = {chain}");
    if !sent.is_empty() {
        return if chain.len() <= CHAIN + 1 {
            line
        } else {
            broken(call, &format!("{sent}\n.send(&route());"))
        };
    }
    let next_line = format!("        let answer =\n            {chain}");
    if line.len() <= LINE {
        line
    } else if chain.len() + 12 <= LINE {
        next_line
    } else {
        broken(call, ".send(&route());")
    }
}

/// Returns the statement with a line for each call. If the first call is too long for the line of the `let`, it begins
/// the next line.
fn broken(call: &str, calls: &str) -> String {
    let first = format!("        let answer = {call}");
    let (first, indent) = if first.len() <= LINE {
        (first, "            ")
    } else {
        (format!("        let answer =\n            {call}"), "                ")
    };
    calls.lines().fold(first, |text, call| format!("{text}\n{indent}{call}"))
}

fn assertion(answer: &str, expected: &str) -> String {
    let arguments = format!("{answer}, {expected}");
    if arguments.len() <= CHAIN {
        format!("        assert_eq!({arguments});")
    } else {
        format!("        assert_eq!(\n            {answer},\n            {expected}\n        );")
    }
}

fn handler(name: &str, SampleAnswer { uses_request, body, .. }: SampleAnswer) -> String {
    let request = if uses_request { "req" } else { "_req" };
    format!("async fn {name}({request}: ApiRequest, res: ApiResponse) -> Result {{\n    {body}\n}}\n\n")
}
