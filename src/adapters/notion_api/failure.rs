//! Explains why no response came, by reading reqwest's chain of errors down to its root.
//!
//! reqwest says "connect error" of DNS, refusal and TLS alike, and never names the proxy that it went through; both are told apart here.

use crate::adapters::machine::system_fault::system_fault;
use crate::domain::problem::{Problem, ProblemCode, SystemFault};
use std::error::Error;
use std::io;
use std::iter::successors;

/// The problem of a client that could not be built. On a machine without a CA bundle that is where TLS fails.
pub(super) fn client_build_problem(error: &reqwest::Error) -> Problem {
    let root = root_cause(error);
    match root.find("No CA certificates") {
        Some(start) => Problem::new(ProblemCode::NoTrustedRoots).with_evidence(root.get(start..).unwrap_or_default()),
        None => Problem::new(ProblemCode::TlsFailed).with_evidence(root),
    }
}

/// The problem of a connection or request that failed before the response's first line was complete.
pub(super) fn request_problem(error: &reqwest::Error, proxy: Option<String>) -> Problem {
    let through = proxy.map(|proxy| format!(" (through the proxy {proxy})")).unwrap_or_default();
    let root = root_cause(error);
    let problem = |code: ProblemCode, what: &str| Problem::new(code).with_evidence(format!("{what}{through}"));
    if error.is_builder() {
        Problem::bug(root)
    } else if error_chain(error).any(is_out_of_descriptors) {
        Problem::new(ProblemCode::DescriptorsExhausted).with_evidence(root)
    } else if error.is_timeout() {
        problem(ProblemCode::TimedOut, if error.is_connect() { "connection timed out" } else { "no response in time" })
    } else if let Some(tls) = error_chain(error).find_map(tls_cause) {
        problem(ProblemCode::TlsFailed, &tls)
    } else if let Some(refusal) = error_chain(error).find_map(tunnel_refusal) {
        problem(ProblemCode::ProxyRefused, &refusal)
    } else if error_chain(error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse)) {
        problem(ProblemCode::UnexpectedResponse, "the response is not HTTP")
    } else if !error.is_connect() && error_chain(error).any(is_connection_lost) {
        problem(ProblemCode::ResponseTruncated, &root)
    } else if error.is_dns() {
        problem(ProblemCode::NoNetwork, &format!("the host name can't be resolved: {root}"))
    } else {
        problem(ProblemCode::NoNetwork, &root)
    }
}

/// The problem of a response that began and did not end.
pub(super) fn truncation_problem(error: &reqwest::Error, read: usize) -> Problem {
    if error.is_timeout() {
        Problem::new(ProblemCode::TimedOut).with_evidence(format!("the response stopped after {read} bytes"))
    } else {
        Problem::new(ProblemCode::ResponseTruncated).with_evidence(format!("{read} bytes, then: {}", root_cause(error)))
    }
}

/// Returns every cause down to the root. `io::Error::source` returns the source of its content, so the content is taken first.
fn error_chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error as &'a (dyn Error + 'static)), |&cause| {
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(content) => Some(content as &(dyn Error + 'static)),
            None => cause.source(),
        }
    })
}

/// Returns the last message of the chain. It comes from this machine's libraries, and carries no header.
fn root_cause(error: &reqwest::Error) -> String {
    error_chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// True if no connection can be opened for lack of descriptors, which is not the network's fault.
fn is_out_of_descriptors(cause: &(dyn Error + 'static)) -> bool {
    let fault = cause.downcast_ref::<io::Error>().and_then(system_fault);
    matches!(fault, Some(SystemFault::TooManyOpenFiles | SystemFault::TooManyOpenFilesOnMachine))
}

/// True if the other end got the request, and closed the connection without a response.
fn is_connection_lost(cause: &(dyn Error + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let by_system = cause
        .downcast_ref::<io::Error>()
        .is_some_and(|error| matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof));
    by_system || cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message)
}

/// Returns rustls' own message. A middlebox that hangs up on the first handshake message leaves only this text of tokio-rustls.
fn tls_cause(cause: &(dyn Error + 'static)) -> Option<String> {
    let message = cause.to_string();
    (cause.is::<rustls::Error>() || message == "tls handshake eof").then_some(message)
}

/// hyper-util keeps its `TunnelError` private, so its text has to do. A failure to reach the proxy is not a refusal.
fn tunnel_refusal(cause: &(dyn Error + 'static)) -> Option<String> {
    let message = cause.to_string();
    let reason = message.strip_prefix("tunnel error: ")?;
    let reached = cause.source().is_none();
    reached.then(|| format!("the proxy responded to CONNECT: {reason}"))
}
