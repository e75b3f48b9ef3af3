//! `.env` files that are not read as they seem.

use crate::agreement::rule::Rule;
use crate::agreement::{Finding, Survey};
use crate::environment::{DotenvComplaint, DotenvProblem};

impl Survey {
    /// Returns the findings of each mode that has a file, each once.
    pub(super) fn of_dotenv(&self) -> impl Iterator<Item = Finding> {
        self.dotenv.iter().flat_map(|dotenv| &dotenv.complaints).map(of_complaint)
    }
}

fn of_complaint(DotenvComplaint { file, place, problem }: &DotenvComplaint) -> Finding {
    Finding::new(rule(problem), &**file, *place, problem.to_string()).with_help(problem.help())
}

fn rule(problem: &DotenvProblem) -> Rule {
    match problem {
        DotenvProblem::NoVariable | DotenvProblem::Encoding => Rule::DotenvLine,
        DotenvProblem::OpenQuote { .. }
        | DotenvProblem::CutValue { .. }
        | DotenvProblem::NextLine { .. }
        | DotenvProblem::Nul { .. }
        | DotenvProblem::TooLong { .. } => Rule::DotenvValue,
        DotenvProblem::EmptyReference { .. }
        | DotenvProblem::UnreplacedReference { .. }
        | DotenvProblem::DefaultWins { .. }
        | DotenvProblem::LostBrace { .. } => Rule::DotenvReference,
        DotenvProblem::Cycle { .. } => Rule::DotenvCycle,
    }
}
