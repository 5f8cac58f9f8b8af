//! The ways in: by number, by what is here already, by the guide, by the command line tool.

use crate::support::fakes::{CONNECTION, MEMBER, connection_identity, member_identity, token_record, workspace};
use crate::support::harness::{
    Harness, TOKEN_PORTAL, TestEffect, open_task, port_probe, probed, verified_outcome, verified_token, verify_task,
};
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::{Account, Candidate, CredentialIndex, CredentialSource, DiscoveredCredential, Unusable};
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Probe, ProbeResult, Task};

fn variable() -> DiscoveredCredential {
    DiscoveredCredential {
        source: CredentialSource::Environment,
        place: "NOTION_API_TOKEN".into(),
        workspace: None,
        unusable: None,
    }
}

fn ntn_login(readable: bool) -> DiscoveredCredential {
    let source = CredentialSource::Ntn { workspace: "ws-1".into() };
    DiscoveredCredential {
        source,
        place: "ntn's auth.json".into(),
        workspace: Some(workspace("ws-1", "Acme")),
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    }
}

fn ours() -> DiscoveredCredential {
    let source = CredentialSource::Saved(Account { workspace: "ws-2".into(), name: "token".into() });
    DiscoveredCredential { source, place: "keychain".into(), workspace: Some(workspace("ws-2", "Beta")), unusable: None }
}

#[test]
fn three_keys_lead_from_the_first_frame_to_a_verified_token() {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: None })));
    wizard.press("1");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("prepare", vec![]));
    wizard.press("Enter");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("token", vec![TestEffect::Start(open_task(TOKEN_PORTAL))]));
    wizard.paste(MEMBER);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(MEMBER, AuthPath::Token))]);
    record!(wizard);
    wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
    assert_eq!(wizard.screen_name(), "verify");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Inspect(Box::new(verified_token(MEMBER, member_identity()))))]);
    record!(wizard);
}

#[test]
fn the_headless_road_of_the_cli_path_is_a_token_for_notion_api_token() {
    let mut wizard = Harness::new();
    wizard.press("3 2");
    assert_eq!(wizard.screen_name(), "token");
    record!(wizard);
    wizard.paste(CONNECTION);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verify_task(CONNECTION, AuthPath::Cli))]);
    wizard.reply(verified_outcome(verified_token(CONNECTION, connection_identity())));
    record!(wizard);
}

#[test]
fn one_key_uses_the_credential_that_is_here() {
    for existing in [variable(), ntn_login(true), ours()] {
        let mut wizard = Harness::new();
        wizard.reply_discovered(vec![existing.clone()], CredentialIndex::default());
        wizard.press("u");
        assert_eq!(wizard.screen_name(), "use existing");
        assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Verify(Candidate::Discovered(existing.source)))]);
        wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
        assert_eq!(wizard.screen_name(), "verify");
        wizard.press("Esc");
        assert_eq!(wizard.screen_name(), "use existing");
    }
}

/// What a variable holds of another service is no way in; what can be used beside it is.
#[test]
fn a_variable_that_cannot_be_used_is_told_with_its_reason_and_never_offered_first() {
    let problem = Problem::new(ProblemCode::ForeignSecret).with_evidence("NOTION_API_TOKEN holds a GitHub token");
    let foreign = DiscoveredCredential { unusable: Some(Unusable::Variable(problem)), ..variable() };
    let mut wizard = Harness::new();
    wizard.reply_discovered(vec![foreign.clone()], CredentialIndex::default());
    record!(wizard);
    wizard.press("u");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("compare", vec![]));

    let mut wizard = Harness::new();
    wizard.reply_discovered(vec![foreign.clone(), ours()], CredentialIndex::default());
    wizard.press("u");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("use existing", vec![]));
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Verify(Candidate::Discovered(ours().source)))]);

    let mut wizard = Harness::new();
    wizard.reply_discovered(vec![foreign, ours()], CredentialIndex::default());
    wizard.press("u 1");
    assert_eq!(wizard.take_effects(), [], "it is not sent by its number either");
}

#[test]
fn a_revoked_variable_leads_to_another_token_in_one_key_or_by_a_paste() {
    for (keys, pasted) in [("n", None), ("", Some(MEMBER))] {
        let mut wizard = Harness::new();
        wizard.reply_discovered(vec![variable()], CredentialIndex::default());
        wizard.press("Enter").reply_verified(Err(Problem::new(ProblemCode::Unauthorized)));
        assert_eq!(wizard.screen_name(), "use existing");
        record!(wizard);
        wizard.press(keys);
        if let Some(token) = pasted {
            wizard.paste(token);
        }
        assert_eq!(wizard.screen_name(), "token");
    }
}

#[test]
fn the_header_and_the_first_key_name_the_credential_that_programs_get() {
    let named = |existing: Vec<DiscoveredCredential>, active: Option<Account>| {
        let mut wizard = Harness::new();
        let credentials = existing.iter().filter_map(|existing| match &existing.source {
            CredentialSource::Saved(account) => Some(token_record(workspace(&account.workspace, "Beta")))
                .map(|record| notion_auth::domain::credentials::CredentialRecord { account: account.clone(), ..record }),
            _ => None,
        });
        let index = CredentialIndex { active, credentials: credentials.collect(), ..CredentialIndex::default() };
        wizard.reply_discovered(existing, index);
        wizard.screen_text()
    };
    let text = named(vec![ours(), variable()], Some(Account { workspace: "ws-2".into(), name: "token".into() }));
    assert!(text.contains("using NOTION_API_TOKEN") && text.contains("Continue with the token in NOTION_API_TOKEN"), "{text}");
    let text = named(vec![ntn_login(true), ours()], Some(Account { workspace: "ws-2".into(), name: "token".into() }));
    assert!(text.contains("signed in: Beta") && text.contains("· Beta"), "{text}");
    assert!(named(vec![], None).contains("not signed in"));
}

#[test]
fn another_variable_is_offered_and_an_unclear_one_never_first() {
    let mut wizard = Harness::new();
    let unclear = Problem::new(ProblemCode::VariableUnclear).with_evidence("NOTION_KEY: it contains several values");
    let unclear = DiscoveredCredential::in_other_variable("NOTION_KEY", Some(unclear));
    wizard
        .reply_discovered(vec![unclear, DiscoveredCredential::in_other_variable("NOTION_TOKEN", None)], CredentialIndex::default());
    record!(wizard);
    wizard.press("u");
    let verified = Task::Verify(Candidate::Discovered(CredentialSource::OtherVariable("NOTION_TOKEN")));
    wizard.press("2");
    assert_eq!(wizard.take_effects(), [], "what is unclear is not sent");
    wizard.press("1");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verified)]);
}

#[test]
fn a_single_other_variable_is_continued_with_by_its_name() {
    let mut wizard = Harness::new();
    wizard.reply_discovered(vec![DiscoveredCredential::in_other_variable("NOTION_TOKEN", None)], CredentialIndex::default());
    record!(wizard);
    wizard.press("u");
    let verified = Task::Verify(Candidate::Discovered(CredentialSource::OtherVariable("NOTION_TOKEN")));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(verified)]);
}

#[test]
fn among_several_credentials_the_person_picks_and_what_cannot_be_read_says_why() {
    let mut wizard = Harness::new();
    wizard.reply_discovered(vec![ours(), ntn_login(false), variable()], CredentialIndex::default());
    wizard.press("u");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("use existing", vec![]));
    let why = Some("Only ntn can read it: its token is in ntn's own keychain.".to_owned());
    let expected = [("NOTION_API_TOKEN".to_owned(), None), ("Beta (notion-auth)".into(), None), ("Acme (ntn)".into(), why)];
    assert_eq!(wizard.options(), expected);
    wizard.press("3");
    assert_eq!(wizard.take_effects(), [], "what cannot be read is not asked about");
    wizard.press("Up Up Up Enter");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Verify(Candidate::Discovered(CredentialSource::Environment)))]);
}

#[test]
fn where_nothing_usable_is_here_the_key_does_nothing() {
    for existing in [vec![], vec![ntn_login(false)]] {
        let mut wizard = Harness::new();
        assert!(!wizard.has_key("u"), "nothing has arrived");
        wizard.press("u");
        wizard.reply_discovered(existing, CredentialIndex::default());
        assert!(!wizard.has_key("u"));
        wizard.press("u");
        assert_eq!((wizard.screen_name(), wizard.take_effects()), ("compare", vec![]));
    }
}

#[test]
fn enter_takes_the_highlighted_path_which_is_the_recommended_one_at_first() {
    for (keys, title) in [
        ("Enter", "How do you want to sign in to the Notion CLI?"),
        ("Left Left Enter", "Paste your token"),
        ("h Enter", "Which kind of OAuth?"),
        ("Left Left Right Right Enter", "How do you want to sign in to the Notion CLI?"),
    ] {
        let mut wizard = Harness::new();
        wizard.press(keys);
        assert_eq!(wizard.screen_name(), "prepare", "{keys}");
        wizard.assert_shows(title);
    }
}

#[test]
fn without_a_browser_and_without_ntn_the_cli_path_starts_on_the_token() {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    wizard.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    wizard.press("3 Enter");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("token", vec![]));
    record!(wizard);
}

#[test]
fn oauth_asks_which_of_two_things_is_meant_and_looks_at_its_port() {
    let mut wizard = Harness::new();
    wizard.press("2");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("prepare", vec![port_probe(8765)]));
    record!(wizard);
    wizard.press("Tab");
    assert_eq!(wizard.screen_name(), "path");
    wizard.press("Right Enter");
    record!(wizard);
}

#[test]
fn looking_again_looks_at_everything_that_is_not_being_looked_at() {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    wizard.reply_discovered(vec![], CredentialIndex::default());
    wizard.press("r");
    assert_eq!(
        wizard.take_effects(),
        [TestEffect::Start(Task::Probe(Probe::Inventory)), TestEffect::Start(Task::Probe(Probe::Ntn))]
    );
}
