//! What a process has used so far, thread by thread. Linux tells; elsewhere nothing is claimed.
#![expect(clippy::disallowed_methods, reason = "a bench reads what the kernel counts")]

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{DirEntry, read_dir, read_to_string};
use std::time::Duration;

/// By thread.
pub(crate) struct Usage(HashMap<OsString, Counts>);

#[derive(Clone, Copy, Default)]
struct Counts {
    /// How often it has been switched away from: whichever sleeps has to be woken for that.
    switches: u64,
    /// On a processor. The scheduler counts nanoseconds; the usual ticks of 10 ms are half of what waiting may cost.
    busy: Duration,
}

impl Usage {
    pub(crate) fn of(process: u32) -> Option<Self> {
        let threads = read_dir(format!("/proc/{process}/task")).ok()?;
        Some(Self(threads.flatten().filter_map(|thread| Some((thread.file_name(), Counts::of(&thread)?))).collect()))
    }

    pub(crate) fn threads(&self) -> usize {
        self.0.len()
    }

    /// A thread that has ended since was awake for that, once at least.
    pub(crate) fn wake_ups_since(&self, before: &Self) -> u64 {
        let ended = before.0.keys().filter(|thread| !self.0.contains_key(*thread)).count();
        let woken = self.0.iter().map(|(thread, now)| now.switches - before.counts(thread).switches);
        woken.sum::<u64>() + ended as u64
    }

    /// What a thread used that has ended since is lost.
    pub(crate) fn busy_since(&self, before: &Self) -> Duration {
        self.0.iter().map(|(thread, now)| now.busy.saturating_sub(before.counts(thread).busy)).sum()
    }

    fn counts(&self, thread: &OsString) -> Counts {
        self.0.get(thread).copied().unwrap_or_default()
    }
}

impl Counts {
    fn of(thread: &DirEntry) -> Option<Self> {
        let status = read_to_string(thread.path().join("status")).ok()?;
        let switches = field(&status, "voluntary_ctxt_switches:")? + field(&status, "nonvoluntary_ctxt_switches:")?;
        let schedule = read_to_string(thread.path().join("schedstat")).ok()?;
        let busy = schedule.split_whitespace().next()?.parse().ok()?;
        Some(Self { switches, busy: Duration::from_nanos(busy) })
    }
}

/// The most memory a process ever had, in bytes.
pub(crate) fn peak_memory(process: u32) -> Option<u64> {
    Some(field(&status_of(process)?, "VmHWM:")? * 1024)
}

/// The one that a process started and that still runs, if there is one.
pub(crate) fn child_of(process: u32) -> Option<u32> {
    let numbers = read_dir("/proc").ok()?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers.into_iter().find(|number| status_of(*number).and_then(|it| field(&it, "PPid:")) == Some(process.into()))
}

fn status_of(process: u32) -> Option<String> {
    read_to_string(format!("/proc/{process}/status")).ok()
}

fn field(status: &str, name: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}
