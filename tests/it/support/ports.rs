//! Ports that nobody else has, on both loopback addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{LazyLock, Mutex};

/// Below those that systems hand out by themselves, which some other test may be given at any moment.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// The UDP ports of the same numbers. Whoever has one has claimed the TCP port: several runs of the tests at once, on one network,
/// may begin at the same place. Held until this process ends.
static CLAIMS: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());

static DESERTED: LazyLock<u16> = LazyLock::new(free_port);

/// Each call gives another one.
pub(crate) fn free_port() -> u16 {
    let start = u16::try_from(std::process::id() * 97 % u32::from(COUNT)).unwrap();
    let mut candidates = std::iter::repeat_with(|| FIRST + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT);
    candidates.by_ref().take(usize::from(COUNT)).find(|port| is_claimed(*port) && is_free(*port)).expect("a free port")
}

/// An address where nothing listens, now and later.
pub(crate) fn nobody() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, *DESERTED).into()
}

fn is_claimed(port: u16) -> bool {
    let claim = UdpSocket::bind((Ipv4Addr::LOCALHOST, port));
    claim.map(|claim| CLAIMS.lock().unwrap().push(claim)).is_ok()
}

/// Not by listening: a program that some other test starts at that moment would hold a copy of the listener for a while.
fn is_free(port: u16) -> bool {
    [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()].iter().all(|ip| TcpStream::connect((*ip, port)).is_err())
}
