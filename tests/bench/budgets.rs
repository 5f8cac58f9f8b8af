//! The budgets, measured in one run beside a bare ratatui program: `cargo bench --profile dist --bench speed`.
//!
//! It prints and asserts nothing: a busy machine is no failure. Read what stands beside ours first, the milliseconds second.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench reads the clock, starts what it measures and rounds what it counts"
)]

mod consent;
mod kept;
mod login;
mod login_server;
mod road;
pub(crate) mod session;
mod table;
mod times;
mod usage;

use login::{Approvals, LoginBench, WaitUsage};
use session::{BenchResult, MeasuredProgram, PtySession, completed};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use table::{BudgetRow, Table};
use tempfile::TempDir;
use times::Times;
use usage::Usage;

const FRAMES: usize = 40;
const KEYS: usize = 300;
/// By then everything that is looked for is found: the keychain may take three seconds.
const SETTLED: Duration = Duration::from_secs(4);
const IDLE: Duration = Duration::from_secs(5);
const DOWN: &str = "\x1b[B";
const UP: &str = "\x1b[A";
/// An address at which nothing listens.
const NOWHERE: &str = "http://127.0.0.1:9";
const LATENCY: Duration = Duration::from_millis(200);
const CHECKS: usize = 3;
const CALLBACKS: usize = 3;
const COMMANDS: usize = 100;

pub(crate) fn measure() -> BenchResult<()> {
    // `cargo test --benches` runs this too, to see that it starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let ours = Path::new(env!("CARGO_BIN_EXE_notion-auth"));
    let peer = build(&["--example", "bare_table"], "examples/bare_table", ours)?;
    // Cargo has built it with the features that the tests' own dependencies switch on. People get it without them.
    let ours = build(&["--bin", "notion-auth"], "notion-auth", ours)?;
    let folder = TempDir::new()?;
    let (ours, peer) = (&install(&ours, folder.path())?, install(&peer, folder.path())?);
    // On Linux: how much to trust what follows.
    if let (Ok(load), Ok(processors)) = (std::fs::read_to_string("/proc/loadavg"), std::thread::available_parallelism()) {
        println!("{processors} processors, load {}", load.split(' ').next().unwrap_or_default());
    }
    full_screen(ours, peer)?;
    commands(ours)?;
    with_a_notion(ours)?;
    with_the_real_ntn(ours)
}

/// Builds one target and returns the path of a binary beside `ours`. The profile is the program's own: a folder has its name, but that of
/// `dev` is `debug`.
fn build(target: &[&str], binary: &str, ours: &Path) -> BenchResult<PathBuf> {
    let folder = ours.parent().and_then(Path::file_name).and_then(|name| name.to_str()).ok_or("no folder")?;
    let profile = if folder == "debug" { "dev" } else { folder };
    let built = Command::new(env!("CARGO")).args(["build", "--quiet", "--profile", profile]).args(target).status()?;
    if !built.success() {
        return Err(format!("{binary} does not build").into());
    }
    Ok(ours.with_file_name(format!("{binary}{}", std::env::consts::EXE_SUFFIX)))
}

/// Copies a program, as a package does. The linker writes its file in no order, which leaves it in small pieces in the kernel's memory:
/// started from there, a program of 11 MiB takes a tenth longer to its first frame than a copy of it.
fn install(program: &Path, folder: &Path) -> BenchResult<PathBuf> {
    let copy = folder.join(program.file_name().ok_or("no file")?);
    std::fs::copy(program, &copy)?;
    Ok(copy)
}

fn full_screen(ours: &Path, peer: PathBuf) -> BenchResult<()> {
    let compare = &["Best for", "This machine", "? more"];
    let subject = |program: PathBuf, arguments, marks| MeasuredProgram {
        program,
        arguments,
        notion: NOWHERE.into(),
        variables: Vec::new(),
        marks,
    };
    let subjects = [
        subject(ours.into(), &[], compare),
        subject(ours.into(), &["--demo"], compare),
        subject(peer, &[], &["row 1:", "row 20:", "quit"]),
    ];
    let frames = first_frames(&subjects)?;
    let mut sessions = subjects.iter().map(PtySession::start).collect::<BenchResult<Vec<PtySession>>>()?;
    let idle = idle(&sessions);
    let keys = sessions.iter_mut().map(key_times).collect::<BenchResult<Vec<Times>>>()?;

    let table = Table::new(&["notion-auth", "--demo"], &["bare table"]);
    let row = |name: &str, unit: &str, most: Option<f64>, values: Vec<Option<f64>>| {
        table.row(&BudgetRow { name, unit, most, values });
    };
    row("start → complete frame, median", "ms", Some(8.0), frames.iter().map(Times::median).collect());
    row("  least", "ms", None, frames.iter().map(|times| times.at(0.0)).collect());
    row("  most", "ms", None, frames.iter().map(|times| times.at(1.0)).collect());
    row("  median beside the bare table's", "×", Some(1.25), beside_last(&frames));
    row("  frames that never completed", "", Some(0.0), frames.iter().map(|times| Some(missing(FRAMES, times))).collect());
    row("key → repainted frame, median", "ms", Some(1.5), keys.iter().map(Times::median).collect());
    row("  99 of 100 within", "ms", Some(4.0), keys.iter().map(|times| times.at(0.99)).collect());
    row("  keys that repainted nothing", "", Some(0.0), keys.iter().map(|times| Some(missing(KEYS, times))).collect());
    row("idle for 5 s: wake-ups", "", Some(0.0), idle.iter().map(|it| it.wake_ups.map(|count| count as f64)).collect());
    row("  bytes written", "", Some(0.0), idle.iter().map(|it| Some(it.bytes as f64)).collect());
    row("  threads", "", None, idle.iter().map(|it| it.threads.map(|count| count as f64)).collect());
    row("peak memory", "MiB", Some(12.0), sessions.iter().map(|session| session.peak_memory().map(mib)).collect());
    let size = |subject: &MeasuredProgram| Some(mib(std::fs::metadata(&subject.program).ok()?.len()));
    row("binary, stripped", "MiB", Some(8.0), subjects.iter().map(size).collect());
    Ok(())
}

fn with_a_notion(ours: &Path) -> BenchResult<()> {
    let notion = road::notion(LATENCY)?;
    let (checks, memory) = road::checks(ours, &notion, CHECKS)?;
    let chain = road::chain(&notion, CHECKS)?;
    let table = Table::new(&["notion-auth"], &["slowest chain"]);
    let both = [checks, chain];
    let values = both.iter().map(Times::median).collect();
    table.row(&BudgetRow { name: "paste → all checks, Notion at 200 ms", unit: "ms", most: None, values });
    table.row(&BudgetRow { name: "  beside the slowest chain of calls", unit: "×", most: Some(1.3), values: beside_last(&both) });
    table.row(&BudgetRow { name: "  peak memory by then", unit: "MiB", most: Some(12.0), values: vec![memory.map(mib)] });

    let both = [road::doctor(ours, &notion, CHECKS)?, road::chain(&notion, CHECKS)?];
    let table = Table::new(&["notion-auth"], &["slowest chain"]);
    let values = both.iter().map(Times::median).collect();
    table.row(&BudgetRow { name: "doctor, whole process, Notion at 200 ms", unit: "ms", most: None, values });
    table.row(&BudgetRow { name: "  beside the slowest chain of calls", unit: "×", most: Some(1.3), values: beside_last(&both) });

    let both = [consent::cards(ours, &notion, CALLBACKS)?, consent::calls(&notion, CALLBACKS)?];
    let table = Table::new(&["notion-auth"], &["the two calls"]);
    let values: Vec<_> = both.iter().map(Times::median).collect();
    let later = values.first().copied().flatten().zip(values.get(1).copied().flatten()).map(|(ours, calls)| ours - calls);
    table.row(&BudgetRow { name: "callback → identity card, at 200 ms", unit: "ms", most: None, values });
    table.row(&BudgetRow { name: "  later than the calls by themselves", unit: "ms", most: Some(30.0), values: vec![later] });
    Ok(())
}

fn commands(ours: &Path) -> BenchResult<()> {
    let kept = kept::measure(ours, COMMANDS)?;
    let table = Table::new(&["notion-auth"], &["gh auth token", "/bin/true"]);
    let row = |name: &str, most: Option<f64>, ours: &Times, at: fn(&Times) -> Option<f64>| {
        let values = vec![at(ours), kept.peer.as_ref().and_then(at), at(&kept.nothing)];
        table.row(&BudgetRow { name, unit: "ms", most, values });
    };
    row("token, private file, whole process", Some(1.8), &kept.token, Times::median);
    row("  99 of 100 within", None, &kept.token, |times| times.at(0.99));
    row("  with 1,000 workspaces kept", None, &kept.token_of_many, Times::median);
    let growth = beside_last(&[kept.token_of_many.clone(), kept.token.clone()]);
    table.row(&BudgetRow { name: "  beside that with one", unit: "×", most: Some(1.3), values: growth });
    row("status, 1,000 workspaces kept", Some(50.0), &kept.status_of_many, Times::median);
    row("  99 of 100 within", None, &kept.status_of_many, |times| times.at(0.99));
    row("  as JSON", Some(50.0), &kept.json_of_many, Times::median);
    row("ask, index built, whole process", Some(5.0), &kept.ask, Times::median);
    row("  99 of 100 within", None, &kept.ask, |times| times.at(0.99));
    if kept.peer.is_none() {
        println!("gh is not installed: what stands beside is not measured.");
    }
    Ok(())
}

fn with_the_real_ntn(ours: &Path) -> BenchResult<()> {
    let Some(login) = LoginBench::on_this_machine(ours)? else {
        println!("\nA login through ntn is measured on Linux, once `bash tests/install` has put the real one in place.");
        return Ok(());
    };
    let [wizard, its_ntn, alone] = login.waiting()?;
    let table = Table::new(&["notion-auth"], &["its ntn", "ntn login"]);
    let row = |name: &str, unit: &str, most: Option<f64>, of: &dyn Fn(&WaitUsage) -> Option<f64>| {
        table.row(&BudgetRow { name, unit, most, values: [&wizard, &its_ntn, &alone].map(of).into() });
    };
    row("waiting for approval, 20 s: CPU", "%", Some(0.1), &WaitUsage::share);
    row("  on a processor", "ms", None, &|it| Some(milliseconds(it.busy?)));
    row("  wake-ups", "", Some(0.0), &|it| it.wake_ups.map(|count| count as f64));
    row("  bytes written", "", Some(0.0), &|it| it.bytes.map(|count| count as f64));
    let both = wizard.busy.zip(its_ntn.busy).map(|(ours, its)| ours + its);
    let beside = both.zip(alone.busy).map(|(both, alone)| both.as_secs_f64() / alone.as_secs_f64());
    let values = vec![beside];
    table.row(&BudgetRow { name: "  both beside ntn login by itself", unit: "×", most: Some(1.0), values });

    let rounds = login.approvals()?;
    let [wizard, alone] = &rounds;
    let table = Table::new(&["notion-auth"], &["ntn login"]);
    let row = |name: &str, most: Option<f64>, values: Vec<Option<f64>>| table.row(&BudgetRow { name, unit: "ms", most, values });
    let medians = |of: fn(&Approvals) -> &Times| rounds.iter().map(|it| of(it).median()).collect();
    // As late as can be: ntn has just asked, and asks again two seconds later.
    row("approval → identity card, or end", Some(2100.0), medians(|it| &it.since_approval));
    let later = wizard.since_approval.median().zip(alone.since_approval.median()).map(|(ours, its)| ours - its);
    row("  later than ntn login by itself", Some(100.0), vec![later]);
    row("  from Notion's confirmation", Some(100.0), medians(|it| &it.since_confirmation));
    row("  most", None, rounds.iter().map(|it| it.since_confirmation.at(1.0)).collect());
    Ok(())
}

/// In turns, so that whatever else the machine does falls on all.
fn first_frames(subjects: &[MeasuredProgram]) -> BenchResult<Vec<Times>> {
    let mut times = vec![Vec::new(); subjects.len()];
    for round in 0..=FRAMES {
        for (subject, times) in subjects.iter().zip(&mut times) {
            let session = PtySession::start(subject)?;
            let mut chunks = Vec::new();
            // A pause between two parts is no end: a busy machine makes long ones.
            let complete = (0..5).find_map(|_| {
                chunks.extend(session.collect(Duration::from_millis(40), Duration::from_millis(400)));
                completed(&chunks, subject.marks)
            });
            // The first round loads the programs from the disk.
            if round > 0 {
                times.extend(complete.map(|at| at - session.started));
            }
        }
    }
    Ok(times.into_iter().map(Times::from_iter).collect())
}

/// From a key to the last byte of the frame it causes. Down and up in turn: each moves something, so each repaints.
fn key_times(session: &mut PtySession) -> BenchResult<Times> {
    let mut times = Vec::new();
    for key in [DOWN, UP].into_iter().cycle().take(KEYS) {
        let sent = session.type_keys(key)?;
        let chunks = session.collect(Duration::from_millis(3), Duration::from_secs(1));
        times.extend(chunks.last().map(|last| last.at - sent));
    }
    Ok(times.into_iter().collect())
}

struct Idle {
    wake_ups: Option<u64>,
    threads: Option<usize>,
    bytes: usize,
}

/// All at once: nobody touches them.
fn idle(sessions: &[PtySession]) -> Vec<Idle> {
    std::thread::sleep(SETTLED);
    for session in sessions {
        session.collect(Duration::ZERO, Duration::ZERO);
    }
    let before: Vec<Option<Usage>> = sessions.iter().map(PtySession::usage).collect();
    std::thread::sleep(IDLE);
    let after: Vec<Option<Usage>> = sessions.iter().map(PtySession::usage).collect();
    let bytes = |session: &PtySession| session.collect(Duration::ZERO, Duration::ZERO).iter().map(|chunk| chunk.bytes.len()).sum();
    let counts = before.into_iter().zip(after);
    let idle = |(session, (before, after)): (&PtySession, (Option<Usage>, Option<Usage>))| Idle {
        wake_ups: after.as_ref().zip(before.as_ref()).map(|(after, before)| after.wake_ups_since(before)),
        threads: after.map(|after| after.threads()),
        bytes: bytes(session),
    };
    sessions.iter().zip(counts).map(idle).collect()
}

/// Each median divided by the last one, which is what ours are held against.
fn beside_last(all: &[Times]) -> Vec<Option<f64>> {
    let last = all.last().and_then(Times::median);
    let ours = all.iter().take(all.len().saturating_sub(1));
    ours.map(|times| times.median().zip(last).map(|(ours, last)| ours / last)).collect()
}

fn missing(expected: usize, times: &Times) -> f64 {
    (expected - times.count()) as f64
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
