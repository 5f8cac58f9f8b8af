//! Why no answer came: reqwest's chain of errors, read down to its root.
//!
//! reqwest says "connect error" of DNS, refusal and TLS alike, and never names the proxy it went through; both are told apart here.

use crate::adapters::system_fault::system_fault;
use crate::domain::problem::{Problem, ProblemCode, SystemFault};
use std::error::Error;
use std::io;
use std::iter::successors;

/// The client could not be made. On a machine without a CA bundle that is where TLS fails.
pub(super) fn unbuilt(error: &reqwest::Error) -> Problem {
    let root = root_cause(error);
    match root.find("No CA certificates") {
        Some(start) => Problem::new(ProblemCode::NoTrustedRoots).seen(root.get(start..).unwrap_or_default()),
        None => Problem::new(ProblemCode::TlsFailed).seen(root),
    }
}

/// The connection or the request failed before an answer's first line was whole.
pub(super) fn unanswered(error: &reqwest::Error, proxy: Option<String>) -> Problem {
    let through = proxy.map(|proxy| format!(" (through the proxy {proxy})")).unwrap_or_default();
    let root = root_cause(error);
    let seen = |code: ProblemCode, what: &str| Problem::new(code).seen(format!("{what}{through}"));
    if error.is_builder() {
        Problem::bug(root)
    } else if chain(error).any(is_out_of_descriptors) {
        Problem::new(ProblemCode::DescriptorsUsedUp).seen(root)
    } else if error.is_timeout() {
        seen(ProblemCode::TimedOut, if error.is_connect() { "no connection in time" } else { "no answer in time" })
    } else if let Some(tls) = chain(error).find_map(tls_cause) {
        seen(ProblemCode::TlsFailed, &tls)
    } else if let Some(refusal) = chain(error).find_map(tunnel_refusal) {
        seen(ProblemCode::ProxyRefused, &refusal)
    } else if chain(error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse)) {
        seen(ProblemCode::NotNotion, "the answer is not HTTP")
    } else if !error.is_connect() && chain(error).any(broke_off) {
        seen(ProblemCode::AnswerTruncated, &root)
    } else if error.is_dns() {
        seen(ProblemCode::NoNetwork, &format!("the host's address was not found: {root}"))
    } else {
        seen(ProblemCode::NoNetwork, &root)
    }
}

/// The answer began and did not end.
pub(super) fn cut_short(error: &reqwest::Error, read: usize) -> Problem {
    if error.is_timeout() {
        Problem::new(ProblemCode::TimedOut).seen(format!("the answer stopped after {read} bytes"))
    } else {
        Problem::new(ProblemCode::AnswerTruncated).seen(format!("{read} bytes, then: {}", root_cause(error)))
    }
}

/// Every cause down to the root. An `io::Error` answers `source` with its content's source, so its content is taken first.
fn chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error as &'a (dyn Error + 'static)), |&cause| {
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(content) => Some(content as &(dyn Error + 'static)),
            None => cause.source(),
        }
    })
}

/// The last words of the chain. They come from this machine's libraries, and carry no header.
fn root_cause(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// No connection can be opened, and that is not the network's fault.
fn is_out_of_descriptors(cause: &(dyn Error + 'static)) -> bool {
    let fault = cause.downcast_ref::<io::Error>().and_then(system_fault);
    matches!(fault, Some(SystemFault::TooManyOpenFiles | SystemFault::TooManyOpenFilesOnMachine))
}

/// The other end had the request, and closed the connection instead of answering.
fn broke_off(cause: &(dyn Error + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let by_system = cause
        .downcast_ref::<io::Error>()
        .is_some_and(|error| matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof));
    by_system || cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message)
}

/// rustls' own words. A middlebox that hangs up on the first handshake message leaves only this text of tokio-rustls.
fn tls_cause(cause: &(dyn Error + 'static)) -> Option<String> {
    let words = cause.to_string();
    (cause.is::<rustls::Error>() || words == "tls handshake eof").then_some(words)
}

/// hyper-util keeps its `TunnelError` private, so its words must do. Failing to reach the proxy is no refusal.
fn tunnel_refusal(cause: &(dyn Error + 'static)) -> Option<String> {
    let words = cause.to_string();
    let reason = words.strip_prefix("tunnel error: ")?;
    let reached = cause.source().is_none();
    reached.then(|| format!("the proxy answered CONNECT: {reason}"))
}
