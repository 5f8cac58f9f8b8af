//! Processes that refresh the same credential at the same time.

use super::{Life, REFRESH, checked};
use crate::support::sandbox::CommandOutput;
use std::time::Duration;

const ROUNDS: usize = 100;

#[test]
fn two_processes_that_race_a_hundred_times_lose_nothing() {
    let life = Life::new();
    // Long enough that the second comes while the first is waiting for Notion.
    life.server.change(|behaviour| behaviour.round_trip = Duration::from_millis(5));
    let mut late = 0;
    for round in 1..=ROUNDS {
        let before = life.server.pair_count();
        let both = [(); 2].map(|()| life.home.start("refresh"));
        for run in both.map(CommandOutput::wait).map(checked) {
            assert_eq!(run.exit_code, Some(0), "round {round}: {run:?}");
            let is_late = run.stderr.contains(": another notion-auth process has just refreshed the tokens.");
            assert!(is_late || run.stderr.contains("the tokens were refreshed"), "round {round}: {run:?}");
            late += usize::from(is_late);
        }
        assert!(life.server.pair_count() > before, "round {round}: somebody has refreshed");
        life.assert_alive();
    }
    // One pair by the login, and one by each request: none was refused.
    assert_eq!(life.server.pair_count(), 1 + life.server.request_count(REFRESH));
    assert_eq!(life.server.request_count(REFRESH) + late, 2 * ROUNDS);
    assert!(late > 0, "they never met");
}
