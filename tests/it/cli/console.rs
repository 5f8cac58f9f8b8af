//! The console: which stream gets which output, and what happens if it cannot be written.

use super::{Captured, outcome, outcome_at};
use notion_auth::domain::problem::{Problem, ProblemCode, RemedyAction};
use notion_auth::frontends::console::Console;
use std::io::{self, Write};

/// Takes nothing, for the given reason.
struct Refusing(io::ErrorKind);

impl Write for Refusing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    let err = Captured::default();
    let mut console = Console::new(Refusing(io::ErrorKind::BrokenPipe), err.clone(), 80);
    console.write_data("one");
    console.write_data("two");
    assert_eq!(console.finish(0), 0);
    assert_eq!(err.text(), "");
}

#[test]
fn data_that_could_not_be_written_is_no_success() {
    let err = Captured::default();
    let mut console = Console::new(Refusing(io::ErrorKind::StorageFull), err.clone(), 80);
    console.write_data("one");
    assert_eq!(console.finish(0), 1);
    assert!(err.text().starts_with("Couldn't write to standard output:"), "{}", err.text());
}

#[test]
fn a_failure_keeps_its_exit_code_when_output_fails_too() {
    let mut console = Console::new(Refusing(io::ErrorKind::StorageFull), Captured::default(), 80);
    console.write_data("one");
    assert_eq!(console.finish(4), 4);
}

#[tokio::test]
async fn hostile_characters_are_removed_and_alignment_stays() {
    let shown = outcome(async |console| {
        console.write_data("a   b\u{1b}[31m  \u{202e}c");
        console.write_message("talk\u{7}");
        0
    });
    let shown = shown.await;
    assert_eq!((shown.out.as_str(), shown.err.as_str()), ("a   b[31m  c\n", "talk\n"));
}

#[tokio::test]
async fn a_problem_is_told_with_what_was_seen_its_causes_and_its_remedies() {
    let problem = Problem::new(ProblemCode::Unauthorized).with_evidence("HTTP 401, request 1234").with_retry_after(Some(7));
    let shown = outcome(async |console| console.write_problem(&problem)).await;
    assert_eq!((shown.out.as_str(), shown.exit_code), ("", 4));
    let lines: Vec<_> = shown.err.lines().collect();
    assert_eq!(lines[0], problem.headline());
    assert_eq!(lines[1], "  details: HTTP 401, request 1234");
    assert_eq!(lines[2], "  wait: 7 seconds");
    // Nothing stands in a field that could be corrected.
    let remedies = problem.remedies().iter().filter(|remedy| remedy.action != RemedyAction::Edit);
    assert_eq!(shown.err.matches("    - ").count(), problem.causes().len() + remedies.count());
    let (causes, remedies) = (shown.err.find("Possible reasons:"), shown.err.find("What to do:"));
    assert!(causes.is_some() && causes < remedies, "{}", shown.err);
}

#[tokio::test]
async fn a_problem_for_a_program_is_one_event_on_standard_output() {
    let problem = Problem::new(ProblemCode::NoNetwork).with_evidence("no route");
    let shown = outcome(async |console| console.write_problem_event(&problem)).await;
    let event = shown.json();
    assert_eq!((shown.err.as_str(), shown.exit_code), ("", 5));
    assert_eq!(event["event"], "problem");
    assert_eq!(event["code"], "no_network");
    assert_eq!(event["message"], problem.headline());
    assert_eq!(event["evidence"], "no route");
    assert_eq!(event["remedies"].as_array().unwrap().len(), problem.remedies().len());
}

#[tokio::test]
async fn talk_fits_the_width_and_hangs_under_its_head() {
    let shown = outcome_at(20, async |console| {
        console.write_message_under("  hint: ", "one two three four five");
        0
    });
    assert_eq!(shown.await.err, "  hint: one two\n        three four\n        five\n");
}
