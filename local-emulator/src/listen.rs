//! The ports of the front doors.

use std::io;
use std::net::SocketAddr;

use api_routes_project::aws::FrontDoorKind;
use tokio::net::TcpListener;

use crate::emulator::StartError;

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

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use api_routes_project::aws::FrontDoorKind;
    use tokio::net::TcpListener;

    use super::{Listening, listen};
    use crate::emulator::StartError;

    const KINDS: [FrontDoorKind; 2] = [FrontDoorKind::HttpApi, FrontDoorKind::RestApi];

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, port))
    }

    async fn some_port() -> (TcpListener, u16) {
        let taken = TcpListener::bind(at(0)).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        (taken, port)
    }

    fn ports(listening: &[Listening]) -> Vec<u16> {
        listening.iter().map(|listening| listening.address.port()).collect()
    }

    /// Other programs take ports too: where one of them is in the way, it is tried elsewhere.
    #[tokio::test]
    async fn front_doors_take_ports_in_a_row() {
        loop {
            let (taken, port) = some_port().await;
            drop(taken);
            if let Ok(listening) = listen(at(port), KINDS.into_iter()).await {
                assert_eq!(ports(&listening), [port, port + 1]);
                return;
            }
        }
    }

    #[tokio::test]
    async fn with_port_zero_each_takes_a_free_one() {
        let listening = listen(at(0), KINDS.into_iter()).await.unwrap();
        let [one, other] = ports(&listening)[..] else { panic!() };
        assert!(one != 0 && other != 0 && one != other);
    }

    #[tokio::test]
    async fn a_next_port_that_is_taken_is_told_with_whose_it_would_be() {
        loop {
            let (_taken, port) = some_port().await;
            match listen(at(port - 1), KINDS.into_iter()).await {
                Err(StartError::NextPortTaken { address, kind }) => {
                    assert_eq!((address.port(), kind), (port, FrontDoorKind::RestApi));
                    return;
                }
                Err(StartError::PortTaken(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn behind_the_last_port_there_is_none() {
        match listen(at(u16::MAX), KINDS.into_iter()).await {
            Err(StartError::NoPortLeft(FrontDoorKind::RestApi) | StartError::PortTaken(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}
