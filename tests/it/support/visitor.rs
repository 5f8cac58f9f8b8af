//! Whoever knocks at the loopback listener: a person's browser that ends on an address, and others that send what they like.

use super::deadline::DEADLINE;
use std::io::{Read, Write};
use std::net::TcpStream;
use url::Url;

/// A browser that ends on this address. What it is answered with: the head, and the page under it.
#[track_caller]
pub(crate) fn visit(address: &str) -> String {
    let url = Url::parse(address).expect("an address");
    let (port, target) = (url.port().expect("a port"), &url[url::Position::BeforePath..]);
    say(port, format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").as_bytes())
}

/// What comes back until the other end closes. One that closes while we still speak is no failure.
#[track_caller]
pub(crate) fn say(port: u16, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("somebody listens");
    stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of an answer.
pub(crate) fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("closed")
}
