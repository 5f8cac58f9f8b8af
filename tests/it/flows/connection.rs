//! An own connection: five keys to an open consent page, and an end to every way it can go.

use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET, CODE, client, grant, pending, redirect_url};
use crate::support::fakes::member_identity;
use crate::support::harness::{Harness, TestEffect, copy_effects, open_task, probed, setup};
use crate::support::headline;
use crate::support::screen_transcript::record;
use notion_auth::domain::credentials::{Candidate, CredentialIndex, RememberedAnswers};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::machine::{BrowserState, HeadlessReason};
use notion_auth::domain::oauth::{
    AuthorizationAttempt, AuthorizationRequest, CodeExchange, ConnectionRecord, Introspection, OauthConnection, Pkce, RedirectUri,
};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::error;
use notion_auth::wizard::context::ConnectionFlags;
use notion_auth::wizard::msg::{Answer, Probe, ProbeResult, Progress, Prompt, PromptId, Task, TaskOutcome};

const PORTAL: &str = "https://app.notion.com/developers/connections";

fn probe() -> Task {
    Task::ProbeClient(client(), RedirectUri::default())
}

fn authorize(pkce: Pkce) -> Task {
    Task::Authorize(AuthorizationRequest { client_id: CLIENT_ID.into(), redirect: RedirectUri::default(), pkce })
}

fn exchange() -> Task {
    let AuthorizationAttempt { redirect, verifier, .. } = pending();
    Task::Exchange(Box::new(CodeExchange { client: client(), code: Secret::new(CODE), redirect, verifier, pkce: Pkce::Auto }))
}

fn granted() -> Candidate {
    let connection = OauthConnection { client: client(), redirect: RedirectUri::default(), refresh: grant().refresh };
    Candidate::Granted { token: grant().access, connection: Box::new(connection) }
}

fn remembered() -> RememberedAnswers {
    let connection = Some(ConnectionRecord { client_id: CLIENT_ID.into(), redirect: RedirectUri::default() });
    RememberedAnswers { connection, ..RememberedAnswers::default() }
}

/// On the page of id and secret; what came before has been looked at.
fn entering() -> Harness {
    let mut talk = Harness::new();
    talk.press("2 Enter");
    assert_eq!(talk.screen_name(), "connection");
    talk.take_effects();
    talk
}

/// Id and secret are pasted, and Notion knows both: the probe was task 7, the listening is task 9.
fn asking() -> Harness {
    let mut talk = entering();
    talk.paste(CLIENT_ID);
    assert_eq!(talk.take_effects(), [], "an id alone is not sent");
    talk.paste(CLIENT_SECRET);
    assert_eq!(talk.take_effects(), [TestEffect::Start(probe())]);
    talk.reply(TaskOutcome::Completed);
    let remember = TestEffect::Start(Task::RememberAnswers(Box::new(remembered())));
    assert_eq!((talk.screen_name(), talk.take_effects()), ("authorize", vec![remember, TestEffect::Start(authorize(Pkce::Auto))]));
    talk
}

/// The link is out.
fn listening() -> Harness {
    let mut talk = asking();
    talk.send_progress(Progress::AuthorizationPending(Box::new(pending())));
    assert_eq!(talk.take_effects(), [], "no browser opens by itself");
    talk
}

#[test]
fn five_keys_lead_from_the_first_frame_to_an_open_consent_page_and_on_to_the_identity() {
    let mut talk = listening();
    // 2, Enter, two pastes, and this one.
    talk.press("Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(pending().link.as_str()))]);
    talk.reply(TaskOutcome::CodeReceived(Secret::new(CODE)));
    assert_eq!(talk.take_effects(), [TestEffect::Start(exchange())]);
    record!(talk);
    talk.reply(TaskOutcome::Exchanged(Box::new(granted())));
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::Verify(granted()))]);
    talk.reply_verified(Ok(member_identity()));
    assert_eq!(talk.screen_name(), "verify");
    record!(talk);
    talk.send_progress(Progress::Introspected(Ok(Introspection { active: true, scope: None, issued_at: None })));
    record!(talk);
}

#[test]
fn what_is_kept_are_three_secrets_and_no_lifetime_is_asked_for() {
    let mut talk = listening();
    talk.reply(TaskOutcome::CodeReceived(Secret::new(CODE))).reply(TaskOutcome::Exchanged(Box::new(granted())));
    talk.reply_verified(Ok(member_identity())).reply(TaskOutcome::Completed);
    talk.press("Enter");
    assert_eq!(talk.screen_name(), "save");
    record!(talk);
    talk.take_effects();
    talk.press("1");
    let effects = talk.take_effects();
    let [TestEffect::Start(Task::Save(keep))] = &effects[..] else { panic!("it is kept: {effects:?}") };
    let secrets = keep.verified.secrets();
    assert_eq!((secrets.token, secrets.refresh), (grant().access, grant().refresh));
    assert_eq!(secrets.client_secret, Some(Secret::new(CLIENT_SECRET)));
    assert_eq!(keep.record.connection, remembered().connection);
    assert_eq!((keep.record.account.name.as_str(), keep.record.expires_on), ("oauth@bot-1", None));
}

#[test]
fn the_exact_address_is_shown_and_copied_and_the_holder_of_its_port_is_named() {
    let mut talk = entering();
    talk.assert_shows("Register this redirect URI at Notion, exactly: http://localhost:8765/callback");
    talk.press("Ctrl-Y");
    assert_eq!(talk.take_effects(), copy_effects("http://localhost:8765/callback"));
    talk.reply(probed(ProbeResult::Port(PortState::Unavailable { port: 8765, evidence: "used by node (pid 4711)".into() })));
    record!(talk);
}

#[test]
fn another_port_is_chosen_once_and_is_the_one_that_is_registered() {
    let mut talk = entering();
    talk.press("Up Ctrl-U").type_text("80x").press("Enter");
    record!(talk);
    talk.press("Ctrl-U").type_text("9000").press("Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::Probe(Probe::Port(RedirectUri { port: 9000 })))]);
    talk.assert_shows("http://localhost:9000/callback");
    talk.paste(CLIENT_ID).paste(CLIENT_SECRET);
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::ProbeClient(client(), RedirectUri { port: 9000 }))]);
}

#[test]
fn a_port_that_arrives_at_once_is_a_port_and_an_id_there_is_an_id() {
    let mut talk = entering();
    talk.press("Up").paste("9000").press("Enter").assert_shows("http://localhost:9000/callback");
    talk.press("Up").paste(CLIENT_ID).paste(CLIENT_SECRET).take_effects();
    talk.assert_shows(CLIENT_ID);
    talk.reply(TaskOutcome::Completed);
    assert_eq!(talk.screen_name(), "authorize");
}

#[test]
fn the_port_and_the_id_of_last_time_are_there_again() {
    let mut talk = Harness::new();
    let connection = Some(ConnectionRecord { client_id: CLIENT_ID.into(), redirect: RedirectUri { port: 9000 } });
    talk.reply_discovered(
        vec![],
        CredentialIndex {
            remembered: RememberedAnswers { connection, ..RememberedAnswers::default() },
            ..CredentialIndex::default()
        },
    );
    talk.press("2 Enter");
    talk.assert_shows("http://localhost:9000/callback");
    talk.assert_shows(CLIENT_ID);
    talk.take_effects();
    talk.paste(CLIENT_SECRET);
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::ProbeClient(client(), RedirectUri { port: 9000 }))]);
}

#[test]
fn another_id_replaces_that_of_last_time_although_the_secret_is_asked_for() {
    let mut talk = Harness::new();
    let client_id = "beef0000-0000-4000-8000-00000000c11d".to_owned();
    let connection = Some(ConnectionRecord { client_id, redirect: RedirectUri::default() });
    talk.reply_discovered(
        vec![],
        CredentialIndex {
            remembered: RememberedAnswers { connection, ..RememberedAnswers::default() },
            ..CredentialIndex::default()
        },
    );
    talk.press("2 Enter").take_effects();
    talk.paste(CLIENT_ID).assert_shows(CLIENT_ID);
    assert_eq!(talk.take_effects(), []);
    talk.paste(CLIENT_SECRET);
    assert_eq!(talk.take_effects(), [TestEffect::Start(probe())]);
}

#[test]
fn what_a_flag_names_goes_before_what_was_there_last_time() {
    let connection = Some(ConnectionFlags { client_id: CLIENT_ID.into(), port: Some(9100) });
    let mut talk = Harness::with_setup(notion_auth::wizard::context::Setup { connection, ..setup() });
    talk.press("2 Enter").assert_shows("http://localhost:9100/callback");
    assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::ClientSecret, .. }));
}

#[test]
fn a_secret_in_the_wrong_field_is_never_drawn_and_never_sent_as_an_id() {
    let mut talk = entering();
    talk.paste(CLIENT_SECRET);
    record!(talk);
    talk.assert_hides(CLIENT_SECRET);
    assert_eq!(talk.take_effects(), []);
    talk.paste(CLIENT_ID);
    assert_eq!(talk.take_effects(), [TestEffect::Start(probe())], "the order does not matter");
}

#[test]
fn an_id_that_may_be_a_secret_is_masked_and_says_why() {
    let mut talk = entering();
    talk.paste("Ov23liFakeFakeFake");
    record!(talk);
    talk.assert_hides("Ov23li");
}

#[test]
fn lines_of_an_env_file_say_themselves_which_they_are() {
    let mut talk = entering();
    talk.paste(&format!("NOTION_CLIENT_SECRET=\"{CLIENT_SECRET}\"\n")).paste(&format!("export NOTION_CLIENT_ID={CLIENT_ID}"));
    assert_eq!(talk.take_effects(), [TestEffect::Start(probe())]);
}

#[test]
fn a_pasted_address_is_compared_and_one_with_a_secret_is_not_repeated() {
    let mut talk = entering();
    talk.paste("http://localhost:8765/callback/");
    talk.assert_shows("You registered http://localhost:8765/callback/. Register http://localhost:8765/callback instead.");
    talk.paste("http://localhost:8765/callback?code=fake-code");
    talk.assert_hides("fake-code");
    talk.paste("http://localhost:8765/callback");
    record!(talk);
    assert_eq!(talk.take_effects(), []);
}

#[test]
fn a_refused_id_or_secret_keeps_both_and_puts_the_cursor_where_the_fault_is() {
    for (code, id) in [
        (ProblemCode::ClientUnknown, PromptId::ClientId),
        (ProblemCode::ClientRefused, PromptId::ClientSecret),
        (ProblemCode::RedirectMismatch, PromptId::ClientSecret),
        (ProblemCode::NoNetwork, PromptId::ClientSecret),
    ] {
        let mut talk = entering();
        talk.paste(CLIENT_ID).paste(CLIENT_SECRET).take_effects();
        talk.fail(Problem::new(code));
        assert_eq!((talk.screen_name(), talk.take_effects()), ("connection", vec![]), "{code:?}");
        talk.assert_shows(Problem::new(code).headline());
        assert!(matches!(talk.prompt(), Prompt::Text { id: asked, .. } if asked == id), "{code:?}");
        talk.press("Ctrl-R");
        assert_eq!(talk.take_effects(), [TestEffect::Start(probe())], "{code:?}");
    }
}

#[test]
fn a_token_in_the_field_of_the_secret_is_not_sent_by_any_key() {
    for token in ["ntn_fake_fake_fake_fake_fake", "ntn_fake"] {
        let mut talk = entering();
        talk.paste(CLIENT_ID).type_text(token);
        talk.press("Enter");
        record!(talk);
        talk.press("Ctrl-R");
        assert_eq!(talk.take_effects(), [], "{token}");
    }
}

#[test]
fn the_portal_opens_with_nothing_to_send_and_on_its_own_key() {
    for keys in ["Enter", "Ctrl-O"] {
        let mut talk = entering();
        talk.press(keys);
        assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(PORTAL))], "{keys}");
    }
}

#[test]
fn the_probe_can_be_stopped_and_what_was_typed_stays() {
    let mut talk = entering();
    talk.paste(CLIENT_ID).paste(CLIENT_SECRET).take_effects();
    talk.press("Esc");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("connection", vec![TestEffect::Cancel(probe())]));
    talk.press("Esc Enter");
    assert_eq!(talk.screen_name(), "connection");
    talk.assert_shows(CLIENT_ID);
}

#[test]
fn the_address_that_a_browser_elsewhere_ended_on_may_be_pasted_and_the_first_answer_wins() {
    let mut talk = listening();
    talk.paste(&redirect_url());
    assert_eq!(talk.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto)), TestEffect::Start(exchange())]);
}

#[test]
fn a_paste_that_is_not_the_answer_says_why_and_the_listener_goes_on() {
    let mut talk = listening();
    for (paste, why) in [
        (CODE.to_owned(), "Paste the full URL, not only the code."),
        (
            "http://localhost:8765/callback?code=fake-code-0000&state=another".to_owned(),
            "state is missing, or belongs to another request",
        ),
        ("http://localhost:8765/other?code=fake-code-0000".to_owned(), "It does not start with http://localhost:8765/callback."),
    ] {
        talk.paste(&paste).assert_shows(why);
        assert_eq!((talk.take_effects(), error(&talk.model)), (vec![], None), "{paste}");
    }
    talk.reply(TaskOutcome::CodeReceived(Secret::new(CODE)));
    assert_eq!(talk.take_effects(), [TestEffect::Start(exchange())]);
}

#[test]
fn a_taken_port_is_no_end_because_the_paste_box_is_open() {
    let mut talk = asking();
    let listening = PortState::Unavailable { port: 8765, evidence: "used by node (pid 4711)".into() };
    talk.send_progress(Progress::AuthorizationPending(Box::new(AuthorizationAttempt { listening, ..pending() })));
    record!(talk);
    talk.paste(&redirect_url());
    assert_eq!(talk.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto)), TestEffect::Start(exchange())]);
}

#[test]
fn on_a_remote_box_the_page_says_that_no_browser_will_come_and_how_it_goes_on() {
    let mut talk = listening();
    talk.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    record!(talk);
}

#[test]
fn denied_expired_and_refused_each_end_in_a_new_link() {
    for code in [
        ProblemCode::AuthorizationDenied,
        ProblemCode::AuthorizationExpired,
        ProblemCode::AuthorizationRefused,
        ProblemCode::NotionServerError,
    ] {
        for keys in ["Enter", "r"] {
            let mut talk = listening();
            talk.fail(Problem::new(code));
            assert_eq!((talk.screen_name(), talk.take_effects()), ("authorize", vec![]), "{code:?}");
            talk.assert_shows(Problem::new(code).headline());
            talk.press(keys);
            assert_eq!(talk.take_effects(), [TestEffect::Start(authorize(Pkce::Auto))], "{code:?}");
        }
    }
}

#[test]
fn with_no_link_out_the_portal_is_what_opens() {
    let mut talk = listening();
    talk.press("o");
    assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(pending().link.as_str()))]);
    talk.fail(Problem::new(ProblemCode::AuthorizationDenied));
    record!(talk);
    talk.press("o");
    assert_eq!(talk.take_effects(), [TestEffect::Start(open_task(PORTAL))]);
}

#[test]
fn a_challenge_is_never_left_out_because_of_what_came_by_way_of_the_browser() {
    let mut talk = listening();
    let refused =
        Problem::new(ProblemCode::AuthorizationRefused).with_evidence("invalid_request: unknown parameter code_challenge");
    talk.fail(refused);
    talk.press("Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(authorize(Pkce::Auto))]);
}

#[test]
fn a_code_that_is_refused_asks_again_and_a_token_that_cannot_be_verified_yet_is_not_lost() {
    let mut talk = listening();
    talk.reply(TaskOutcome::CodeReceived(Secret::new(CODE)));
    talk.fail(Problem::new(ProblemCode::CodeRefused)).take_effects();
    talk.press("Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(authorize(Pkce::Auto))]);

    let mut talk = listening();
    talk.reply(TaskOutcome::CodeReceived(Secret::new(CODE))).reply(TaskOutcome::Exchanged(Box::new(granted())));
    talk.reply_verified(Err(Problem::new(ProblemCode::NoNetwork))).take_effects();
    talk.press("r");
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::Verify(granted()))]);
    talk.reply_verified(Err(Problem::new(ProblemCode::NoNetwork)));
    talk.press("q");
    record!(talk);
}

#[test]
fn the_link_is_copied_printed_scanned_renewed_and_left() {
    let mut talk = listening();
    talk.press("c");
    assert_eq!(talk.take_effects(), copy_effects(pending().link.as_str()));
    talk.press("v");
    record!(talk);
    talk.press("Esc");
    record!(talk);
    talk.press("p");
    assert_eq!(talk.take_effects(), [TestEffect::Print(pending().link.as_str().into())]);
    talk.press("r");
    assert_eq!(talk.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto)), TestEffect::Start(authorize(Pkce::Auto))]);
    talk.press("Esc");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("connection", vec![TestEffect::Cancel(authorize(Pkce::Auto))]));
    talk.assert_shows(CLIENT_ID);
}

#[test]
fn a_pasted_no_ends_the_asking_as_one_that_was_listened_for_does() {
    let mut talk = listening();
    talk.paste("http://localhost:8765/callback?error=access_denied&state=fake-state-0000");
    assert_eq!(talk.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto))]);
    talk.assert_shows(headline(ProblemCode::AuthorizationDenied));
    assert!(error(&talk.model).is_some());
    talk.press("Enter");
    assert_eq!(talk.take_effects(), [TestEffect::Start(authorize(Pkce::Auto))]);
}

#[test]
fn tokens_that_are_kept_nowhere_are_not_dropped_by_one_key() {
    let mut talk = listening();
    talk.reply(TaskOutcome::CodeReceived(Secret::new(CODE))).take_effects();
    talk.press("Esc");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("authorize", vec![]), "they may be on their way");
    record!(talk);
    talk.reply(TaskOutcome::Exchanged(Box::new(granted())));
    talk.reply_verified(Err(Problem::new(ProblemCode::NoNetwork)));
    talk.press("q");
    record!(talk);
    talk.press("n Esc");
    assert_eq!(talk.screen_name(), "connection");
}

#[test]
fn a_port_that_was_typed_counts_however_its_field_is_left() {
    for keys in ["Down", "Tab", "Enter"] {
        let mut talk = entering();
        talk.press("Up Ctrl-U").type_text("9000").press(keys);
        talk.assert_shows("http://localhost:9000/callback");
    }
    let mut talk = entering();
    talk.press("Up Ctrl-U").paste("9000").paste(CLIENT_ID).paste(CLIENT_SECRET);
    talk.assert_shows("http://localhost:9000/callback");
    assert!(matches!(&talk.take_effects()[..], [TestEffect::Start(Task::ProbeClient(_, RedirectUri { port: 9000 }))]));
}

#[test]
fn an_address_of_another_kind_is_not_held_against_ours() {
    let mut talk = entering();
    talk.paste("https://www.notion.so/profile/integrations");
    record!(talk);
}

#[test]
fn without_a_screen_the_same_road_is_walked_by_answers() {
    let connection = Some(ConnectionFlags { client_id: CLIENT_ID.into(), port: None });
    let mut talk = Harness::with_setup(notion_auth::wizard::context::Setup { connection, ..setup() });
    talk.answer(Answer::Choice(1));
    assert!(matches!(talk.prompt(), Prompt::Choice { id: PromptId::SignInMethod, .. }));
    talk.answer(Answer::Choice(0));
    assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::ClientSecret, .. }));
    talk.answer(Answer::Text(Secret::new(CLIENT_SECRET)));
    talk.reply(TaskOutcome::Completed).send_progress(Progress::AuthorizationPending(Box::new(pending())));
    assert_eq!(talk.prompt(), Prompt::Busy);
    talk.take_effects();
    talk.answer(Answer::Text(Secret::new(redirect_url())));
    assert_eq!(talk.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto)), TestEffect::Start(exchange())]);
}
