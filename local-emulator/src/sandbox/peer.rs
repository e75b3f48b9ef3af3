//! The process at the other end of a connection, if the emulator has not started it.

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::Pid;

#[cfg(target_os = "linux")]
use linux::{has_socket, lives, owner_of};
#[cfg(not(target_os = "linux"))]
use other::{has_socket, lives, owner_of};

/// The time between two checks of a process. The system reports only the end of a child. On Linux, a `pidfd` would report
/// the end of any process, but not every tokio version that this workspace allows can wait for it soundly.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Returns the process at the client's end of a local connection; `None` if the system does not report the process, for
/// example if another user owns it. `known` processes are checked first.
pub(crate) async fn owner(client: SocketAddr, server: SocketAddr, known: Vec<Pid>) -> Option<Pid> {
    // An error means that the runtime ends.
    tokio::task::spawn_blocking(move || owner_of(client, server, &known)).await.ok().flatten()
}

/// Whether a process still has the client's end of a local connection; `None` if the system does not report that.
pub(crate) async fn is_connected(client: SocketAddr, server: SocketAddr) -> Option<bool> {
    if !client.ip().to_canonical().is_loopback() {
        return None;
    }
    // An error means that the runtime ends.
    tokio::task::spawn_blocking(move || has_socket(client, server)).await.ok().flatten()
}

/// Waits until a process has ended.
pub(super) async fn ended(process: Pid) {
    while lives(process) {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::net::{IpAddr, SocketAddr};

    use rustix::process::Pid;

    const LISTS: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// Finds the owner of the socket by its inode, in the list of open files of each process.
    pub(super) fn owner_of(client: SocketAddr, server: SocketAddr, known: &[Pid]) -> Option<Pid> {
        let link = format!("socket:[{}]", inode(client, server)?);
        let has_it = |process: &Pid| has_file(*process, &link);
        known.iter().copied().find(has_it).or_else(|| processes().find(has_it))
    }

    /// Whether the process runs. After its end it is a zombie (`Z`) until its parent asks for its status.
    pub(super) fn lives(process: Pid) -> bool {
        let status = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
        // `4711 (api-user) S 4700 …`, where the name may have any characters.
        let state = status.as_deref().ok().and_then(|status| status.rsplit(") ").next()).unwrap_or("X");
        !state.starts_with(['Z', 'X'])
    }

    /// Whether a process has the socket. A closed socket stays in the list for a while, without an inode.
    pub(super) fn has_socket(client: SocketAddr, server: SocketAddr) -> Option<bool> {
        fs::metadata(LISTS[0]).is_ok().then(|| inode(client, server).is_some())
    }

    /// Returns the inode of a socket. An IPv6 socket that is connected to an IPv4 address is in the second list.
    fn inode(client: SocketAddr, server: SocketAddr) -> Option<String> {
        let (client, server) = (hexadecimal(client), hexadecimal(server));
        LISTS.iter().find_map(|list| {
            let list = fs::read_to_string(list).ok()?;
            list.lines().find_map(|line| inode_in(line, &client, &server))
        })
    }

    /// Returns the inode in a line such as `0: 0100007F:9C40 0100007F:6D3A 01 00000000:00000000 00:00000000 00000000 1000 0 4711 …`.
    fn inode_in(line: &str, client: &str, server: &str) -> Option<String> {
        let mut columns = line.split_whitespace().skip(1);
        let is_it = columns.next()?.ends_with(client) && columns.next()?.ends_with(server);
        columns.nth(6).filter(|inode| is_it && *inode != "0").map(str::to_owned)
    }

    /// Returns an address as the kernel writes it, with each four of its bytes in the order of the machine.
    fn hexadecimal(address: SocketAddr) -> String {
        let word = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_ne_bytes);
        let words =
            |bytes: &[u8]| -> Vec<_> { bytes.chunks(4).map(|four| format!("{:08X}", word(four))).collect() };
        let ip = match address.ip().to_canonical() {
            IpAddr::V4(ip) => words(&ip.octets()),
            IpAddr::V6(ip) => words(&ip.octets()),
        };
        format!("{}:{:04X}", ip.concat(), address.port())
    }

    fn processes() -> impl Iterator<Item = Pid> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
    }

    fn has_file(process: Pid, link: &str) -> bool {
        let files = fs::read_dir(format!("/proc/{}/fd", process.as_raw_nonzero())).into_iter().flatten();
        files.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|path| path.as_os_str() == link))
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use std::net::SocketAddr;
    use std::process::Command;

    use rustix::process::{Pid, getpid, test_kill_process};

    /// Finds the owner with `lsof`, which lists both ends: other systems have no `/proc`.
    pub(super) fn owner_of(client: SocketAddr, _server: SocketAddr, _known: &[Pid]) -> Option<Pid> {
        let connection = format!("TCP:{}", client.port());
        let arguments = ["-nP", "-a", "-i", &connection, "-s", "TCP:ESTABLISHED", "-F", "p"];
        let listed = Command::new("lsof").args(arguments).output().ok()?.stdout;
        let listed = String::from_utf8_lossy(&listed);
        let mut processes =
            listed.lines().filter_map(|line| Pid::from_raw(line.strip_prefix('p')?.parse().ok()?));
        processes.find(|process| *process != getpid())
    }

    /// Returns `None`: `lsof` lists no closed socket, and takes too long to be called again and again.
    pub(super) fn has_socket(_client: SocketAddr, _server: SocketAddr) -> Option<bool> {
        None
    }

    pub(super) fn lives(process: Pid) -> bool {
        test_kill_process(process).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Shutdown, TcpListener, TcpStream};
    use std::process::Command;

    use rustix::process::{Pid, getpid};

    use super::{ended, is_connected, owner};

    #[tokio::test]
    async fn owner_of_a_socket_is_found() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = listener.local_addr().unwrap();
        let client = TcpStream::connect(server).unwrap();
        let found = owner(client.local_addr().unwrap(), server, Vec::new()).await;
        // Other systems leave this process out, since `lsof` lists both ends of a connection.
        assert_eq!(found, cfg!(target_os = "linux").then(getpid));
        let nobody = ([127, 0, 0, 1], 1).into();
        assert_eq!(owner(nobody, server, vec![getpid()]).await, None);
    }

    /// A process still owns a socket that is half closed.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn closed_socket_has_no_process() {
        for host in ["127.0.0.1", "::1"] {
            let Ok(listener) = TcpListener::bind((host, 0)) else { continue };
            let server = listener.local_addr().unwrap();
            let client = TcpStream::connect(server).unwrap();
            let accepted = listener.accept().unwrap().0;
            let address = client.local_addr().unwrap();
            assert_eq!(is_connected(address, server).await, Some(true), "{host}");
            client.shutdown(Shutdown::Write).unwrap();
            assert_eq!(is_connected(address, server).await, Some(true), "{host}");
            drop(client);
            assert_eq!(is_connected(address, server).await, Some(false), "{host}");
            drop(accepted);
        }
        let elsewhere = ([192, 0, 2, 1], 80).into();
        assert_eq!(is_connected(elsewhere, elsewhere).await, None);
    }

    #[tokio::test]
    async fn end_of_another_process_is_seen() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = Pid::from_child(&child);
        let watched = tokio::spawn(ended(process));
        tokio::task::yield_now().await;
        assert!(!watched.is_finished());
        child.kill().unwrap();
        if cfg!(target_os = "linux") {
            // The child is still a zombie.
            watched.await.unwrap();
        }
        child.wait().unwrap();
        ended(process).await;
    }
}
