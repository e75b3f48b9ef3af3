//! Writes the `src/main.rs` of a function, as `rustfmt` would.

use std::fmt::Write;

use api_routes_routing::{Pattern, Segment};

use super::findings::Findings;
use super::http_method::HttpMethod;
use super::routes::RoutedFile;
use super::settings::BodyLimit;

/// rustfmt's default width of a line: a new project has no `rustfmt.toml`.
const WIDTH: usize = 100;

/// rustfmt's default width of a chain of three calls or more.
const CHAIN: usize = 60;

/// Writes a stub that answers 501, with the to-do list at its top.
pub(super) fn write(file: &RoutedFile, findings: &Findings) -> String {
    let stub = Stub { file, findings };
    let parts = [stub.head(), stub.imports(), stub.message(), stub.handlers(), stub.route(), stub.tests()];
    parts.join("\n")
}

struct Stub<'a> {
    file: &'a RoutedFile,
    findings: &'a Findings,
}

impl Stub<'_> {
    fn methods(&self) -> &[HttpMethod] {
        &self.findings.methods
    }

    /// Names from the source are in comments alone, and in one line each: see `printable`.
    fn head(&self) -> String {
        let RoutedFile { source, route, .. } = self.file;
        let source = source.display();
        let mut head = format!("//! `{route}`: a stub that answers 501.\n\n// Ported from {source}.");
        if self.findings.to_do.is_empty() {
            head.push_str(" A text search found nothing in it to list.\n");
        } else {
            head.push_str(" Found by text search, not verified:\n");
        }
        for item in &self.findings.to_do {
            // Writing to a String cannot fail.
            let _ = writeln!(head, "// - {}:{}: {}", item.file.display(), item.line, item.text);
        }
        if !self.methods().is_empty() {
            head.push_str("// Other methods get a 405 here, while the handler of Next.js gets them all.\n");
        }
        head
    }

    fn imports(&self) -> String {
        let mut names = vec!["ApiError", "ApiRequest", "ApiResponse", "Result", "Route", "route"];
        // The first function begins the chain, and the others are methods.
        names.extend(self.methods().first().map(|method| method.function()));
        names.extend(self.findings.body_limit.and_then(BodyLimit::constant));
        // Capitals first, as rustfmt has them.
        names.sort_unstable();
        format!("use std::process::ExitCode;\n\nuse api_routes::{{{}}};\n", names.join(", "))
    }

    fn message(&self) -> String {
        let RoutedFile { source, folder, .. } = self.file;
        constant("", "NOT_PORTED", &format!("Not ported yet: {folder} from {}", source.display()))
    }

    fn handlers(&self) -> String {
        let one = |name: &str| {
            format!(
                "async fn {name}(_req: ApiRequest, _res: ApiResponse) -> Result {{\n    \
                 Err(ApiError::new(501, NOT_PORTED))\n}}\n"
            )
        };
        match self.methods() {
            [] => one("handler"),
            methods => methods.iter().map(|method| one(&handler(*method))).collect::<Vec<_>>().join("\n"),
        }
    }

    fn route(&self) -> String {
        format!(
            "fn route() -> Route {{\n{}\n}}\n\nfn main() -> ExitCode {{\n    route().run()\n}}\n",
            self.route_expression()
        )
    }

    fn route_expression(&self) -> String {
        let settings = self.findings.body_limit.map(BodyLimit::call).unwrap_or_default();
        let calls: Vec<_> = self
            .methods()
            .iter()
            .map(|method| format!("{}({})", method.function(), handler(*method)))
            .collect();
        let handlers = if calls.is_empty() { "handler".to_owned() } else { calls.join(".") };
        let is_broken = calls.len() > 2 && handlers.len() > CHAIN;
        let line = format!("    route!({handlers})");
        if !is_broken && line.len() + settings.len() <= WIDTH {
            return line + &settings;
        }
        if !is_broken && line.len() <= WIDTH {
            return format!("{line}\n        {settings}");
        }
        let chain = if is_broken { calls.join("\n            .") } else { handlers };
        let settings = if settings.is_empty() { settings } else { format!("\n    {settings}") };
        format!("    route!(\n        {chain}\n    ){settings}")
    }

    fn tests(&self) -> String {
        let path = sample_path(&self.file.route);
        let test = match self.methods() {
            [] | [HttpMethod::Get] => one_request("test::TestRequest", "TestRequest::get(PATH)", &path),
            [one] => {
                let request = format!("TestRequest::{}(PATH)", one.function());
                one_request("test::TestRequest", &request, &path)
            }
            methods => request_of_each(methods, &path),
        };
        format!("#[cfg(test)]\nmod tests {{\n{test}}}\n")
    }
}

fn one_request(import: &str, request: &str, path: &str) -> String {
    format!(
        "    use super::route;\n    use api_routes::{import};\n\n{}\n    #[test]\n    \
         fn unported_route_answers_501() {{\n        \
         assert_eq!({request}.send(&route()).status(), 501);\n    }}\n",
        constant("    ", "PATH", path)
    )
}

fn request_of_each(methods: &[HttpMethod], path: &str) -> String {
    let names = methods.iter().map(|method| format!("{:?}", method.name())).collect::<Vec<_>>().join(", ");
    format!(
        "    use super::route;\n    use api_routes::test::TestRequest;\n\n{}\n    #[test]\n    \
         fn unported_methods_answer_501() {{\n        for method in [{names}] {{\n            \
         let answer = TestRequest::new(method.parse().unwrap(), PATH).send(&route());\n            \
         assert_eq!(answer.status(), 501, \"{{method}}\");\n        }}\n    }}\n",
        constant("    ", "PATH", path)
    )
}

fn handler(method: HttpMethod) -> String {
    format!("answer_{}", method.function())
}

/// Writes a constant on one line, or with its value on the next line. `rustfmt` keeps a value on the first line if it
/// does not fit on the next line either.
fn constant(indent: &str, name: &str, value: &str) -> String {
    let begin = format!("{indent}const {name}: &str =");
    let value = format!("{value:?};");
    let fits = |start: usize| start + value.len() <= WIDTH;
    if fits(begin.len() + 1) || !fits(indent.len() + 4) {
        format!("{begin} {value}\n")
    } else {
        format!("{begin}\n{indent}    {value}\n")
    }
}

/// A path that the route takes.
fn sample_path(route: &Pattern) -> String {
    let part = |segment: &Segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Dynamic(_) => "/1".to_owned(),
        Segment::CatchAll(_) => "/a/b".to_owned(),
        Segment::OptionalCatchAll(_) => String::new(),
    };
    route.segments().iter().map(part).collect()
}
