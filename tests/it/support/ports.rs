//! Free ports on both loopback addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{LazyLock, Mutex};

/// The first port of a range below the ephemeral ports, which the system may give to another test at any moment.
const FIRST_PORT: u16 = 20_000;
const PORT_COUNT: u16 = 10_000;

static NEXT_OFFSET: AtomicU16 = AtomicU16::new(0);

/// UDP sockets on the same port numbers, each of which claims a TCP port until this process ends. Several test runs on one host
/// may start at the same number.
static CLAIMED_PORTS: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());

static UNUSED_PORT: LazyLock<u16> = LazyLock::new(free_port);

/// Returns a different free port on each call.
pub(crate) fn free_port() -> u16 {
    let start = u16::try_from(std::process::id() * 97 % u32::from(PORT_COUNT)).unwrap();
    let mut candidates = std::iter::repeat_with(|| FIRST_PORT + (start + NEXT_OFFSET.fetch_add(1, Ordering::Relaxed)) % PORT_COUNT);
    candidates.by_ref().take(usize::from(PORT_COUNT)).find(|port| claim_port(*port) && is_free(*port)).expect("a free port")
}

/// Returns an address where nothing ever listens.
pub(crate) fn unused_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, *UNUSED_PORT).into()
}

fn claim_port(port: u16) -> bool {
    let claim = UdpSocket::bind((Ipv4Addr::LOCALHOST, port));
    claim.map(|claim| CLAIMED_PORTS.lock().unwrap().push(claim)).is_ok()
}

/// Checks by connecting, not by listening, because a program that another test starts at that moment would inherit the listener.
fn is_free(port: u16) -> bool {
    [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()].iter().all(|ip| TcpStream::connect((*ip, port)).is_err())
}
