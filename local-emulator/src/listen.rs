//! The ports of the front doors.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use api_routes_project::aws::FrontDoorKind;
use rustix::io::Errno;
use tokio::net::{TcpListener, lookup_host};

/// How often a free port of one loopback address may turn out to be taken on the other.
const ATTEMPTS: usize = 32;

/// The host that the emulator listens on.
///
/// `localhost` is both 127.0.0.1 and `::1`: browsers differ in which they try first, and in whether they try the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenHost {
    /// A single address. An unspecified address, such as `0.0.0.0`, is all addresses of this machine.
    Address(IpAddr),
    /// All addresses of a name.
    Name(String),
}

impl ListenHost {
    /// Returns the host that nobody outside this machine can reach.
    pub fn localhost() -> Self {
        Self::Name("localhost".to_owned())
    }

    async fn addresses(&self) -> io::Result<Vec<IpAddr>> {
        match self {
            Self::Address(address) => Ok(vec![*address]),
            // The system may know only one of these two addresses.
            Self::Name(name) if name.eq_ignore_ascii_case("localhost") => {
                Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()])
            }
            Self::Name(name) => {
                let mut addresses = Vec::new();
                for address in lookup_host((name.as_str(), 0)).await? {
                    if !addresses.contains(&address.ip()) {
                        addresses.push(address.ip());
                    }
                }
                Ok(addresses)
            }
        }
    }
}

impl FromStr for ListenHost {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let address = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        Ok(address.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Address))
    }
}

impl fmt::Display for ListenHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// The reason why a front door cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// Another program listens on the port of the first front door.
    #[error(
        "port {} of {} is taken: stop the program that uses it, or choose another with `--port` (`--port 0` takes a \
         free one)",
        .0.port(), .0.ip()
    )]
    PortTaken(SocketAddr),
    /// Another program listens on the port of a further front door.
    #[error(
        "port {} of {} is taken, and `{kind}` needs it: stop the program that uses it, or let the front doors begin at \
         another port with `--port` (`--port 0` takes free ones)",
        .address.port(), .address.ip()
    )]
    NextPortTaken {
        /// The address that the front door would have.
        address: SocketAddr,
        /// The kind of the front door.
        kind: FrontDoorKind,
    },
    /// The front door would need a port above 65535.
    #[error("no port is left for `{0}`: let the front doors begin at a lower port with `--port`")]
    NoPortLeft(FrontDoorKind),
    /// The address is not one of this machine, or the user may not listen on it.
    #[error("cannot listen on {0}; choose an address of this machine with `--host`, and a port above 1023")]
    Address(SocketAddr, #[source] io::Error),
    /// The name of `--host` cannot be looked up.
    #[error("cannot find the addresses of `{0}`; listen on this machine alone with `--host localhost`")]
    Host(ListenHost, #[source] io::Error),
    /// The name of `--host` has no address.
    #[error("the name of `--host` has no address; listen on this machine alone with `--host localhost`")]
    NoAddress,
}

/// The open listeners of a front door.
#[derive(Debug)]
pub(crate) struct Listening {
    /// A listener for each address of the host, all with the same port.
    pub(crate) listeners: Vec<TcpListener>,
    /// The address of the first listener.
    pub(crate) address: SocketAddr,
}

/// Opens the first front door at port `first`, and the others at the ports that follow. With port 0, each gets a free port.
///
/// # Errors
/// A [`ListenError`], which names the port.
pub(crate) async fn listen(
    host: &ListenHost,
    first: u16,
    kinds: impl Iterator<Item = FrontDoorKind>,
) -> Result<Vec<Listening>, ListenError> {
    let addresses = host.addresses().await.map_err(|cause| ListenError::Host(host.clone(), cause))?;
    let mut all: Vec<Listening> = Vec::new();
    for kind in kinds {
        let port = match all.last() {
            Some(last) if first != 0 => last.address.port().checked_add(1),
            _ => Some(first),
        };
        let port = port.ok_or(ListenError::NoPortLeft(kind))?;
        let listening = listen_at(&addresses, port).await;
        all.push(listening.map_err(|error| error.for_front_door(kind, all.is_empty()))?);
    }
    Ok(all)
}

/// Opens one port of all addresses. With port 0, the system chooses the port at the first address, and another program may
/// have that port at the next address.
async fn listen_at(addresses: &[IpAddr], port: u16) -> Result<Listening, ListenError> {
    let mut attempts = if port == 0 { ATTEMPTS } else { 1 };
    loop {
        attempts -= 1;
        match listen_once(addresses, port).await {
            Err(ListenError::PortTaken(_)) if attempts > 0 => {}
            listening => return listening,
        }
    }
}

async fn listen_once(addresses: &[IpAddr], port: u16) -> Result<Listening, ListenError> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut at = None;
    let mut missing = None;
    for ip in addresses {
        let address = SocketAddr::new(*ip, at.map_or(port, |at: SocketAddr| at.port()));
        let failed = |cause: io::Error| match cause.kind() {
            ErrorKind::AddrInUse => ListenError::PortTaken(address),
            _ => ListenError::Address(address, cause),
        };
        match TcpListener::bind(address).await {
            Ok(listener) => {
                at = Some(at.map_or_else(|| listener.local_addr(), Ok).map_err(failed)?);
                listeners.push(listener);
            }
            Err(cause) if is_missing(&cause) => missing = Some(failed(cause)),
            Err(cause) => return Err(failed(cause)),
        }
    }
    match (at, missing) {
        (Some(address), _) => Ok(Listening { listeners, address }),
        (None, Some(missing)) => Err(missing),
        (None, None) => Err(ListenError::NoAddress),
    }
}

/// Whether this machine lacks such an address, as a machine without IPv6 does.
fn is_missing(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    errno.is_some_and(|errno| errno == Errno::ADDRNOTAVAIL || errno == Errno::AFNOSUPPORT)
}

impl ListenError {
    /// Names the front door `kind` in the error, unless it is the first: only the first port was chosen.
    fn for_front_door(self, kind: FrontDoorKind, is_first: bool) -> Self {
        match self {
            Self::PortTaken(address) if !is_first => Self::NextPortTaken { address, kind },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

    use api_routes_project::aws::FrontDoorKind;
    use tokio::net::TcpListener;

    use super::{ListenError, ListenHost, Listening, listen};
    const KINDS: [FrontDoorKind; 2] = [FrontDoorKind::HttpApi, FrontDoorKind::RestApi];

    fn host() -> ListenHost {
        ListenHost::Address(Ipv4Addr::LOCALHOST.into())
    }

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

    /// Another program may take one of the ports meanwhile, so the test tries again with others.
    #[tokio::test]
    async fn front_doors_take_ports_in_a_row() {
        loop {
            let (taken, port) = some_port().await;
            drop(taken);
            if let Ok(listening) = listen(&host(), port, KINDS.into_iter()).await {
                assert_eq!(ports(&listening), [port, port + 1]);
                return;
            }
        }
    }

    #[tokio::test]
    async fn port_zero_gives_each_a_free_port() {
        let listening = listen(&host(), 0, KINDS.into_iter()).await.unwrap();
        let [one, other] = ports(&listening)[..] else { panic!() };
        assert!(one != 0 && other != 0 && one != other);
    }

    #[tokio::test]
    async fn taken_next_port_names_its_front_door() {
        loop {
            let (_taken, port) = some_port().await;
            match listen(&host(), port - 1, KINDS.into_iter()).await {
                Err(ListenError::NextPortTaken { address, kind }) => {
                    assert_eq!((address.port(), kind), (port, FrontDoorKind::RestApi));
                    return;
                }
                Err(ListenError::PortTaken(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn no_port_follows_the_last_one() {
        match listen(&host(), u16::MAX, KINDS.into_iter()).await {
            Err(ListenError::NoPortLeft(FrontDoorKind::RestApi) | ListenError::PortTaken(_)) => {}
            other => panic!("{other:?}"),
        }
    }

    /// A machine without IPv6 has one loopback address.
    #[tokio::test]
    async fn localhost_has_one_port_at_both_loopback_addresses() {
        let has_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok();
        let listening = listen(&ListenHost::localhost(), 0, KINDS.into_iter()).await.unwrap();
        for Listening { listeners, address } in &listening {
            let at: Vec<_> = listeners.iter().map(|listener| listener.local_addr().unwrap()).collect();
            assert_eq!(at[0], *address);
            let on_ipv6 = SocketAddr::from((Ipv6Addr::LOCALHOST, address.port()));
            assert_eq!(at[1..], [on_ipv6][..usize::from(has_ipv6)]);
        }
    }

    #[tokio::test]
    async fn port_taken_at_one_address_is_an_error() {
        let Ok(taken) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else { return };
        let taken = taken.local_addr().unwrap();
        match listen(&ListenHost::localhost(), taken.port(), KINDS.into_iter()).await {
            Err(ListenError::PortTaken(address)) => assert_eq!(address.port(), taken.port()),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn unknown_host_is_an_error_with_its_name() {
        let unknown: ListenHost = "nobody.invalid".parse().unwrap();
        let error = listen(&unknown, 0, KINDS.into_iter()).await.unwrap_err().to_string();
        assert!(error.contains("nobody.invalid") && error.contains("--host localhost"), "{error}");
    }

    #[test]
    fn address_parses_with_and_without_brackets() {
        for (text, host) in [
            ("::1", ListenHost::Address(Ipv6Addr::LOCALHOST.into())),
            ("[::1]", ListenHost::Address(Ipv6Addr::LOCALHOST.into())),
            ("0.0.0.0", ListenHost::Address(Ipv4Addr::UNSPECIFIED.into())),
            ("localhost", ListenHost::localhost()),
        ] {
            assert_eq!(text.parse(), Ok(host));
        }
    }
}
