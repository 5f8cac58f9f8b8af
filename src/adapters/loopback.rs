//! Looks whether a loopback port is free, by taking it for a moment.

use crate::domain::loopback::PortState;
use std::net::{Ipv4Addr, TcpListener};

/// Only the bound socket tells the truth: a connection that fails says nothing about a program that merely holds the port.
pub fn look(port: u16) -> PortState {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => PortState::Free(port),
        Err(error) => PortState::Taken { port, evidence: error.to_string() },
    }
}
