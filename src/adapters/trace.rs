//! `-v`: a line for each operation on the world outside this program, once it has ended.
//!
//! An operation is a span of `tracing`, and `TraceLines` is the only subscriber. It accepts spans of our own target alone, so nothing
//! that another crate records is written, and of these only the fields that are listed here: a secret in any other field cannot get
//! out. What is listed is a name of this program, a number, or a path without ids.

use crate::domain::problem::Problem;
use crate::domain::sanitize::sanitize;
use crate::runtime::ports::Job;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;
use tracing::field::{Empty, Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Span, Subscriber};

/// The target of our own spans.
pub const TARGET: &str = "notion_auth";

/// The fields that name an operation: the port or protocol, then what it was asked for.
const SUBJECT_FIELDS: [&str; 5] = ["port", "operation", "method", "path", "program"];

/// The fields that say how it ended. An operation that ends without any was dropped: by a time limit, by a cancellation, or at the
/// end of the program.
const OUTCOME_FIELDS: [&str; 3] = ["status", "request_id", "outcome"];

/// Returns the job as an operation that is recorded from its first poll on, with its result: `answered`, or the code of the problem.
pub(in crate::adapters) fn job<T: 'static>(
    port: &'static str,
    operation: &'static str,
    job: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Job<T> {
    // In a box, so that what follows is compiled once for a type of result, and not once for each operation.
    recorded(port, operation, Box::pin(job))
}

fn recorded<T: 'static>(port: &'static str, operation: &'static str, job: Job<T>) -> Job<T> {
    Box::pin(async move {
        let span = open_span(port, operation);
        let result = job.await;
        record_outcome(&span, result.as_ref().err());
        result
    })
}

fn open_span(port: &'static str, operation: &'static str) -> Span {
    tracing::info_span!(target: TARGET, "job", port, operation, outcome = Empty)
}

fn record_outcome(span: &Span, problem: Option<&Problem>) {
    span.record("outcome", problem.map_or("answered", |problem| problem.code.name()));
}

/// Writes the lines of this process from now on, on every thread. `main` calls it once; a second call changes nothing.
pub fn install(write: impl Fn(&str) + Send + Sync + 'static) {
    let _ = tracing::subscriber::set_global_default(TraceLines::new(write));
}

/// Gives `write` a line for each operation that ends.
pub struct TraceLines<W> {
    write: W,
    last_id: AtomicU64,
    operations: Mutex<HashMap<u64, TracedOperation>>,
}

impl<W: Fn(&str) + Send + Sync + 'static> TraceLines<W> {
    pub fn new(write: W) -> Self {
        Self { write, last_id: AtomicU64::new(0), operations: Mutex::default() }
    }

    fn operations(&self) -> MutexGuard<'_, HashMap<u64, TracedOperation>> {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Fn(&str) + Send + Sync + 'static> Subscriber for TraceLines<W> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == TARGET
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let mut operation = TracedOperation { since: Instant::now(), handles: 1, subject: Vec::new(), outcome: Vec::new() };
        attributes.record(&mut operation);
        self.operations().insert(id, operation);
        Id::from_u64(id)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        if let Some(operation) = self.operations().get_mut(&id.into_u64()) {
            values.record(operation);
        }
    }

    fn clone_span(&self, id: &Id) -> Id {
        if let Some(operation) = self.operations().get_mut(&id.into_u64()) {
            operation.handles += 1;
        }
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let ended = {
            let mut operations = self.operations();
            let Some(operation) = operations.get_mut(&id.into_u64()) else { return false };
            operation.handles -= 1;
            if operation.handles > 0 {
                return false;
            }
            operations.remove(&id.into_u64())
        };
        if let Some(operation) = ended {
            (self.write)(&operation.line());
        }
        true
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An operation under way.
struct TracedOperation {
    since: Instant,
    handles: usize,
    subject: Vec<String>,
    outcome: Vec<String>,
}

impl TracedOperation {
    fn push(&mut self, field: &Field, value: &str) {
        if SUBJECT_FIELDS.contains(&field.name()) {
            self.subject.push(sanitize(value));
        } else if OUTCOME_FIELDS.contains(&field.name()) {
            self.outcome.push(sanitize(value));
        }
    }

    fn line(&self) -> String {
        let (port, subject) = self.subject.split_first().map_or(("", [].as_slice()), |(port, rest)| (port.as_str(), rest));
        let outcome = if self.outcome.is_empty() { "given up".to_owned() } else { self.outcome.join("  ") };
        format!("{port:<9}  {:<18}  {outcome}  {} ms", subject.join(" "), self.since.elapsed().as_millis())
    }
}

impl Visit for TracedOperation {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.push(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::problem::ProblemCode;
    use std::sync::Arc;
    use std::time::Duration;
    use tracing::subscriber::DefaultGuard;

    const TOKEN: &str = "ntn_obviously_fake";

    type Lines = Arc<Mutex<Vec<String>>>;

    /// Records the lines of this thread until the guard is dropped.
    fn recorded() -> (Lines, DefaultGuard) {
        let lines = Lines::default();
        let sink = Arc::clone(&lines);
        let trace = TraceLines::new(move |line: &str| sink.lock().expect("no panic").push(line.to_owned()));
        (lines, tracing::subscriber::set_default(trace))
    }

    fn words(lines: &Lines) -> Vec<String> {
        lines.lock().expect("no panic").iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_is_a_line_once_it_has_ended() {
        let (lines, _guard) = recorded();
        let slow = job("notion", "whoami", async {
            tokio::time::sleep(Duration::from_millis(84)).await;
            Ok(())
        });
        assert_eq!(words(&lines), [""; 0]);
        slow.await.expect("it succeeds");
        let refused = Problem::new(ProblemCode::RateLimited).with_evidence(TOKEN);
        job("store", "load", async { Err::<(), _>(refused) }).await.expect_err("it fails");
        assert_eq!(words(&lines), ["notion whoami answered 84 ms", "store load rate_limited 0 ms"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_is_dropped_was_given_up_and_one_that_never_began_is_no_line() {
        let (lines, _guard) = recorded();
        let endless = job("notion", "whoami", std::future::pending::<Result<(), Problem>>());
        tokio::time::timeout(Duration::from_secs(7), endless).await.expect_err("it never ends");
        drop(job("notion", "search", std::future::pending::<Result<(), Problem>>()));
        assert_eq!(words(&lines), ["notion whoami given up 7000 ms"]);
    }

    #[test]
    fn a_field_that_is_not_listed_cannot_get_out() {
        let (lines, _guard) = recorded();
        let span = tracing::info_span!(
            target: TARGET, "request", port = "http", token = TOKEN, authorization = %TOKEN, body = ?TOKEN, path = "/v1/users",
            message = TOKEN, status = Empty, answer = Empty
        );
        span.record("status", 200).record("answer", TOKEN);
        let another = span.clone();
        drop(span);
        assert_eq!(words(&lines), [""; 0], "it goes on as long as somebody holds it");
        drop(another);
        assert_eq!(words(&lines), ["http /v1/users 200 0 ms"]);
    }

    #[test]
    fn nothing_of_another_crate_and_no_event_is_a_line() {
        let (lines, _guard) = recorded();
        drop(tracing::info_span!(target: "zbus::connection", "send", port = "dbus", outcome = TOKEN));
        drop(tracing::info_span!("job", port = "store", outcome = TOKEN));
        tracing::error!(target: TARGET, port = "store", outcome = TOKEN, "{TOKEN}");
        assert_eq!(words(&lines), [""; 0]);
    }

    #[test]
    fn control_characters_are_taken_out() {
        let (lines, _guard) = recorded();
        drop(tracing::info_span!(target: TARGET, "run", port = "process", program = "a\u{1b}[31m\nb", status = "exit status: 0"));
        assert_eq!(words(&lines).len(), 1);
        assert!(!words(&lines).concat().contains('\u{1b}'), "{lines:?}");
    }
}
