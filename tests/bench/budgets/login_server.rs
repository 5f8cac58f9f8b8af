//! Notion's side of a browser login, as `ntn` speaks with it: a proxy to which its `local` environment is led.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use super::session::BenchResult;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The code that is to be compared.
pub(crate) const CODE: &str = "ABCD-1234";

/// Whoever approves: a member whom the simulated Notion knows.
const TOKEN: &str = "ntn_demo_member_on_a_paid_plan_0001";

/// `ntn` asks every two seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Begins every login; nobody has approved it.
pub(crate) struct BenchLoginServer {
    address: SocketAddr,
    approved: Arc<AtomicBool>,
    answers: Receiver<(LoginAnswer, Instant)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LoginAnswer {
    Pending,
    Confirmed,
}

impl BenchLoginServer {
    /// It serves until the bench ends.
    pub(crate) fn start() -> BenchResult<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let (address, approved) = (listener.local_addr()?, Arc::new(AtomicBool::new(false)));
        let (answered, answers) = channel();
        let desk = LoginResponder { approved: Arc::clone(&approved), answered };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::spawn(move || runtime.block_on(serve(listener, Arc::new(desk))));
        Ok(Self { address, approved, answers })
    }

    /// What leads an `ntn` here. It keeps its token in its file: a kernel's keyring is not had everywhere.
    pub(crate) fn variables(&self) -> [(&'static str, OsString); 4] {
        let here = || OsString::from(format!("http://{}", self.address));
        [("NOTION_ENV", "local".into()), ("HTTP_PROXY", here()), ("HTTPS_PROXY", here()), ("NOTION_KEYRING", "0".into())]
    }

    /// Approved just after `ntn` has asked, so that its next question is as far away as it can be.
    pub(crate) fn approve(&self) -> BenchResult<Instant> {
        self.when(LoginAnswer::Pending)?;
        self.approved.store(true, Ordering::SeqCst);
        Ok(Instant::now())
    }

    /// When it was told that the login is approved.
    pub(crate) fn confirmed(&self) -> BenchResult<Instant> {
        self.when(LoginAnswer::Confirmed)
    }

    fn when(&self, awaited: LoginAnswer) -> BenchResult<Instant> {
        loop {
            let (answer, at) = self.answers.recv_timeout(PATIENCE)?;
            if answer == awaited {
                return Ok(at);
            }
        }
    }
}

/// What answers are made of.
struct LoginResponder {
    approved: Arc<AtomicBool>,
    answered: Sender<(LoginAnswer, Instant)>,
}

impl LoginResponder {
    fn respond(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        match request.uri().path() {
            "/api/v3/workersCliLoginInit" => given(&json!({
                "sessionId": "session-1",
                "verificationCode": CODE,
                "browserUrl": "http://localhost:3000/browser/approve?session=session-1",
            })),
            "/api/v3/workersCliLoginRedeem" => {
                let answer = if self.approved.load(Ordering::SeqCst) { LoginAnswer::Confirmed } else { LoginAnswer::Pending };
                // Nobody listens where only waiting is measured.
                let _ = self.answered.send((answer, Instant::now()));
                given(&match answer {
                    LoginAnswer::Pending => json!({"status": "pending"}),
                    LoginAnswer::Confirmed => {
                        json!({"status": "confirmed", "token": TOKEN, "spaceId": "workspace-1", "spaceName": "Demo Works"})
                    }
                })
            }
            // The tunnel to where newer versions are: refused at once, it costs no time.
            _ => {
                let mut refusal = Response::new(Full::default());
                *refusal.status_mut() = StatusCode::FORBIDDEN;
                refusal
            }
        }
    }
}

fn given(body: &Value) -> Response<Full<Bytes>> {
    Response::new(Full::new(Bytes::from(body.to_string())))
}

async fn serve(listener: TcpListener, desk: Arc<LoginResponder>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let desk = Arc::clone(&desk);
        connections.spawn(async move {
            let service = service_fn(|request| {
                let response = desk.respond(&request);
                async { Ok::<_, Infallible>(response) }
            });
            // A client that leaves is no failure.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
