//! The explorer of orders leaves out none that matters: random programs of reads and writes end in the same ways, whether all of
//! their orders are run or only those that it thinks different.

use super::interleaving::{Act, TestMachine, run_beside};
use crate::support::scheduler::{ScheduledOperation, ScheduledRun, explore_by};
use crate::support::scratch::scratch_folder;
use notion_auth::adapters::storage::file_lock::FileLock;
use notion_auth::adapters::storage::storage_step::{StorageStep, announce};
use notion_auth::domain::credentials::StoreKind;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};

#[derive(Clone, Copy, Debug)]
enum PlaceAccess {
    Read(usize),
    Write(usize),
}

#[derive(Clone, Debug)]
struct PlaceProgram {
    is_locked: bool,
    actions: Vec<PlaceAccess>,
}

const PLACES: [&str; 2] = ["one", "two"];

fn program() -> impl Strategy<Value = PlaceProgram> {
    let place = 0..PLACES.len();
    let action = prop_oneof![place.clone().prop_map(PlaceAccess::Read), place.prop_map(PlaceAccess::Write)];
    (any::<bool>(), prop::collection::vec(action, 1..4)).prop_map(|(is_locked, actions)| PlaceProgram { is_locked, actions })
}

/// All that the programs read, and what stands in each place in the end.
type End = (Vec<Vec<usize>>, [usize; 2]);

/// Every end of these programs, and how many orders it took to find them.
fn ends(programs: &[PlaceProgram], preemptions: usize, is_reduced: bool) -> (BTreeSet<End>, usize) {
    let folder = scratch_folder();
    let lock = folder.path().join("account-1.lock");
    let mut ends = BTreeSet::new();
    let runs = explore_by(preemptions, is_reduced, |run: &ScheduledRun| {
        let state: Arc<Mutex<End>> = Arc::new(Mutex::new((vec![Vec::new(); programs.len()], [0; 2])));
        let operations = programs.iter().cloned().enumerate().map(|(number, program)| -> ScheduledOperation {
            let (state, lock) = (Arc::clone(&state), lock.clone());
            Box::new(move || perform(number, &program, &lock, &state))
        });
        run.perform(operations.collect());
        ends.insert(state.lock().unwrap().clone());
        ControlFlow::Continue(())
    });
    (ends, runs)
}

fn perform(number: usize, program: &PlaceProgram, lock: &Path, state: &Mutex<End>) {
    let _lock = program.is_locked.then(|| FileLock::acquire(lock).unwrap());
    for (at, action) in program.actions.iter().enumerate() {
        match *action {
            PlaceAccess::Read(place) => {
                announce(StorageStep::Read(Path::new(PLACES[place]))).unwrap();
                let mut state = state.lock().unwrap();
                let seen = state.1[place];
                state.0[number].push(seen);
            }
            PlaceAccess::Write(place) => {
                announce(StorageStep::Replace(Path::new(PLACES[place]))).unwrap();
                state.lock().unwrap().1[place] = 10 * (number + 1) + at;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_left_out_ends_like_something_that_is_not(programs in prop::collection::vec(program(), 2..4), preemptions in 0_usize..3) {
        let (all, every_order) = ends(&programs, preemptions, false);
        let (reduced, orders) = ends(&programs, preemptions, true);
        prop_assert_eq!(all, reduced);
        prop_assert!(orders <= every_order);
    }
}

#[test]
fn commands_end_in_the_same_ways_in_fewer_orders() {
    for acts in [[Act::Refresh, Act::LogoutConnection], [Act::Switch, Act::Logout], [Act::LoginElsewhere, Act::Reset]] {
        let prepared = TestMachine::prepared(StoreKind::File, &acts);
        let ends = |is_reduced| {
            let mut ends = BTreeSet::new();
            let runs = explore_by(1, is_reduced, |run| {
                ends.insert(run_beside(run, &prepared, &acts, TestMachine::world));
                ControlFlow::Continue(())
            });
            (ends, runs)
        };
        let ((all, every_order), (reduced, orders)) = (ends(false), ends(true));
        assert_eq!(all, reduced, "{acts:?}");
        assert!(orders < every_order, "{acts:?}: {orders} of {every_order} orders");
    }
}
