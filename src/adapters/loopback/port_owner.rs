//! Finds the program that holds a loopback port, for the person. Only Linux tells that without a program of its own.
#![expect(clippy::disallowed_methods, reason = "reads what the kernel says about sockets and processes")]

use crate::domain::sanitize::sanitize;
use std::fmt;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

/// The kernel writes its tables in parts, and can leave a socket out where another one is closed between two parts.
const TABLE_READS: usize = 3;

pub(super) enum PortOwner {
    Program {
        name: String,
        pid: u32,
    },
    /// A program of another user, or one outside this container: its files cannot be read.
    OtherUser {
        user: String,
    },
    /// A program of this user whose files cannot be read, as this program is itself.
    Unreadable,
}

impl fmt::Display for PortOwner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program { name, pid } => write!(formatter, "used by {name} (pid {pid})"),
            Self::Unreadable => {
                write!(formatter, "used by one of your programs that can't be inspected, such as another notion-auth")
            }
            Self::OtherUser { user } => write!(formatter, "used by another user's program (uid {user})"),
        }
    }
}

/// Blocks for as long as it takes to read the open files of every process.
pub(super) fn find_owner(address: SocketAddr) -> Option<PortOwner> {
    let read = || ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| fs::read_to_string(table).unwrap_or_default());
    let socket = (0..TABLE_READS).find_map(|_| read().iter().find_map(|table| find_listener(table, address)))?;
    let holders = fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        has_socket_open(&entry.path(), &socket).then(|| (entry.path(), pid))
    });
    // What a program has started may hold a copy of its socket, some only until they run their own program.
    let first = holders.min_by_key(|(process, _)| started_at(process));
    let program = first.map(|(process, pid)| PortOwner::Program { name: process_name(&process), pid });
    Some(program.unwrap_or(if is_current_user(&socket.user) {
        PortOwner::Unreadable
    } else {
        PortOwner::OtherUser { user: socket.user }
    }))
}

#[cfg(unix)]
fn is_current_user(uid: &str) -> bool {
    rustix::process::getuid().as_raw().to_string() == uid
}

#[cfg(not(unix))]
fn is_current_user(_uid: &str) -> bool {
    false
}

struct ListeningSocket {
    inode: String,
    user: String,
}

/// Finds the socket in one of the kernel's tables that listens on this address, or on all addresses.
fn find_listener(table: &str, wanted: SocketAddr) -> Option<ListeningSocket> {
    const LISTEN: &str = "0A";
    table.lines().find_map(|line| {
        let mut columns = line.split_whitespace().skip(1);
        let (address, port) = columns.next()?.split_once(':')?;
        let address = parse_ip(address)?.to_canonical();
        let is_in_the_way = address == wanted.ip() || address.is_unspecified();
        let is_it = is_in_the_way && u16::from_str_radix(port, 16) == Ok(wanted.port()) && columns.nth(1)? == LISTEN;
        is_it.then_some(())?;
        Some(ListeningSocket { user: columns.nth(3)?.into(), inode: columns.nth(1)?.into() })
    })
}

/// Parses 32-bit words in this machine's byte order, which hold an address in network order.
fn parse_ip(hexadecimal: &str) -> Option<IpAddr> {
    let words = hexadecimal.as_bytes().chunks(8).map(|word| u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok());
    let bytes: Vec<u8> = words.collect::<Option<Vec<_>>>()?.into_iter().flat_map(u32::to_ne_bytes).collect();
    let v4 = <[u8; 4]>::try_from(bytes.as_slice()).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes.as_slice()).map(IpAddr::from)).ok()
}

fn has_socket_open(process: &Path, socket: &ListeningSocket) -> bool {
    let wanted = format!("socket:[{}]", socket.inode);
    let files = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    files.filter_map(|file| fs::read_link(file.path()).ok()).any(|target| target.as_os_str() == wanted.as_str())
}

/// Returns when the process started, in ticks since the machine did. One that has just ended counts as the latest.
fn started_at(process: &Path) -> u64 {
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    parse_start(&stat).unwrap_or(u64::MAX)
}

/// The 22nd field (proc_pid_stat(5)). The second is the name, in parentheses that it may contain itself.
fn parse_start(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    after_name.split(' ').nth(19)?.parse().ok()
}

fn process_name(process: &Path) -> String {
    let name = fs::read_to_string(process.join("comm")).map(|name| sanitize(&name)).unwrap_or_default();
    if name.is_empty() { "an unnamed program".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three programs on 8765: on another address of the machine, on 127.0.0.1 with a connection, and on all of IPv6.
    #[cfg(target_endian = "little")]
    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0500A8C0:223D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41 1 0 100 0 0 10 0
   1: 0100007F:223D 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 42 1 0 100 0 0 10 0
   2: 0100007F:223D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 43 1 0 100 0 0 10 0
   3: 00000000000000000000000000000000:223D 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1002        0 44 1
";

    #[test]
    #[cfg(target_endian = "little")]
    fn the_listener_in_the_way_is_the_one_that_is_named() {
        let found = |address: &str| find_listener(TABLE, address.parse().expect("an address")).map(|it| (it.inode, it.user));
        assert_eq!(found("127.0.0.1:8765"), Some(("43".into(), "1001".into())));
        assert_eq!(found("[::1]:8765"), Some(("44".into(), "1002".into())));
        assert_eq!(found("127.0.0.1:8766"), None);
    }

    #[test]
    fn the_start_of_a_process_is_found_behind_any_name() {
        let stat = "41 (a (b) c) S 1 41 41 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 8765 2 3 4";
        assert_eq!(parse_start(stat), Some(8765));
        assert_eq!(parse_start(""), None);
        #[cfg(target_os = "linux")]
        assert!(started_at(Path::new("/proc/1")) <= started_at(Path::new("/proc/self")));
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn every_form_of_an_address_is_understood() {
        for (written, address) in [
            ("0100007F", "127.0.0.1"),
            ("00000000", "0.0.0.0"),
            ("00000000000000000000000001000000", "::1"),
            ("0000000000000000FFFF00000100007F", "::ffff:127.0.0.1"),
        ] {
            assert_eq!(parse_ip(written), address.parse().ok(), "{written}");
        }
        assert_eq!(parse_ip("0100007F01"), None);
        assert_eq!(parse_ip("not hexadecimal."), None);
    }

    #[test]
    fn who_cannot_be_seen_is_told_by_user() {
        assert_eq!(PortOwner::OtherUser { user: "1001".into() }.to_string(), "used by another user's program (uid 1001)");
    }
}
