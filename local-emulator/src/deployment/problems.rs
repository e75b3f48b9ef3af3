//! The problems of the project, printed when they appear and when they are resolved.

use api_routes_project::front_doors::Notices;

use crate::printer::Printer;

/// The current errors and warnings.
#[derive(Debug, Default)]
pub(super) struct ProblemLog(Notices);

impl ProblemLog {
    /// Prints new problems in full and names the resolved ones. Problems that remain are not repeated.
    pub(super) fn replace(&mut self, now: Notices, printer: &Printer) {
        let Self(before) = self;
        let new = |now: &[String], before: &[String]| -> Vec<String> {
            now.iter().filter(|problem| !before.contains(problem)).cloned().collect()
        };
        let (errors, warnings) = (new(&now.errors, &before.errors), new(&now.warnings, &before.warnings));
        for error in &errors {
            printer.error(error);
        }
        for warning in &warnings {
            printer.warning(warning);
        }
        let all = |notices: &Notices| [&notices.errors[..], &notices.warnings].concat();
        for gone in new(&all(before), &all(&now)) {
            // A folder that now has another problem is not resolved.
            if !errors.iter().chain(&warnings).any(|problem| subject(problem) == subject(&gone)) {
                printer.line(format_args!("resolved: {}", statement(&gone)));
            }
        }
        *before = now;
    }
}

/// Returns the folder, function or variable that a problem is about. Each problem names it first.
fn subject(problem: &str) -> &str {
    problem.split('`').nth(1).unwrap_or(problem)
}

/// Returns the statement of a problem. Reason and help follow after a colon outside of code.
fn statement(problem: &str) -> &str {
    let mut is_code = false;
    let end = problem.char_indices().find(|(at, char)| {
        is_code ^= *char == '`';
        !is_code && problem[*at..].starts_with(": ")
    });
    end.map_or(problem, |(at, _)| &problem[..at])
}

#[cfg(test)]
mod tests {
    use api_routes_project::front_doors::Notices;

    use super::{ProblemLog, statement};
    use crate::printer::Printer;

    fn warnings(warnings: &[&str]) -> Notices {
        Notices { warnings: warnings.iter().map(ToString::to_string).collect(), ..Notices::default() }
    }

    #[test]
    fn problems_are_printed_as_they_come_and_go() {
        let (printer, log) = Printer::recorded();
        let mut problems = ProblemLog::default();
        for now in [
            &["`a` is broken: mend it", "`b` is broken: mend it"][..],
            &["`b` is broken: mend it", "`c` is new"],
            &["`b` is gone: bring it back", "`c` is new"],
            &[],
        ] {
            problems.replace(warnings(now), &printer);
        }
        let expected = [
            "warning: `a` is broken: mend it",
            "warning: `b` is broken: mend it",
            "warning: `c` is new",
            "resolved: `a` is broken",
            "warning: `b` is gone: bring it back",
            "resolved: `b` is gone",
            "resolved: `c` is new",
        ];
        assert_eq!(log.text().lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn statement_ends_at_a_colon_outside_of_code() {
        assert_eq!(statement("`a: b` is c: d"), "`a: b` is c");
        assert_eq!(statement("`a` is c"), "`a` is c");
    }
}
