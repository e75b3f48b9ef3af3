//! Clients that keep their connections, send requests, and count the answers.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::thread;

use crate::harness::{Connection, Response};
use crate::tally::{Tally, outcome};

/// The number of clients at once.
pub(crate) const CONNECTIONS: usize = 64;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The name under which the answer is counted.
    pub(crate) kind: &'static str,
    pub(crate) path: &'static str,
    pub(crate) nonce: String,
    pub(crate) fault: bool,
}

/// The answers that one or more clients got.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) tally: Tally,
    /// The request ids of the gateway, which are unique.
    ids: HashSet<String>,
    count: usize,
}

/// Sends the requests of `next` until there are no more, over `connections` connections, and calls `answered` after
/// each answer.
pub(crate) fn ask(
    address: SocketAddr,
    connections: usize,
    next: impl Fn() -> Option<Question> + Sync,
    answered: impl Fn() + Sync,
) -> Answers {
    let client = || {
        let mut client = Client::new(address);
        while let Some(question) = next() {
            client.ask(&question);
            answered();
        }
        client.end()
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..connections).map(|_| scope.spawn(client)).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    })
}

struct Client {
    address: SocketAddr,
    connection: Option<Connection>,
    answers: Answers,
}

impl Client {
    fn new(address: SocketAddr) -> Self {
        Self { address, connection: None, answers: Answers::default() }
    }

    fn ask(&mut self, question: &Question) {
        let answer = self.answer(question);
        self.answers.add(question, &answer);
        // After an error, the rest of the connection is unknown.
        if answer.is_err() {
            self.connection = None;
        }
    }

    fn answer(&mut self, question: &Question) -> io::Result<Response> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            closed => closed.insert(Connection::open(self.address)?),
        };
        connection.write(question.bytes().as_bytes())?;
        connection.try_answer()
    }

    /// Hangs up. Counts a surplus answer, if there is one.
    fn end(mut self) -> Answers {
        if let Some(connection) = &mut self.connection {
            match connection.end() {
                Ok(rest) if rest.is_empty() => {}
                rest => self.answers.tally.count("nothing", format!("{rest:?}")),
            }
        }
        self.answers
    }
}

impl Question {
    /// A request that causes no fault.
    pub(crate) fn echo(kind: &'static str, nonce: impl Into<String>) -> Self {
        Self { kind, path: "/api/echo", nonce: nonce.into(), fault: false }
    }

    pub(crate) fn bytes(&self) -> String {
        let Self { path, nonce, fault, .. } = self;
        let fault = if *fault { "&fault" } else { "" };
        format!("GET {path}?nonce={nonce}{fault} HTTP/1.1\r\nhost: localhost:3000\r\n\r\n")
    }
}

impl Answers {
    fn add(&mut self, question: &Question, answer: &io::Result<Response>) {
        self.tally.count(question.kind, outcome(answer, &question.nonce));
        if let Ok(response) = answer {
            self.count += 1;
            self.ids.extend(response.header("apigw-requestid").map(str::to_owned));
        }
    }

    /// Whether each answer has its own id.
    pub(crate) fn ids_are_unique(&self) -> bool {
        self.ids.len() == self.count
    }
}

impl FromIterator<Self> for Answers {
    fn from_iter<T: IntoIterator<Item = Self>>(answers: T) -> Self {
        answers.into_iter().fold(Self::default(), |mut all, one| {
            all.tally.merge(one.tally);
            all.ids.extend(one.ids);
            all.count += one.count;
            all
        })
    }
}
