//! The port on both loopback addresses: `localhost` is either, and which one a browser tries first is its own affair.

use super::holder::{Holder, holder};
use crate::domain::loopback::PortState;
use std::io::{Error, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use tokio::net::TcpListener;

/// Whether the port could be had just now, seen by taking it for a moment. Only the bound socket tells the truth: a connection
/// that fails says nothing about a program that merely holds the port.
pub async fn look(port: u16) -> PortState {
    let sockets = Sockets::bind(port).await;
    match sockets.holder().await {
        // A listener of ours, which gives way to the next.
        Some(Holder::Program { pid, .. }) if pid == std::process::id() => PortState::Free(port),
        holder => sockets.told(holder),
    }
}

/// What could be bound, and why the rest could not.
pub(super) struct Sockets {
    port: u16,
    /// On 127.0.0.1 and on ::1.
    pub(super) listeners: [Option<TcpListener>; 2],
    refused: Option<Error>,
}

impl Sockets {
    /// Waits for nothing. tokio sets SO_REUSEADDR on Unix, where the connections of the answer before would keep the port for
    /// a minute without it, and not on Windows, where it would let two programs listen at once.
    pub(super) async fn bind(port: u16) -> Self {
        let (v4, not_v4) = split(TcpListener::bind((IpAddr::from(Ipv4Addr::LOCALHOST), port)).await);
        let (v6, not_v6) = split(TcpListener::bind((IpAddr::from(Ipv6Addr::LOCALHOST), port)).await);
        let is_alone = v4.is_some() || v6.is_some();
        // A machine without IPv6 has no ::1, which is no reason to worry: nobody else has it either. One that somebody else
        // listens on is: the browser may take the code there.
        let refused = [not_v4, not_v6].into_iter().flatten().find(|error| !is_alone || is_taken(error));
        Self { port, listeners: [v4, v6], refused }
    }

    pub(super) async fn state(&self) -> PortState {
        self.told(self.holder().await)
    }

    fn told(&self, holder: Option<Holder>) -> PortState {
        let Some(error) = &self.refused else { return PortState::Free(self.port) };
        let evidence = holder.map_or_else(|| error.to_string(), |holder| holder.to_string());
        PortState::Taken { port: self.port, evidence }
    }

    /// Who has the port, where it is taken and the machine tells.
    async fn holder(&self) -> Option<Holder> {
        let port = self.port;
        self.refused.as_ref().filter(|error| is_taken(error))?;
        tokio::task::spawn_blocking(move || holder(port)).await.ok()?
    }
}

fn split(bound: Result<TcpListener, Error>) -> (Option<TcpListener>, Option<Error>) {
    match bound {
        Ok(listener) => (Some(listener), None),
        Err(error) => (None, Some(error)),
    }
}

/// Windows says "permission denied" for ports that it has set aside.
fn is_taken(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied)
}
