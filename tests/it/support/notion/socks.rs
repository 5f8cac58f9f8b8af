//! A fake SOCKS5 proxy (RFC 1928) without authentication. It always connects to one server.

use super::TcpServer;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub(crate) struct FakeSocks {
    server: TcpServer,
    destinations: Arc<Mutex<Vec<String>>>,
}

impl FakeSocks {
    pub(crate) fn start(upstream: SocketAddr) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let server = TcpServer::start({
            let asked = Arc::clone(&asked);
            move |stream| {
                let _ = relay(stream, upstream, &asked);
            }
        });
        Self { server, destinations: asked }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// Returns the destinations of all requests, such as `api.notion.test:443`.
    pub(crate) fn destinations(&self) -> Vec<String> {
        self.destinations.lock().unwrap().clone()
    }
}

fn relay(mut client: TcpStream, upstream: SocketAddr, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut head = [0; 2];
    client.read_exact(&mut head)?;
    client.read_exact(&mut vec![0; head[1].into()])?;
    client.write_all(&[5, 0])?;
    let mut request = [0; 5];
    client.read_exact(&mut request)?;
    assert_eq!(request[..4], [5, 1, 0, 3], "CONNECT by name");
    let mut place = vec![0; usize::from(request[4]) + 2];
    client.read_exact(&mut place)?;
    let (name, port) = place.split_at(place.len() - 2);
    asked.lock().unwrap().push(format!("{}:{}", String::from_utf8_lossy(name), u16::from_be_bytes([port[0], port[1]])));
    let mut server = TcpStream::connect(upstream)?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both)
}
