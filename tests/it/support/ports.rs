//! Free ports on both loopback addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{LazyLock, Mutex};

/// The first port of a range below the ephemeral ports, which the system may give to another test at any moment.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// UDP sockets on the same port numbers, each of which claims a TCP port until this process ends. Several test runs on one host
/// may start at the same number.
static CLAIMS: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());

static DESERTED: LazyLock<u16> = LazyLock::new(free_port);

/// Returns a different free port on each call.
pub(crate) fn free_port() -> u16 {
    let start = u16::try_from(std::process::id() * 97 % u32::from(COUNT)).unwrap();
    let mut candidates = std::iter::repeat_with(|| FIRST + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT);
    candidates.by_ref().take(usize::from(COUNT)).find(|port| is_claimed(*port) && is_free(*port)).expect("a free port")
}

/// Returns an address where nothing ever listens.
pub(crate) fn nobody() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, *DESERTED).into()
}

fn is_claimed(port: u16) -> bool {
    let claim = UdpSocket::bind((Ipv4Addr::LOCALHOST, port));
    claim.map(|claim| CLAIMS.lock().unwrap().push(claim)).is_ok()
}

/// Checks by connecting, not by listening, because a program that another test starts at that moment would inherit the listener.
fn is_free(port: u16) -> bool {
    [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()].iter().all(|ip| TcpStream::connect((*ip, port)).is_err())
}
