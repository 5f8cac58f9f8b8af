//! An own connection: its two texts, the consent, and what comes of it.

use super::machine_findings::{all_bad, all_well, all_well_but};
use super::verify::{refused_list, sees};
use super::{PASTED_SECRET, hold, hold_ascii, hold_demo, hold_layout};
use crate::support::connection_fakes::{self, CLIENT_ID};
use crate::support::fakes::{inventory, member_identity};
use crate::support::harness::{DISCOVERED_SECRET, Harness, probed};
use notion_auth::domain::credentials::{Candidate, CredentialIndex, Receipt, RememberedAnswers, StoreKind};
use notion_auth::domain::link::Link;
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::oauth::{
    AuthorizationAttempt, ConnectionRecord, Introspection, OauthClient, OauthConnection, RedirectUri,
};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{ProbeResult, Progress, TaskOutcome};

const ANSWER: &str = "http://localhost:8765/callback?code=fake-code-0000&state=fake-state-0000";

fn free() -> TaskOutcome {
    probed(ProbeResult::Port(PortState::Free(8765)))
}

fn held() -> PortState {
    PortState::Unavailable { port: 8765, evidence: "used by node (pid 4711)".into() }
}

/// On the page of the two texts.
fn entering(wizard: &mut Harness) {
    all_well(wizard);
    wizard.press("2 Enter").reply(free());
}

/// The client secret is a canary.
fn probing(wizard: &mut Harness) {
    entering(wizard);
    wizard.paste(CLIENT_ID).paste(PASTED_SECRET);
}

/// With a link as long as Notion's are.
fn pending() -> AuthorizationAttempt {
    let link = format!(
        "https://api.notion.com/v1/oauth/authorize?client_id={CLIENT_ID}&redirect_uri=http%3A%2F%2Flocalhost%3A8765%2Fcallback\
         &response_type=code&owner=user&state=fake-state-000000000000000000000000000000000&code_challenge=fake-challenge-0000000000000\
         000000000000000&code_challenge_method=S256"
    );
    AuthorizationAttempt { link: Link::parse(&link).expect("a link"), ..connection_fakes::pending() }
}

fn asked(wizard: &mut Harness) {
    wizard.paste(CLIENT_ID).paste(PASTED_SECRET).reply(TaskOutcome::Completed);
}

fn asking(wizard: &mut Harness) {
    entering(wizard);
    asked(wizard);
    wizard.send_progress(Progress::AuthorizationPending(Box::new(pending())));
}

fn exchanging(wizard: &mut Harness) {
    asking(wizard);
    wizard.reply(TaskOutcome::CodeReceived(Secret::new(connection_fakes::CODE)));
}

fn granted(wizard: &mut Harness) {
    exchanging(wizard);
    let client = OauthClient { id: CLIENT_ID.into(), secret: Secret::new(PASTED_SECRET) };
    let connection = OauthConnection { client, redirect: RedirectUri::default(), refresh: Some(Secret::new(DISCOVERED_SECRET)) };
    wizard.reply(TaskOutcome::Exchanged(Box::new(Candidate::Granted {
        token: Secret::new(DISCOVERED_SECRET),
        connection: Box::new(connection),
    })));
}

fn verified(wizard: &mut Harness) {
    granted(wizard);
    let scope = Some("read_content insert_content update_content".into());
    wizard.reply_verified(Ok(member_identity())).send_progress(refused_list()).send_progress(sees(42, 3));
    wizard
        .send_progress(Progress::Introspected(Ok(Introspection { active: true, scope, issued_at: None })))
        .reply(TaskOutcome::Completed);
}

#[test]
fn the_address_to_register_comes_before_the_two_texts() {
    hold_layout("connection_empty", entering);
    hold_ascii("connection_empty_ascii", entering);
    hold("connection_scrolled", |wizard| {
        entering(wizard);
        wizard.press("PgDn PgDn PgDn");
    });
    hold("connection_id", |wizard| {
        entering(wizard);
        wizard.paste(&format!("NOTION_CLIENT_ID={CLIENT_ID}"));
    });
    hold("connection_probing", probing);
    hold_demo("connection_demo", entering);
    hold_demo("connection_demo_filled", |wizard| {
        entering(wizard);
        wizard.press("Tab");
    });
}

#[test]
fn the_texts_of_last_time_are_there_again() {
    hold("connection_again", |wizard| {
        let connection = Some(ConnectionRecord { client_id: CLIENT_ID.into(), redirect: RedirectUri { port: 9000 } });
        let index = CredentialIndex {
            remembered: RememberedAnswers { connection, ..RememberedAnswers::default() },
            ..CredentialIndex::default()
        };
        all_well_but(wizard, probed(ProbeResult::Inventory(Box::new(inventory(Vec::new(), index)))));
        wizard.press("2 Enter").reply(probed(ProbeResult::Port(PortState::Free(9000))));
    });
}

#[test]
fn a_port_is_chosen_and_its_holder_is_named() {
    hold("connection_port", |wizard| {
        entering(wizard);
        wizard.press("Up Ctrl-U").type_text("90");
    });
    hold("connection_no_port", |wizard| {
        entering(wizard);
        wizard.press("Up Ctrl-U").type_text("90").press("Enter");
    });
    hold("connection_busy", |wizard| {
        all_well(wizard);
        wizard.press("2 Enter").reply(probed(ProbeResult::Port(held())));
    });
}

#[test]
fn what_notion_refuses_stays_to_be_corrected() {
    let refused = |code: ProblemCode, seen: &'static str| {
        move |wizard: &mut Harness| {
            probing(wizard);
            wizard.fail(Problem::new(code).with_evidence(seen));
        }
    };
    let about_both = "401 invalid_client, request 5f1c: it concerns the ID and secret together";
    hold("connection_refused", refused(ProblemCode::ClientRefused, about_both));
    hold("connection_unknown", refused(ProblemCode::ClientUnknown, "400: client_id"));
    hold("connection_mismatch", |wizard| {
        refused(ProblemCode::RedirectMismatch, "400: redirect_uri, which was http://localhost:8765/callback")(wizard);
        wizard.paste("http://localhost:8765/callback/");
    });
    hold("connection_astray", |wizard| {
        entering(wizard);
        wizard.paste(PASTED_SECRET);
    });
}

#[test]
fn the_link_the_listener_and_the_paste_box_are_there_at_once() {
    hold("authorize_making", |wizard| {
        entering(wizard);
        asked(wizard);
    });
    hold_layout("authorize_listening", asking);
    hold_ascii("authorize_listening_ascii", asking);
    hold("authorize_opened", |wizard| {
        asking(wizard);
        wizard.press("Enter").reply_opened(Ok(()));
    });
    hold("authorize_no_browser", |wizard| {
        asking(wizard);
        wizard.press("Enter").reply_opened(Err(Problem::new(ProblemCode::BrowserFailed).with_evidence("no response within 5 s")));
    });
    hold("authorize_headless", |wizard| {
        all_bad(wizard);
        wizard.press("2 Enter").reply(free());
        asked(wizard);
        wizard.send_progress(Progress::AuthorizationPending(Box::new(pending())));
    });
    hold("authorize_taken", |wizard| {
        entering(wizard);
        asked(wizard);
        wizard.send_progress(Progress::AuthorizationPending(Box::new(AuthorizationAttempt { listening: held(), ..pending() })));
    });
    hold_layout("authorize_qr", |wizard| {
        asking(wizard);
        wizard.press("v");
    });
    hold_demo("authorize_demo", asking);
}

#[test]
fn a_paste_that_is_not_the_answer_leaves_the_link_out() {
    hold("authorize_wrong_paste", |wizard| {
        asking(wizard);
        wizard.paste(&ANSWER.replace("fake-state", "another"));
    });
    hold("authorize_other_address", |wizard| {
        asking(wizard);
        wizard.paste(&ANSWER.replace("8765", "8766"));
    });
}

#[test]
fn every_end_of_the_asking_has_its_next_step() {
    for (name, code, seen) in [
        ("authorize_denied", ProblemCode::AuthorizationDenied, "access_denied"),
        ("authorize_expired", ProblemCode::AuthorizationExpired, "no redirect within 600 s"),
    ] {
        hold(name, move |wizard| {
            asking(wizard);
            wizard.fail(Problem::new(code).with_evidence(seen));
        });
    }
    hold("authorize_stopped", |wizard| {
        exchanging(wizard);
        wizard.press("Esc");
    });
}

#[test]
fn what_was_given_is_verified_before_it_is_shown() {
    hold("authorize_exchanging", exchanging);
    hold("authorize_verifying", granted);
    hold("authorize_not_verified", |wizard| {
        granted(wizard);
        wizard.reply_verified(Err(Problem::new(ProblemCode::NoNetwork).with_evidence("connection reset")));
    });
    hold("authorize_unsaved", |wizard| {
        granted(wizard);
        wizard.reply_verified(Err(Problem::new(ProblemCode::NoNetwork).with_evidence("connection reset"))).press("q");
    });
    hold("authorize_code_refused", |wizard| {
        exchanging(wizard);
        let refused = Problem::new(ProblemCode::CodeRefused).with_evidence("400 invalid_grant, request 5f1c");
        wizard.fail(refused);
    });
}

#[test]
fn an_own_connection_is_shown_kept_and_handed_over() {
    hold("verify_connection", verified);
    hold("save_connection", |wizard| {
        verified(wizard);
        wizard.press("Enter");
    });
    hold("save_connection_consent", |wizard| {
        verified(wizard);
        wizard.press("Enter 2");
    });
    let done = |wizard: &mut Harness| {
        verified(wizard);
        let place = "Secret Service, service notion-auth, account ws-1/oauth@bot-1";
        let receipt = Receipt { store: StoreKind::Keychain, place: place.into(), note: None };
        wizard.press("Enter 1").reply(TaskOutcome::Saved(receipt));
    };
    hold("done_connection", done);
    hold("done_connection_last", move |wizard| {
        done(wizard);
        wizard.press("End");
    });
}
