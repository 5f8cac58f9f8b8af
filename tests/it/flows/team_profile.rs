//! The team's answers: a file that was found is used only after a yes, once for each content, and what it answers stays editable.

use super::agents::{plans, sign_in};
use crate::support::fakes::{MEMBER, inventory, member_identity};
use crate::support::harness::{Harness, TestEffect, probed, setup, verified_outcome, verified_token};
use crate::support::team_profiles::{TEAM, team_profile};
use notion_auth::domain::agents::plan::AgentPlan;
use notion_auth::domain::credentials::{CredentialIndex, ProfileDecision, RememberedAnswers};
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::app::{self, plain_view};
use notion_auth::wizard::context::{Setup, TeamProfileSource};
use notion_auth::wizard::msg::{Intent, ProbeResult, Prompt, PromptId, Task, TaskOutcome};

pub(crate) fn searching() -> Setup {
    Setup { team_profile: TeamProfileSource::Search, ..setup() }
}

/// Answers the probes with this file and these decisions.
pub(crate) fn find(wizard: &mut Harness, text: &str, decisions: Vec<ProfileDecision>) {
    let remembered = RememberedAnswers { team_profiles: decisions, ..RememberedAnswers::default() };
    let index = CredentialIndex { remembered, ..CredentialIndex::default() };
    wizard.reply(probed(ProbeResult::Inventory(Box::new(inventory(Vec::new(), index)))));
    wizard.reply(probed(ProbeResult::TeamProfile(Box::new(Ok(Some(team_profile(text)))))));
}

fn offered() -> Harness {
    let mut wizard = Harness::with_setup(searching());
    find(&mut wizard, TEAM, Vec::new());
    wizard.take_effects();
    wizard
}

fn decision(text: &str, used: bool) -> ProfileDecision {
    ProfileDecision { sha256: team_profile(text).digest, used }
}

fn member() -> MemberProfile {
    MemberProfile { role: MemberRole::Member, plan: Plan::Business, policy: TokenPolicy::AllMembers }
}

fn is_offered(wizard: &Harness) -> bool {
    wizard.model.with_ctx(|_, ctx| ctx.offered_profile().is_some())
}

fn is_used(wizard: &Harness) -> bool {
    wizard.model.with_ctx(|_, ctx| ctx.team_answers().is_some())
}

#[test]
fn a_file_that_is_found_is_offered_and_used_only_after_a_yes() {
    let mut wizard = offered();
    record!(wizard);
    assert!(is_offered(&wizard) && !is_used(&wizard));
    wizard.press("a");
    record!(wizard);
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("team profile", vec![]));
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::TeamProfile, .. }));
    assert!(!is_used(&wizard));
    wizard.press("Enter");
    let answers =
        RememberedAnswers { profile: Some(member()), team_profiles: vec![decision(TEAM, true)], ..RememberedAnswers::default() };
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::RememberAnswers(Box::new(answers)))]);
    assert!(is_used(&wizard) && !is_offered(&wizard));
    assert_eq!(wizard.screen_name(), "compare");
    record!(wizard);
    // The team's path is selected: Own connection and Workers are the methods of OAuth.
    wizard.press("Enter");
    record!(wizard);
    assert_eq!((wizard.screen_name(), wizard.options().len()), ("prepare", 2));
}

#[test]
fn esc_leaves_the_offer_as_it_is() {
    let mut wizard = offered();
    wizard.press("a Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("compare", vec![]));
    assert!(is_offered(&wizard) && !is_used(&wizard));
}

#[test]
fn a_no_is_remembered_and_the_answers_can_still_be_opened() {
    let mut wizard = offered();
    wizard.press("a 2");
    let declined = RememberedAnswers { team_profiles: vec![decision(TEAM, false)], ..RememberedAnswers::default() };
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::RememberAnswers(Box::new(declined)))]);
    assert!(!is_offered(&wizard) && !is_used(&wizard));
    assert!(app::actions(&wizard.model).allows(Intent::Profile));
    wizard.press("a 1");
    assert!(is_used(&wizard));
    wizard.press("a 2");
    assert!(!is_used(&wizard));
}

#[test]
fn a_decision_holds_for_its_content_alone() {
    for (used, text, asks) in [(true, TEAM, false), (false, TEAM, false), (true, "schema = 1\nplan = \"free\"\n", true)] {
        let mut wizard = Harness::with_setup(searching());
        find(&mut wizard, text, vec![decision(TEAM, used)]);
        assert_eq!((is_offered(&wizard), is_used(&wizard)), (asks, used && !asks), "{text}");
    }
}

#[test]
fn a_file_without_an_answer_is_no_offer() {
    let mut wizard = Harness::with_setup(searching());
    find(&mut wizard, "schema = 1\n", Vec::new());
    assert!(!is_offered(&wizard));
    wizard.press("a");
    assert_eq!(wizard.screen_name(), "team profile");
}

#[test]
fn nothing_is_offered_before_earlier_decisions_are_known() {
    let mut wizard = Harness::with_setup(searching());
    wizard.reply(probed(ProbeResult::TeamProfile(Box::new(Ok(Some(team_profile(TEAM)))))));
    assert!(!is_offered(&wizard) && !is_used(&wizard));
    wizard.reply(probed(ProbeResult::Inventory(Box::default())));
    assert!(is_offered(&wizard));
}

#[test]
fn answers_that_were_used_are_not_applied_again_over_what_was_changed_since() {
    let mut wizard = Harness::with_setup(searching());
    let owner = MemberProfile { role: MemberRole::Owner, ..member() };
    let remembered = RememberedAnswers { team_profiles: vec![decision(TEAM, true)], ..RememberedAnswers::from_profile(owner) };
    let index = CredentialIndex { remembered, ..CredentialIndex::default() };
    wizard.reply(probed(ProbeResult::Inventory(Box::new(inventory(Vec::new(), index)))));
    wizard.reply(probed(ProbeResult::TeamProfile(Box::new(Ok(Some(team_profile(TEAM)))))));
    assert_eq!(wizard.model.with_ctx(|_, ctx| ctx.remembered.profile), Some(owner));
}

#[test]
fn the_teams_store_is_selected_and_plain_text_still_asks() {
    for (store, expected, asks) in [("none", "none", false), ("file", "", true), ("keychain", "keychain", false)] {
        let mut wizard = Harness::with_setup(searching());
        find(&mut wizard, &format!("schema = 1\nstore = \"{store}\"\n"), Vec::new());
        wizard.reply(probed(ProbeResult::Keychain(KeychainState::Available { name: "Secret Service".into() })));
        wizard.press("a Enter");
        wizard.press("1 Enter").paste(MEMBER);
        wizard.reply(verified_outcome(verified_token(MEMBER, member_identity())));
        wizard.press("Enter");
        assert_eq!(wizard.screen_name(), "save");
        wizard.take_effects();
        wizard.press("Enter");
        let saved: Vec<_> = wizard
            .take_effects()
            .into_iter()
            .filter_map(|effect| match effect {
                TestEffect::Start(Task::Save(request)) => Some(request.record.store.name()),
                _ => None,
            })
            .collect();
        assert_eq!(saved.first().copied().unwrap_or_default(), expected, "{store}");
        assert_eq!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::Plaintext, .. }), asks, "{store}");
    }
}

#[test]
fn the_teams_agents_are_selected_and_what_is_changed_stays() {
    let selected = |wizard: &Harness| -> Vec<bool> { wizard.options().iter().map(|(label, _)| label.starts_with("[x]")).collect() };
    let possible: Vec<String> = plans().iter().map(|plan: &AgentPlan| plan.agent.id.clone()).collect();
    let named = &possible[1];
    let mut wizard = Harness::with_setup(searching());
    find(&mut wizard, &format!("schema = 1\nagents = [\"{named}\", \"goose\"]\n"), Vec::new());
    wizard.press("a Enter");
    wizard.press("m");
    wizard.reply(TaskOutcome::AgentPlans(plans(), Ok(sign_in())));
    assert_eq!(selected(&wizard)[..2], [false, true]);
    wizard.press("1 r");
    wizard.reply(TaskOutcome::AgentPlans(plans(), Ok(sign_in())));
    assert_eq!(selected(&wizard)[..2], [true, true]);
}

#[test]
fn a_file_that_cannot_be_used_says_why_and_is_in_the_way_of_nothing() {
    let mut wizard = Harness::with_setup(searching());
    wizard.reply(probed(ProbeResult::Inventory(Box::default())));
    let problem = Problem::new(ProblemCode::ProfileInvalid).with_evidence("notion-auth.toml, line 3: there is no key");
    wizard.reply(probed(ProbeResult::TeamProfile(Box::new(Err(problem)))));
    record!(wizard);
    wizard.take_effects();
    wizard.press("a");
    record!(wizard);
    wizard.press("r");
    wizard.reply(probed(ProbeResult::TeamProfile(Box::new(Ok(Some(team_profile(TEAM)))))));
    assert!(is_offered(&wizard) && !is_used(&wizard));
    wizard.press("2");
    assert_eq!(wizard.screen_name(), "compare");
    wizard.press("1");
    assert_eq!(wizard.screen_name(), "prepare");
}

#[test]
fn a_file_that_is_gone_leaves_a_page_that_can_be_left() {
    let mut wizard = offered();
    wizard.press("a r");
    wizard.reply(probed(ProbeResult::TeamProfile(Box::new(Ok(None)))));
    wizard.press("Enter");
    assert_eq!((wizard.screen_name(), is_offered(&wizard)), ("compare", false));
}

#[test]
fn a_file_that_was_named_is_used_at_once_and_over_what_was_remembered() {
    let named = TeamProfileSource::Named(Box::new(team_profile("schema = 1\nplan = \"enterprise\"\npath = \"oauth\"\n")));
    let mut wizard = Harness::with_setup(Setup { team_profile: named, ..setup() });
    assert!(is_used(&wizard));
    let remembered = RememberedAnswers::from_profile(member());
    let index = CredentialIndex { remembered, ..CredentialIndex::default() };
    wizard.reply(probed(ProbeResult::Inventory(Box::new(inventory(Vec::new(), index.clone())))));
    let profile = |wizard: &Harness| wizard.model.with_ctx(|_, ctx| ctx.remembered.profile);
    // A team without an opinion on the role leaves it as it was.
    assert_eq!(profile(&wizard), Some(MemberProfile { plan: Plan::Enterprise, ..member() }));
    wizard.press("Enter");
    assert_eq!((wizard.screen_name(), wizard.options().len()), ("prepare", 2));
    wizard.press("a 1 1");
    let changed = MemberProfile { role: MemberRole::Owner, plan: Plan::Free, policy: TokenPolicy::NotSure };
    assert_eq!(profile(&wizard), Some(changed));
    wizard.press("r");
    wizard.reply(probed(ProbeResult::Inventory(Box::new(inventory(Vec::new(), index)))));
    assert_eq!(profile(&wizard), Some(changed));
    wizard.press("Esc a Enter");
    assert_eq!(wizard.screen_name(), "compare");
}

#[test]
fn plain_mode_says_the_file_and_every_answer() {
    let mut wizard = offered();
    wizard.press("a");
    let said: String = plain_view(&wizard.model, false).lines.into_iter().map(|line| line.text + "\n").collect();
    for answer in ["/home/ada/acme/notion-auth.toml", "member", "business", "all-members", "oauth", "none", "codex, cursor"] {
        assert!(said.contains(answer), "{answer}: {said}");
    }
}
