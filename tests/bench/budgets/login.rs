//! A login through the real `ntn` 0.4.0, beside the same `ntn login` by itself: what it costs to wait for the approval, and how
//! soon the approval shows.

use super::login_server::{BenchLoginServer, CODE};
use super::road;
use super::session::{BenchResult, MeasuredProgram, PtySession, WatchedSession};
use super::times::Times;
use super::usage::{Usage, child_of};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const WAITING: Duration = Duration::from_secs(20);
/// After the code: whatever else was begun with it is over.
const SETTLED: Duration = Duration::from_secs(1);
const ROUNDS: usize = 3;

pub(crate) struct LoginBench {
    ours: PathBuf,
    ntn: PathBuf,
    notion: String,
}

/// What a process did while it waited.
pub(crate) struct WaitUsage {
    pub(crate) busy: Option<Duration>,
    pub(crate) wake_ups: Option<u64>,
    /// To its terminal.
    pub(crate) bytes: Option<usize>,
}

impl WaitUsage {
    /// Of one processor, in percent.
    pub(crate) fn share(&self) -> Option<f64> {
        Some(self.busy?.as_secs_f64() / WAITING.as_secs_f64() * 100.0)
    }
}

/// To the identity card, or to the end of an `ntn` by itself.
pub(crate) struct Approvals {
    /// From the approval, of which `ntn` learns when it asks next.
    pub(crate) since_approval: Times,
    /// From the answer by which it learns.
    pub(crate) since_confirmation: Times,
}

impl LoginBench {
    /// `None` where there is no such `ntn`: it is fetched on Linux alone.
    pub(crate) fn on_this_machine(ours: &Path) -> BenchResult<Option<Self>> {
        let ntn = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ntn-0.4.0/ntn");
        if !cfg!(target_os = "linux") || !ntn.is_file() {
            return Ok(None);
        }
        Ok(Some(Self { ours: ours.into(), ntn, notion: road::notion(Duration::ZERO)? }))
    }

    /// The wizard, the `ntn` it runs, and one by itself, all at once: nobody touches them.
    pub(crate) fn waiting(&self) -> BenchResult<[WaitUsage; 3]> {
        let server = BenchLoginServer::start()?;
        let (mut wizard, mut alone) = (self.wizard(&server)?, self.alone(&server)?);
        wizard.until(CODE)?;
        alone.until(CODE)?;
        std::thread::sleep(SETTLED);
        let sessions = [Some(&wizard.session), None, Some(&alone.session)];
        let [ours, alones] = [&wizard, &alone].map(|it| it.session.process());
        let processes = [Some(ours), child_of(ours), Some(alones)];
        let usage = || processes.map(|process| process.and_then(Usage::of));
        let bytes = || sessions.map(|session| session.map(written));
        bytes();
        let before = usage();
        std::thread::sleep(WAITING);
        let (after, bytes) = (usage(), bytes());
        let both: Vec<_> = before.into_iter().zip(after).map(|(before, after)| before.zip(after)).collect();
        let waiting = |at: usize| {
            let used = both.get(at).and_then(Option::as_ref);
            WaitUsage {
                busy: used.map(|(before, after)| after.busy_since(before)),
                wake_ups: used.map(|(before, after)| after.wake_ups_since(before)),
                bytes: bytes.get(at).copied().flatten(),
            }
        };
        Ok([waiting(0), waiting(1), waiting(2)])
    }

    /// The wizard, and an `ntn` by itself; in turns.
    pub(crate) fn approvals(&self) -> BenchResult<[Approvals; 2]> {
        let (mut ours, mut its) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(approval(|server| self.wizard(server), |wizard| wizard.until("Mika Demo (mika"))?);
            its.push(approval(|server| self.alone(server), |alone| alone.session.ended())?);
        }
        Ok([ours, its].map(|rounds| Approvals {
            since_approval: rounds.iter().map(|(approval, _)| *approval).collect(),
            since_confirmation: rounds.iter().map(|(_, confirmation)| *confirmation).collect(),
        }))
    }

    /// Two keys from the start; the code comes next.
    fn wizard(&self, server: &BenchLoginServer) -> BenchResult<WatchedSession> {
        let mut wizard = self.start(&self.ours, &[], server)?;
        wizard.until("ntn 0.4.0")?;
        wizard.session.type_keys("3")?;
        wizard.until("Log in with your browser")?;
        wizard.session.type_keys("\r")?;
        Ok(wizard)
    }

    fn alone(&self, server: &BenchLoginServer) -> BenchResult<WatchedSession> {
        self.start(&self.ntn, &["login"], server)
    }

    fn start(&self, program: &Path, arguments: &'static [&'static str], server: &BenchLoginServer) -> BenchResult<WatchedSession> {
        let mut variables = Vec::from(server.variables());
        // No opener of this machine is to be found: nothing is opened.
        variables.push(("PATH", self.ntn.parent().map_or_else(OsString::new, Into::into)));
        let session = PtySession::start(&MeasuredProgram {
            program: program.into(),
            arguments,
            notion: self.notion.clone(),
            variables,
            marks: &[],
        })?;
        Ok(WatchedSession::from(session))
    }
}

/// From the approval and from its confirmation to what comes of it.
fn approval(
    begin: impl FnOnce(&BenchLoginServer) -> BenchResult<WatchedSession>,
    outcome: impl FnOnce(&mut WatchedSession) -> BenchResult<Instant>,
) -> BenchResult<(Duration, Duration)> {
    let server = BenchLoginServer::start()?;
    let mut watched = begin(&server)?;
    let approved = server.approve()?;
    let shown = outcome(&mut watched)?;
    Ok((shown - approved, shown - server.confirmed()?))
}

fn written(session: &PtySession) -> usize {
    session.collect(Duration::ZERO, Duration::ZERO).iter().map(|chunk| chunk.bytes.len()).sum()
}
