//! Browser login through `ntn`: two keys to a running login, one browser, and an end to every way it can go.

use crate::support::fakes::{MEMBER, invitation, member_identity, ntn_040, ntn_in_a_container, ntn_login, workspace};
use crate::support::harness::{Harness, TOKEN_PORTAL, TestEffect, copy_effects, open_task, probed};
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
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: Some("Firefox".into()) })));
    wizard
}

fn far_away() -> Harness {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    wizard
}

/// The login is task 6, and its browser, task 7, has been asked.
fn invited() -> Harness {
    let mut wizard = at_a_desk();
    wizard.press("3 Enter").send_invitation();
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("login", vec![TestEffect::Start(any_workspace()), TestEffect::Start(open_task(link()))])
    );
    wizard
}

fn failed(code: ProblemCode) -> Harness {
    let mut wizard = invited();
    wizard.reply_logged_in(Err(Problem::new(code).with_evidence("what was seen")));
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("login", vec![]), "{code:?}");
    wizard
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
    let mut wizard = at_a_desk();
    wizard.press("3 Enter");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("login", vec![TestEffect::Start(any_workspace())]));
    record!(wizard);
    wizard.send_invitation();
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(link()))]);
    wizard.assert_shows("Approve only if Notion shows this code: VAF-HWY");
    wizard.assert_shows(link());
    record!(wizard);
}

#[test]
fn the_browser_is_opened_once_however_often_ntn_repeats_itself() {
    let mut wizard = invited();
    wizard.send_invitation();
    assert_eq!(wizard.take_effects(), []);
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(link()))], "a key opens it again");
    wizard.press("o");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(link()))]);
}

#[test]
fn where_no_browser_will_appear_none_is_opened_and_the_reason_is_shown() {
    let mut wizard = far_away();
    wizard.press("3 Enter").send_invitation();
    assert_eq!(wizard.take_effects(), [TestEffect::Start(any_workspace())]);
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(link()))]);
}

#[test]
fn before_it_is_known_whether_a_browser_will_appear_none_is_opened() {
    let mut wizard = Harness::new();
    wizard.press("3 Enter").send_invitation();
    assert_eq!(wizard.take_effects(), [TestEffect::Start(any_workspace())]);
}

#[test]
fn a_script_that_answers_opens_no_browser() {
    let mut wizard = at_a_desk();
    wizard.answer(Answer::Choice(2));
    wizard.answer(Answer::Choice(0));
    wizard.send_invitation();
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("login", vec![TestEffect::Start(any_workspace())]));
}

#[test]
fn the_link_is_copied_printed_on_a_line_of_its_own_and_shown_for_a_camera() {
    let mut wizard = invited();
    wizard.press("c");
    assert_eq!(wizard.take_effects(), copy_effects(link()));
    wizard.press("p");
    assert_eq!(wizard.take_effects(), [TestEffect::Print(link().into())]);
    wizard.assert_hides("█");
    wizard.press("v");
    wizard.assert_shows("█");
    record!(wizard);
    for keys in ["v", "v Esc"] {
        wizard.press(keys);
        assert_eq!((wizard.screen_name(), wizard.take_effects()), ("login", vec![]), "{keys}");
        wizard.assert_hides("█");
    }
}

#[test]
fn what_has_no_link_yet_copies_prints_and_opens_nothing() {
    let mut wizard = at_a_desk();
    wizard.press("3 Enter");
    wizard.take_effects();
    let before = wizard.model.clone();
    wizard.press("c p v o Enter");
    assert_eq!((wizard.take_effects(), &wizard.model), (vec![], &before));
}

#[test]
fn a_new_code_ends_the_old_login_and_opens_no_second_browser_by_itself() {
    let mut wizard = invited();
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(any_workspace()), TestEffect::Start(any_workspace())]);
    wizard.assert_hides("VAF-HWY");
    wizard.send_invitation();
    assert_eq!(wizard.take_effects(), []);
    wizard.assert_shows("VAF-HWY");
}

#[test]
fn esc_first_ends_the_login_and_then_goes_back() {
    let mut wizard = invited();
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("login", vec![TestEffect::Cancel(any_workspace())]));
    record!(wizard);
    wizard.assert_hides("VAF-HWY");
    wizard.press("c p o");
    assert_eq!(wizard.take_effects(), [], "a link that leads nowhere is not handed out");
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("prepare", vec![]));
}

#[test]
fn what_a_cancelled_login_says_late_is_silence() {
    for keys in ["Esc", "Esc Esc", "r"] {
        let mut wizard = at_a_desk();
        wizard.press("3 Enter").press(keys);
        wizard.take_effects();
        let before = wizard.model.clone();
        wizard.send_late_progress(Progress::LoginInvitation(invitation()));
        wizard.reply_late(TaskOutcome::LoggedIn(Box::new(verified(member_identity()))));
        assert_eq!((wizard.take_effects(), &wizard.model), (vec![], &before), "{keys}");
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
    let mut wizard = invited();
    wizard.press("Ctrl-C");
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(any_workspace()), TestEffect::Quit(Outcome::Cancelled)]);
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
        let wizard = failed(code);
        let problem = Problem::new(code);
        wizard.assert_shows(problem.headline());
        record!(wizard);
        problem.causes().iter().for_each(|cause| wizard.assert_shows(&cause.text));
        for remedy in problem.remedies() {
            wizard.assert_shows(&remedy.text);
        }
        wizard.assert_hides("VAF-HWY");
        assert_eq!(error(&wizard.model).map(|problem| problem.code), Some(code));
    }
}

#[test]
fn after_a_failure_one_key_tries_again() {
    for (key, effects) in [("r", 1), ("Enter", 2)] {
        let mut wizard = failed(ProblemCode::LoginUnreachable);
        wizard.press(key).send_invitation();
        let expected = [TestEffect::Start(any_workspace()), TestEffect::Start(open_task(link()))];
        assert_eq!(wizard.take_effects(), expected[..effects], "{key}");
        assert_eq!(error(&wizard.model), None);
        wizard.assert_shows("VAF-HWY");
    }
}

#[test]
fn after_a_refusal_one_key_leads_to_a_token_instead() {
    for code in [ProblemCode::LoginRefused, ProblemCode::NtnFailed] {
        let mut wizard = failed(code);
        wizard.press("o");
        assert_eq!(
            (wizard.screen_name(), wizard.take_effects()),
            ("token", vec![TestEffect::Start(open_task(TOKEN_PORTAL))]),
            "{code:?}"
        );
        wizard.press("Esc");
        assert_eq!(wizard.screen_name(), "login");
    }
}

#[test]
fn where_ntn_turns_out_to_be_missing_one_key_leads_to_installing_it() {
    let mut wizard = failed(ProblemCode::NtnMissing);
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "install");
}

#[test]
fn a_closed_keyring_is_asked_about_before_anything_is_approved_and_only_y_agrees() {
    let mut wizard = far_away();
    wizard.reply(probed(ProbeResult::Ntn(ntn_in_a_container())));
    wizard.press("3 1");
    record!(wizard);
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::Plaintext, .. }), "{:?}", wizard.prompt());
    wizard.press("Enter Enter Enter Enter r o c");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("login", vec![]), "Enter held down agrees to nothing");
    wizard.press("y");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(login(LoginTarget::New, true))]);
    wizard.press("r");
    assert_eq!(
        wizard.take_effects(),
        [TestEffect::Cancel(login(LoginTarget::New, true)), TestEffect::Start(login(LoginTarget::New, true))],
        "agreed is agreed"
    );
}

#[test]
fn who_does_not_agree_to_the_file_goes_back() {
    for keys in ["n", "Esc"] {
        let mut wizard = far_away();
        wizard.reply(probed(ProbeResult::Ntn(ntn_in_a_container())));
        wizard.press("3 1").press(keys);
        assert_eq!((wizard.screen_name(), wizard.take_effects()), ("prepare", vec![]));
    }
    let mut script = far_away();
    script.reply(probed(ProbeResult::Ntn(ntn_in_a_container())));
    script.press("3 1").answer(Answer::Consent(false));
    assert_eq!(script.screen_name(), "prepare");
}

#[test]
fn a_login_that_could_not_be_stored_offers_the_file_and_does_not_offer_it_twice() {
    let mut wizard = failed(ProblemCode::LoginNotStored);
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), []);
    wizard.press("y");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(login(LoginTarget::New, true))]);
    wizard.reply_logged_in(Err(Problem::new(ProblemCode::LoginNotStored)));
    record!(wizard);
    wizard.assert_shows(Problem::new(ProblemCode::LoginNotStored).headline());
}

#[test]
fn two_workspaces_of_one_name_are_told_apart_by_their_ids() {
    let mut wizard = at_a_desk();
    wizard.reply_discovered(
        vec![of_ntn("ws-1", "Acme", true), of_ntn("ws-2", "Beta", true), of_ntn("ws-3", "Acme", true)],
        CredentialIndex::default(),
    );
    wizard.reply(probed(ProbeResult::Ntn(ntn_040())));
    wizard.press("3 Enter");
    let labels: Vec<_> = wizard.options().into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["Acme (ws-1)", "Beta", "Acme (ws-3)", "Another workspace"]);
}

#[test]
fn of_the_workspaces_that_ntn_knows_one_is_picked_or_another() {
    let known = || vec![of_ntn("ws-1", "Acme", true), of_ntn("ws-2", "Beta", false)];
    let picking = || {
        let mut wizard = at_a_desk();
        wizard.reply_discovered(known(), CredentialIndex::default());
        wizard.reply(probed(ProbeResult::Ntn(ntn_040())));
        wizard.press("3 Enter");
        assert_eq!((wizard.screen_name(), wizard.take_effects()), ("login", vec![]), "0.4.0 asks which one");
        record!(wizard);
        wizard
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
        let mut wizard = picking();
        wizard.press(keys);
        assert_eq!(wizard.take_effects(), [TestEffect::Start(task)], "{keys}");
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
    let mut wizard = at_a_desk();
    wizard.reply_discovered(vec![ours], CredentialIndex::default());
    wizard.press("3 Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(any_workspace())]);
}

#[test]
fn a_login_without_a_readable_code_says_so() {
    let mut wizard = at_a_desk();
    let plain = ApprovalRequest { code: None, ends_at: None, ..invitation() };
    wizard.press("3 Enter").send_progress(Progress::LoginInvitation(plain));
    record!(wizard);
}

#[test]
fn on_the_smallest_screen_the_code_and_the_whole_link_are_in_sight() {
    let mut headless = far_away();
    headless.press("3 Enter").send_invitation();
    let mut with_news = invited();
    with_news.reply_opened(Ok(()));
    for mut wizard in [headless, with_news] {
        wizard.send(Msg::Resized(40, 12));
        wizard.assert_shows("Approve only if Notion shows this code: VAF-HWY");
        let unbroken: String = wizard.screen_text().split_whitespace().collect();
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
        person: Some("person-1".into()),
        sent_to: Vec::new(),
        replaced_keys: Vec::new(),
        ..crate::support::fakes::token_record(workspace("", ""))
    }
}

fn receipt() -> Receipt {
    Receipt { store: StoreKind::Ntn, place: "managed by ntn".into(), note: None }
}

#[test]
fn a_login_that_notion_knows_is_shown_as_a_members_noted_and_done() {
    let mut wizard = invited();
    let LoginOutcome::Verified(credential, _) = verified(member_identity()) else { unreachable!() };
    wizard.reply_logged_in(Ok(verified(member_identity())));
    assert_eq!(wizard.screen_name(), "verify");
    record!(wizard);
    wizard.take_effects();
    wizard.press("Enter");
    assert_eq!(
        wizard.take_effects(),
        [TestEffect::Cancel(Task::Inspect(credential)), TestEffect::Start(Task::RecordNtnLogin(Box::new(noted())))]
    );
    record!(wizard);
    wizard.reply(TaskOutcome::Saved(receipt()));
    assert_eq!(wizard.screen_name(), "done");
    record!(wizard);
    wizard.press("Enter");
    let Some(Outcome::Done(done)) = wizard.outcome() else { panic!("{:?}", wizard.outcome()) };
    assert_eq!((&done.record, done.receipt.place.as_str()), (&noted(), "the kernel's keyring"));
}

#[test]
fn it_is_noted_under_the_workspace_by_which_ntn_finds_it_whatever_notion_names() {
    for named in [None, Some(workspace("ws-1", "Acme"))] {
        let mut wizard = invited();
        wizard.reply_logged_in(Ok(verified(Identity { workspace: named, ..member_identity() })));
        wizard.take_effects();
        wizard.press("Enter");
        assert_eq!(wizard.take_effects().last(), Some(&TestEffect::Start(Task::RecordNtnLogin(Box::new(noted())))));
    }
}

#[test]
fn a_note_that_fails_is_told_and_tried_again_by_one_key_and_the_login_stands() {
    for key in ["Enter", "r"] {
        let mut wizard = invited();
        wizard.reply_logged_in(Ok(verified(member_identity()))).reply(TaskOutcome::Completed).press("Enter");
        wizard.fail(Problem::new(ProblemCode::StoreBusy).with_evidence("credentials.lock"));
        assert_eq!(wizard.screen_name(), "verify");
        record!(wizard);
        wizard.assert_shows(Problem::new(ProblemCode::StoreBusy).headline());
        assert_eq!(error(&wizard.model).map(|problem| problem.code), Some(ProblemCode::StoreBusy));
        wizard.take_effects();
        wizard.press(key);
        assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::RecordNtnLogin(Box::new(noted())))], "{key}");
        record!(wizard);
        wizard.reply(TaskOutcome::Saved(receipt()));
        assert_eq!(wizard.screen_name(), "done");
    }
}

#[test]
fn while_it_is_noted_no_key_does_anything_else() {
    let mut wizard = invited();
    wizard.reply_logged_in(Ok(verified(member_identity()))).reply(TaskOutcome::Completed).press("Enter");
    wizard.take_effects();
    let before = wizard.model.clone();
    wizard.press("Enter r 1 2");
    assert_eq!((wizard.take_effects(), &wizard.model), (vec![], &before));
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("verify", vec![]));
    wizard.press("Ctrl-C");
    assert_eq!(wizard.outcome(), None);
    wizard.reply(TaskOutcome::Saved(receipt()));
    assert!(matches!(wizard.outcome(), Some(Outcome::Done(_))), "{:?}", wizard.outcome());
}

#[test]
fn news_of_the_browser_does_not_outlive_the_login() {
    let mut wizard = invited();
    wizard.reply_opened(Ok(()));
    record!(wizard);
    wizard.reply_logged_in(Ok(verified(member_identity())));
    record!(wizard);
    let mut stopped = invited();
    stopped.press("Esc").reply_opened(Ok(()));
    record!(stopped);
    let mut late = invited();
    late.reply_logged_in(Ok(verified(member_identity()))).reply_opened(Ok(()));
    record!(late);
}

#[test]
fn another_tool_of_that_name_is_no_ntn() {
    let mut wizard = at_a_desk();
    wizard.reply(probed(ProbeResult::Ntn(NtnState::Broken { path: "/usr/bin/ntn".into(), evidence: "it ended with 1".into() })));
    wizard.press("3 Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(any_workspace())], "one that does not answer is tried all the same");
}
