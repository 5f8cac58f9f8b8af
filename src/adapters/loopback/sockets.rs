//! The port on both loopback addresses: `localhost` is either, and browsers differ in which they try first.

use super::port_owner::{PortOwner, find_owner};
use crate::adapters::blocking_thread::run_blocking;
use crate::domain::loopback::PortState;
use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::sleep;

/// Between fork and exec, a program that is just being started holds copies of all our sockets. So binding is retried: a listener
/// that was closed a moment ago does not count as an owner.
const BIND_RETRY_INTERVAL: Duration = Duration::from_millis(20);
const BIND_ATTEMPTS: usize = 4;

/// Checks whether the port is free, by binding it for a moment. Only the bound socket tells the truth: a connection that fails says
/// nothing about a program that merely holds the port.
pub async fn check_port(port: u16) -> PortState {
    let sockets = Sockets::bind(port).await;
    match sockets.owner().await {
        // A listener of ours gives way to the next one.
        Some(PortOwner::Program { pid, .. }) if pid == std::process::id() => PortState::Free(port),
        holder => sockets.port_state(holder),
    }
}

/// The sockets that could be bound, and why the others could not.
pub(super) struct Sockets {
    pub(super) port: u16,
    /// The listeners on 127.0.0.1 and on ::1.
    pub(super) listeners: [Option<TcpListener>; 2],
    bind_error: Option<BindError>,
}

struct BindError {
    address: SocketAddr,
    error: Error,
}

impl Sockets {
    /// Binds what can be bound.
    pub(super) async fn bind(port: u16) -> Self {
        Self::bind_with_retries(port, false).await
    }

    /// Binds both addresses, or none.
    pub(super) async fn bind_both(port: u16) -> Option<Self> {
        Some(Self::bind_with_retries(port, true).await).filter(|sockets| sockets.bind_error.is_none())
    }

    async fn bind_with_retries(port: u16, needs_both: bool) -> Self {
        for _ in 0..BIND_ATTEMPTS {
            let sockets = Self::bind_once(port, needs_both).await;
            if !sockets.bind_error.as_ref().is_some_and(BindError::is_taken) {
                return sockets;
            }
            drop(sockets);
            sleep(BIND_RETRY_INTERVAL).await;
        }
        Self::bind_once(port, needs_both).await
    }

    async fn bind_once(port: u16, needs_both: bool) -> Self {
        let (v4, not_v4) = bind_address((Ipv4Addr::LOCALHOST, port)).await;
        // Of two programs that try at once and each get one address, neither could use the port.
        let skips_v6 = needs_both && not_v4.as_ref().is_some_and(BindError::is_taken);
        let (v6, not_v6) = if skips_v6 { (None, None) } else { bind_address((Ipv6Addr::LOCALHOST, port)).await };
        let is_heard = v4.is_some() || v6.is_some();
        // A machine without IPv6 has no ::1, which is harmless, because no other program has it either. A ::1 on which another
        // program listens is not: the browser may deliver the code there.
        let refused = [not_v4, not_v6].into_iter().flatten().find(|refusal| !is_heard || refusal.is_taken());
        Self { port, listeners: [v4, v6], bind_error: refused }
    }

    pub(super) async fn state(&self) -> PortState {
        self.port_state(self.owner().await)
    }

    fn port_state(&self, holder: Option<PortOwner>) -> PortState {
        let Some(refused) = &self.bind_error else { return PortState::Free(self.port) };
        let evidence = holder.map_or_else(|| refused.error.to_string(), |holder| holder.to_string());
        PortState::Unavailable { port: self.port, evidence }
    }

    /// Returns the owner of a taken port, if the machine tells.
    async fn owner(&self) -> Option<PortOwner> {
        let address = self.bind_error.as_ref().filter(|refusal| refusal.is_taken())?.address;
        run_blocking("port check", move || Ok(find_owner(address))).await.ok()?
    }
}

impl BindError {
    /// Windows reports "permission denied" for ports that it has reserved.
    fn is_taken(&self) -> bool {
        matches!(self.error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied)
    }
}

/// tokio sets SO_REUSEADDR on Unix, where the connections of the previous callback would keep the port for a minute without it, and
/// not on Windows, where it would let two programs listen at once.
async fn bind_address(address: impl Into<SocketAddr>) -> (Option<TcpListener>, Option<BindError>) {
    let address = address.into();
    match TcpListener::bind(address).await {
        Ok(listener) => (Some(listener), None),
        Err(error) => (None, Some(BindError { address, error })),
    }
}
