//! Ports that nobody else has, on both loopback addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that systems hand out by themselves, which some other test may be given at any moment.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// Each call gives another one. Several runs of the tests at once begin at different places.
pub(crate) fn free_port() -> u16 {
    let start = u16::try_from(std::process::id() * 97 % u32::from(COUNT)).unwrap();
    let candidates = std::iter::repeat_with(|| FIRST + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT);
    // Not by listening: a program that some other test starts at that moment would hold a copy of the listener for a while.
    let is_free = |port: &u16| {
        [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()].iter().all(|ip| TcpStream::connect((*ip, *port)).is_err())
    };
    candidates.take(usize::from(COUNT)).find(is_free).expect("a free port")
}
