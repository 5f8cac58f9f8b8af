//! An own connection: five keys to an open consent page, and an end to every way it can go.

use crate::support::connection_fakes::{CLIENT_ID, CLIENT_SECRET, CODE, client, grant, pending, redirect_url};
use crate::support::fakes::member_identity;
use crate::support::harness::{Harness, TestEffect, copy_effects, open_task, port_probe, probed, setup};
use crate::support::headline;
use notion_auth::domain::credentials::{Candidate, CredentialIndex, Inventory, RememberedAnswers};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::machine::{BrowserState, HeadlessReason};
use notion_auth::domain::oauth::{
    AuthorizationAttempt, AuthorizationRequest, CodeExchange, ConnectionRecord, Introspection, OauthConnection, Pkce, RedirectUri,
};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::error;
use notion_auth::wizard::context::ConnectionFlags;
use notion_auth::wizard::msg::{Answer, ProbeResult, Progress, Prompt, PromptId, Task, TaskOutcome};

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
    let mut wizard = Harness::new();
    wizard.press("2 Enter");
    assert_eq!(wizard.screen_name(), "connection");
    wizard.take_effects();
    wizard
}

/// Id and secret are pasted, and Notion knows both: the probe was task 7, the listening is task 9.
fn asking() -> Harness {
    let mut wizard = entering();
    wizard.paste(CLIENT_ID);
    assert_eq!(wizard.take_effects(), [], "an id alone is not sent");
    wizard.paste(CLIENT_SECRET);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(probe())]);
    wizard.reply(TaskOutcome::Completed);
    let remember = TestEffect::Start(Task::RememberAnswers(Box::new(remembered())));
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("authorize", vec![remember, TestEffect::Start(authorize(Pkce::Auto))])
    );
    wizard
}

/// The link is out.
fn listening() -> Harness {
    let mut wizard = asking();
    wizard.send_progress(Progress::AuthorizationPending(Box::new(pending())));
    assert_eq!(wizard.take_effects(), [], "no browser opens by itself");
    wizard
}

#[test]
fn five_keys_lead_from_the_first_frame_to_an_open_consent_page_and_on_to_the_identity() {
    let mut wizard = listening();
    // 2, Enter, two pastes, and this one.
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(pending().link.as_str()))]);
    wizard.reply(TaskOutcome::CodeReceived(Secret::new(CODE)));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(exchange())]);
    record!(wizard);
    wizard.reply(TaskOutcome::Exchanged(Box::new(granted())));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Verify(granted()))]);
    wizard.reply_verified(Ok(member_identity()));
    assert_eq!(wizard.screen_name(), "verify");
    record!(wizard);
    wizard.send_progress(Progress::Introspected(Ok(Introspection { active: true, scope: None, issued_at: None })));
    record!(wizard);
}

#[test]
fn what_is_kept_are_three_secrets_and_no_lifetime_is_asked_for() {
    let mut wizard = listening();
    wizard.reply(TaskOutcome::CodeReceived(Secret::new(CODE))).reply(TaskOutcome::Exchanged(Box::new(granted())));
    wizard.reply_verified(Ok(member_identity())).reply(TaskOutcome::Completed);
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "save");
    record!(wizard);
    wizard.take_effects();
    wizard.press("1");
    let effects = wizard.take_effects();
    let [TestEffect::Start(Task::Save(keep))] = &effects[..] else { panic!("it is kept: {effects:?}") };
    let secrets = keep.verified.secrets();
    assert_eq!((secrets.token, secrets.refresh), (grant().access, grant().refresh));
    assert_eq!(secrets.client_secret, Some(Secret::new(CLIENT_SECRET)));
    assert_eq!(keep.record.connection, remembered().connection);
    assert_eq!((keep.record.account.name.as_str(), keep.record.expires_on), ("oauth@bot-1", None));
}

#[test]
fn the_exact_address_is_shown_and_copied_and_the_holder_of_its_port_is_named() {
    let mut wizard = entering();
    wizard.assert_shows("Register this redirect URI at Notion, exactly: http://localhost:8765/callback");
    wizard.press("Ctrl-Y");
    assert_eq!(wizard.take_effects(), copy_effects("http://localhost:8765/callback"));
    wizard.reply(probed(ProbeResult::Port(PortState::Unavailable { port: 8765, evidence: "used by node (pid 4711)".into() })));
    record!(wizard);
}

/// The reply of the records of a person who registered this port.
fn records_with_port(port: u16) -> TaskOutcome {
    let connection = Some(ConnectionRecord { client_id: CLIENT_ID.into(), redirect: RedirectUri { port } });
    let remembered = RememberedAnswers { connection, ..RememberedAnswers::default() };
    let index = CredentialIndex { remembered, ..CredentialIndex::default() };
    probed(ProbeResult::Inventory(Box::new(Inventory { index, ..Inventory::default() })))
}

#[test]
fn records_that_are_loaded_late_replace_the_probe_of_the_usual_port() {
    let mut wizard = Harness::new();
    wizard.press("2");
    assert_eq!(wizard.take_effects(), [port_probe(8765)]);
    wizard.reply(records_with_port(9000));
    assert_eq!(wizard.take_effects(), [port_probe(9000)]);
    wizard.reply(probed(ProbeResult::Port(PortState::Free(9000))));
    wizard.assert_shows("9000 is free");
    wizard.press("Enter").assert_shows("Port 9000 is free");
    assert_eq!(wizard.take_effects(), [port_probe(9000)], "whoever comes to the page sees the port as it is then");
}

#[test]
fn a_late_reply_about_another_port_is_ignored() {
    let mut wizard = entering();
    wizard.press("Up Ctrl-U").type_text("9000").press("Enter").press("Up Ctrl-U").type_text("9001").press("Enter");
    let started = wizard.take_effects();
    assert_eq!(started[started.len() - 2..], [port_probe(9000), port_probe(9001)]);
    wizard.reply(probed(ProbeResult::Port(PortState::Free(9001))));
    wizard.reply(probed(ProbeResult::Port(PortState::Free(9000))));
    wizard.assert_shows("Port 9001 is free");
}

#[test]
fn a_pasted_port_is_probed_and_so_is_one_that_a_paste_ends_the_typing_of() {
    let mut wizard = entering();
    wizard.press("Up Ctrl-U").paste("9001");
    assert_eq!(wizard.take_effects(), [port_probe(9001)]);
    wizard.press("Ctrl-U").type_text("9003").paste(CLIENT_ID);
    assert_eq!(wizard.take_effects(), [port_probe(9003)]);
}

#[test]
fn a_recheck_asks_for_the_port_again_on_every_page_that_shows_it() {
    let mut wizard = Harness::new();
    wizard.press("2").reply(probed(ProbeResult::Port(PortState::Free(8765)))).take_effects();
    wizard.press("r");
    assert!(wizard.take_effects().contains(&port_probe(8765)), "Prepare");
    wizard.press("Esc");
    assert_eq!(wizard.take_effects(), [port_probe(8765)], "the table, which shows the port since it is known");
    wizard.press("r");
    assert!(wizard.take_effects().contains(&port_probe(8765)), "the table");
}

#[test]
fn a_page_that_is_shown_again_probes_the_port_that_it_names() {
    let mut wizard = entering();
    wizard.press("Up Ctrl-U").type_text("9000").press("Enter").press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects().pop()), ("prepare", Some(port_probe(8765))));
    wizard.press("Enter");
    assert_eq!((wizard.screen_name(), wizard.take_effects().pop()), ("connection", Some(port_probe(9000))));
}

#[test]
fn another_port_is_chosen_once_and_is_the_one_that_is_registered() {
    let mut wizard = entering();
    wizard.press("Up Ctrl-U").type_text("80x").press("Enter");
    record!(wizard);
    wizard.press("Ctrl-U").type_text("9000").press("Enter");
    assert_eq!(wizard.take_effects(), [port_probe(9000)]);
    wizard.assert_shows("http://localhost:9000/callback");
    wizard.paste(CLIENT_ID).paste(CLIENT_SECRET);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::ProbeClient(client(), RedirectUri { port: 9000 }))]);
}

#[test]
fn a_port_that_arrives_at_once_is_a_port_and_an_id_there_is_an_id() {
    let mut wizard = entering();
    wizard.press("Up").paste("9000").press("Enter").assert_shows("http://localhost:9000/callback");
    wizard.press("Up").paste(CLIENT_ID).paste(CLIENT_SECRET).take_effects();
    wizard.assert_shows(CLIENT_ID);
    wizard.reply(TaskOutcome::Completed);
    assert_eq!(wizard.screen_name(), "authorize");
}

#[test]
fn the_port_and_the_id_of_last_time_are_there_again() {
    let mut wizard = Harness::new();
    let connection = Some(ConnectionRecord { client_id: CLIENT_ID.into(), redirect: RedirectUri { port: 9000 } });
    wizard.reply_discovered(
        vec![],
        CredentialIndex {
            remembered: RememberedAnswers { connection, ..RememberedAnswers::default() },
            ..CredentialIndex::default()
        },
    );
    wizard.press("2 Enter");
    wizard.assert_shows("http://localhost:9000/callback");
    wizard.assert_shows(CLIENT_ID);
    wizard.take_effects();
    wizard.paste(CLIENT_SECRET);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::ProbeClient(client(), RedirectUri { port: 9000 }))]);
}

#[test]
fn another_id_replaces_that_of_last_time_although_the_secret_is_asked_for() {
    let mut wizard = Harness::new();
    let client_id = "beef0000-0000-4000-8000-00000000c11d".to_owned();
    let connection = Some(ConnectionRecord { client_id, redirect: RedirectUri::default() });
    wizard.reply_discovered(
        vec![],
        CredentialIndex {
            remembered: RememberedAnswers { connection, ..RememberedAnswers::default() },
            ..CredentialIndex::default()
        },
    );
    wizard.press("2 Enter").take_effects();
    wizard.paste(CLIENT_ID).assert_shows(CLIENT_ID);
    assert_eq!(wizard.take_effects(), []);
    wizard.paste(CLIENT_SECRET);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(probe())]);
}

#[test]
fn what_a_flag_names_goes_before_what_was_there_last_time() {
    let connection = Some(ConnectionFlags { client_id: CLIENT_ID.into(), port: Some(9100) });
    let mut wizard = Harness::with_setup(notion_auth::wizard::context::Setup { connection, ..setup() });
    wizard.press("2 Enter").assert_shows("http://localhost:9100/callback");
    assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::ClientSecret, .. }));
}

#[test]
fn a_secret_in_the_wrong_field_is_never_drawn_and_never_sent_as_an_id() {
    let mut wizard = entering();
    wizard.paste(CLIENT_SECRET);
    record!(wizard);
    wizard.assert_hides(CLIENT_SECRET);
    assert_eq!(wizard.take_effects(), []);
    wizard.paste(CLIENT_ID);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(probe())], "the order does not matter");
}

#[test]
fn an_id_that_may_be_a_secret_is_masked_and_says_why() {
    let mut wizard = entering();
    wizard.paste("Ov23liFakeFakeFake");
    record!(wizard);
    wizard.assert_hides("Ov23li");
}

#[test]
fn lines_of_an_env_file_say_themselves_which_they_are() {
    let mut wizard = entering();
    wizard.paste(&format!("NOTION_CLIENT_SECRET=\"{CLIENT_SECRET}\"\n")).paste(&format!("export NOTION_CLIENT_ID={CLIENT_ID}"));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(probe())]);
}

#[test]
fn a_pasted_address_is_compared_and_one_with_a_secret_is_not_repeated() {
    let mut wizard = entering();
    wizard.paste("http://localhost:8765/callback/");
    wizard.assert_shows("You registered http://localhost:8765/callback/. Register http://localhost:8765/callback instead.");
    wizard.paste("http://localhost:8765/callback?code=fake-code");
    wizard.assert_hides("fake-code");
    wizard.paste("http://localhost:8765/callback");
    record!(wizard);
    assert_eq!(wizard.take_effects(), []);
}

#[test]
fn a_refused_id_or_secret_keeps_both_and_puts_the_cursor_where_the_fault_is() {
    for (code, id) in [
        (ProblemCode::ClientUnknown, PromptId::ClientId),
        (ProblemCode::ClientRefused, PromptId::ClientSecret),
        (ProblemCode::RedirectMismatch, PromptId::ClientSecret),
        (ProblemCode::NoNetwork, PromptId::ClientSecret),
    ] {
        let mut wizard = entering();
        wizard.paste(CLIENT_ID).paste(CLIENT_SECRET).take_effects();
        wizard.fail(Problem::new(code));
        assert_eq!((wizard.screen_name(), wizard.take_effects()), ("connection", vec![]), "{code:?}");
        wizard.assert_shows(Problem::new(code).headline());
        assert!(matches!(wizard.prompt(), Prompt::Text { id: asked, .. } if asked == id), "{code:?}");
        wizard.press("Ctrl-R");
        assert_eq!(wizard.take_effects(), [TestEffect::Start(probe())], "{code:?}");
    }
}

#[test]
fn a_token_in_the_field_of_the_secret_is_not_sent_by_any_key() {
    for token in ["ntn_fake_fake_fake_fake_fake", "ntn_fake"] {
        let mut wizard = entering();
        wizard.paste(CLIENT_ID).type_text(token);
        wizard.press("Enter");
        record!(wizard);
        wizard.press("Ctrl-R");
        assert_eq!(wizard.take_effects(), [], "{token}");
    }
}

#[test]
fn the_portal_opens_with_nothing_to_send_and_on_its_own_key() {
    for keys in ["Enter", "Ctrl-O"] {
        let mut wizard = entering();
        wizard.press(keys);
        assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(PORTAL))], "{keys}");
    }
}

#[test]
fn the_probe_can_be_stopped_and_what_was_typed_stays() {
    let mut wizard = entering();
    wizard.paste(CLIENT_ID).paste(CLIENT_SECRET).take_effects();
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("connection", vec![TestEffect::Cancel(probe())]));
    wizard.press("Esc Enter");
    assert_eq!(wizard.screen_name(), "connection");
    wizard.assert_shows(CLIENT_ID);
}

#[test]
fn the_address_that_a_browser_elsewhere_ended_on_may_be_pasted_and_the_first_answer_wins() {
    let mut wizard = listening();
    wizard.paste(&redirect_url());
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto)), TestEffect::Start(exchange())]);
}

#[test]
fn a_paste_that_is_not_the_answer_says_why_and_the_listener_goes_on() {
    let mut wizard = listening();
    for (paste, why) in [
        (CODE.to_owned(), "Paste the full URL, not only the code."),
        (
            "http://localhost:8765/callback?code=fake-code-0000&state=another".to_owned(),
            "state is missing, or belongs to another request",
        ),
        ("http://localhost:8765/other?code=fake-code-0000".to_owned(), "It does not start with http://localhost:8765/callback."),
    ] {
        wizard.paste(&paste).assert_shows(why);
        assert_eq!((wizard.take_effects(), error(&wizard.model)), (vec![], None), "{paste}");
    }
    wizard.reply(TaskOutcome::CodeReceived(Secret::new(CODE)));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(exchange())]);
}

#[test]
fn a_taken_port_is_no_end_because_the_paste_box_is_open() {
    let mut wizard = asking();
    let listening = PortState::Unavailable { port: 8765, evidence: "used by node (pid 4711)".into() };
    wizard.send_progress(Progress::AuthorizationPending(Box::new(AuthorizationAttempt { listening, ..pending() })));
    record!(wizard);
    wizard.paste(&redirect_url());
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto)), TestEffect::Start(exchange())]);
}

#[test]
fn on_a_remote_box_the_page_says_that_no_browser_will_come_and_how_it_goes_on() {
    let mut wizard = listening();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    record!(wizard);
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
            let mut wizard = listening();
            wizard.fail(Problem::new(code));
            assert_eq!((wizard.screen_name(), wizard.take_effects()), ("authorize", vec![]), "{code:?}");
            wizard.assert_shows(Problem::new(code).headline());
            wizard.press(keys);
            assert_eq!(wizard.take_effects(), [TestEffect::Start(authorize(Pkce::Auto))], "{code:?}");
        }
    }
}

#[test]
fn with_no_link_out_the_portal_is_what_opens() {
    let mut wizard = listening();
    wizard.press("o");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(pending().link.as_str()))]);
    wizard.fail(Problem::new(ProblemCode::AuthorizationDenied));
    record!(wizard);
    wizard.press("o");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(open_task(PORTAL))]);
}

#[test]
fn a_challenge_is_never_left_out_because_of_what_came_by_way_of_the_browser() {
    let mut wizard = listening();
    let refused =
        Problem::new(ProblemCode::AuthorizationRefused).with_evidence("invalid_request: unknown parameter code_challenge");
    wizard.fail(refused);
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(authorize(Pkce::Auto))]);
}

#[test]
fn a_code_that_is_refused_asks_again_and_a_token_that_cannot_be_verified_yet_is_not_lost() {
    let mut wizard = listening();
    wizard.reply(TaskOutcome::CodeReceived(Secret::new(CODE)));
    wizard.fail(Problem::new(ProblemCode::CodeRefused)).take_effects();
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(authorize(Pkce::Auto))]);

    let mut wizard = listening();
    wizard.reply(TaskOutcome::CodeReceived(Secret::new(CODE))).reply(TaskOutcome::Exchanged(Box::new(granted())));
    wizard.reply_verified(Err(Problem::new(ProblemCode::NoNetwork))).take_effects();
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Verify(granted()))]);
    wizard.reply_verified(Err(Problem::new(ProblemCode::NoNetwork)));
    wizard.press("q");
    record!(wizard);
}

#[test]
fn the_link_is_copied_printed_scanned_renewed_and_left() {
    let mut wizard = listening();
    wizard.press("c");
    assert_eq!(wizard.take_effects(), copy_effects(pending().link.as_str()));
    wizard.press("v");
    record!(wizard);
    wizard.press("Esc");
    record!(wizard);
    wizard.press("p");
    assert_eq!(wizard.take_effects(), [TestEffect::Print(pending().link.as_str().into())]);
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto)), TestEffect::Start(authorize(Pkce::Auto))]);
    wizard.press("Esc");
    let effects = vec![TestEffect::Cancel(authorize(Pkce::Auto)), port_probe(8765)];
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("connection", effects));
    wizard.assert_shows(CLIENT_ID);
}

#[test]
fn a_pasted_no_ends_the_asking_as_one_that_was_listened_for_does() {
    let mut wizard = listening();
    wizard.paste("http://localhost:8765/callback?error=access_denied&state=fake-state-0000");
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto))]);
    wizard.assert_shows(headline(ProblemCode::AuthorizationDenied));
    assert!(error(&wizard.model).is_some());
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(authorize(Pkce::Auto))]);
}

#[test]
fn tokens_that_are_kept_nowhere_are_not_dropped_by_one_key() {
    let mut wizard = listening();
    wizard.reply(TaskOutcome::CodeReceived(Secret::new(CODE))).take_effects();
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("authorize", vec![]), "they may be on their way");
    record!(wizard);
    wizard.reply(TaskOutcome::Exchanged(Box::new(granted())));
    wizard.reply_verified(Err(Problem::new(ProblemCode::NoNetwork)));
    wizard.press("q");
    record!(wizard);
    wizard.press("n Esc");
    assert_eq!(wizard.screen_name(), "connection");
}

#[test]
fn a_port_that_was_typed_counts_however_its_field_is_left() {
    for keys in ["Down", "Tab", "Enter"] {
        let mut wizard = entering();
        wizard.press("Up Ctrl-U").type_text("9000").press(keys);
        wizard.assert_shows("http://localhost:9000/callback");
    }
    let mut wizard = entering();
    wizard.press("Up Ctrl-U").paste("9000").paste(CLIENT_ID).paste(CLIENT_SECRET);
    wizard.assert_shows("http://localhost:9000/callback");
    let effects = wizard.take_effects();
    assert!(
        matches!(&effects[..], [port, TestEffect::Start(Task::ProbeClient(_, RedirectUri { port: 9000 }))] if *port == port_probe(9000))
    );
}

#[test]
fn an_address_of_another_kind_is_not_held_against_ours() {
    let mut wizard = entering();
    wizard.paste("https://www.notion.so/profile/integrations");
    record!(wizard);
}

#[test]
fn without_a_screen_the_same_road_is_walked_by_answers() {
    let connection = Some(ConnectionFlags { client_id: CLIENT_ID.into(), port: None });
    let mut wizard = Harness::with_setup(notion_auth::wizard::context::Setup { connection, ..setup() });
    wizard.answer(Answer::Choice(1));
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::SignInMethod, .. }));
    wizard.answer(Answer::Choice(0));
    assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::ClientSecret, .. }));
    wizard.answer(Answer::Text(Secret::new(CLIENT_SECRET)));
    wizard.reply(TaskOutcome::Completed).send_progress(Progress::AuthorizationPending(Box::new(pending())));
    assert_eq!(wizard.prompt(), Prompt::Busy);
    wizard.take_effects();
    wizard.answer(Answer::Text(Secret::new(redirect_url())));
    assert_eq!(wizard.take_effects(), [TestEffect::Cancel(authorize(Pkce::Auto)), TestEffect::Start(exchange())]);
}
