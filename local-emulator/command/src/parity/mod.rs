//! The same requests to what is deployed and to the emulator, and where the answers differ.
//!
//! There is what is deployed, here is the emulator, or whatever else is to be like it.

mod answer;
mod base;
mod body;
mod client;
mod command;
mod difference;
mod file;
mod headers;
mod ignore;
mod known;
mod outcome;
mod own_url;
mod pointer;
mod report;
mod request;
mod requests;
mod samples;

use std::path::Path;
use std::time::Duration;

pub(crate) use answer::Answer;
pub(crate) use base::BaseUrl;
pub(crate) use client::{Client, NoAnswer};
pub(crate) use file::FileError;
pub(crate) use known::Known;
pub(crate) use outcome::{Outcome, Tally, Verdict};
pub(crate) use report::{Difference as Diff, Document, Summary};
pub(crate) use request::HeaderLine;
pub(crate) use request::Request;

pub(crate) use command::{Parity, run};

use difference::Received;
use file::Source;
use own_url::OwnUrl;

use api_routes_project::front_doors::FrontDoor;

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
    there: Place,
    here: Place,
}

#[derive(Debug)]
struct Place {
    destination: Destination,
    own: OwnUrl,
}

impl Comparison {
    pub(crate) fn new(there: Destination, here: Destination) -> Self {
        Self { client: Client::new(), there: Place::new(there), here: Place::new(here) }
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

    async fn send(
        &self,
        Place { destination, own }: &Place,
        request: &Request,
    ) -> Result<Received, NoAnswer> {
        match self.client.send(&destination.url, request, destination.patience).await {
            Ok(mut answer) => {
                own.hide_in(&mut answer);
                Ok(Ok(answer))
            }
            Err(error @ NoAnswer::Connect { .. }) => Err(error),
            Err(error) => Ok(Err(error)),
        }
    }
}

impl Place {
    fn new(destination: Destination) -> Self {
        Self { own: OwnUrl::new(&destination.url), destination }
    }
}
