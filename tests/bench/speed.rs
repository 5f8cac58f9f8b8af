//! The budgets, measured in one run beside a bare ratatui program: `cargo bench --bench speed`.
//!
//! It prints and asserts nothing: a busy machine is no failure. Read the ratio first, the milliseconds second.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench prints its table, reads the clock, starts what it measures and rounds what it counts"
)]

mod session;

use session::{Outcome, Session, Subject, completed};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const FRAMES: usize = 40;
const KEYS: usize = 300;
const IDLE: Duration = Duration::from_secs(5);
const DOWN: &str = "\x1b[B";
const UP: &str = "\x1b[A";

fn main() -> Outcome<()> {
    // `cargo test --benches` runs this too, to see that it starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let ours = Path::new(env!("CARGO_BIN_EXE_notion-auth"));
    let profile: &[&str] = if cfg!(debug_assertions) { &[] } else { &["--release"] };
    let built = Command::new(env!("CARGO")).args(["build", "--quiet", "--example", "bare_table"]).args(profile).status()?;
    if !built.success() {
        return Err("the peer does not build".into());
    }
    let peer = ours.with_file_name("examples").join(format!("bare_table{}", std::env::consts::EXE_SUFFIX));
    let subjects = [
        Subject { program: ours.into(), arguments: &["--demo"], marks: &["Best for", "q quit"] },
        Subject { program: peer, arguments: &[], marks: &["row 1:", "row 20:", "q quit"] },
    ];

    let frames = first_frames(&subjects)?;
    let mut sessions = subjects.iter().map(Session::start).collect::<Outcome<Vec<Session>>>()?;
    for session in &sessions {
        session.collect(Duration::from_millis(500), Duration::from_secs(10));
    }
    let idle = idle(&sessions);
    let mut measured = Vec::new();
    for (((subject, frames), session), idle) in subjects.iter().zip(frames).zip(&mut sessions).zip(idle) {
        let keys = key_times(session)?;
        let size = std::fs::metadata(&subject.program)?.len();
        measured.push(Measured { frames, keys, idle, memory: session.peak_memory(), size });
    }
    let [ours, peer] = measured.as_slice() else { return Err("two are measured".into()) };
    print(ours, peer);
    Ok(())
}

fn print(ours: &Measured, peer: &Measured) {
    let row = |name: &str, unit: &str, budget: Option<f64>, pick: &dyn Fn(&Measured) -> Option<f64>| {
        line(name, unit, budget, pick(ours), pick(peer));
    };
    println!("{:<32}{:>14}{:>14}   budget", "", "notion-auth", "bare table");
    row("exec → complete frame, median", "ms", Some(8.0), &|it| it.frames.at(0.5));
    row("exec → complete frame, least", "ms", None, &|it| it.frames.at(0.0));
    row("exec → complete frame, most", "ms", None, &|it| it.frames.at(1.0));
    let ratio = ours.frames.at(0.5).zip(peer.frames.at(0.5)).map(|(ours, peer)| ours / peer);
    line("exec → complete frame, ratio", "×", Some(1.5), ratio, None);
    row("frames that never completed", "", Some(0.0), &|it| Some((FRAMES - it.frames.0.len()) as f64));
    row("key → first byte, median", "ms", None, &|it| it.keys.first_byte.at(0.5));
    row("key → first byte, p99", "ms", None, &|it| it.keys.first_byte.at(0.99));
    row("key → repainted frame, median", "ms", Some(1.5), &|it| it.keys.repainted.at(0.5));
    row("key → repainted frame, p99", "ms", Some(4.0), &|it| it.keys.repainted.at(0.99));
    row("keys that repainted nothing", "", Some(0.0), &|it| Some((KEYS - it.keys.repainted.0.len()) as f64));
    row("wake-ups in 5 idle seconds", "", Some(0.0), &|it| it.idle.wake_ups.map(|count| count as f64));
    row("bytes in 5 idle seconds", "", Some(0.0), &|it| Some(it.idle.bytes as f64));
    row("peak memory", "MiB", Some(12.0), &|it| it.memory.map(mib));
    row("binary, stripped", "MiB", Some(8.0), &|it| Some(mib(it.size)));
}

struct Measured {
    frames: Times,
    keys: KeyTimes,
    idle: Idle,
    memory: Option<u64>,
    size: u64,
}

/// Times in ascending order.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    /// The time, in milliseconds, that this share of all did not exceed.
    fn at(&self, share: f64) -> Option<f64> {
        let all = self.0.len();
        let time = self.0.iter().enumerate().find(|(before, _)| (before + 1) as f64 >= share * all as f64)?.1;
        Some(time.as_secs_f64() * 1e3)
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        let mut times: Vec<Duration> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }
}

/// In turns, so that whatever else the machine does falls on both.
fn first_frames(subjects: &[Subject]) -> Outcome<Vec<Times>> {
    let mut times = vec![Vec::new(); subjects.len()];
    for round in 0..=FRAMES {
        for (subject, times) in subjects.iter().zip(&mut times) {
            let session = Session::start(subject)?;
            let chunks = session.collect(Duration::from_millis(40), Duration::from_millis(400));
            let complete = completed(&chunks, subject.marks);
            // The first round loads the programs from the disk.
            if round > 0 {
                times.extend(complete.map(|at| at - session.started));
            }
        }
    }
    Ok(times.into_iter().map(Times::from_iter).collect())
}

struct KeyTimes {
    first_byte: Times,
    repainted: Times,
}

/// Down and up in turn: each moves something, so each repaints.
fn key_times(session: &mut Session) -> Outcome<KeyTimes> {
    let mut times = Vec::new();
    for key in [DOWN, UP].into_iter().cycle().take(KEYS) {
        let sent = session.type_keys(key)?;
        let chunks = session.collect(Duration::from_millis(3), Duration::from_secs(1));
        times.extend(chunks.first().zip(chunks.last()).map(|(first, last)| (first.at - sent, last.at - sent)));
    }
    let (first_byte, repainted): (Vec<Duration>, Vec<Duration>) = times.into_iter().unzip();
    Ok(KeyTimes { first_byte: first_byte.into_iter().collect(), repainted: repainted.into_iter().collect() })
}

struct Idle {
    wake_ups: Option<u64>,
    bytes: usize,
}

/// Both at once: nobody touches them.
fn idle(sessions: &[Session]) -> Vec<Idle> {
    let before: Vec<Option<u64>> = sessions.iter().map(Session::sleeps).collect();
    std::thread::sleep(IDLE);
    let after: Vec<Option<u64>> = sessions.iter().map(Session::sleeps).collect();
    let bytes = |session: &Session| session.collect(Duration::ZERO, Duration::ZERO).iter().map(|chunk| chunk.bytes.len()).sum();
    sessions
        .iter()
        .zip(before.into_iter().zip(after))
        .map(|(session, (before, after))| Idle {
            wake_ups: after.zip(before).map(|(after, before)| after - before),
            bytes: bytes(session),
        })
        .collect()
}

fn line(name: &str, unit: &str, budget: Option<f64>, ours: Option<f64>, peer: Option<f64>) {
    let digits = if unit.is_empty() { 0 } else { 2 };
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    let cell = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.digits$}{unit}"));
    let verdict = budget.map_or(String::new(), |budget| {
        let verdict = ours.map_or("not measured", |value| if value <= budget { "ok" } else { "over" });
        format!("≤ {budget}{unit}: {verdict}")
    });
    println!("{name:<32}{:>14}{:>14}   {verdict}", cell(ours), cell(peer));
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
