//! The ways in: by number, by what is here already, by the guide, by the command line tool.

use crate::support::talk::{PORTAL, Talk, known, open, start, verified, verify};
use crate::support::world::{CONNECTION, MEMBER, connection, member, record, workspace};
use notion_auth::domain::catalog::PathId;
use notion_auth::domain::credential::{Account, Candidate, Existing, ExistingSource, Ledger, Unusable};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::oauth::Redirect;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Probe, Reply, Task};

fn variable() -> Existing {
    Existing { source: ExistingSource::Environment, place: "NOTION_API_TOKEN".into(), workspace: None, unusable: None }
}

fn ntn_login(readable: bool) -> Existing {
    let source = ExistingSource::Ntn { workspace: "ws-1".into() };
    Existing {
        source,
        place: "ntn's auth.json".into(),
        workspace: Some(workspace("ws-1", "Acme")),
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    }
}

fn ours() -> Existing {
    let source = ExistingSource::Ours(Account { workspace: "ws-2".into(), name: "token".into() });
    Existing { source, place: "keychain".into(), workspace: Some(workspace("ws-2", "Beta")), unusable: None }
}

#[test]
fn three_keys_lead_from_the_first_frame_to_a_verified_token() {
    let mut talk = Talk::begin();
    talk.reply(Reply::Browser(BrowserState::Ready { name: None }));
    talk.press("1");
    assert_eq!((talk.screen(), talk.effects()), ("prepare", vec![]));
    talk.press("Enter");
    assert_eq!((talk.screen(), talk.effects()), ("sign in", vec![start(6, open(PORTAL))]));
    talk.paste(MEMBER);
    assert_eq!(talk.effects(), [start(7, verify(MEMBER, PathId::Token))]);
    talk.reads("Asking api.notion.com who this is. Esc stops.");
    talk.reply(known(verified(MEMBER, member())));
    assert_eq!(talk.screen(), "verify");
    assert_eq!(talk.effects(), [start(8, Task::Inspect(Box::new(verified(MEMBER, member()))))]);
    talk.reads("Notion knows this token: you are Ada Fake");
    talk.reads("Workspace Acme");
}

#[test]
fn the_headless_road_of_the_cli_path_is_a_token_for_notion_api_token() {
    let mut talk = Talk::begin();
    talk.press("3 2");
    assert_eq!(talk.screen(), "sign in");
    talk.reads("A token for NOTION_API_TOKEN");
    talk.paste(CONNECTION);
    assert_eq!(talk.effects(), [start(6, verify(CONNECTION, PathId::Cli))]);
    talk.reply(known(verified(CONNECTION, connection())));
    talk.reads("Notion knows this token: it is the connection Nightly sync");
}

#[test]
fn one_key_uses_the_credential_that_is_here() {
    for existing in [variable(), ntn_login(true), ours()] {
        let mut talk = Talk::begin();
        talk.finds(vec![existing.clone()], Ledger::default());
        talk.press("u");
        assert_eq!(talk.screen(), "use existing");
        assert_eq!(talk.effects(), [start(6, Task::Verify(Candidate::Existing(existing.source)))]);
        talk.reply(known(verified(MEMBER, member())));
        assert_eq!(talk.screen(), "verify");
        talk.press("Esc");
        assert_eq!(talk.screen(), "use existing");
    }
}

/// What a variable holds of another service is no way in; what can be used beside it is.
#[test]
fn a_variable_that_cannot_be_used_is_told_with_its_reason_and_never_offered_first() {
    let problem = Problem::new(ProblemCode::ForeignSecret).seen("NOTION_API_TOKEN holds a GitHub token");
    let foreign = Existing { unusable: Some(Unusable::Variable(problem)), ..variable() };
    let mut talk = Talk::begin();
    talk.finds(vec![foreign.clone()], Ledger::default());
    talk.reads("NOTION_API_TOKEN holds a GitHub token");
    talk.press("u");
    assert_eq!((talk.screen(), talk.effects()), ("compare", vec![]));

    let mut talk = Talk::begin();
    talk.finds(vec![foreign.clone(), ours()], Ledger::default());
    talk.press("u");
    assert_eq!((talk.screen(), talk.effects()), ("use existing", vec![]));
    talk.reads("NOTION_API_TOKEN holds a GitHub token");
    talk.press("Enter");
    assert_eq!(talk.effects(), [start(6, Task::Verify(Candidate::Existing(ours().source)))]);

    let mut talk = Talk::begin();
    talk.finds(vec![foreign, ours()], Ledger::default());
    talk.press("u 1");
    assert_eq!(talk.effects(), [], "it is not sent by its number either");
}

#[test]
fn a_revoked_variable_leads_to_another_token_in_one_key_or_by_a_paste() {
    for (keys, pasted) in [("n", None), ("", Some(MEMBER))] {
        let mut talk = Talk::begin();
        talk.finds(vec![variable()], Ledger::default());
        talk.press("Enter").notion_says(Err(Problem::new(ProblemCode::Unauthorized)));
        assert_eq!(talk.screen(), "use existing");
        talk.reads("keep using NOTION_API_TOKEN until you change or unset it");
        talk.press(keys);
        if let Some(token) = pasted {
            talk.paste(token);
        }
        assert_eq!(talk.screen(), "sign in");
    }
}

#[test]
fn the_header_and_the_first_key_name_the_credential_that_programs_get() {
    let named = |existing: Vec<Existing>, active: Option<Account>| {
        let mut talk = Talk::begin();
        let credentials = existing.iter().filter_map(|existing| match &existing.source {
            ExistingSource::Ours(account) => Some(record(workspace(&account.workspace, "Beta")))
                .map(|record| notion_auth::domain::credential::CredentialRecord { account: account.clone(), ..record }),
            _ => None,
        });
        let ledger = Ledger { active, credentials: credentials.collect(), ..Ledger::default() };
        talk.finds(existing, ledger);
        talk.text()
    };
    let text = named(vec![ours(), variable()], Some(Account { workspace: "ws-2".into(), name: "token".into() }));
    assert!(text.contains("using NOTION_API_TOKEN") && text.contains("Continue with NOTION_API_TOKEN"), "{text}");
    let text = named(vec![ntn_login(true), ours()], Some(Account { workspace: "ws-2".into(), name: "token".into() }));
    assert!(text.contains("signed in: Beta") && text.contains("· Beta"), "{text}");
    assert!(named(vec![], None).contains("not signed in"));
}

#[test]
fn among_several_credentials_the_person_picks_and_what_cannot_be_read_says_why() {
    let mut talk = Talk::begin();
    talk.finds(vec![ours(), ntn_login(false), variable()], Ledger::default());
    talk.press("u");
    assert_eq!((talk.screen(), talk.effects()), ("use existing", vec![]));
    let why = Some("Only ntn can read it: its token is in ntn's own keychain.".to_owned());
    let expected = [("Beta (notion-auth)".to_owned(), None), ("Acme (ntn)".into(), why), ("NOTION_API_TOKEN".into(), None)];
    assert_eq!(talk.options(), expected);
    talk.press("2");
    assert_eq!(talk.effects(), [], "what cannot be read is not asked about");
    talk.press("Down Down Down Enter");
    assert_eq!(talk.effects(), [start(6, Task::Verify(Candidate::Existing(ExistingSource::Environment)))]);
}

#[test]
fn where_nothing_usable_is_here_the_key_says_so() {
    for existing in [vec![], vec![ntn_login(false)]] {
        let mut talk = Talk::begin();
        talk.press("u");
        talk.reads("Nothing that can be used was found on this machine.");
        talk.finds(existing, Ledger::default());
        talk.press("u");
        talk.reads("Nothing that can be used was found on this machine.");
        assert_eq!((talk.screen(), talk.effects()), ("compare", vec![]));
    }
}

#[test]
fn enter_takes_the_highlighted_path_which_is_the_recommended_one_at_first() {
    for (keys, title) in [
        ("Enter", "Which way into the Notion CLI?"),
        ("Left Left Enter", "Before you make a token"),
        ("h Enter", "Which of the two OAuths?"),
        ("Left Left Right Right Enter", "Which way into the Notion CLI?"),
    ] {
        let mut talk = Talk::begin();
        talk.press(keys);
        assert_eq!(talk.screen(), "prepare", "{keys}");
        talk.reads(title);
    }
}

#[test]
fn without_a_browser_and_without_ntn_the_cli_path_starts_on_the_token() {
    let mut talk = Talk::begin();
    talk.reply(Reply::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh }));
    talk.reply(Reply::Ntn(NtnState::Missing));
    talk.press("3 Enter");
    assert_eq!((talk.screen(), talk.effects()), ("sign in", vec![]));
    talk.reads("A token for NOTION_API_TOKEN");
}

#[test]
fn oauth_asks_which_of_two_things_is_meant_and_looks_at_its_port() {
    let mut talk = Talk::begin();
    talk.press("2");
    assert_eq!((talk.screen(), talk.effects()), ("prepare", vec![start(6, Task::Probe(Probe::Port(Redirect::default())))]));
    talk.reads("One lets people into Notion through your app; the other signs a worker in to another service");
    talk.press("Tab");
    assert_eq!(talk.screen(), "path");
    talk.press("Right Enter");
    talk.reads("Which way into the Notion CLI?");
}

#[test]
fn looking_again_looks_at_everything_that_is_not_being_looked_at() {
    let mut talk = Talk::begin();
    talk.reply(Reply::Ntn(NtnState::Missing));
    talk.finds(vec![], Ledger::default());
    talk.press("r");
    assert_eq!(talk.effects(), [start(6, Task::Probe(Probe::Existing)), start(7, Task::Probe(Probe::Ntn))]);
}
