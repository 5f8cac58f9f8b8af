//! Runs operations on separate threads, one step at a time, in every order up to a number of preemptions.
//!
//! The steps are those that `adapters/storage/storage_step` announces. A run is a list of choices, each the operation that may take its
//! next step; the explorer changes the last choice that has an alternative and runs again, until there is none. A preemption
//! is a choice that stops an operation which could have gone on: most faults need one or two of them.
//!
//! Orders that differ only in independent steps have the same result, so one of them is enough. To stop an operation
//! before a step is the same as to stop it after that step, where nothing that the others do meanwhile touches what the step
//! touches. The later stop was explored before, and what the others did then is known. (The idea is that of persistent sets:
//! P. Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, 1996. To move a stop to a later step adds no
//! preemption, so the bound holds.)

use notion_auth::adapters::storage::storage_step::{StorageStep, set_observer};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Its threads run one operation after another: to start and end a thread took longer than most operations.
static THREADS: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().unwrap());

/// An operation under test.
pub(crate) type ScheduledOperation = Box<dyn FnOnce() + Send>;

/// Everything that an operation touched between two stops.
#[derive(Clone, Debug, Default)]
struct Footprint {
    reads: BTreeSet<PathBuf>,
    writes: BTreeSet<PathBuf>,
}

impl Footprint {
    fn add(&mut self, step: StorageStep<'_>) {
        match step {
            StorageStep::Read(path) => self.reads.insert(path.to_owned()),
            // One place for all of its entries: a step does not say which one it is about.
            StorageStep::Keychain => self.writes.insert("keychain".into()),
            StorageStep::TryLock(path)
            | StorageStep::LockHeld(path)
            | StorageStep::Locked(path)
            | StorageStep::Unlock(path)
            | StorageStep::WriteBeside(path)
            | StorageStep::Replace(path)
            | StorageStep::WriteInto(path)
            | StorageStep::Remove(path) => self.writes.insert(path.to_owned()),
        };
    }

    fn extend(&mut self, other: &Self) {
        self.reads.extend(other.reads.iter().cloned());
        self.writes.extend(other.writes.iter().cloned());
    }

    /// True where the order of the two does not matter.
    fn is_independent_of(&self, other: &Self) -> bool {
        // A folder that is listed is touched by whatever comes to be in it.
        let meet = |one: &PathBuf, other: &PathBuf| one.starts_with(other) || other.starts_with(one);
        let clash = |writes: &BTreeSet<PathBuf>, touched: &Self| {
            writes.iter().any(|write| touched.reads.iter().chain(&touched.writes).any(|place| meet(write, place)))
        };
        !clash(&self.writes, other) && !clash(&other.writes, self)
    }
}

/// A point of a run where more than one operation could go on, or only one could.
#[derive(Clone, Debug)]
struct ScheduleChoice {
    /// The operations that can continue; the one that took the last step comes first.
    options: Vec<usize>,
    chosen: usize,
    /// True if any option but the first preempts an operation that could continue.
    is_preemptive: bool,
    /// All that the chosen operation did until its next stop.
    footprint: Footprint,
}

impl ScheduleChoice {
    fn cost(&self, chosen: usize) -> usize {
        usize::from(self.is_preemptive && chosen > 0)
    }
}

/// A choice that is under exploration.
struct Node {
    choice: ScheduleChoice,
    /// All that the others did before the stopped operation went on, by the one that it was stopped for.
    gaps: BTreeMap<usize, Footprint>,
    /// Alternatives whose orders were all seen at the next choice.
    redundant: BTreeSet<usize>,
}

impl Node {
    fn new(choice: ScheduleChoice) -> Self {
        Self { choice, gaps: BTreeMap::new(), redundant: BTreeSet::new() }
    }

    /// Leaves out what would be seen again. `next` is the choice after the one where the operation was let go on.
    fn compare(&mut self, next: &Self) {
        let (here, there) = (&self.choice, &next.choice);
        if !(here.is_preemptive && there.is_preemptive && here.options[0] == there.options[0]) {
            return;
        }
        for (at, operation) in here.options.iter().enumerate().skip(1) {
            let gap = next.gaps.get(operation).filter(|gap| here.footprint.is_independent_of(gap));
            if let Some(gap) = gap {
                self.redundant.insert(at);
                self.gaps.insert(*operation, gap.clone());
            }
        }
    }
}

/// Calls `run` once for each order that can have a result of its own, until it breaks; returns the number of runs. `run` starts the
/// operations, with the scheduler that it is given.
pub(crate) fn explore(preemptions: usize, run: impl FnMut(&ScheduledRun) -> ControlFlow<()>) -> usize {
    explore_by(preemptions, true, run)
}

/// Like `explore`, where `is_reduced`; otherwise it performs all orders.
pub(crate) fn explore_by(preemptions: usize, is_reduced: bool, mut run: impl FnMut(&ScheduledRun) -> ControlFlow<()>) -> usize {
    let mut path: Vec<Node> = Vec::new();
    let mut runs = 0;
    loop {
        let schedule = path.iter().map(|node| node.choice.chosen).collect();
        let one = ScheduledRun { schedule, trace: Mutex::default() };
        let is_over = run(&one).is_break();
        runs += 1;
        if is_over {
            return runs;
        }
        let trace = one.trace.into_inner().unwrap();
        record_gaps(&mut path, &trace);
        path.extend(trace.into_iter().skip(path.len()).map(Node::new));
        if !advance(&mut path, preemptions, is_reduced) {
            return runs;
        }
    }
}

/// Adds what this run tells about the choices that stopped an operation.
fn record_gaps(path: &mut [Node], trace: &[ScheduleChoice]) {
    for (at, node) in path.iter_mut().enumerate() {
        node.choice.footprint.clone_from(&trace[at].footprint);
        let choice = &node.choice;
        if choice.cost(choice.chosen) > 0 {
            let stopped = choice.options[0];
            let others = trace[at..].iter().take_while(|later| later.options[later.chosen] != stopped);
            let gap = node.gaps.entry(choice.options[choice.chosen]).or_default();
            others.for_each(|later| gap.extend(&later.footprint));
        }
    }
}

/// Goes on to the next alternative of the last choice that has one; false where none has.
fn advance(path: &mut Vec<Node>, preemptions: usize, is_reduced: bool) -> bool {
    let mut next: Option<Node> = None;
    while let Some(mut node) = path.pop() {
        if let Some(next) = next.filter(|_| is_reduced && node.choice.chosen == 0) {
            node.compare(&next);
        }
        let spent: usize = path.iter().map(|before| before.choice.cost(before.choice.chosen)).sum();
        let is_left = |other: &usize| !node.redundant.contains(other) && spent + node.choice.cost(*other) <= preemptions;
        if let Some(other) = (node.choice.chosen + 1..node.choice.options.len()).find(is_left) {
            node.choice.chosen = other;
            path.push(node);
            return true;
        }
        next = Some(node);
    }
    false
}

/// One order.
pub(crate) struct ScheduledRun {
    schedule: Vec<usize>,
    trace: Mutex<Vec<ScheduleChoice>>,
}

impl ScheduledRun {
    /// Runs all operations to completion.
    pub(crate) fn perform(&self, operations: Vec<ScheduledOperation>) {
        let scheduler = Arc::new(Scheduler::new(operations.len(), self.schedule.clone()));
        let threads: Vec<_> =
            operations.into_iter().enumerate().map(|(number, operation)| scheduler.start(number, operation)).collect();
        let (trace, violations) = scheduler.wait();
        *self.trace.lock().unwrap() = trace;
        for thread in threads {
            THREADS.block_on(thread).expect("an operation panicked");
        }
        assert_eq!(violations, [""; 0], "in the order {:?}", self.order());
    }

    /// The choices that were made, for the report of a failure.
    pub(crate) fn order(&self) -> Vec<usize> {
        self.trace.lock().unwrap().iter().map(|choice| choice.options[choice.chosen]).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum ActorState {
    Running,
    /// Paused before its next step.
    Ready,
    /// Waiting for a lock that another operation holds.
    Blocked,
    Done,
}

/// The operations, of which one at a time runs. The one that stops makes the next choice, so that to go on costs no other
/// thread's time.
struct Scheduler {
    schedule: Vec<usize>,
    progress: Mutex<ScheduleProgress>,
    /// Notified when their operations may continue.
    turns: Vec<Condvar>,
    /// Notified when no operation can continue.
    ended: Condvar,
}

#[derive(Default)]
struct ScheduleProgress {
    actors: Vec<Actor>,
    trace: Vec<ScheduleChoice>,
    last: Option<usize>,
    has_ended: bool,
    /// Locks that were taken out of order.
    violations: Vec<String>,
}

struct Actor {
    state: ActorState,
    /// The locks that it holds, in the order of acquisition.
    locks: Vec<PathBuf>,
    /// True while it retries a lock that no operation holds any more.
    is_retrying: bool,
    /// Since it was let go.
    footprint: Footprint,
}

impl ScheduleProgress {
    /// The operations that can go on; the one that took the last step comes first.
    fn options(&self) -> Vec<usize> {
        let ready = |number: &usize| self.actors[*number].state == ActorState::Ready;
        let mut options: Vec<usize> = self.last.into_iter().filter(ready).collect();
        options.extend((0..self.actors.len()).filter(ready).filter(|number| Some(*number) != self.last));
        options
    }
}

impl Scheduler {
    fn new(count: usize, schedule: Vec<usize>) -> Self {
        let actor = || Actor { state: ActorState::Running, locks: Vec::new(), is_retrying: false, footprint: Footprint::default() };
        let progress = ScheduleProgress { actors: (0..count).map(|_| actor()).collect(), ..ScheduleProgress::default() };
        let turns = (0..count).map(|_| Condvar::new()).collect();
        Self { schedule, progress: Mutex::new(progress), turns, ended: Condvar::new() }
    }

    fn progress(&self) -> MutexGuard<'_, ScheduleProgress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(self: &Arc<Self>, number: usize, operation: ScheduledOperation) -> JoinHandle<()> {
        let scheduler = Arc::clone(self);
        THREADS.spawn_blocking(move || {
            let done = DoneOnDrop(Arc::clone(&scheduler), number);
            scheduler.pause(number, ActorState::Ready);
            set_observer(Some(Arc::new(move |step| {
                scheduler.on_step(number, step);
                Ok(())
            })));
            operation();
            set_observer(None);
            drop(done);
        })
    }

    /// Waits until all are done; returns the choices, and the locks that were taken out of order.
    fn wait(&self) -> (Vec<ScheduleChoice>, Vec<String>) {
        let mut progress = self.progress();
        while !progress.has_ended {
            progress = self.ended.wait(progress).unwrap();
        }
        let is_stuck = progress.actors.iter().any(|actor| actor.state == ActorState::Blocked);
        assert!(!is_stuck, "all that is left waits for each other");
        (std::mem::take(&mut progress.trace), std::mem::take(&mut progress.violations))
    }

    fn on_step(&self, number: usize, step: StorageStep<'_>) {
        match step {
            StorageStep::Locked(path) => self.on_locked(number, path),
            StorageStep::Unlock(path) => self.on_unlocked(number, path),
            StorageStep::LockHeld(path) if self.is_held_by_another(number, path) => self.pause(number, ActorState::Blocked),
            // A process that another test is starting may have inherited the lock's file, and with it the lock, for a moment.
            StorageStep::LockHeld(_) => {
                self.progress().actors[number].is_retrying = true;
                std::thread::yield_now();
            }
            StorageStep::TryLock(_) if std::mem::take(&mut self.progress().actors[number].is_retrying) => {}
            // No other operation can interfere while a file's lock is held, and its readers see it before or after.
            _ if self.holds_file_lock(number) => {}
            _ => self.pause(number, ActorState::Ready),
        }
        self.progress().actors[number].footprint.add(step);
    }

    fn on_locked(&self, number: usize, path: &Path) {
        let mut progress = self.progress();
        let ScheduleProgress { actors, violations, .. } = &mut *progress;
        let held = &mut actors[number].locks;
        let is_in_order = |last: &PathBuf| {
            (lock_level(last), last.as_path()) < (lock_level(path), path) && (lock_level(last), lock_level(path)) != (2, 2)
        };
        if !held.last().is_none_or(is_in_order) {
            violations.push(format!("{} is taken after {held:?}", path.display()));
        }
        held.push(path.to_owned());
    }

    fn on_unlocked(&self, number: usize, path: &Path) {
        let mut progress = self.progress();
        let actors = &mut progress.actors;
        actors[number].locks.retain(|held| held != path);
        for actor in actors.iter_mut().filter(|actor| actor.state == ActorState::Blocked) {
            actor.state = ActorState::Ready;
        }
    }

    /// Returns true if another operation holds the lock.
    fn is_held_by_another(&self, number: usize, path: &Path) -> bool {
        self.progress()
            .actors
            .iter()
            .enumerate()
            .any(|(other, actor)| other != number && actor.locks.iter().any(|held| held == path))
    }

    fn holds_file_lock(&self, number: usize) -> bool {
        self.progress().actors[number].locks.last().is_some_and(|last| lock_level(last) == 3)
    }

    /// Pauses this operation until it may continue.
    fn pause(&self, number: usize, state: ActorState) {
        let mut progress = self.progress();
        progress.actors[number].state = state;
        self.choose(&mut progress);
        while progress.actors[number].state != ActorState::Running {
            progress = self.turns[number].wait(progress).unwrap();
        }
    }

    /// Resumes the next operation, once all are paused.
    fn choose(&self, progress: &mut ScheduleProgress) {
        if progress.actors.iter().any(|actor| actor.state == ActorState::Running) {
            return;
        }
        if let (Some(last), Some(before)) = (progress.last, progress.trace.last_mut()) {
            before.footprint = std::mem::take(&mut progress.actors[last].footprint);
        }
        let options = progress.options();
        if options.is_empty() {
            progress.has_ended = true;
            self.ended.notify_all();
            return;
        }
        let chosen = self.schedule.get(progress.trace.len()).copied().unwrap_or_default();
        let next = options[chosen];
        let is_preemptive = progress.last == Some(options[0]);
        progress.trace.push(ScheduleChoice { options, chosen, is_preemptive, footprint: Footprint::default() });
        progress.last = Some(next);
        progress.actors[next].state = ActorState::Running;
        self.turns[next].notify_all();
    }
}

/// Marks an operation as done on drop, even after a panic.
struct DoneOnDrop(Arc<Scheduler>, usize);

impl Drop for DoneOnDrop {
    fn drop(&mut self) {
        let mut progress = self.0.progress();
        progress.actors[self.1].state = ActorState::Done;
        self.0.choose(&mut progress);
    }
}

/// Returns the level of a lock in the locking order (`credential_store/account_locks.rs`).
fn lock_level(lock: &Path) -> u8 {
    match lock.file_name().unwrap().to_str().unwrap() {
        "notion-auth.lock" => 1,
        name if name.starts_with("account-") => 2,
        _ => 3,
    }
}
