//! A fake corporate proxy: it tunnels CONNECT, forwards plain requests, and may require a password. It always connects to one server.

use super::http::Request;
use super::{TcpServer, TrafficLog};
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;

pub(crate) struct FakeProxy {
    server: TcpServer,
    log: Arc<TrafficLog>,
}

impl FakeProxy {
    pub(crate) fn start(upstream: SocketAddr) -> Self {
        Self::start_with(upstream, None)
    }

    /// Answers 407 to everything that lacks this `Proxy-Authorization`.
    pub(crate) fn start_requiring(upstream: SocketAddr, authorization: &str) -> Self {
        Self::start_with(upstream, Some(authorization.to_owned()))
    }

    fn start_with(upstream: SocketAddr, required: Option<String>) -> Self {
        let log = Arc::new(TrafficLog::default());
        let server = TcpServer::start({
            let log = Arc::clone(&log);
            move |stream| {
                // A client that disconnects early is not an error of the proxy.
                let _ = relay(stream, upstream, required.as_deref(), &log);
            }
        });
        Self { server, log }
    }

    /// Returns the proxy's `host:port`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// Returns the method and target of all requests, such as `CONNECT api.notion.test:443`.
    pub(crate) fn request_lines(&self) -> Vec<String> {
        self.log.requests().iter().map(|request| format!("{} {}", request.method, request.target)).collect()
    }
}

fn relay(mut client: TcpStream, upstream: SocketAddr, required: Option<&str>, log: &TrafficLog) -> io::Result<()> {
    let Some(request) = Request::read(&mut client) else { return Ok(()) };
    log.update(|seen| seen.requests.push(request.clone()));
    if required.is_some() && request.header("proxy-authorization") != required {
        return client.write_all(b"HTTP/1.1 407 Fake\r\nproxy-authenticate: Basic realm=\"fake\"\r\ncontent-length: 0\r\n\r\n");
    }
    let mut server = TcpStream::connect(upstream)?;
    if request.method == "CONNECT" {
        client.write_all(b"HTTP/1.1 200 Fake\r\n\r\n")?;
    } else {
        write!(server, "{} {} HTTP/1.1\r\n", request.method, request.target)?;
        for (name, value) in &request.headers {
            write!(server, "{name}: {value}\r\n")?;
        }
        write!(server, "\r\n{}", request.body)?;
    }
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both)
}
