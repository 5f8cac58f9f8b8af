//! Runs operations on separate threads, one step at a time, in every order up to a number of preemptions.
//!
//! The steps are those that `adapters/storage_step` reports. A run is a list of choices of the operation that takes the next
//! step. The explorer changes the last choice that has an alternative, and runs again until there is none. A preemption is a
//! choice that stops an operation that could have continued; most faults need one or two of them.

use notion_auth::adapters::storage_step::{Step, observe};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// An operation under test.
pub(crate) type Operation = Box<dyn FnOnce() + Send>;

/// A choice of the operation that takes the next step.
#[derive(Clone, Debug)]
struct Choice {
    /// The operations that can continue; the one that took the last step comes first.
    options: Vec<usize>,
    chosen: usize,
    /// True if any option but the first preempts an operation that could continue.
    is_preemptive: bool,
}

impl Choice {
    fn cost(&self, chosen: usize) -> usize {
        usize::from(self.is_preemptive && chosen > 0)
    }
}

/// Calls `run` once for each order, and returns the number of orders. `run` performs its operations with the given schedule.
pub(crate) fn explore(preemptions: usize, mut run: impl FnMut(&Run)) -> usize {
    let mut schedule: Vec<usize> = Vec::new();
    let mut runs = 0;
    loop {
        let one = Run { schedule: schedule.clone(), trace: Mutex::default() };
        run(&one);
        runs += 1;
        let trace = one.trace.into_inner().unwrap();
        let spent = |end: usize| trace[..end].iter().map(|choice| choice.cost(choice.chosen)).sum::<usize>();
        let next = (0..trace.len()).rev().find_map(|at| {
            let choice = &trace[at];
            let left = preemptions.saturating_sub(spent(at));
            let mut others = choice.chosen + 1..choice.options.len();
            others.find(|other| choice.cost(*other) <= left).map(|other| (at, other))
        });
        let Some((at, other)) = next else { return runs };
        schedule = trace[..at].iter().map(|choice| choice.chosen).chain([other]).collect();
    }
}

/// One order of steps.
pub(crate) struct Run {
    schedule: Vec<usize>,
    trace: Mutex<Vec<Choice>>,
}

impl Run {
    /// Runs all operations to completion.
    pub(crate) fn perform(&self, operations: Vec<Operation>) {
        let stage = Arc::new(Stage::of(operations.len()));
        let threads: Vec<_> =
            operations.into_iter().enumerate().map(|(number, operation)| stage.start(number, operation)).collect();
        let mut last = None;
        while let Some(options) = stage.options(last) {
            let mut trace = self.trace.lock().unwrap();
            let chosen = self.schedule.get(trace.len()).copied().unwrap_or_default();
            let next = options[chosen];
            let is_preemptive = last.is_some_and(|last| options[0] == last);
            trace.push(Choice { options, chosen, is_preemptive });
            drop(trace);
            stage.let_go(next);
            last = Some(next);
        }
        for thread in threads {
            thread.join().expect("an operation panicked");
        }
        assert_eq!(*stage.violations.lock().unwrap(), [""; 0], "in the order {:?}", self.order());
    }

    /// Returns the choices so far, for the message of a failure.
    pub(crate) fn order(&self) -> Vec<usize> {
        self.trace.lock().unwrap().iter().map(|choice| choice.options[choice.chosen]).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Running,
    /// Paused before its next step.
    Ready,
    /// Waiting for a lock that another operation holds.
    Blocked,
    Done,
}

struct Stage {
    actors: Mutex<Vec<Actor>>,
    changed: Condvar,
    /// Locks that were acquired out of order.
    violations: Mutex<Vec<String>>,
}

struct Actor {
    state: State,
    /// The locks that it holds, in the order of acquisition.
    locks: Vec<PathBuf>,
    /// True while it retries a lock that no operation holds any more.
    tries_again: bool,
}

impl Stage {
    fn of(count: usize) -> Self {
        let actors = (0..count).map(|_| Actor { state: State::Running, locks: Vec::new(), tries_again: false }).collect();
        Self { actors: Mutex::new(actors), changed: Condvar::new(), violations: Mutex::default() }
    }

    fn actors(&self) -> MutexGuard<'_, Vec<Actor>> {
        self.actors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(self: &Arc<Self>, number: usize, operation: Operation) -> std::thread::JoinHandle<()> {
        let stage = Arc::clone(self);
        std::thread::spawn(move || {
            let done = Done(Arc::clone(&stage), number);
            stage.pause(number, State::Ready);
            observe(Some(Arc::new(move |step| {
                stage.reach(number, step);
                Ok(())
            })));
            operation();
            observe(None);
            drop(done);
        })
    }

    fn reach(&self, number: usize, step: Step<'_>) {
        match step {
            Step::Locked(path) => self.locked(number, path),
            Step::Unlock(path) => self.unlocked(number, path),
            Step::LockHeld(path) if self.is_held(number, path) => self.pause(number, State::Blocked),
            // A process that another test is starting may have inherited the lock's file, and with it the lock, for a moment.
            Step::LockHeld(_) => {
                self.actors()[number].tries_again = true;
                std::thread::yield_now();
            }
            Step::TryLock(_) if std::mem::take(&mut self.actors()[number].tries_again) => {}
            // The holder of a file's lock is the only writer, and readers see the file before or after its change.
            _ if self.holds_file(number) => {}
            _ => self.pause(number, State::Ready),
        }
    }

    fn locked(&self, number: usize, path: &Path) {
        let mut actors = self.actors();
        let held = &mut actors[number].locks;
        let is_in_order =
            |last: &PathBuf| (level(last), last.as_path()) < (level(path), path) && (level(last), level(path)) != (2, 2);
        if !held.last().is_none_or(is_in_order) {
            self.violations.lock().unwrap().push(format!("{} is taken after {held:?}", path.display()));
        }
        held.push(path.to_owned());
    }

    fn unlocked(&self, number: usize, path: &Path) {
        let mut actors = self.actors();
        actors[number].locks.retain(|held| held != path);
        for actor in actors.iter_mut().filter(|actor| actor.state == State::Blocked) {
            actor.state = State::Ready;
        }
    }

    /// Returns true if another operation holds the lock.
    fn is_held(&self, number: usize, path: &Path) -> bool {
        self.actors().iter().enumerate().any(|(other, actor)| other != number && actor.locks.iter().any(|held| held == path))
    }

    fn holds_file(&self, number: usize) -> bool {
        self.actors()[number].locks.last().is_some_and(|last| level(last) == 3)
    }

    /// Waits until this operation is resumed.
    fn pause(&self, number: usize, state: State) {
        let mut actors = self.actors();
        actors[number].state = state;
        self.changed.notify_all();
        while actors[number].state != State::Running {
            actors = self.changed.wait(actors).unwrap();
        }
    }

    /// Waits until all operations are paused, and returns those that can continue. Returns `None` when all are done.
    fn options(&self, last: Option<usize>) -> Option<Vec<usize>> {
        let mut actors = self.actors();
        while actors.iter().any(|actor| actor.state == State::Running) {
            actors = self.changed.wait(actors).unwrap();
        }
        let ready = |number: &usize| actors[*number].state == State::Ready;
        let mut options: Vec<usize> = last.into_iter().filter(ready).collect();
        options.extend((0..actors.len()).filter(ready).filter(|number| Some(*number) != last));
        let is_stuck = options.is_empty() && actors.iter().any(|actor| actor.state == State::Blocked);
        assert!(!is_stuck, "all that is left waits for each other");
        (!options.is_empty()).then_some(options)
    }

    fn let_go(&self, number: usize) {
        self.actors()[number].state = State::Running;
        self.changed.notify_all();
    }
}

/// Marks an operation as done on drop, even after a panic.
struct Done(Arc<Stage>, usize);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.actors()[self.1].state = State::Done;
        self.0.changed.notify_all();
    }
}

/// Returns the level of a lock in the locking order (`credential_store/account_locks.rs`).
fn level(lock: &Path) -> u8 {
    match lock.file_name().unwrap().to_str().unwrap() {
        "notion-auth.lock" => 1,
        name if name.starts_with("account-") => 2,
        _ => 3,
    }
}
