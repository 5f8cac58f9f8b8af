//! The loopback listener, on real sockets: the real answer gets through, and nothing else does anything.
#![expect(clippy::disallowed_methods, reason = "visitors are tasks of their own, and other programs are looked at")]

mod hostile;
mod port;
mod responses;

use crate::support::deadline::DEADLINE;
use crate::support::loopback_wait::{LoopbackWait, V4, V6, consent, get, rest, say};
use crate::support::ports::free_port;
use notion_auth::adapters::loopback::{ListenerLimits, LoopbackListener};

/// Stands in every hostile request, and may stand in no answer.
const MARK: &str = "fake-mark-0000";

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("closed")
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().filter_map(|line| line.split_once(": ")).find(|(known, _)| *known == name).map(|(_, value)| value)
}
