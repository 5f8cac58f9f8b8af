//! An own connection: five keys to an open consent page, and an end to every way it can go.

use crate::support::connections::{CLIENT_ID, CLIENT_SECRET, CODE, answer, client, grant, pending};
use crate::support::headline;
use crate::support::talk::{Talk, cancel, copy, open, setup, start};
use crate::support::world::member;
use notion_auth::domain::credential::{Candidate, Ledger, Told};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::machine::{BrowserState, HeadlessReason};
use notion_auth::domain::oauth::{AuthorizeRequest, Connection, ConnectionNote, Exchange, Introspection, Pending, Pkce, Redirect};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::trouble;
use notion_auth::wizard::context::ChosenConnection;
use notion_auth::wizard::msg::{Ask, AskId, Effect, Given, Probe, Progress, Reply, Task};

const PORTAL: &str = "https://app.notion.com/developers/connections";

fn probe() -> Task {
    Task::ProbeClient(client(), Redirect::default())
}

fn authorize(pkce: Pkce) -> Task {
    Task::Authorize(AuthorizeRequest { client_id: CLIENT_ID.into(), redirect: Redirect::default(), pkce })
}

fn exchange() -> Task {
    let Pending { redirect, verifier, .. } = pending();
    Task::Exchange(Box::new(Exchange { client: client(), code: Secret::new(CODE), redirect, verifier, pkce: Pkce::Auto }))
}

fn granted() -> Candidate {
    let connection = Connection { client: client(), redirect: Redirect::default(), refresh: grant().refresh };
    Candidate::Granted { token: grant().access, connection: Box::new(connection) }
}

fn remembered() -> Told {
    let connection = Some(ConnectionNote { client_id: CLIENT_ID.into(), redirect: Redirect::default() });
    Told { connection, ..Told::default() }
}

/// On the page of id and secret; what came before has been looked at.
fn entering() -> Talk {
    let mut talk = Talk::begin();
    talk.press("2 Enter");
    assert_eq!(talk.screen(), "connection");
    talk.effects();
    talk
}

/// Id and secret are pasted, and Notion knows both: the probe was task 7, the listening is task 9.
fn asking() -> Talk {
    let mut talk = entering();
    talk.paste(CLIENT_ID);
    assert_eq!(talk.effects(), [], "an id alone is not sent");
    talk.paste(CLIENT_SECRET);
    assert_eq!(talk.effects(), [start(7, probe())]);
    talk.reply(Reply::ClientProbed(Ok(())));
    let remember = start(8, Task::Remember(Box::new(remembered())));
    assert_eq!((talk.screen(), talk.effects()), ("authorize", vec![remember, start(9, authorize(Pkce::Auto))]));
    talk
}

/// The link is out.
fn listening() -> Talk {
    let mut talk = asking();
    talk.progress(Progress::Authorizing(Box::new(pending())));
    assert_eq!(talk.effects(), [], "no browser opens by itself");
    talk
}

#[test]
fn five_keys_lead_from_the_first_frame_to_an_open_consent_page_and_on_to_the_identity() {
    let mut talk = listening();
    // 2, Enter, two pastes, and this one.
    talk.press("Enter");
    assert_eq!(talk.effects(), [start(10, open(pending().link.as_str()))]);
    talk.reply(Reply::Answered(Ok(Secret::new(CODE))));
    assert_eq!(talk.effects(), [start(11, exchange())]);
    talk.reads("The answer is here. Trading its code for tokens.");
    talk.reply(Reply::Exchanged(Box::new(Ok(granted()))));
    assert_eq!(talk.effects(), [start(12, Task::Verify(granted()))]);
    talk.notion_says(Ok(member()));
    assert_eq!(talk.screen(), "verify");
    talk.reads("A token of your own connection: it acts as the person who let it in.");
    talk.progress(Progress::Introspected(Ok(Introspection { active: true, scope: None, issued_at: None })));
    talk.reads("Active.");
}

#[test]
fn what_is_kept_are_three_secrets_and_no_lifetime_is_asked_for() {
    let mut talk = listening();
    talk.reply(Reply::Answered(Ok(Secret::new(CODE)))).reply(Reply::Exchanged(Box::new(Ok(granted()))));
    talk.notion_says(Ok(member())).reply(Reply::Inspected);
    talk.press("Enter");
    assert_eq!(talk.screen(), "keep");
    talk.reads("Where should both tokens and the client secret be kept?");
    talk.effects();
    talk.press("1");
    let effects = talk.effects();
    let [Effect::Start(_, Task::Keep(keep))] = &effects[..] else { panic!("it is kept: {effects:?}") };
    let secrets = keep.verified.secrets();
    assert_eq!((secrets.token, secrets.refresh), (grant().access, grant().refresh));
    assert_eq!(secrets.client_secret, Some(Secret::new(CLIENT_SECRET)));
    assert_eq!(keep.record.connection, remembered().connection);
    assert_eq!((keep.record.account.name.as_str(), keep.record.expires_on), ("oauth@bot-1", None));
}

#[test]
fn the_exact_address_is_shown_and_copied_and_the_holder_of_its_port_is_named() {
    let mut talk = entering();
    talk.reads("Register this redirect address at Notion, exactly: http://localhost:8765/callback");
    talk.press("Ctrl-Y");
    assert_eq!(talk.effects(), copy(7, "http://localhost:8765/callback"));
    talk.reply(Reply::Port(PortState::Taken { port: 8765, evidence: "held by node (pid 4711)".into() }));
    talk.reads("Port 8765 is taken: held by node (pid 4711).");
}

#[test]
fn another_port_is_chosen_once_and_is_the_one_that_is_registered() {
    let mut talk = entering();
    talk.press("Up Ctrl-U").type_in("80x").press("Enter");
    talk.reads("A port is a number from 1024 to 65535.");
    talk.press("Ctrl-U").type_in("9000").press("Enter");
    assert_eq!(talk.effects(), [start(7, Task::Probe(Probe::Port(Redirect { port: 9000 })))]);
    talk.reads("http://localhost:9000/callback");
    talk.paste(CLIENT_ID).paste(CLIENT_SECRET);
    assert_eq!(talk.effects(), [start(8, Task::ProbeClient(client(), Redirect { port: 9000 }))]);
}

#[test]
fn a_port_that_arrives_at_once_is_a_port_and_an_id_there_is_an_id() {
    let mut talk = entering();
    talk.press("Up").paste("9000").press("Enter").reads("http://localhost:9000/callback");
    talk.press("Up").paste(CLIENT_ID).paste(CLIENT_SECRET).effects();
    talk.reads(CLIENT_ID);
    talk.reply(Reply::ClientProbed(Ok(())));
    assert_eq!(talk.screen(), "authorize");
}

#[test]
fn the_port_and_the_id_of_last_time_are_there_again() {
    let mut talk = Talk::begin();
    let connection = Some(ConnectionNote { client_id: CLIENT_ID.into(), redirect: Redirect { port: 9000 } });
    talk.finds(vec![], Ledger { told: Told { connection, ..Told::default() }, ..Ledger::default() });
    talk.press("2 Enter");
    talk.reads("http://localhost:9000/callback");
    talk.reads(CLIENT_ID);
    talk.effects();
    talk.paste(CLIENT_SECRET);
    assert_eq!(talk.effects(), [start(7, Task::ProbeClient(client(), Redirect { port: 9000 }))]);
}

#[test]
fn another_id_replaces_that_of_last_time_although_the_secret_is_asked_for() {
    let mut talk = Talk::begin();
    let client_id = "beef0000-0000-4000-8000-00000000c11d".to_owned();
    let connection = Some(ConnectionNote { client_id, redirect: Redirect::default() });
    talk.finds(vec![], Ledger { told: Told { connection, ..Told::default() }, ..Ledger::default() });
    talk.press("2 Enter").effects();
    talk.paste(CLIENT_ID).reads(CLIENT_ID);
    assert_eq!(talk.effects(), []);
    talk.paste(CLIENT_SECRET);
    assert_eq!(talk.effects(), [start(7, probe())]);
}

#[test]
fn what_a_flag_names_goes_before_what_was_there_last_time() {
    let connection = Some(ChosenConnection { client_id: CLIENT_ID.into(), port: Some(9100) });
    let mut talk = Talk::with(notion_auth::wizard::context::Setup { connection, ..setup() });
    talk.press("2 Enter").reads("http://localhost:9100/callback");
    assert!(matches!(talk.ask(), Ask::Text { id: AskId::ClientSecret, .. }));
}

#[test]
fn a_secret_in_the_wrong_field_is_never_drawn_and_never_sent_as_an_id() {
    let mut talk = entering();
    talk.paste(CLIENT_SECRET);
    talk.reads("That looks like a secret, so it went into its field.");
    talk.lacks(CLIENT_SECRET);
    assert_eq!(talk.effects(), []);
    talk.paste(CLIENT_ID);
    assert_eq!(talk.effects(), [start(7, probe())], "the order does not matter");
}

#[test]
fn an_id_that_may_be_a_secret_is_masked_and_says_why() {
    let mut talk = entering();
    talk.paste("Ov23liFakeFakeFake").reads("18 characters, all hidden. Masked, because it could be a secret.");
    talk.lacks("Ov23li");
}

#[test]
fn lines_of_an_env_file_say_themselves_which_they_are() {
    let mut talk = entering();
    talk.paste(&format!("NOTION_CLIENT_SECRET=\"{CLIENT_SECRET}\"\n")).paste(&format!("export NOTION_CLIENT_ID={CLIENT_ID}"));
    assert_eq!(talk.effects(), [start(7, probe())]);
}

#[test]
fn a_pasted_address_is_held_against_ours_character_by_character() {
    let mut talk = entering();
    talk.paste("http://localhost:8765/callback/");
    talk.reads("The registered address differs: character 31 is '/' there and must be nothing.");
    talk.paste("http://localhost:8765/callback");
    talk.reads("The registered address is this one, character by character.");
    assert_eq!(talk.effects(), []);
}

#[test]
fn a_refused_id_or_secret_keeps_both_and_puts_the_cursor_where_the_fault_is() {
    for (code, id) in [
        (ProblemCode::ClientUnknown, AskId::ClientId),
        (ProblemCode::ClientRefused, AskId::ClientSecret),
        (ProblemCode::RedirectMismatch, AskId::ClientSecret),
        (ProblemCode::NoNetwork, AskId::ClientSecret),
    ] {
        let mut talk = entering();
        talk.paste(CLIENT_ID).paste(CLIENT_SECRET).effects();
        talk.reply(Reply::ClientProbed(Err(Problem::new(code))));
        assert_eq!((talk.screen(), talk.effects()), ("connection", vec![]), "{code:?}");
        talk.reads(Problem::new(code).headline());
        assert!(matches!(talk.ask(), Ask::Text { id: asked, .. } if asked == id), "{code:?}");
        talk.press("Ctrl-R");
        assert_eq!(talk.effects(), [start(8, probe())], "{code:?}");
    }
}

#[test]
fn a_token_in_the_field_of_the_secret_is_not_sent_by_any_key() {
    for token in ["ntn_fake_fake_fake_fake_fake", "ntn_fake"] {
        let mut talk = entering();
        talk.paste(CLIENT_ID).paste(token);
        talk.reads("This is a token, not a client secret.");
        talk.press("Enter Ctrl-R");
        assert_eq!(talk.effects(), [], "{token}");
    }
}

#[test]
fn the_portal_opens_with_nothing_to_send_and_on_its_own_key() {
    for keys in ["Enter", "Ctrl-O"] {
        let mut talk = entering();
        talk.press(keys);
        assert_eq!(talk.effects(), [start(7, open(PORTAL))], "{keys}");
    }
}

#[test]
fn the_probe_can_be_stopped_and_what_was_typed_stays() {
    let mut talk = entering();
    talk.paste(CLIENT_ID).paste(CLIENT_SECRET).effects();
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("connection", vec![cancel(7)]));
    talk.press("Esc Enter");
    assert_eq!(talk.screen(), "connection");
    talk.reads(CLIENT_ID);
}

#[test]
fn the_address_that_a_browser_elsewhere_ended_on_may_be_pasted_and_the_first_answer_wins() {
    let mut talk = listening();
    talk.paste(&answer());
    assert_eq!(talk.effects(), [cancel(9), start(10, exchange())]);
}

#[test]
fn a_paste_that_is_not_the_answer_says_why_and_the_listener_goes_on() {
    let mut talk = listening();
    for (paste, why) in [
        (CODE.to_owned(), "a code alone does not prove"),
        ("http://localhost:8765/callback?code=fake-code-0000&state=another".to_owned(), "state belongs to another request"),
        ("http://localhost:8765/other?code=fake-code-0000".to_owned(), "character 23 is 'o' there and must be 'c'"),
    ] {
        talk.paste(&paste).reads(why);
        assert_eq!((talk.effects(), trouble(&talk.model)), (vec![], None), "{paste}");
    }
    talk.reply(Reply::Answered(Ok(Secret::new(CODE))));
    assert_eq!(talk.effects(), [start(10, exchange())]);
}

#[test]
fn a_taken_port_is_no_end_because_the_paste_box_is_open() {
    let mut talk = asking();
    let listening = PortState::Taken { port: 8765, evidence: "held by node (pid 4711)".into() };
    talk.progress(Progress::Authorizing(Box::new(Pending { listening, ..pending() })));
    talk.reads("Nobody can listen: port 8765 is taken, held by node (pid 4711).");
    talk.paste(&answer());
    assert_eq!(talk.effects(), [cancel(9), start(10, exchange())]);
}

#[test]
fn on_a_remote_box_the_page_says_that_no_browser_will_come_and_how_it_goes_on() {
    let mut talk = listening();
    talk.reply(Reply::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh }));
    talk.reads("No browser will appear:");
    talk.reads("Copy its whole address, and paste it here.");
}

#[test]
fn denied_expired_and_refused_each_end_in_a_new_link() {
    for code in [
        ProblemCode::AuthorizationDenied,
        ProblemCode::AuthorizationExpired,
        ProblemCode::AuthorizationRefused,
        ProblemCode::NotionTrouble,
    ] {
        for keys in ["Enter", "r"] {
            let mut talk = listening();
            talk.reply(Reply::Answered(Err(Problem::new(code))));
            assert_eq!((talk.screen(), talk.effects()), ("authorize", vec![]), "{code:?}");
            talk.reads(Problem::new(code).headline());
            talk.press(keys);
            assert_eq!(talk.effects(), [start(10, authorize(Pkce::Auto))], "{code:?}");
        }
    }
}

#[test]
fn with_no_link_out_the_portal_is_what_opens() {
    let mut talk = listening();
    talk.press("o");
    assert_eq!(talk.effects(), [start(10, open(pending().link.as_str()))]);
    talk.reply(Reply::Answered(Err(Problem::new(ProblemCode::AuthorizationDenied))));
    talk.reads("o Check in the portal where the connection can be installed.");
    talk.press("o");
    assert_eq!(talk.effects(), [start(11, open(PORTAL))]);
}

#[test]
fn a_challenge_is_never_left_out_because_of_what_came_by_way_of_the_browser() {
    let mut talk = listening();
    let refused = Problem::new(ProblemCode::AuthorizationRefused).seen("invalid_request: unknown parameter code_challenge");
    talk.reply(Reply::Answered(Err(refused)));
    talk.press("Enter");
    assert_eq!(talk.effects(), [start(10, authorize(Pkce::Auto))]);
}

#[test]
fn a_code_that_is_refused_asks_again_and_a_token_that_cannot_be_verified_yet_is_not_lost() {
    let mut talk = listening();
    talk.reply(Reply::Answered(Ok(Secret::new(CODE))));
    talk.reply(Reply::Exchanged(Box::new(Err(Problem::new(ProblemCode::CodeRefused))))).effects();
    talk.press("Enter");
    assert_eq!(talk.effects(), [start(11, authorize(Pkce::Auto))]);

    let mut talk = listening();
    talk.reply(Reply::Answered(Ok(Secret::new(CODE)))).reply(Reply::Exchanged(Box::new(Ok(granted()))));
    talk.notion_says(Err(Problem::new(ProblemCode::NoNetwork))).effects();
    talk.press("r");
    assert_eq!(talk.effects(), [start(12, Task::Verify(granted()))]);
    talk.notion_says(Err(Problem::new(ProblemCode::NoNetwork)));
    talk.press("q").reads("kept nowhere. Leave all the same?");
}

#[test]
fn the_link_is_copied_printed_scanned_renewed_and_left() {
    let mut talk = listening();
    talk.press("c");
    assert_eq!(talk.effects(), copy(10, pending().link.as_str()));
    talk.press("v");
    talk.reads("v goes back");
    talk.press("Esc").reads("Open this page, and allow the connection on it:");
    talk.press("p");
    assert_eq!(talk.effects(), [Effect::Print(pending().link.as_str().into())]);
    talk.press("r");
    assert_eq!(talk.effects(), [cancel(9), start(11, authorize(Pkce::Auto))]);
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("connection", vec![cancel(11)]));
    talk.reads(CLIENT_ID);
}

#[test]
fn a_pasted_no_ends_the_asking_as_one_that_was_listened_for_does() {
    let mut talk = listening();
    talk.paste("http://localhost:8765/callback?error=access_denied&state=fake-state-0000");
    assert_eq!(talk.effects(), [cancel(9)]);
    talk.reads(headline(ProblemCode::AuthorizationDenied));
    assert!(trouble(&talk.model).is_some());
    talk.press("Enter");
    assert_eq!(talk.effects(), [start(10, authorize(Pkce::Auto))]);
}

#[test]
fn tokens_that_are_kept_nowhere_are_not_dropped_by_one_key() {
    let mut talk = listening();
    talk.reply(Reply::Answered(Ok(Secret::new(CODE)))).effects();
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("authorize", vec![]), "they may be on their way");
    talk.reads("Going back once more drops them");
    talk.reply(Reply::Exchanged(Box::new(Ok(granted()))));
    talk.notion_says(Err(Problem::new(ProblemCode::NoNetwork)));
    talk.press("q").reads("Leave all the same?");
    talk.press("n Esc");
    assert_eq!(talk.screen(), "connection");
}

#[test]
fn a_port_that_was_typed_counts_however_its_field_is_left() {
    for keys in ["Down", "Tab", "Enter"] {
        let mut talk = entering();
        talk.press("Up Ctrl-U").type_in("9000").press(keys);
        talk.reads("http://localhost:9000/callback");
    }
    let mut talk = entering();
    talk.press("Up Ctrl-U").paste("9000").paste(CLIENT_ID).paste(CLIENT_SECRET);
    talk.reads("http://localhost:9000/callback");
    assert!(matches!(&talk.effects()[..], [Effect::Start(_, Task::ProbeClient(_, Redirect { port: 9000 }))]));
}

#[test]
fn an_address_of_another_kind_is_not_held_against_ours() {
    let mut talk = entering();
    talk.paste("https://www.notion.so/profile/integrations");
    talk.reads("That is an address, and not one to redirect to on this machine.");
}

#[test]
fn without_a_screen_the_same_road_is_walked_by_answers() {
    let connection = Some(ChosenConnection { client_id: CLIENT_ID.into(), port: None });
    let mut talk = Talk::with(notion_auth::wizard::context::Setup { connection, ..setup() });
    talk.answer(Given::Choice(1));
    assert!(matches!(talk.ask(), Ask::Choice { id: AskId::Way, .. }));
    talk.answer(Given::Choice(0));
    assert!(matches!(talk.ask(), Ask::Text { id: AskId::ClientSecret, .. }));
    talk.answer(Given::Text(Secret::new(CLIENT_SECRET)));
    talk.reply(Reply::ClientProbed(Ok(()))).progress(Progress::Authorizing(Box::new(pending())));
    assert_eq!(talk.ask(), Ask::Nothing);
    talk.effects();
    talk.answer(Given::Text(Secret::new(answer())));
    assert_eq!(talk.effects(), [cancel(9), start(10, exchange())]);
}
