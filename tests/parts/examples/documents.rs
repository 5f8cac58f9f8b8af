//! The shell blocks of README.md and of the documents beside it. The recipes have tests of their own.

use super::{can_run, try_all};
use crate::support::examples::of_the_documents;

#[test]
fn every_line_of_the_documents_shell_blocks_runs_as_printed() {
    let examples = of_the_documents();
    assert!(examples.iter().filter(|example| can_run(&example.line)).count() >= 8, "{examples:?}");
    try_all(&examples);
}
