//! Clients of the loopback listener: a browser that is redirected to it, and others that send arbitrary bytes.

use super::deadline::DEADLINE;
use std::io::{Read, Write};
use std::net::TcpStream;
use url::Url;

/// Requests this URL as a browser would, and returns the response: head and body.
#[track_caller]
pub(crate) fn visit(address: &str) -> String {
    let url = Url::parse(address).expect("an address");
    let (port, target) = (url.port().expect("a port"), &url[url::Position::BeforePath..]);
    send_bytes(port, format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").as_bytes())
}

/// Sends bytes and returns the response until the listener closes. A listener that closes while bytes are sent is not an error.
#[track_caller]
pub(crate) fn send_bytes(port: u16, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("somebody listens");
    stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Returns the status code of a response.
pub(crate) fn status_code(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("closed")
}
