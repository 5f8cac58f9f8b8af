//! Connecting coding agents: what is found is shown, the exact changes are agreed to, and each one's result is told.

use crate::support::connection_fakes::pending;
use crate::support::fakes::{MEMBER, token_record, workspace};
use crate::support::harness::{Harness, TestEffect, copy_effects, probed, setup};
use notion_auth::domain::agents::AgentState;
use notion_auth::domain::agents::connection::ReplacedServer;
use notion_auth::domain::agents::known_agents;
use notion_auth::domain::agents::plan::{
    AgentAction, AgentChange, AgentOutcome, AgentPlan, AgentResult, AgentStep, FileChange, PlanSubject,
};
use notion_auth::domain::credentials::{CredentialRecord, Receipt, SignInOutcome, StoreKind};
use notion_auth::domain::diff::diff;
use notion_auth::domain::machine::{BrowserState, KeychainState};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{Outcome, ProbeResult, Progress, Prompt, PromptId, Task, TaskOutcome};

pub(crate) fn plan(id: &str, step: AgentStep) -> AgentPlan {
    let agent = known_agents().iter().find(|agent| agent.id == id).unwrap();
    let short_file = Some(format!("~/.{id}.json"));
    AgentPlan { agent, subject: PlanSubject::Server, file: Some(format!("/home/fake/.{id}.json")), short_file, step }
}

pub(crate) fn change(id: &str) -> AgentStep {
    let (before, after) = (
        "{}\n",
        "{\n  \"mcpServers\": {\n    \"notion\": {\n      \"command\": \"notion-auth\",\n      \"args\": [\"mcp\"]\n    }\n  }\n}\n",
    );
    AgentStep::Change(Box::new(FileChange {
        path: format!("/home/fake/.{id}.json").into(),
        before: Some(Secret::new(before)),
        after: Some(Secret::new(after)),
        record: None,
        replaces: None,
        command: vec!["notion-auth".into(), "mcp".into()],
        lines: diff(before, after, &[]),
    }))
}

/// Two that can be connected, one by hand, one that is refused.
pub(crate) fn plans() -> Vec<AgentPlan> {
    let refused = Problem::new(ProblemCode::AgentFileRefused).with_evidence("~/.zed.json: it is a symbolic link");
    vec![
        plan("claude-code", change("claude-code")),
        plan("cursor", change("cursor")),
        plan("goose", AgentStep::ByHand { entry: "extensions:".into() }),
        plan("zed", AgentStep::Refused(refused)),
    ]
}

fn change_task(action: AgentAction, plans: Vec<AgentPlan>) -> Task {
    Task::ChangeAgents(Box::new(AgentChange { action, plans, tokens_saved_on: None }))
}

pub(crate) fn result(plan: AgentPlan, outcome: AgentOutcome) -> AgentResult {
    AgentResult { plan, outcome, token: None }
}

/// The plan of an agent whose file contains a token.
pub(crate) fn plan_with_token() -> AgentPlan {
    let secret = Secret::new(MEMBER);
    let replaces = ReplacedServer {
        name: "notion".into(),
        state: AgentState::PlainSecret,
        detail: Some("…0000".into()),
        secret: Some(secret),
    };
    let AgentStep::Change(change) = change("cursor") else { panic!("it is a change") };
    plan("cursor", AgentStep::Change(Box::new(FileChange { replaces: Some(replaces), ..*change })))
}

/// A sign-in to Notion MCP.
pub(crate) fn sign_in() -> Box<CredentialRecord> {
    Box::new(CredentialRecord { user: Some("Ada Fake".into()), ..token_record(workspace("ws-1", "Acme")) })
}

pub(crate) fn at_the_page(wizard: &mut Harness, missing: Option<Problem>) {
    wizard.press("m");
    wizard.reply(TaskOutcome::AgentPlans(plans(), missing.map_or_else(|| Ok(sign_in()), Err)));
}

/// The page of a machine with a keychain and a browser, before any sign-in to Notion MCP.
pub(crate) fn not_signed_in(wizard: &mut Harness) {
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })));
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Ready { name: None })));
    at_the_page(wizard, Some(Problem::new(ProblemCode::McpNotSignedIn)));
}

#[test]
fn the_changes_are_shown_and_nothing_is_written_before_a_yes() {
    let mut wizard = Harness::new();
    wizard.take_effects();
    wizard.press("m");
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("agents", vec![TestEffect::Start(Task::PlanAgents(AgentAction::CONNECT))])
    );
    wizard.reply(TaskOutcome::AgentPlans(plans(), Ok(sign_in())));
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), []);
    wizard.press("n Enter y");
    let possible: Vec<_> = plans().into_iter().take(2).collect();
    assert_eq!(wizard.take_effects(), [TestEffect::Start(change_task(AgentAction::CONNECT, possible.clone()))]);
    let results = possible.into_iter().map(|plan| result(plan, AgentOutcome::Connected { tools: 13 })).collect();
    wizard.reply(TaskOutcome::AgentsChanged(results));
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "compare");
}

#[test]
fn an_agent_that_is_turned_off_is_left_alone() {
    let mut wizard = Harness::new();
    at_the_page(&mut wizard, None);
    wizard.take_effects();
    wizard.press("1 Enter y");
    let cursor = plans().remove(1);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(change_task(AgentAction::CONNECT, vec![cursor]))]);
}

#[test]
fn without_a_sign_in_enter_signs_in_and_leads_back_to_the_changes() {
    let mut wizard = Harness::new();
    not_signed_in(&mut wizard);
    wizard.take_effects();
    wizard.press("2 Enter");
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("authorize", vec![TestEffect::Start(Task::AuthorizeMcp(StoreKind::Keychain))])
    );
    wizard.send_progress(Progress::AuthorizationPending(Box::new(pending())));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::OpenLink(pending().link))], "the browser opens by itself");
    wizard.reply_with(Ok(TaskOutcome::CodeReceived(Secret::new("fake-code-0000"))));
    let approval = match wizard.take_effects().remove(0) {
        TestEffect::Start(Task::SignInToMcp(approval)) => *approval,
        effect => panic!("{effect:?}"),
    };
    assert_eq!((approval.store, approval.code, approval.attempt), (StoreKind::Keychain, Secret::new("fake-code-0000"), pending()));
    let receipt = Receipt { store: StoreKind::Keychain, place: "its place".into(), note: None };
    let outcome = SignInOutcome { record: *sign_in(), receipt, found_in: None, needs_keyring_variable: false };
    wizard.reply(TaskOutcome::McpSignedIn(Box::new(outcome)));
    assert_eq!(wizard.screen_name(), "agents");
    assert!(wizard.take_effects().contains(&TestEffect::Start(Task::PlanAgents(AgentAction::CONNECT))));
    wizard.reply_with(Ok(TaskOutcome::AgentPlans(plans(), Ok(sign_in()))));
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::ChangeAgents, .. }), "{:?}", wizard.prompt());
    wizard.press("y");
    // What was turned off before stays so.
    let claude_code = plans().remove(0);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(change_task(AgentAction::CONNECT, vec![claude_code]))]);
}

#[test]
fn a_sign_in_that_is_given_up_leads_back_to_the_agents() {
    let mut wizard = Harness::new();
    not_signed_in(&mut wizard);
    wizard.press("Enter");
    wizard.take_effects();
    wizard.press("Esc");
    let effects =
        [TestEffect::Cancel(Task::AuthorizeMcp(StoreKind::Keychain)), TestEffect::Start(Task::PlanAgents(AgentAction::CONNECT))];
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("agents", effects.into()));
    wizard.reply(TaskOutcome::AgentPlans(plans(), Err(Problem::new(ProblemCode::McpNotSignedIn))));
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::Agents, .. }));
}

#[test]
fn without_a_keychain_the_file_is_asked_about_before_anyone_approves_anything() {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Absent { evidence: "no bus".into() })));
    at_the_page(&mut wizard, Some(Problem::new(ProblemCode::McpNotSignedIn)));
    wizard.take_effects();
    wizard.press("Enter");
    assert_eq!(wizard.take_effects(), []);
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::Plaintext, .. }));
    wizard.press("n Enter y");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::AuthorizeMcp(StoreKind::File))]);
}

#[test]
fn the_connected_agents_can_be_disconnected() {
    let mut wizard = Harness::new();
    wizard.press("m");
    let done = || AgentStep::Done { command: vec!["notion-auth".into(), "mcp".into()] };
    wizard.reply(TaskOutcome::AgentPlans(vec![plan("cursor", done())], Ok(sign_in())));
    wizard.take_effects();
    wizard.press("x");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::PlanAgents(AgentAction::Disconnect))]);
    let plans = vec![plan("cursor", change("cursor"))];
    wizard.reply(TaskOutcome::AgentPlans(plans.clone(), Ok(sign_in())));
    wizard.press("n");
    assert_eq!(wizard.take_effects(), []);
    wizard.press("x");
    wizard.reply(TaskOutcome::AgentPlans(plans.clone(), Ok(sign_in())));
    wizard.take_effects();
    wizard.press("y");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(change_task(AgentAction::Disconnect, plans.clone()))]);
    wizard.reply(TaskOutcome::AgentsChanged(plans.into_iter().map(|plan| result(plan, AgentOutcome::Disconnected)).collect()));
    wizard.press("q");
    assert!(matches!(wizard.outcome(), Some(Outcome::Finished(_))), "{:?}", wizard.outcome());
}

#[test]
fn a_token_in_a_file_is_saved_first_only_after_a_yes() {
    for (key, is_saved) in [("y", true), ("n", false)] {
        let mut wizard = Harness::new();
        wizard.press("m");
        wizard.reply(TaskOutcome::AgentPlans(vec![plan_with_token()], Ok(sign_in())));
        wizard.take_effects();
        wizard.press("Enter");
        assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::SaveTokens, .. }), "{:?}", wizard.prompt());
        wizard.press(key);
        assert_eq!(wizard.take_effects(), []);
        assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::ChangeAgents, .. }), "{:?}", wizard.prompt());
        wizard.press("y");
        let tokens_saved_on = is_saved.then(|| setup().today);
        let change = AgentChange { action: AgentAction::CONNECT, plans: vec![plan_with_token()], tokens_saved_on };
        assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::ChangeAgents(Box::new(change)))]);
    }
}

#[test]
fn the_lines_for_an_agent_that_is_connected_by_hand_can_be_copied() {
    let mut wizard = Harness::new();
    at_the_page(&mut wizard, None);
    wizard.take_effects();
    wizard.press("c");
    assert_eq!(wizard.take_effects(), copy_effects("extensions:"));
}
