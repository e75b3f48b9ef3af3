//! Sends the same request to two servers, and compares the answers.

use std::time::Duration;

use super::base::BaseUrl;
use super::client::{AnswerResult, Client, NoAnswer};
use super::known::KnownDifferences;
use super::outcome::Outcome;
use super::own_url::OwnUrl;
use super::request::Request;

/// A server that requests go to, and the timeout for an answer.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    pub(crate) url: BaseUrl,
    pub(crate) patience: Duration,
}

/// The two servers to compare: `there` is the deployment, and `here` is the emulator or another server.
#[derive(Debug)]
pub(crate) struct Comparison {
    client: Client,
    there: Server,
    here: Server,
}

#[derive(Debug)]
struct Server {
    destination: Destination,
    own_url: OwnUrl,
}

impl Comparison {
    pub(crate) fn new(there: Destination, here: Destination) -> Self {
        Self { client: Client::new(), there: Server::new(there), here: Server::new(here) }
    }

    /// Sends a request to both servers at the same time, and compares the answers.
    ///
    /// # Errors
    /// If a server cannot be connected to, so that there is nothing to compare. Any other missing answer is a
    /// difference.
    pub(crate) async fn compare(
        &self,
        request: Request,
        known: &mut KnownDifferences,
    ) -> Result<Outcome, NoAnswer> {
        let (there, here) =
            tokio::try_join!(self.send(&self.there, &request), self.send(&self.here, &request))?;
        Ok(Outcome::new(request, there, here, known))
    }

    async fn send(
        &self,
        Server { destination, own_url }: &Server,
        request: &Request,
    ) -> Result<AnswerResult, NoAnswer> {
        match self.client.send(&destination.url, request, destination.patience).await {
            Ok(mut answer) => {
                own_url.hide_in(&mut answer);
                Ok(Ok(answer))
            }
            Err(error @ NoAnswer::Connect { .. }) => Err(error),
            Err(error) => Ok(Err(error)),
        }
    }
}

impl Server {
    fn new(destination: Destination) -> Self {
        Self { own_url: OwnUrl::new(&destination.url), destination }
    }
}
