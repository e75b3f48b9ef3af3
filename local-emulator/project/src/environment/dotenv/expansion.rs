//! The values of a `.env` file, with `$NAME` and `${NAME:-default}` replaced.
//!
//! Next uses dotenv-expand 10.0.0: <https://github.com/motdotla/dotenv-expand/blob/v10.0.0/lib/main.js>. It replaces
//! the last `$NAME` of a value again and again. A `$` without a name after it ends the replacement, so that the names
//! before it stay. Here a value is read once, from its end to its beginning. The value of a name is not searched for
//! further names, and is not a part of the name before it.

use std::collections::HashMap;

use super::complaint::DotenvProblem;
use super::parser::{Letter, Statement};
use super::reference::{Brought, NameReference, first_reference, other};

/// The maximum size of a value in bytes. Linux starts no process with a longer variable:
/// <https://man7.org/linux/man-pages/man2/execve.2.html>.
const LONGEST: usize = 128 * 1024;

/// The maximum number of characters that references add to a file. Without a limit, a few lines could fill the memory.
const BROUGHT: usize = 16 * LONGEST;

/// Names and values that a file may use besides its own.
pub(super) struct Outside<'a> {
    /// The value that the shell or a stronger file gives.
    pub(super) stronger: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The weaker file that has the name.
    pub(super) weaker: &'a dyn Fn(&str) -> Option<String>,
}

/// The values of a file.
pub(super) struct Expansion<'a> {
    statements: &'a [Statement],
    /// The last statement of each name.
    by_name: HashMap<&'a str, usize>,
    outside: Outside<'a>,
    states: Vec<State>,
    /// The number of characters that names may still add.
    budget: usize,
    /// The problems, each with its position in the text.
    pub(super) problems: Vec<(usize, DotenvProblem)>,
}

#[derive(Clone, PartialEq, Eq)]
enum State {
    Unread,
    Reading,
    Read(String),
    Failed,
}

/// A value that is being read.
struct OpenValue {
    statement: usize,
    /// The beginning, which is still to be read.
    left: Vec<Letter>,
    /// The end, which has been read, in reverse order.
    right: Vec<Brought>,
    /// The reference that has no value yet.
    pending: Option<NameReference>,
}

impl<'a> Expansion<'a> {
    pub(super) fn new(statements: &'a [Statement], outside: Outside<'a>) -> Self {
        let by_name = statements.iter().enumerate().map(|(at, it)| (it.name.as_str(), at)).collect();
        let states = vec![State::Unread; statements.len()];
        Self { statements, by_name, outside, states, budget: BROUGHT, problems: Vec::new() }
    }

    /// Returns the last statement of each name, with its value, in the order of the file. A variable without a value is
    /// left out.
    pub(super) fn values(&mut self) -> Vec<(&'a Statement, String)> {
        let statements = self.statements;
        let is_last = |(at, it): &(usize, &Statement)| self.by_name.get(it.name.as_str()) == Some(at);
        let last: Vec<_> = statements.iter().enumerate().filter(is_last).collect();
        let mut values = Vec::new();
        for (at, statement) in last {
            self.read(at);
            if let State::Read(value) = &self.states[at] {
                values.push((statement, value.clone()));
            }
        }
        values
    }

    /// Reads a value, and the values that it needs. Open values wait in a list, since a chain of them may be as long as
    /// the file.
    fn read(&mut self, statement: usize) {
        let mut readings = Vec::new();
        self.begin(statement, &mut readings);
        while let Some(reading) = readings.last_mut() {
            let Some(reference) = reading.pending.take().or_else(|| self.next_reference(reading)) else {
                self.finish(&mut readings);
                continue;
            };
            match self.needed(&reference) {
                Some(needed) if self.states[needed] == State::Reading => {
                    reading.pending = Some(reference);
                    self.fail_cycle(needed, &mut readings);
                }
                Some(needed) => {
                    reading.pending = Some(reference);
                    self.begin(needed, &mut readings);
                }
                None => {
                    if !self.bring(reading, reference) {
                        readings.pop();
                    }
                }
            }
        }
    }

    fn begin(&mut self, statement: usize, readings: &mut Vec<OpenValue>) {
        if self.states[statement] == State::Unread {
            self.states[statement] = State::Reading;
            let left = self.statements[statement].value.clone();
            readings.push(OpenValue { statement, left, right: Vec::new(), pending: None });
        }
    }

    fn finish(&mut self, readings: &mut Vec<OpenValue>) {
        let Some(reading) = readings.pop() else { return };
        let value = reading.text();
        if value.len() > LONGEST {
            self.fail_as_too_long(reading.statement, self.statements[reading.statement].at);
        } else {
            self.states[reading.statement] = State::Read(value);
        }
    }

    /// Continues to the next reference; `None` if nothing is left to replace.
    fn next_reference(&mut self, reading: &mut OpenValue) -> Option<NameReference> {
        while let Some(Letter { char, at }) = reading.left.pop() {
            let is_escaped = reading.left.last().is_some_and(|before| before.char == '\\');
            if char == '$' && !is_escaped {
                let found = NameReference::take(&mut reading.right, at);
                if let Some((reference, takes_brace)) = found {
                    if takes_brace {
                        self.report(reading.statement, at, |name| DotenvProblem::LostBrace { name });
                    }
                    return Some(reference);
                }
                self.leave(reading, Letter { char, at });
                return None;
            }
            reading.right.push(Brought { char, is_own: true });
        }
        None
    }

    /// Leaves the part of a value from its beginning to `dollar` as it is.
    fn leave(&mut self, reading: &mut OpenValue, dollar: Letter) {
        if let Some(at) = first_reference(&reading.left) {
            self.report(reading.statement, at, |name| DotenvProblem::UnreplacedReference { name });
        }
        let left = std::mem::take(&mut reading.left);
        let rest = std::iter::once(dollar).chain(left.into_iter().rev());
        reading.right.extend(rest.map(|Letter { char, .. }| Brought { char, is_own: true }));
    }

    /// Returns the statement that a reference waits for.
    fn needed(&self, reference: &NameReference) -> Option<usize> {
        let has_default = reference.default.as_ref().is_some_and(|default| !default.is_empty());
        if has_default || (self.outside.stronger)(&reference.name).is_some() {
            return None;
        }
        let needed = *self.by_name.get(reference.name.as_str())?;
        matches!(self.states[needed], State::Unread | State::Reading).then_some(needed)
    }

    /// Puts the value of a reference in its place; `false` if the whole becomes too long.
    fn bring(&mut self, reading: &mut OpenValue, reference: NameReference) -> bool {
        let NameReference { at, name, default } = reference;
        let stronger = (self.outside.stronger)(&name);
        let own = self.by_name.get(name.as_str()).copied();
        let brought = match (stronger, default) {
            (Some(value), _) if !value.is_empty() => other(value),
            (_, Some(default)) if !default.is_empty() => {
                if own.is_some() && stronger.is_none() {
                    self.report(reading.statement, at, |of| DotenvProblem::DefaultWins {
                        name: of,
                        other: name,
                    });
                }
                default
            }
            (None, default) => match own.map(|own| &self.states[own]) {
                Some(State::Read(value)) => other(value),
                _ if default.is_some() => Vec::new(),
                _ => {
                    let file = (self.outside.weaker)(&name);
                    let other = file.map(|file| (name, file));
                    self.report(reading.statement, at, |name| DotenvProblem::EmptyReference {
                        name,
                        weaker: other,
                    });
                    Vec::new()
                }
            },
            (Some(_), _) => Vec::new(),
        };
        let length = reading.left.len() + reading.right.len() + brought.len();
        if brought.len() > self.budget || length > LONGEST {
            self.fail_as_too_long(reading.statement, at);
            return false;
        }
        self.budget -= brought.len();
        reading.right.extend(brought.into_iter().rev());
        true
    }

    /// Leaves out the variables that wait for each other, from `first` on.
    fn fail_cycle(&mut self, first: usize, readings: &mut Vec<OpenValue>) {
        let start = readings.iter().position(|reading| reading.statement == first).unwrap_or_default();
        let cycle = readings.split_off(start);
        let names: Vec<_> = cycle.iter().map(|it| self.statements[it.statement].name.clone()).collect();
        for (at, reading) in cycle.iter().enumerate() {
            self.states[reading.statement] = State::Failed;
            let place = reading.pending.as_ref().map_or(0, |reference| reference.at);
            let path = names.iter().cycle().skip(at).take(names.len() + 1);
            let path = path.take(DotenvProblem::NAMED).cloned().collect();
            self.problems.push((place, DotenvProblem::Cycle { path, length: names.len() }));
        }
    }

    fn fail_as_too_long(&mut self, statement: usize, at: usize) {
        self.states[statement] = State::Failed;
        let name = self.statements[statement].name.clone();
        self.problems.push((at, DotenvProblem::TooLong { name, longest: LONGEST }));
    }

    /// Reports a problem of a variable, unless a stronger value takes its place.
    fn report(&mut self, statement: usize, at: usize, problem: impl FnOnce(String) -> DotenvProblem) {
        let name = &self.statements[statement].name;
        if (self.outside.stronger)(name).is_none() {
            self.problems.push((at, problem(name.clone())));
        }
    }
}

impl OpenValue {
    /// Returns the value. `\$` in its own text is `$`.
    fn text(&self) -> String {
        let mut letters = self.right.iter().rev().peekable();
        let mut text = String::new();
        while let Some(letter) = letters.next() {
            let is_escape = letter.is_own
                && letter.char == '\\'
                && letters.peek().is_some_and(|next| next.is_own && next.char == '$');
            if !is_escape {
                text.push(letter.char);
            }
        }
        text
    }
}
