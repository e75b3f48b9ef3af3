//! Connections, as they come to a listener.

use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::printer::Printer;

/// After a failure to accept, most likely for want of file descriptors, which come back as others close theirs.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// Gives each connection to a task of its own, which does what `serve` says. Dropped, it ends all of them. Each kind of
/// error is printed once.
pub(crate) async fn each<S>(
    listener: TcpListener,
    printer: &Printer,
    serve: impl Fn(TcpStream, SocketAddr) -> S,
) -> Infallible
where
    S: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Messages are small, and each is waited for. What is wrong with a connection, its task finds out.
                let _ = stream.set_nodelay(true);
                connections.spawn(serve(stream, peer));
            }
            // A client that has left before its connection was accepted.
            Err(error) if is_of_client(&error) => {}
            Err(error) => {
                printer.error_once(format_args!(
                    "cannot accept a connection: {error}; clients wait until it can be accepted: raise the limit of \
                     open files (`ulimit -n`), or lower `--all-sandboxes`"
                ));
                sleep(ACCEPT_AGAIN).await;
            }
        }
        // Some clients open a connection for every call: those that are done need not pile up.
        while connections.try_join_next().is_some() {}
    }
}

fn is_of_client(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}
