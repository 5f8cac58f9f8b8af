//! Refusals by Notion, the network and the browser, and the state of the token afterwards.

use crate::support::talk::{PORTAL, Talk, cancel, known, open, refused, start, verified, verify};
use crate::support::world::{MEMBER, STRANGER, member};
use notion_auth::domain::catalog::PathId;
use notion_auth::domain::credential::{Candidate, Existing, ExistingSource, Ledger};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::retry::RetryWait;
use notion_auth::wizard::msg::{Msg, Progress, Reply, Task, TaskId};

/// Pasted, and asked about as task 6.
fn asked() -> Talk {
    let mut talk = Talk::begin();
    talk.press("1 Enter");
    talk.paste(STRANGER);
    assert_eq!(talk.effects(), [start(6, verify(STRANGER, PathId::Token))]);
    talk
}

fn failed(code: ProblemCode) -> Talk {
    let mut talk = asked();
    talk.reply(refused(Problem::new(code)));
    assert_eq!((talk.screen(), talk.effects()), ("sign in", vec![]));
    talk
}

#[test]
fn a_refused_token_stays_for_correction_beside_every_possible_cause() {
    let mut talk = failed(ProblemCode::Unauthorized);
    let problem = Problem::new(ProblemCode::Unauthorized);
    talk.reads(problem.headline());
    for cause in problem.causes() {
        talk.reads(&cause.text);
    }
    talk.press("Backspace 1 Enter");
    let corrected = format!("{}1", &STRANGER[..STRANGER.len() - 1]);
    assert_eq!(talk.effects(), [start(7, verify(&corrected, PathId::Token))]);
    talk.lacks(problem.headline());
}

#[test]
fn after_a_refusal_a_paste_replaces_what_was_refused() {
    let mut talk = failed(ProblemCode::Unauthorized);
    talk.paste(MEMBER);
    assert_eq!(talk.effects(), [start(7, verify(MEMBER, PathId::Token))]);
}

#[test]
fn after_a_network_error_one_key_asks_about_the_same_token_again() {
    for code in [ProblemCode::NoNetwork, ProblemCode::TimedOut, ProblemCode::NotionTrouble, ProblemCode::TlsFailed] {
        let mut talk = failed(code);
        talk.reads(Problem::new(code).headline());
        talk.press("Ctrl-R");
        assert_eq!(talk.effects(), [start(7, verify(STRANGER, PathId::Token))]);
        talk.reply(known(verified(STRANGER, member())));
        assert_eq!(talk.screen(), "verify");
    }
}

#[test]
fn when_notion_asks_for_patience_it_says_for_how_long() {
    for (seconds, told) in [(7, "Notion asks to wait 7 seconds before"), (1, "Notion asks to wait 1 second before")] {
        let mut talk = asked();
        talk.reply(refused(Problem::new(ProblemCode::RateLimited).after(Some(seconds))));
        talk.reads(told);
    }
}

#[test]
fn esc_stops_the_asking_and_stays_and_the_late_answer_is_silence() {
    let mut talk = asked();
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("sign in", vec![cancel(6)]));
    talk.reads("Stopped. Nothing was lost.");
    let before = talk.model.clone();
    talk.tell(Msg::Reply(TaskId(6), known(verified(STRANGER, member()))));
    assert_eq!((talk.effects(), &talk.model), (vec![], &before));
    talk.press("Enter");
    assert_eq!(talk.effects(), [start(7, verify(STRANGER, PathId::Token))]);
    talk.press("Esc Esc");
    assert_eq!((talk.screen(), talk.effects()), ("prepare", vec![cancel(7)]));
}

#[test]
fn a_found_credential_that_is_refused_can_be_tried_again_or_left() {
    let mut talk = Talk::begin();
    let existing = Existing { source: ExistingSource::Environment, place: "here".into(), workspace: None, unusable: None };
    talk.finds(vec![existing], Ledger::default());
    talk.press("u");
    talk.reply(refused(Problem::new(ProblemCode::Unauthorized)));
    talk.reads(Problem::new(ProblemCode::Unauthorized).headline());
    talk.effects();
    talk.press("r");
    assert_eq!(talk.effects(), [start(7, Task::Verify(Candidate::Existing(ExistingSource::Environment)))]);
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("use existing", vec![cancel(7)]));
    talk.press("Esc");
    assert_eq!(talk.screen(), "compare");
}

#[test]
fn a_browser_that_does_not_start_leaves_the_link_to_open_by_hand() {
    let mut talk = Talk::begin();
    talk.press("1 Enter Enter");
    assert_eq!(talk.effects(), [start(6, open(PORTAL))]);
    talk.reply(Reply::Opened(Err(Problem::new(ProblemCode::BrowserFailed).seen("xdg-open ended with 3"))));
    talk.reads("No browser could be started (xdg-open ended with 3). Open the link yourself.");
    talk.reads(PORTAL);
    talk.press("Enter");
    assert_eq!(talk.effects(), [start(7, open(PORTAL))]);
    talk.reply(Reply::Opened(Ok(())));
    talk.reads("Asked the browser to open it.");
}

#[test]
fn a_pause_before_the_next_try_is_counted_down_in_the_news_line_and_moves_nothing() {
    let mut talk = asked();
    let wait = |seconds_left| RetryWait { code: ProblemCode::RateLimited, seconds: 3, seconds_left, attempt: 2 };
    let before: Vec<String> = talk.text().lines().map(str::to_owned).collect();
    for seconds_left in [3, 2, 1] {
        talk.progress(Progress::Retrying(wait(seconds_left)));
        talk.reads(&format!("Trying again in {seconds_left} s (2 of 3). Esc stops."));
        let now: Vec<String> = talk.text().lines().map(str::to_owned).collect();
        let moved = before.iter().zip(&now).filter(|(before, now)| before != now).count();
        assert_eq!((now.len(), moved), (before.len(), 1), "only the news line changed");
    }
    talk.press("Esc");
    assert_eq!(talk.effects(), [cancel(6)]);
    talk.lacks("Trying again");
    talk.tell(Msg::Progress(TaskId(6), Progress::Retrying(wait(1))));
    talk.lacks("Trying again");
}
