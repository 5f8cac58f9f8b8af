//! HTTP/1.1 written by hand, because a library cannot send malformed responses.

use super::TrafficLog;
use serde_json::{Value, json};
use std::io::{self, Read, Write};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The request target: path and query, or the absolute form that is sent to a proxy.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Reads exactly one request and not a byte more, so that a tunnel can follow.
    pub(super) fn read(stream: &mut impl Read) -> Option<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).ok()?;
            head.extend(byte);
        }
        let head = String::from_utf8(head).ok()?;
        let mut lines = head.lines();
        let mut start = lines.next()?.split(' ').map(str::to_owned);
        let (method, target) = (start.next()?, start.next()?);
        let pair = |line: &str| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
        let mut request = Self { method, target, headers: lines.filter_map(pair).collect(), body: String::new() };
        let length = request.header("content-length").map_or(Ok(0), str::parse).ok()?;
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        // An uploaded archive is not UTF-8.
        request.body = String::from_utf8_lossy(&body).into_owned();
        Some(request)
    }
}

/// The way in which a response is sent.
#[derive(Clone, Copy)]
enum ResponseDelivery {
    Whole,
    /// Only this many bytes of the body are sent, less than the length; then the connection closes (`Cut`) or stalls (`Stalled`).
    Cut(usize),
    Stalled(usize),
    /// Chunked, without the last chunk.
    ChunkedAndCut,
    /// Chunked, without end.
    Endless,
    /// The body alone, without HTTP.
    Raw,
    /// Nothing is sent: the connection closes (`HungUp`) or stalls (`Silent`).
    Closed,
    Silent,
}

#[derive(Clone)]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delivery: ResponseDelivery,
}

impl Response {
    fn new(status: u16, kind: Option<&str>, body: impl Into<Vec<u8>>, delivery: ResponseDelivery) -> Self {
        let headers = kind.map(|kind| ("content-type".to_owned(), kind.to_owned())).into_iter().collect();
        Self { status, headers, body: body.into(), delivery }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers build the value on the spot")]
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::new(status, Some("application/json; charset=utf-8"), body.to_string(), ResponseDelivery::Whole)
    }

    /// Returns Notion's error object. Its message repeats the token, to check that clients do not show it.
    pub(crate) fn error(status: u16, code: &str, request: &Request) -> Self {
        let message = format!("no to {}", request.bearer().unwrap_or("nobody"));
        let body = json!({"object": "error", "status": status, "code": code, "message": message, "request_id": "fake-request-1"});
        Self::json(status, body).header("x-notion-request-id", "fake-request-1")
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self::new(status, Some("text/html; charset=utf-8"), body, ResponseDelivery::Whole)
    }

    /// Returns a stream of server-sent events.
    pub(crate) fn events(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, Some("text/event-stream"), body, ResponseDelivery::Whole)
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::new(status, Some("text/plain"), body, ResponseDelivery::Whole)
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::new(status, None, "", ResponseDelivery::Whole).header("location", to)
    }

    pub(crate) fn raw(bytes: &[u8]) -> Self {
        Self::new(0, None, bytes, ResponseDelivery::Raw)
    }

    pub(crate) fn endless() -> Self {
        Self::new(200, Some("application/json"), vec![b' '; 16 * 1024], ResponseDelivery::Endless)
    }

    pub(crate) fn closed() -> Self {
        Self::new(0, None, "", ResponseDelivery::Closed)
    }

    pub(crate) fn silent() -> Self {
        Self::new(0, None, "", ResponseDelivery::Silent)
    }

    #[must_use]
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub(crate) fn cut_after(self, bytes: usize) -> Self {
        Self { delivery: ResponseDelivery::Cut(bytes), ..self }
    }

    #[must_use]
    pub(crate) fn stalled_after(self, bytes: usize) -> Self {
        Self { delivery: ResponseDelivery::Stalled(bytes), ..self }
    }

    #[must_use]
    pub(crate) fn chunked_and_cut(self) -> Self {
        Self { delivery: ResponseDelivery::ChunkedAndCut, ..self }
    }

    fn head(&self) -> String {
        let framing = match self.delivery {
            ResponseDelivery::ChunkedAndCut | ResponseDelivery::Endless => "transfer-encoding: chunked".to_owned(),
            _ => format!("content-length: {}", self.body.len()),
        };
        let mut lines = vec![format!("HTTP/1.1 {} Fake", self.status), framing, "connection: close".to_owned()];
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.join("\r\n") + "\r\n\r\n"
    }

    /// Sends the response. An error means that the client disconnected.
    fn send(&self, stream: &mut (impl Read + Write), log: &TrafficLog) -> io::Result<()> {
        let mut write = |bytes: &[u8]| {
            stream.write_all(bytes)?;
            log.update(|seen| seen.bytes_sent += bytes.len());
            stream.flush()
        };
        let chunk = || [format!("{:x}\r\n", self.body.len()).as_bytes(), &self.body, b"\r\n"].concat();
        match self.delivery {
            ResponseDelivery::Whole => write(&[self.head().as_bytes(), &self.body].concat())?,
            ResponseDelivery::Cut(length) | ResponseDelivery::Stalled(length) => {
                write(&[self.head().as_bytes(), self.body.get(..length).unwrap()].concat())?;
            }
            ResponseDelivery::ChunkedAndCut => write(&[self.head().as_bytes(), &chunk()].concat())?,
            ResponseDelivery::Endless => {
                write(self.head().as_bytes())?;
                loop {
                    write(&chunk())?;
                }
            }
            ResponseDelivery::Raw => write(&self.body)?,
            ResponseDelivery::Closed | ResponseDelivery::Silent => {}
        }
        if let ResponseDelivery::Stalled(_) | ResponseDelivery::Silent = self.delivery {
            // Returns when the client has disconnected.
            stream.read_exact(&mut [0])?;
        }
        Ok(())
    }
}

/// Serves one request per connection.
pub(super) fn serve(stream: &mut (impl Read + Write), script: &impl Fn(&Request) -> Response, log: &TrafficLog) {
    if let Some(request) = Request::read(stream) {
        let response = script(&request);
        log.wait_for_release(&request);
        log.update(|seen| seen.requests.push(request));
        if response.send(stream, log).is_err() {
            log.update(|seen| seen.disconnected += 1);
        }
    }
}
