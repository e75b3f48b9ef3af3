//! The connections of a listener.

use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::printer::Printer;

/// The pause after a connection could not be accepted. The likely cause is a lack of file descriptors, which are free again
/// when other connections close.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// Runs `serve` for each connection in a task of its own. Dropping the future ends all tasks. Each kind of error is printed
/// once.
pub(crate) async fn serve_each<S>(
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
                // Messages are small, and the peer waits for each. If the connection is broken, its task finds out.
                let _ = stream.set_nodelay(true);
                connections.spawn(serve(stream, peer));
            }
            // The client left before its connection was accepted.
            Err(error) if is_of_client(&error) => {}
            Err(error) => {
                printer.error_once(format_args!(
                    "cannot accept a connection: {error}; clients wait until it can be accepted: raise the limit of \
                     open files (`ulimit -n`), or lower `--all-sandboxes`"
                ));
                sleep(ACCEPT_AGAIN).await;
            }
        }
        // Some clients open a connection for every call, so tasks that have ended must not pile up.
        while connections.try_join_next().is_some() {}
    }
}

fn is_of_client(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}
