//! Looks whether a loopback port is free, by taking it for a moment.

use crate::domain::loopback::PortState;
use crate::domain::oauth::Pending;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::runtime::ports::{Job, Loopback, Tell};
use std::net::{Ipv4Addr, TcpListener};

/// Only the bound socket tells the truth: a connection that fails says nothing about a program that merely holds the port.
pub fn look(port: u16) -> PortState {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => PortState::Free(port),
        Err(error) => PortState::Taken { port, evidence: error.to_string() },
    }
}

/// The listener of an own connection.
#[derive(Default)]
pub struct LoopbackListener;

impl Loopback for LoopbackListener {
    fn wait(&self, _: Pending, _: Tell<PortState>) -> Job<Secret> {
        Box::pin(async { Err(Problem::bug("not yet")) })
    }
}
