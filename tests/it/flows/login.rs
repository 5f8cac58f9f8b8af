//! Browser login through `ntn`: two keys to a running login, one browser, and an end to every way it can go.

use crate::support::fakes::{MEMBER, invitation, member_identity, ntn_040, ntn_in_a_container, ntn_login, workspace};
use crate::support::harness::{Harness, TOKEN_PORTAL, TestEffect, copy_effects, open_task, probed};
use crate::support::screen_transcript::record;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{
    Account, CredentialIndex, CredentialRecord, CredentialSource, DiscoveredCredential, Identity, Receipt, StoreKind, Unusable,
    VerifiedCredential,
};
use notion_auth::domain::login::{ApprovalRequest, LoginOutcome, LoginRequest, LoginSteps, LoginTarget};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::error;
use notion_auth::wizard::msg::{Answer, Msg, Outcome, ProbeResult, Progress, Prompt, PromptId, Task, TaskOutcome};

fn login(target: LoginTarget, in_file: bool) -> Task {
    Task::Login(LoginRequest { target, use_file: in_file, steps: LoginSteps::All })
}

fn any_workspace() -> Task {
    login(LoginTarget::New, false)
}

fn link() -> &'static str {
    "https://www.notion.so/workers/cli-login?verificationCode=VAF-HWY"
}

/// A desk where a browser will appear.
fn at_a_desk() -> Harness {
    let mut talk = Harness::new();
    talk.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: Some("Firefox".into()) })));
    talk
}

fn far_away() -> Harness {
    let mut talk = Harness::new();
    talk.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    talk
}

/// The login is task 6, and its browser, task 7, has been asked.
fn invited() -> Harness {
    let mut talk = at_a_desk();
    talk.press("3 Enter").send_invitation();
    assert_eq!(
        (talk.screen_name(), talk.take_effects()),
        ("login", vec![TestEffect::Start(any_workspace()), TestEffect::Start(open_task(link()))])
    );
    talk
}

fn failed(code: ProblemCode) -> Harness {
    let mut talk = invited();
    talk.reply_logged_in(Err(Problem::new(code).with_evidence("what was seen")));
    assert_eq!((talk.screen_name(), talk.take_effects()), ("login", vec![]), "{code:?}");
    talk
}

/// Notion knows the token that was read back.
fn verified(identity: Identity) -> LoginOutcome {
    let found_in = CredentialSource::Ntn { workspace: ntn_login().workspace.id };
    LoginOutcome::Verified(
        Box::new(VerifiedCredential::new(Secret::new(MEMBER), identity, AuthPath::Cli, Some(found_in))),
        ntn_login(),
    )
}

fn of_ntn(id: &str, name: &str, readable: bool) -> DiscoveredCredential {
    let source = CredentialSource::Ntn { workspace: id.into() };
    DiscoveredCredential {
        source,
        place: "ntn's auth.json".into(),
        workspace: Some(workspace(id, name)),
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    }
}

#[test]
fn two_keys_lead_from_the_first_frame_to_a_running_login_and_its_browser() {
    let mut talk = at_a_desk();
    talk.press("3 Enter");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("login", vec![TestEffect::Start(any_workspace())]));
    record!(talk);
    talk.send_invitation();
    assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(link()))]);
    talk.assert_shows("Approve only if Notion shows this code: VAF-HWY");
    talk.assert_shows(link());
    record!(talk);
}

#[test]
fn the_browser_is_opened_once_however_often_ntn_repeats_itself() {
    let mut talk = invited();
    talk.send_invitation();
    assert_eq!(talk.take_effects(), []);
    talk.press("Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(link()))], "a key opens it again");
    talk.press("o");
    assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(link()))]);
}

#[test]
fn where_no_browser_will_appear_none_is_opened_and_the_reason_is_shown() {
    let mut talk = far_away();
    talk.press("3 Enter").send_invitation();
    assert_eq!(talk.take_effects(), [TestEffect::Start(any_workspace())]);
    record!(talk);
    talk.press("Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(link()))]);
}

#[test]
fn before_it_is_known_whether_a_browser_will_appear_none_is_opened() {
    let mut talk = Harness::new();
    talk.press("3 Enter").send_invitation();
    assert_eq!(talk.take_effects(), [TestEffect::Start(any_workspace())]);
}

#[test]
fn a_script_that_answers_opens_no_browser() {
    let mut talk = at_a_desk();
    talk.answer(Answer::Choice(2));
    talk.answer(Answer::Choice(0));
    talk.send_invitation();
    assert_eq!((talk.screen_name(), talk.take_effects()), ("login", vec![TestEffect::Start(any_workspace())]));
}

#[test]
fn the_link_is_copied_printed_on_a_line_of_its_own_and_shown_for_a_camera() {
    let mut talk = invited();
    talk.press("c");
    assert_eq!(talk.take_effects(), copy_effects(link()));
    talk.press("p");
    assert_eq!(talk.take_effects(), [TestEffect::Print(link().into())]);
    talk.assert_hides("█");
    talk.press("v");
    talk.assert_shows("█");
    record!(talk);
    for keys in ["v", "v Esc"] {
        talk.press(keys);
        assert_eq!((talk.screen_name(), talk.take_effects()), ("login", vec![]), "{keys}");
        talk.assert_hides("█");
    }
}

#[test]
fn what_has_no_link_yet_copies_prints_and_opens_nothing() {
    let mut talk = at_a_desk();
    talk.press("3 Enter");
    talk.take_effects();
    let before = talk.model.clone();
    talk.press("c p v o Enter");
    assert_eq!((talk.take_effects(), &talk.model), (vec![], &before));
}

#[test]
fn a_new_code_ends_the_old_login_and_opens_no_second_browser_by_itself() {
    let mut talk = invited();
    talk.press("r");
    assert_eq!(talk.take_effects(), [TestEffect::Cancel(any_workspace()), TestEffect::Start(any_workspace())]);
    talk.assert_hides("VAF-HWY");
    talk.send_invitation();
    assert_eq!(talk.take_effects(), []);
    talk.assert_shows("VAF-HWY");
}

#[test]
fn esc_first_ends_the_login_and_then_goes_back() {
    let mut talk = invited();
    talk.press("Esc");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("login", vec![TestEffect::Cancel(any_workspace())]));
    record!(talk);
    talk.assert_hides("VAF-HWY");
    talk.press("c p o");
    assert_eq!(talk.take_effects(), [], "a link that leads nowhere is not handed out");
    talk.press("Esc");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("prepare", vec![]));
}

#[test]
fn what_a_cancelled_login_says_late_is_silence() {
    for keys in ["Esc", "Esc Esc", "r"] {
        let mut talk = at_a_desk();
        talk.press("3 Enter").press(keys);
        talk.take_effects();
        let before = talk.model.clone();
        talk.send_late_progress(Progress::LoginInvitation(invitation()));
        talk.reply_late(TaskOutcome::LoggedIn(Box::new(verified(member_identity()))));
        assert_eq!((talk.take_effects(), &talk.model), (vec![], &before), "{keys}");
    }
}

#[test]
fn a_stopped_login_is_begun_again_with_its_browser_by_enter_and_without_by_r() {
    let mut with = invited();
    with.press("Esc Enter").send_invitation();
    assert_eq!(
        with.take_effects(),
        [TestEffect::Cancel(any_workspace()), TestEffect::Start(any_workspace()), TestEffect::Start(open_task(link()))]
    );
    let mut without = invited();
    without.press("Esc r").send_invitation();
    assert_eq!(without.take_effects(), [TestEffect::Cancel(any_workspace()), TestEffect::Start(any_workspace())]);
}

#[test]
fn leaving_ends_the_login() {
    let mut talk = invited();
    talk.press("Ctrl-C");
    assert_eq!(talk.take_effects(), [TestEffect::Cancel(any_workspace()), TestEffect::Quit(Outcome::Cancelled)]);
}

#[test]
fn every_end_of_a_login_says_what_happened_why_it_may_have_and_what_to_press() {
    use ProblemCode as Code;
    let ends = [
        Code::LoginRefused,
        Code::LoginExpired,
        Code::LoginUnreachable,
        Code::LoginNotStored,
        Code::NtnFailed,
        Code::NtnMissing,
        Code::NtnTooOld,
        Code::NoPendingLogin,
        Code::TimedOut,
        Code::Bug,
    ];
    for code in ends {
        let talk = failed(code);
        let problem = Problem::new(code);
        talk.assert_shows(problem.headline());
        record!(talk);
        problem.causes().iter().for_each(|cause| talk.assert_shows(&cause.text));
        for remedy in problem.remedies() {
            talk.assert_shows(&remedy.text);
        }
        talk.assert_hides("VAF-HWY");
        assert_eq!(error(&talk.model).map(|problem| problem.code), Some(code));
    }
}

#[test]
fn after_a_failure_one_key_tries_again() {
    for (key, effects) in [("r", 1), ("Enter", 2)] {
        let mut talk = failed(ProblemCode::LoginUnreachable);
        talk.press(key).send_invitation();
        let expected = [TestEffect::Start(any_workspace()), TestEffect::Start(open_task(link()))];
        assert_eq!(talk.take_effects(), expected[..effects], "{key}");
        assert_eq!(error(&talk.model), None);
        talk.assert_shows("VAF-HWY");
    }
}

#[test]
fn after_a_refusal_one_key_leads_to_a_token_instead() {
    for code in [ProblemCode::LoginRefused, ProblemCode::NtnFailed] {
        let mut talk = failed(code);
        talk.press("o");
        assert_eq!(
            (talk.screen_name(), talk.take_effects()),
            ("token", vec![TestEffect::Start(open_task(TOKEN_PORTAL))]),
            "{code:?}"
        );
        talk.press("Esc");
        assert_eq!(talk.screen_name(), "login");
    }
}

#[test]
fn where_ntn_turns_out_to_be_missing_one_key_leads_to_installing_it() {
    let mut talk = failed(ProblemCode::NtnMissing);
    record!(talk);
    talk.press("Enter");
    assert_eq!(talk.screen_name(), "install");
}

#[test]
fn a_closed_keyring_is_asked_about_before_anything_is_approved_and_only_y_agrees() {
    let mut talk = far_away();
    talk.reply(probed(ProbeResult::Ntn(ntn_in_a_container())));
    talk.press("3 1");
    record!(talk);
    assert!(matches!(talk.prompt(), Prompt::Consent { id: PromptId::Plaintext, .. }), "{:?}", talk.prompt());
    talk.press("Enter Enter Enter Enter r o c");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("login", vec![]), "Enter held down agrees to nothing");
    talk.press("y");
    assert_eq!(talk.take_effects(), [TestEffect::Start(login(LoginTarget::New, true))]);
    talk.press("r");
    assert_eq!(
        talk.take_effects(),
        [TestEffect::Cancel(login(LoginTarget::New, true)), TestEffect::Start(login(LoginTarget::New, true))],
        "agreed is agreed"
    );
}

#[test]
fn who_does_not_agree_to_the_file_goes_back() {
    for keys in ["n", "Esc"] {
        let mut talk = far_away();
        talk.reply(probed(ProbeResult::Ntn(ntn_in_a_container())));
        talk.press("3 1").press(keys);
        assert_eq!((talk.screen_name(), talk.take_effects()), ("prepare", vec![]));
    }
    let mut script = far_away();
    script.reply(probed(ProbeResult::Ntn(ntn_in_a_container())));
    script.press("3 1").answer(Answer::Consent(false));
    assert_eq!(script.screen_name(), "prepare");
}

#[test]
fn a_login_that_could_not_be_stored_offers_the_file_and_does_not_offer_it_twice() {
    let mut talk = failed(ProblemCode::LoginNotStored);
    record!(talk);
    talk.press("Enter");
    assert_eq!(talk.take_effects(), []);
    talk.press("y");
    assert_eq!(talk.take_effects(), [TestEffect::Start(login(LoginTarget::New, true))]);
    talk.reply_logged_in(Err(Problem::new(ProblemCode::LoginNotStored)));
    record!(talk);
    talk.assert_shows(Problem::new(ProblemCode::LoginNotStored).headline());
}

#[test]
fn two_workspaces_of_one_name_are_told_apart_by_their_ids() {
    let mut talk = at_a_desk();
    talk.reply_discovered(
        vec![of_ntn("ws-1", "Acme", true), of_ntn("ws-2", "Beta", true), of_ntn("ws-3", "Acme", true)],
        CredentialIndex::default(),
    );
    talk.reply(probed(ProbeResult::Ntn(ntn_040())));
    talk.press("3 Enter");
    let labels: Vec<_> = talk.options().into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["Acme (ws-1)", "Beta", "Acme (ws-3)", "Another workspace"]);
}

#[test]
fn of_the_workspaces_that_ntn_knows_one_is_picked_or_another() {
    let known = || vec![of_ntn("ws-1", "Acme", true), of_ntn("ws-2", "Beta", false)];
    let picking = || {
        let mut talk = at_a_desk();
        talk.reply_discovered(known(), CredentialIndex::default());
        talk.reply(probed(ProbeResult::Ntn(ntn_040())));
        talk.press("3 Enter");
        assert_eq!((talk.screen_name(), talk.take_effects()), ("login", vec![]), "0.4.0 asks which one");
        record!(talk);
        talk
    };
    let labels: Vec<_> = picking().options().into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["Acme", "Beta", "Another workspace"]);
    let stored = |id: &str| login(LoginTarget::Stored(id.into()), false);
    for (keys, task) in [
        ("1", stored("ws-1")),
        ("Enter", stored("ws-1")),
        ("Down Enter", stored("ws-2")),
        ("End Enter", any_workspace()),
        ("3", any_workspace()),
        ("End Up Home Enter", stored("ws-1")),
    ] {
        let mut talk = picking();
        talk.press(keys);
        assert_eq!(talk.take_effects(), [TestEffect::Start(task)], "{keys}");
    }
    let mut script = picking();
    script.answer(Answer::Choice(1));
    assert_eq!(script.take_effects(), [TestEffect::Start(stored("ws-2"))]);
    let mut beyond = picking();
    beyond.press("4");
    assert_eq!(beyond.take_effects(), []);
    beyond.press("Esc");
    assert_eq!(beyond.screen_name(), "prepare");
}

#[test]
fn only_what_ntn_keeps_is_picked_from() {
    let ours = DiscoveredCredential {
        source: CredentialSource::Saved(Account { workspace: "ws-3".into(), name: "token".into() }),
        ..of_ntn("ws-3", "Ours", true)
    };
    let mut talk = at_a_desk();
    talk.reply_discovered(vec![ours], CredentialIndex::default());
    talk.press("3 Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(any_workspace())]);
}

#[test]
fn a_login_without_a_readable_code_says_so() {
    let mut talk = at_a_desk();
    let plain = ApprovalRequest { code: None, ends_at: None, ..invitation() };
    talk.press("3 Enter").send_progress(Progress::LoginInvitation(plain));
    record!(talk);
}

#[test]
fn on_the_smallest_screen_the_code_and_the_whole_link_are_in_sight() {
    let mut headless = far_away();
    headless.press("3 Enter").send_invitation();
    let mut with_news = invited();
    with_news.reply_opened(Ok(()));
    for mut talk in [headless, with_news] {
        talk.send(Msg::Resized(40, 12));
        talk.assert_shows("Approve only if Notion shows this code: VAF-HWY");
        let unbroken: String = talk.screen_text().split_whitespace().collect();
        assert!(unbroken.contains(link()), "{unbroken}");
    }
}

fn noted() -> CredentialRecord {
    let named = workspace("11111111-1111-1111-1111-111111111111", "Space One");
    CredentialRecord {
        account: Account { workspace: named.id.clone(), name: "cli@bot-1".into() },
        workspace: named,
        path: AuthPath::Cli,
        store: StoreKind::Ntn,
        saved_on: jiff::civil::date(2026, 11, 22),
        connection: None,
        mcp: None,
        ..crate::support::fakes::token_record(workspace("", ""))
    }
}

fn receipt() -> Receipt {
    Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note: None }
}

#[test]
fn a_login_that_notion_knows_is_shown_as_a_members_noted_and_done() {
    let mut talk = invited();
    let LoginOutcome::Verified(credential, _) = verified(member_identity()) else { unreachable!() };
    talk.reply_logged_in(Ok(verified(member_identity())));
    assert_eq!(talk.screen_name(), "verify");
    record!(talk);
    talk.take_effects();
    talk.press("Enter");
    assert_eq!(
        talk.take_effects(),
        [TestEffect::Cancel(Task::Inspect(credential)), TestEffect::Start(Task::RecordNtnLogin(Box::new(noted())))]
    );
    record!(talk);
    talk.reply(TaskOutcome::Saved(receipt()));
    assert_eq!(talk.screen_name(), "done");
    record!(talk);
    talk.press("Enter");
    let Some(Outcome::Done(done)) = talk.outcome() else { panic!("{:?}", talk.outcome()) };
    assert_eq!((&done.record, done.receipt.place.as_str()), (&noted(), "the kernel's keyring"));
}

#[test]
fn it_is_noted_under_the_workspace_by_which_ntn_finds_it_whatever_notion_names() {
    for named in [None, Some(workspace("ws-1", "Acme"))] {
        let mut talk = invited();
        talk.reply_logged_in(Ok(verified(Identity { workspace: named, ..member_identity() })));
        talk.take_effects();
        talk.press("Enter");
        assert_eq!(talk.take_effects().last(), Some(&TestEffect::Start(Task::RecordNtnLogin(Box::new(noted())))));
    }
}

#[test]
fn a_note_that_fails_is_told_and_tried_again_by_one_key_and_the_login_stands() {
    for key in ["Enter", "r"] {
        let mut talk = invited();
        talk.reply_logged_in(Ok(verified(member_identity()))).reply(TaskOutcome::Completed).press("Enter");
        talk.fail(Problem::new(ProblemCode::StoreBusy).with_evidence("credentials.lock"));
        assert_eq!(talk.screen_name(), "verify");
        record!(talk);
        talk.assert_shows(Problem::new(ProblemCode::StoreBusy).headline());
        assert_eq!(error(&talk.model).map(|problem| problem.code), Some(ProblemCode::StoreBusy));
        talk.take_effects();
        talk.press(key);
        assert_eq!(talk.take_effects(), [TestEffect::Start(Task::RecordNtnLogin(Box::new(noted())))], "{key}");
        record!(talk);
        talk.reply(TaskOutcome::Saved(receipt()));
        assert_eq!(talk.screen_name(), "done");
    }
}

#[test]
fn while_it_is_noted_no_key_does_anything_else() {
    let mut talk = invited();
    talk.reply_logged_in(Ok(verified(member_identity()))).reply(TaskOutcome::Completed).press("Enter");
    talk.take_effects();
    let before = talk.model.clone();
    talk.press("Enter r 1 2");
    assert_eq!((talk.take_effects(), &talk.model), (vec![], &before));
    talk.press("Esc");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("verify", vec![]));
    talk.press("Ctrl-C");
    assert_eq!(talk.outcome(), None);
    talk.reply(TaskOutcome::Saved(receipt()));
    assert!(matches!(talk.outcome(), Some(Outcome::Done(_))), "{:?}", talk.outcome());
}

#[test]
fn news_of_the_browser_does_not_outlive_the_login() {
    let mut talk = invited();
    talk.reply_opened(Ok(()));
    record!(talk);
    talk.reply_logged_in(Ok(verified(member_identity())));
    record!(talk);
    let mut stopped = invited();
    stopped.press("Esc").reply_opened(Ok(()));
    record!(stopped);
    let mut late = invited();
    late.reply_logged_in(Ok(verified(member_identity()))).reply_opened(Ok(()));
    record!(late);
}

#[test]
fn another_tool_of_that_name_is_no_ntn() {
    let mut talk = at_a_desk();
    talk.reply(probed(ProbeResult::Ntn(NtnState::Broken { path: "/usr/bin/ntn".into(), evidence: "it ended with 1".into() })));
    talk.press("3 Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(any_workspace())], "one that does not answer is tried all the same");
}
