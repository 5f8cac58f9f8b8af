//! Refusals by Notion, the network and the browser, and the state of the token afterwards.

use crate::support::fakes::{MEMBER, STRANGER, member_identity};
use crate::support::harness::{Harness, TOKEN_PORTAL, TestEffect, open_task, verified_outcome, verified_token, verify_task};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{Candidate, CredentialIndex, CredentialSource, DiscoveredCredential};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::retry::RetryWait;
use notion_auth::wizard::msg::{Progress, Task};

/// Pasted, and asked about as task 6.
fn asked() -> Harness {
    let mut wizard = Harness::new();
    wizard.press("1 Enter");
    wizard.paste(STRANGER);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(STRANGER, AuthPath::Token))]);
    wizard
}

fn failed(code: ProblemCode) -> Harness {
    let mut wizard = asked();
    wizard.fail(Problem::new(code));
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("token", vec![]));
    wizard
}

#[test]
fn a_refused_token_stays_for_correction_beside_every_possible_cause() {
    let mut wizard = failed(ProblemCode::Unauthorized);
    let problem = Problem::new(ProblemCode::Unauthorized);
    wizard.assert_shows(problem.headline());
    for cause in problem.causes() {
        wizard.assert_shows(&cause.text);
    }
    wizard.press("Backspace 1 Enter");
    let corrected = format!("{}1", &STRANGER[..STRANGER.len() - 1]);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(&corrected, AuthPath::Token))]);
    wizard.assert_hides(problem.headline());
}

#[test]
fn after_a_refusal_a_paste_replaces_what_was_refused() {
    let mut wizard = failed(ProblemCode::Unauthorized);
    wizard.paste(MEMBER);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(MEMBER, AuthPath::Token))]);
}

#[test]
fn after_a_network_error_one_key_asks_about_the_same_token_again() {
    for code in [ProblemCode::NoNetwork, ProblemCode::TimedOut, ProblemCode::NotionServerError, ProblemCode::TlsFailed] {
        let mut wizard = failed(code);
        wizard.assert_shows(Problem::new(code).headline());
        wizard.press("Ctrl-R");
        assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(STRANGER, AuthPath::Token))]);
        wizard.reply(verified_outcome(verified_token(STRANGER, member_identity())));
        assert_eq!(wizard.screen_name(), "verify");
    }
}

#[test]
fn when_notion_asks_for_patience_it_says_for_how_long() {
    for (seconds, told) in [(7, "Notion asks you to wait 7 seconds before"), (1, "Notion asks you to wait 1 second before")] {
        let mut wizard = asked();
        wizard.fail(Problem::new(ProblemCode::RateLimited).with_retry_after(Some(seconds)));
        wizard.assert_shows(told);
    }
}

#[test]
fn esc_stops_the_asking_and_stays_and_the_late_answer_is_silence() {
    let mut wizard = asked();
    wizard.press("Esc");
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("token", vec![TestEffect::Cancel(verify_task(STRANGER, AuthPath::Token))])
    );
    record!(wizard);
    let before = wizard.model.clone();
    wizard.reply_late(verified_outcome(verified_token(STRANGER, member_identity())));
    assert_eq!((wizard.take_effects(), &wizard.model), (vec![], &before));
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(STRANGER, AuthPath::Token))]);
    wizard.press("Esc Esc");
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("prepare", vec![TestEffect::Cancel(verify_task(STRANGER, AuthPath::Token))])
    );
}

#[test]
fn a_found_credential_that_is_refused_can_be_tried_again_or_left() {
    let mut wizard = Harness::new();
    let existing =
        DiscoveredCredential { source: CredentialSource::Environment, place: "here".into(), workspace: None, unusable: None };
    wizard.reply_discovered(vec![existing], CredentialIndex::default());
    wizard.press("u");
    wizard.fail(Problem::new(ProblemCode::Unauthorized));
    wizard.assert_shows(Problem::new(ProblemCode::Unauthorized).headline());
    wizard.take_effects();
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Verify(Candidate::Discovered(CredentialSource::Environment)))]);
    wizard.press("Esc");
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("use existing", vec![TestEffect::Cancel(Task::Verify(Candidate::Discovered(CredentialSource::Environment)))])
    );
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "compare");
}

#[test]
fn a_browser_that_does_not_start_leaves_the_link_to_open_by_hand() {
    let mut wizard = Harness::new();
    wizard.press("1 Enter Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(TOKEN_PORTAL))]);
    wizard.reply_opened(Err(Problem::new(ProblemCode::BrowserFailed).with_evidence("xdg-open ended with 3")));
    record!(wizard);
    wizard.assert_shows(TOKEN_PORTAL);
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(TOKEN_PORTAL))]);
    wizard.reply_opened(Ok(()));
    record!(wizard);
}

#[test]
fn a_pause_before_the_next_try_is_counted_down_in_the_news_line_and_moves_nothing() {
    let mut wizard = asked();
    let wait = |seconds_left| RetryWait { code: ProblemCode::RateLimited, seconds: 3, seconds_left, attempt: 2 };
    let before: Vec<String> = wizard.screen_text().lines().map(str::to_owned).collect();
    for seconds_left in [3, 2, 1] {
        wizard.send_progress(Progress::Retrying(wait(seconds_left)));
        wizard.assert_shows(&format!("Retrying in {seconds_left} s (2 of 3)."));
        let now: Vec<String> = wizard.screen_text().lines().map(str::to_owned).collect();
        let moved = before.iter().zip(&now).filter(|(before, now)| before != now).count();
        assert_eq!((now.len(), moved), (before.len(), 1), "only the news line changed");
    }
    wizard.press("Esc");
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(verify_task(STRANGER, AuthPath::Token))]);
    record!(wizard);
    wizard.send_late_progress(Progress::Retrying(wait(1)));
    record!(wizard);
}
