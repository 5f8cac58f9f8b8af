//! `adapters/loopback`: of whatever is sent to the listener, only a browser's own visit with the request's state is an answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use notion_auth::adapters::loopback::{ListenerLimits, LoopbackListener};
use notion_auth::domain::loopback::ListenerEvent;
use notion_auth::domain::oauth::parse_callback;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::Loopback;
use notion_auth_fuzz::{CODE, STATE, assert_discreet, assert_hides, pending};
use std::cell::RefCell;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// As it stands in the seeds; the listener's own port is put in its place.
const PORT_IN_SEEDS: &str = "8765";

const DEADLINE: Duration = Duration::from_secs(30);

/// Turns of everything that is ready, from the end of a connection to that of the job.
const TURNS: usize = 8;

/// Answers of the listener itself and of its HTTP library.
const STATUSES: [&str; 9] = ["200", "400", "404", "405", "414", "421", "431", "501", "505"];

struct ListenerUnderTest {
    runtime: Runtime,
    listener: LoopbackListener,
    port: u16,
    job: Option<JoinHandle<Result<Secret, Problem>>>,
}

thread_local! {
    static WAITING: RefCell<ListenerUnderTest> = RefCell::new(ListenerUnderTest::begin());
}

fuzz_target!(|bytes: &[u8]| WAITING.with_borrow_mut(|waiting| waiting.visit(bytes)));

impl ListenerUnderTest {
    fn begin() -> Self {
        let free = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr()).expect("a free port");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let limits = ListenerLimits { callback_timeout: Duration::from_secs(1 << 24), ..ListenerLimits::default() };
        Self { runtime, listener: LoopbackListener::with_limits(limits), port: free.port(), job: None }
    }

    fn visit(&mut self, bytes: &[u8]) {
        let request = replaced(bytes, PORT_IN_SEEDS.as_bytes(), self.port.to_string().as_bytes());
        if self.job.is_none() {
            let (tell, told) = oneshot::channel();
            let tell = std::sync::Mutex::new(Some(tell));
            let job = self.listener.wait_for_callback(
                pending(STATE, self.port),
                Box::new(move |event| {
                    if let (ListenerEvent::Listening(_), Some(tell)) = (event, tell.lock().expect("one thread").take()) {
                        let _ = tell.send(());
                    }
                }),
            );
            self.job = Some(self.runtime.spawn(job));
            self.runtime.block_on(told).expect("it listens");
        }
        let port = self.port;
        let response = self.runtime.block_on(async { tokio::time::timeout(DEADLINE, say(port, &request)).await });
        let response = response.expect("it hangs up in time");
        let response = String::from_utf8_lossy(&response);
        assert_hides(&response, &[STATE, CODE]);
        let status = response.split(' ').nth(1).unwrap_or_default();
        let is_http = response.starts_with("HTTP/1.1 ") || response.starts_with("HTTP/1.0 ");
        assert!(!is_http || STATUSES.contains(&status), "{response}");
        let Some(job) = &mut self.job else { return };
        if let Some(answer) = self.runtime.block_on(ended(job, status == "200")) {
            self.job = None;
            assert_answered(&request, port, &answer);
        }
    }
}

/// The outcome of a job that has ended. The page arrives a little before the job ends, so that one who is thanked waits for it; one
/// who is not lets everything that is ready run first, so that a late end is not put down to the next request.
async fn ended(job: &mut JoinHandle<Result<Secret, Problem>>, is_thanked: bool) -> Option<Result<Secret, Problem>> {
    if !is_thanked {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        if !job.is_finished() {
            return None;
        }
    }
    let answer = tokio::time::timeout(DEADLINE, job).await.expect("thanked, and not taken for an answer");
    Some(answer.expect("no panic"))
}

/// A browser asked for the very address, at this machine, with the state.
fn assert_answered(request: &[u8], port: u16, answer: &Result<Secret, Problem>) {
    let request = String::from_utf8_lossy(request);
    // Whatever follows the first empty line belongs to no head.
    let head: Vec<&str> = request.trim_start().lines().take_while(|line| !line.is_empty()).collect();
    let line = head.first().copied().unwrap_or_default();
    let target = line.strip_prefix("GET ").and_then(|line| line.split(' ').next()).unwrap_or_default();
    assert!(target.starts_with("/callback?"), "{line}");
    let folded = head.join("\n").to_ascii_lowercase();
    let hosts = ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{host}:{port}"));
    let named = folded.lines().filter_map(|line| line.strip_prefix("host:")).map(str::trim).collect::<Vec<_>>();
    assert!(named.iter().any(|host| hosts.iter().any(|ours| ours == host)), "{request}");
    assert!(!folded.contains("\nsec-purpose:"), "{request}");
    // What a browser shows, and a person pastes, is the whole address.
    let expected = parse_callback(&Secret::new(format!("http://localhost:{port}{target}")), &pending(STATE, port));
    match (answer, &expected) {
        (Ok(code), Ok(expected)) => assert_eq!(code, expected),
        (Err(problem), Err(expected)) => {
            assert_eq!(problem.code, expected.code);
            assert_ne!(problem.code, ProblemCode::CallbackMismatch);
            assert_discreet(problem, &[STATE]);
        }
        _ => panic!("{request}: {answer:?} and not {expected:?}"),
    }
}

async fn say(port: u16, request: &[u8]) -> Vec<u8> {
    let mut response = Vec::new();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("somebody listens");
    // One that is turned away early may hang up before all is said.
    let _ = stream.write_all(request).await;
    let _ = stream.shutdown().await;
    let _ = stream.read_to_end(&mut response).await;
    response
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(from) {
            replaced.extend_from_slice(to);
            rest = after;
        } else {
            replaced.push(rest[0]);
            rest = &rest[1..];
        }
    }
    replaced
}
