//! Refusals by Notion, the network and the browser, and the state of the token afterwards.

use crate::support::fakes::{MEMBER, STRANGER, member_identity};
use crate::support::harness::{Harness, TOKEN_PORTAL, TestEffect, open_task, verified_outcome, verified_token, verify_task};
use crate::support::screen_transcript::record;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{Candidate, CredentialIndex, CredentialSource, DiscoveredCredential};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::retry::RetryWait;
use notion_auth::wizard::msg::{Progress, Task};

/// Pasted, and asked about as task 6.
fn asked() -> Harness {
    let mut talk = Harness::new();
    talk.press("1 Enter");
    talk.paste(STRANGER);
    assert_eq!(talk.take_effects(), [TestEffect::Start(verify_task(STRANGER, AuthPath::Token))]);
    talk
}

fn failed(code: ProblemCode) -> Harness {
    let mut talk = asked();
    talk.fail(Problem::new(code));
    assert_eq!((talk.screen_name(), talk.take_effects()), ("token", vec![]));
    talk
}

#[test]
fn a_refused_token_stays_for_correction_beside_every_possible_cause() {
    let mut talk = failed(ProblemCode::Unauthorized);
    let problem = Problem::new(ProblemCode::Unauthorized);
    talk.assert_shows(problem.headline());
    for cause in problem.causes() {
        talk.assert_shows(&cause.text);
    }
    talk.press("Backspace 1 Enter");
    let corrected = format!("{}1", &STRANGER[..STRANGER.len() - 1]);
    assert_eq!(talk.take_effects(), [TestEffect::Start(verify_task(&corrected, AuthPath::Token))]);
    talk.assert_hides(problem.headline());
}

#[test]
fn after_a_refusal_a_paste_replaces_what_was_refused() {
    let mut talk = failed(ProblemCode::Unauthorized);
    talk.paste(MEMBER);
    assert_eq!(talk.take_effects(), [TestEffect::Start(verify_task(MEMBER, AuthPath::Token))]);
}

#[test]
fn after_a_network_error_one_key_asks_about_the_same_token_again() {
    for code in [ProblemCode::NoNetwork, ProblemCode::TimedOut, ProblemCode::NotionServerError, ProblemCode::TlsFailed] {
        let mut talk = failed(code);
        talk.assert_shows(Problem::new(code).headline());
        talk.press("Ctrl-R");
        assert_eq!(talk.take_effects(), [TestEffect::Start(verify_task(STRANGER, AuthPath::Token))]);
        talk.reply(verified_outcome(verified_token(STRANGER, member_identity())));
        assert_eq!(talk.screen_name(), "verify");
    }
}

#[test]
fn when_notion_asks_for_patience_it_says_for_how_long() {
    for (seconds, told) in [(7, "Notion asks you to wait 7 seconds before"), (1, "Notion asks you to wait 1 second before")] {
        let mut talk = asked();
        talk.fail(Problem::new(ProblemCode::RateLimited).with_retry_after(Some(seconds)));
        talk.assert_shows(told);
    }
}

#[test]
fn esc_stops_the_asking_and_stays_and_the_late_answer_is_silence() {
    let mut talk = asked();
    talk.press("Esc");
    assert_eq!(
        (talk.screen_name(), talk.take_effects()),
        ("token", vec![TestEffect::Cancel(verify_task(STRANGER, AuthPath::Token))])
    );
    record!(talk);
    let before = talk.model.clone();
    talk.reply_late(verified_outcome(verified_token(STRANGER, member_identity())));
    assert_eq!((talk.take_effects(), &talk.model), (vec![], &before));
    talk.press("Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(verify_task(STRANGER, AuthPath::Token))]);
    talk.press("Esc Esc");
    assert_eq!(
        (talk.screen_name(), talk.take_effects()),
        ("prepare", vec![TestEffect::Cancel(verify_task(STRANGER, AuthPath::Token))])
    );
}

#[test]
fn a_found_credential_that_is_refused_can_be_tried_again_or_left() {
    let mut talk = Harness::new();
    let existing =
        DiscoveredCredential { source: CredentialSource::Environment, place: "here".into(), workspace: None, unusable: None };
    talk.reply_discovered(vec![existing], CredentialIndex::default());
    talk.press("u");
    talk.fail(Problem::new(ProblemCode::Unauthorized));
    talk.assert_shows(Problem::new(ProblemCode::Unauthorized).headline());
    talk.take_effects();
    talk.press("r");
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::Verify(Candidate::Discovered(CredentialSource::Environment)))]);
    talk.press("Esc");
    assert_eq!(
        (talk.screen_name(), talk.take_effects()),
        ("use existing", vec![TestEffect::Cancel(Task::Verify(Candidate::Discovered(CredentialSource::Environment)))])
    );
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "compare");
}

#[test]
fn a_browser_that_does_not_start_leaves_the_link_to_open_by_hand() {
    let mut talk = Harness::new();
    talk.press("1 Enter Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(TOKEN_PORTAL))]);
    talk.reply_opened(Err(Problem::new(ProblemCode::BrowserFailed).with_evidence("xdg-open ended with 3")));
    record!(talk);
    talk.assert_shows(TOKEN_PORTAL);
    talk.press("Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(TOKEN_PORTAL))]);
    talk.reply_opened(Ok(()));
    record!(talk);
}

#[test]
fn a_pause_before_the_next_try_is_counted_down_in_the_news_line_and_moves_nothing() {
    let mut talk = asked();
    let wait = |seconds_left| RetryWait { code: ProblemCode::RateLimited, seconds: 3, seconds_left, attempt: 2 };
    let before: Vec<String> = talk.screen_text().lines().map(str::to_owned).collect();
    for seconds_left in [3, 2, 1] {
        talk.send_progress(Progress::Retrying(wait(seconds_left)));
        talk.assert_shows(&format!("Retrying in {seconds_left} s (2 of 3)."));
        let now: Vec<String> = talk.screen_text().lines().map(str::to_owned).collect();
        let moved = before.iter().zip(&now).filter(|(before, now)| before != now).count();
        assert_eq!((now.len(), moved), (before.len(), 1), "only the news line changed");
    }
    talk.press("Esc");
    assert_eq!(talk.take_effects(), [TestEffect::Cancel(verify_task(STRANGER, AuthPath::Token))]);
    record!(talk);
    talk.send_late_progress(Progress::Retrying(wait(1)));
    record!(talk);
}
