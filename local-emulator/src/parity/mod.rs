//! The same requests to what is deployed and to the emulator, and where the answers differ.
//!
//! There is what is deployed, here is the emulator, or whatever else is to be like it.

mod answer;
mod base;
mod body;
mod client;
mod difference;
mod file;
mod headers;
mod ignore;
mod known;
mod outcome;
mod pointer;
mod report;
mod request;
mod requests;
mod samples;

use std::path::Path;
use std::time::Duration;

pub use base::{BaseUrl, BaseUrlError};
pub(crate) use client::NoAnswer;
pub(crate) use file::FileError;
pub(crate) use known::Known;
pub(crate) use outcome::{Outcome, Tally, Verdict};
pub(crate) use report::{Difference as Diff, Document, Summary};
pub(crate) use request::Request;

use client::Client;
use difference::Received;
use file::Source;

use crate::project::FrontDoor;

/// The requests that a file has.
pub(crate) fn read_requests(file: &Path) -> Result<Vec<Request>, FileError> {
    requests::read(&Source::read(file)?)
}

/// Harmless requests, made of the routes of a front door.
pub(crate) fn samples(door: &FrontDoor) -> Vec<Request> {
    samples::requests(door.keys())
}

/// The differences that a file knows.
pub(crate) fn read_known(file: &Path) -> Result<Known, FileError> {
    Known::read(&Source::read(file)?)
}

/// Where requests go, and how long an answer may take.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    pub(crate) url: BaseUrl,
    pub(crate) patience: Duration,
}

/// Two places that are to be alike.
#[derive(Debug)]
pub(crate) struct Comparison {
    client: Client,
    there: Destination,
    here: Destination,
}

impl Comparison {
    pub(crate) fn new(there: Destination, here: Destination) -> Self {
        Self { client: Client::new(), there, here }
    }

    /// Sends a request to both, at the same time.
    ///
    /// # Errors
    /// One of them cannot be connected to, so that there is nothing to compare. Any other way to get no answer is
    /// a difference.
    pub(crate) async fn compare(&self, request: Request, known: &mut Known) -> Result<Outcome, NoAnswer> {
        let (there, here) =
            tokio::try_join!(self.send(&self.there, &request), self.send(&self.here, &request))?;
        Ok(Outcome::new(request, there, here, known))
    }

    async fn send(&self, to: &Destination, request: &Request) -> Result<Received, NoAnswer> {
        match self.client.send(&to.url, request, to.patience).await {
            Err(error @ NoAnswer::Connect { .. }) => Err(error),
            received => Ok(received),
        }
    }
}
