//! The ports of the front doors.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::emulator::StartError;
use crate::gateway::FrontDoorKind;

/// Where a front door listens.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) listener: TcpListener,
    pub(crate) address: SocketAddr,
}

/// The first front door at `first`, the others on the ports that follow; with port 0 each on a free one.
pub(crate) async fn listen(
    first: SocketAddr,
    kinds: impl Iterator<Item = FrontDoorKind>,
) -> Result<Vec<Listening>, StartError> {
    let mut all: Vec<Listening> = Vec::new();
    for kind in kinds {
        let port = match all.last() {
            Some(last) if first.port() != 0 => last.address.port().checked_add(1),
            _ => Some(first.port()),
        };
        let port = port.ok_or(StartError::NoPortLeft(kind))?;
        let listening = listen_at(SocketAddr::new(first.ip(), port)).await;
        all.push(listening.map_err(|error| error.of(kind, all.is_empty()))?);
    }
    Ok(all)
}

async fn listen_at(address: SocketAddr) -> Result<Listening, StartError> {
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken(address),
        _ => StartError::Listen(address, cause),
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Listening { listener, address })
}

impl StartError {
    /// Nobody chose the ports that follow the first one.
    fn of(self, kind: FrontDoorKind, is_first: bool) -> Self {
        match self {
            Self::PortTaken(address) if !is_first => Self::NextPortTaken { address, kind },
            other => other,
        }
    }
}
