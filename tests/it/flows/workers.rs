//! The Workers runbook: chosen once, run step by step, stopped, failed, left and taken up again.

use crate::support::harness::{Harness, TestEffect, open_task, port_probe, probed, setup};
use crate::support::worker_projects::{
    CONSENT, REDIRECT, created, deployed, empty, runbook, signed_in, with_credentials, with_sources,
};
use notion_auth::domain::credentials::{CredentialIndex, RememberedAnswers};
use notion_auth::domain::link::Link;
use notion_auth::domain::machine::{BrowserState, HeadlessReason, NtnState};
use notion_auth::domain::oauth::OauthClient;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::domain::workers::{NtnAnswer, ProviderTokenState, Runbook, StepCommand, StepOutcome, WorkerProject, WorkerStep};
use notion_auth::wizard::app;
use notion_auth::wizard::context::{Demo, Setup};
use notion_auth::wizard::msg::{
    Answer, Input, Intent, Mode, Msg, Outcome, ProbeResult, Progress, Prompt, PromptId, Task, TaskOutcome,
};

const ID: &str = "Ov23fake000000001d0a";
/// The visible part of the id.
const ID_TAIL: &str = "••••1d0a";
const SECRET: &str = "fake-client-secret-0000000000000000000000";

fn seen(project: WorkerProject) -> TaskOutcome {
    TaskOutcome::Project(Box::new(project))
}

fn look(key: Option<&str>) -> Task {
    Task::InspectProject(key.map(str::to_owned))
}

fn run(step: StepCommand) -> Task {
    Task::RunStep(Box::new(step))
}

fn ran(step: StepOutcome) -> TaskOutcome {
    TaskOutcome::StepRan(step)
}

fn failed(code: ProblemCode) -> Problem {
    Problem::new(code).with_evidence("what ntn said")
}

fn told(runbook: Runbook) -> RememberedAnswers {
    RememberedAnswers::from_runbook(runbook)
}

/// At the page, where this much is remembered; what is there is not known yet.
fn arriving(remembered: RememberedAnswers) -> Harness {
    arriving_with(setup(), remembered)
}

fn arriving_with(setup: Setup, remembered: RememberedAnswers) -> Harness {
    let mut wizard = Harness::with_setup(setup);
    wizard.reply_discovered(Vec::new(), CredentialIndex { remembered, ..CredentialIndex::default() });
    wizard.press("2");
    wizard.take_effects();
    wizard.press("2");
    assert_eq!(wizard.screen_name(), "workers");
    wizard
}

/// On the steps of a worker that signs in to GitHub.
fn with(project: WorkerProject, runbook: Runbook) -> Harness {
    let mut wizard = arriving(told(runbook));
    wizard.reply(seen(project));
    wizard.take_effects();
    wizard
}

fn registered() -> Runbook {
    Runbook { registered: true, ..runbook() }
}

fn redeployed() -> Runbook {
    Runbook { redeployed: true, ..registered() }
}

/// Returns the tasks that were started, without their ids.
#[track_caller]
fn begun(wizard: &mut Harness) -> Vec<Task> {
    let started = |effect| match effect {
        TestEffect::Start(work) => Some(work),
        _ => None,
    };
    wizard.take_effects().into_iter().filter_map(started).collect()
}

#[test]
fn a_new_folder_is_asked_for_its_provider_and_its_key_and_both_are_remembered() {
    let mut wizard = arriving(RememberedAnswers::default());
    assert_eq!(begun(&mut wizard), [look(None)]);
    record!(wizard);
    wizard.reply(seen(with_sources()));
    record!(wizard);
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::Provider, .. }));
    wizard.press("2");
    record!(wizard);
    wizard.press("Esc Up Up Enter");
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(runbook()))), look(Some("github"))]);
    wizard.reply(seen(with_sources()));
    record!(wizard);
}

#[test]
fn a_key_can_be_typed_and_pasted_and_what_could_be_none_is_refused() {
    let mut wizard = arriving(RememberedAnswers::default());
    wizard.reply(seen(with_sources())).press("1");
    assert_eq!(app::mode(&wizard.model), Mode::Insert);
    wizard.press("Ctrl-U").type_text("1st key").press("Enter");
    record!(wizard);
    wizard.press("Ctrl-U");
    record!(wizard);
    for no_key in ["two words", "ntn_fake_member_0000000000000000000000000000", "https://github.com/login"] {
        wizard.paste(no_key);
        record!(wizard);
        wizard.assert_hides("ntn_fake");
    }
    wizard.paste("notion");
    record!(wizard);
    wizard.press("Ctrl-U").type_text("notion-x").press("Enter");
    record!(wizard);
    assert_eq!(app::mode(&wizard.model), Mode::Insert);
    wizard.paste("\"githubAuth\"\n").press("Enter");
    let chosen = Runbook { key: "githubAuth".into(), ..runbook() };
    assert!(begun(&mut wizard).contains(&Task::RememberAnswers(Box::new(told(chosen)))));
}

#[test]
fn esc_leads_from_the_key_to_the_provider_and_out() {
    let mut wizard = arriving(RememberedAnswers::default());
    wizard.reply(seen(with_sources())).press("1 Esc");
    record!(wizard);
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "prepare");
}

#[test]
fn what_another_folder_was_told_does_not_count_here() {
    let mut wizard = arriving(told(Runbook { folder: "/home/ada/other".into(), ..redeployed() }));
    assert_eq!(begun(&mut wizard), [look(Some("github"))]);
    wizard.reply(seen(deployed()));
    record!(wizard);
}

#[test]
fn the_first_step_that_is_not_done_is_next_and_enter_runs_it() {
    let named = |name: &str| Some(name.to_owned());
    for (project, runbook, task) in [
        (with_sources(), runbook(), StepCommand::Create { name: "issues".into() }),
        (created(), runbook(), StepCommand::Deploy { name: None }),
        (with_credentials(), registered(), StepCommand::Deploy { name: None }),
        (with_credentials(), redeployed(), StepCommand::Start { key: "github".into() }),
    ] {
        let mut wizard = with(project, runbook);
        wizard.press("Enter");
        assert_eq!(begun(&mut wizard), [run(task)]);
        assert_eq!(wizard.prompt(), Prompt::Busy);
    }
    let mut wizard = with(with_sources(), runbook());
    wizard.press("2");
    assert_eq!(wizard.take_effects(), [], "a number selects");
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [run(StepCommand::Deploy { name: named("issues") })], "out of turn, because the person said so");
}

#[test]
fn each_step_says_its_exact_command_and_what_shows_that_it_is_done() {
    let mut wizard = with(deployed(), runbook());
    wizard.press("Home");
    record!(wizard);
    wizard.press("Down");
    record!(wizard);
    wizard.press("c");
    assert!(wizard.take_effects().contains(&TestEffect::Copy("ntn workers deploy".into())));
    wizard.press("Down");
    record!(wizard);
    wizard.press("End");
    record!(wizard);
}

#[test]
fn a_step_streams_what_ntn_says_and_then_what_is_there_is_looked_at_again() {
    let mut wizard = with(created(), runbook());
    wizard.press("Enter");
    record!(wizard);
    wizard.send_progress(Progress::OutputLine("Bundling".into())).send_progress(Progress::OutputLine("Uploading".into()));
    record!(wizard);
    wizard.take_effects();
    wizard.reply(ran(StepOutcome::Done));
    assert_eq!(begun(&mut wizard), [look(Some("github"))], "nothing worth remembering has changed");
    record!(wizard);
    wizard.reply(seen(deployed()));
    record!(wizard);
}

#[test]
fn a_step_that_fails_says_why_it_may_have_and_is_run_again_with_one_key() {
    let mut wizard = with(created(), runbook());
    wizard.press("Enter").send_progress(Progress::OutputLine("error TS2304".into())).fail(failed(ProblemCode::WorkerBuildFailed));
    record!(wizard);
    assert!(app::error(&wizard.model).is_some());
    wizard.take_effects();
    wizard.press("r");
    assert_eq!(begun(&mut wizard), [run(StepCommand::Deploy { name: None })]);
    record!(wizard);
    wizard.fail(failed(ProblemCode::WorkersUnavailable));
    record!(wizard);
    wizard.press("Down");
    record!(wizard);
}

#[test]
fn esc_stops_a_step_and_the_page_stays() {
    let mut wizard = with(created(), runbook());
    wizard.press("Enter");
    wizard.take_effects();
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "workers");
    assert!(matches!(wizard.take_effects().as_slice(), [TestEffect::Cancel(_)]));
    record!(wizard);
    wizard.press("r");
    assert_eq!(begun(&mut wizard), [run(StepCommand::Deploy { name: None })]);
    wizard.press("Esc Esc");
    assert_eq!(wizard.screen_name(), "prepare");
}

#[test]
fn a_look_is_not_worth_a_key_and_leaves_with_its_page() {
    let mut wizard = arriving(RememberedAnswers::default());
    wizard.take_effects();
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "prepare");
    assert!(matches!(wizard.take_effects().as_slice(), [TestEffect::Cancel(_), port] if *port == port_probe(8765)));
}

#[test]
fn a_folder_without_sources_is_not_deployed_from() {
    let mut wizard = with(empty(), runbook());
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [look(Some("github"))], "there may be some by now");
    wizard.reply(seen(empty())).press("1 Enter");
    assert_eq!(begun(&mut wizard), [look(Some("github"))]);
}

#[test]
fn registering_is_the_persons_and_only_enter_says_that_it_is_done() {
    let mut wizard = with(deployed(), runbook());
    record!(wizard);
    wizard.assert_shows(REDIRECT);
    record!(wizard);
    wizard.press("4");
    assert_eq!(wizard.take_effects(), [], "to look at it is not to say that it is done");
    wizard.press("c");
    assert!(wizard.take_effects().contains(&TestEffect::Copy(REDIRECT.into())));
    wizard.press("o");
    assert_eq!(begun(&mut wizard), [open_task("https://github.com/settings/applications/new")]);
    wizard.press("p");
    assert_eq!(wizard.take_effects(), [TestEffect::Print(REDIRECT.into())]);
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(registered())))]);
    record!(wizard);
}

#[test]
fn a_provider_without_a_page_for_everybody_opens_none() {
    let mut wizard = with(deployed(), Runbook { provider: "salesforce".into(), ..runbook() });
    record!(wizard);
    wizard.press("4");
    assert!(!wizard.has_key("o"));
    wizard.press("o");
    assert_eq!(begun(&mut wizard), []);
}

#[test]
fn the_demo_opens_no_page_outside_this_machine() {
    let portal = Link::parse("http://127.0.0.1:40123/developers/tokens").unwrap();
    let client = crate::support::connection_fakes::example_client();
    let setup = Setup { demo: Some(Demo { portal, examples: Vec::new(), client }), ..setup() };
    let mut wizard = arriving_with(setup, told(runbook()));
    wizard.reply(seen(deployed())).take_effects();
    wizard.press("o");
    assert_eq!(begun(&mut wizard), []);
    record!(wizard);
    wizard.press("5 Enter Tab Enter");
    assert!(matches!(begun(&mut wizard).as_slice(), [Task::RunStep(_)]), "its example is filled in by a key");
}

/// In the form, for an `ntn` that takes variables from a file or not.
fn typing(pushes_files: bool) -> Harness {
    let mut wizard = with(WorkerProject { supports_file_push: pushes_files, ..deployed() }, registered());
    wizard.press("Enter");
    assert_eq!((app::mode(&wizard.model), wizard.take_effects()), (Mode::Insert, vec![]));
    wizard
}

fn credentials(in_arguments: bool) -> Task {
    let client = OauthClient { id: ID.into(), secret: Secret::new(SECRET) };
    let (id_name, secret_name) = ("GITHUB_CLIENT_ID".into(), "GITHUB_CLIENT_SECRET".into());
    run(StepCommand::Credentials { id_name, secret_name, client, in_arguments })
}

#[test]
fn id_and_secret_are_pasted_one_after_the_other_and_enter_stores_them() {
    let mut wizard = typing(true);
    assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::ClientId, .. }));
    wizard.paste(&format!("\"{ID}\",\n"));
    assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::ClientSecret, .. }), "a paste moves on");
    wizard.paste(&format!("export GITHUB_CLIENT_SECRET='{SECRET}'"));
    record!(wizard);
    wizard.assert_shows(ID_TAIL);
    wizard.assert_hides(&SECRET[..8]);
    assert_eq!(wizard.take_effects(), [], "a paste alone stores nothing");
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [credentials(false)]);
    record!(wizard);
    wizard.reply(ran(StepOutcome::Done));
    let stored_now = Runbook { stored_since_deploy: true, ..registered() };
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(stored_now))), look(Some("github"))]);
    wizard.reply(seen(with_credentials()));
    record!(wizard);
    wizard.press("5 Enter");
    wizard.assert_hides(ID_TAIL);
}

#[test]
fn nothing_that_may_be_a_secret_goes_where_it_would_be_shown() {
    let mut wizard = typing(true);
    for secret in ["secret_fake_0000000000000000000000000000", "CLIENT_SECRET=fake-0000-1111-2222-3333"] {
        wizard.press("Up").paste(secret);
        wizard.assert_hides("secret_fake");
        wizard.assert_hides("fake-0000");
        assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::ClientId, .. }), "the id is still missing");
    }
    wizard.paste("https://github.com/settings/developers");
    record!(wizard);
    wizard.press("Down").paste(&format!("GITHUB_CLIENT_ID={ID}"));
    wizard.assert_shows(ID_TAIL);
    wizard.press("Enter");
    assert!(matches!(begun(&mut wizard).as_slice(), [Task::RunStep(_)]));
}

#[test]
fn enter_without_both_goes_to_the_one_that_is_missing() {
    let mut wizard = typing(true);
    wizard.press("Enter");
    assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::ClientId, .. }));
    wizard.type_text(ID).press("Enter");
    assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::ClientSecret, .. }));
    wizard.press("Tab");
    assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::ClientId, .. }));
    assert_eq!(wizard.take_effects(), []);
}

#[test]
fn what_was_typed_is_kept_when_one_goes_back_and_when_it_fails() {
    let mut wizard = typing(true);
    wizard.paste(ID);
    record!(wizard);
    wizard.press("Esc");
    record!(wizard);
    wizard.press("Enter");
    wizard.assert_shows(ID_TAIL);
    wizard.paste(SECRET).press("Enter");
    wizard.take_effects();
    wizard.fail(failed(ProblemCode::WorkerStepFailed));
    wizard.press("r");
    assert_eq!(begun(&mut wizard), [credentials(false)]);
}

#[test]
fn an_older_ntn_gets_them_in_arguments_only_after_a_yes() {
    let mut wizard = typing(false);
    wizard.paste(ID).paste(SECRET).press("Enter");
    assert_eq!((app::mode(&wizard.model), wizard.take_effects()), (Mode::Confirm, vec![]));
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::Arguments, .. }));
    record!(wizard);
    wizard.press("Enter Enter r");
    assert_eq!(wizard.take_effects(), [], "a key held down agrees to nothing");
    wizard.press("n");
    record!(wizard);
    wizard.press("5 Enter Enter y");
    assert_eq!(begun(&mut wizard), [credentials(true)]);
    wizard.fail(failed(ProblemCode::WorkerStepFailed)).press("r");
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::Arguments, .. }), "and once more");
}

#[test]
fn a_second_deployment_is_remembered_and_newer_credentials_undo_it() {
    let mut wizard = with(with_credentials(), registered());
    wizard.press("Enter");
    wizard.take_effects();
    wizard.reply(ran(StepOutcome::Done));
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(redeployed()))), look(Some("github"))]);
    wizard.reply_remembered(Ok(())).reply(seen(with_credentials()));
    record!(wizard);
    store_a_new_pair(&mut wizard);
    let stored_again = Runbook { stored_since_deploy: true, ..registered() };
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(stored_again))), look(Some("github"))]);
}

fn store_a_new_pair(wizard: &mut Harness) {
    wizard.press("5 Enter").paste(ID).paste(SECRET).press("Enter");
    wizard.take_effects();
    wizard.reply(ran(StepOutcome::Done));
}

/// The deployed worker still has the old client, and so does its token.
#[test]
fn a_new_secret_at_the_end_of_the_road_opens_it_again_at_the_second_deployment() {
    let mut wizard = with(signed_in(), redeployed());
    store_a_new_pair(&mut wizard);
    wizard.reply_remembered(Ok(())).reply(seen(signed_in())).take_effects();
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [run(StepCommand::Deploy { name: None })]);
    wizard.reply(ran(StepOutcome::Done));
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(redeployed()))), look(Some("github"))]);
    wizard.reply(seen(signed_in()));
    record!(wizard);
}

#[test]
fn a_step_can_be_skipped_is_remembered_as_such_and_run_all_the_same() {
    let mut wizard = with(deployed(), runbook());
    wizard.press("Right");
    let skipping = runbook().with_skip_toggled(WorkerStep::Register);
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(skipping.clone())))]);
    record!(wizard);
    wizard.press("4");
    record!(wizard);
    wizard.reply_remembered(Ok(())).press("Enter");
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(registered())))]);

    let mut wizard = with(deployed(), skipping);
    wizard.press("4 Right");
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(runbook())))], "taken in again");
    record!(wizard);
    wizard.press("3 Right");
    assert_eq!(wizard.take_effects(), [], "what is done is not skipped");
}

#[test]
fn at_the_end_enter_finishes_and_the_terminal_is_told() {
    let words = "Notion has a token from GitHub for the key github, until 2026-11-23.";
    for key in ["Enter", "q", "Ctrl-C"] {
        let mut wizard = with(signed_in(), redeployed());
        record!(wizard);
        wizard.press(key);
        assert_eq!(wizard.outcome(), Some(&Outcome::Finished(words.into())), "{key}");
    }
    let mut wizard = with(signed_in(), redeployed());
    wizard.press("6");
    record!(wizard);
    wizard.press("q");
    assert_eq!(wizard.outcome(), Some(&Outcome::Cancelled), "about to deploy again");
}

#[test]
fn a_road_whose_last_steps_were_skipped_ends_without_claiming_a_token() {
    let mut wizard = with(with_credentials(), redeployed());
    wizard.press("Right Right");
    record!(wizard);
    wizard.reply_remembered(Ok(())).take_effects();
    wizard.press("8 Enter");
    assert_eq!(begun(&mut wizard), [run(StepCommand::AwaitToken { key: "github".into() })]);
    wizard.press("Esc");
    record!(wizard);
}

#[test]
fn each_folder_has_its_own_runbook() {
    let other = Runbook { folder: "/home/ada/other".into(), provider: "google".into(), key: "google".into(), ..redeployed() };
    let mut wizard = arriving(RememberedAnswers { runbooks: vec![registered(), other], ..RememberedAnswers::default() });
    assert_eq!(begun(&mut wizard), [look(Some("google"))], "the latest is the best guess");
    let wrong = WorkerProject { token: NtnAnswer::Answer(ProviderTokenState::Present { expires_at: None }), ..deployed() };
    wizard.reply(seen(wrong));
    assert_eq!(begun(&mut wizard), [look(Some("github"))], "of this folder's key nothing is known yet");
    record!(wizard);
    wizard.reply(seen(deployed()));
    record!(wizard);
    assert_eq!(wizard.take_effects(), []);
}

/// The consent page is there, and its answer is waited for.
fn consenting() -> Harness {
    let mut wizard = with(with_credentials(), redeployed());
    wizard.press("Enter").take_effects();
    wizard.reply(ran(StepOutcome::Started(Link::parse(CONSENT).unwrap())));
    assert_eq!(begun(&mut wizard), [run(StepCommand::AwaitToken { key: "github".into() })]);
    wizard
}

#[test]
fn the_consent_page_is_shown_at_once_and_opened_by_a_key() {
    let mut wizard = consenting();
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [open_task(CONSENT)]);
    record!(wizard);
    wizard.press("o");
    assert_eq!(begun(&mut wizard), [open_task(CONSENT)]);
    wizard.press("p");
    assert_eq!(wizard.take_effects(), [TestEffect::Print(CONSENT.into())]);
    wizard.press("c");
    assert!(wizard.take_effects().contains(&TestEffect::Copy(CONSENT.into())));
    wizard.press("v");
    record!(wizard);
    wizard.press("Esc");
    record!(wizard);
    wizard.press("1 Up Tab");
    assert_eq!(wizard.take_effects(), [], "nothing else is under way meanwhile");
}

#[test]
fn without_a_browser_that_is_said_beside_the_link() {
    let mut wizard = consenting();
    wizard.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    record!(wizard);
}

#[test]
fn the_token_is_told_and_never_shown_and_everything_is_done() {
    let mut wizard = consenting();
    wizard.reply(ran(StepOutcome::Token(ProviderTokenState::Present { expires_at: Some("2026-11-23".into()) })));
    assert_eq!(wizard.take_effects(), []);
    record!(wizard);
    wizard.press("6 Enter");
    assert_eq!(begun(&mut wizard), [run(StepCommand::Deploy { name: None })]);
}

#[test]
fn a_consent_that_never_comes_and_one_that_is_stopped_can_be_begun_again() {
    let mut wizard = consenting();
    wizard.reply(ran(StepOutcome::Token(ProviderTokenState::Absent)));
    record!(wizard);
    wizard.assert_hides(CONSENT);
    wizard.press("r");
    assert_eq!(begun(&mut wizard), [run(StepCommand::Start { key: "github".into() })]);
    let mut wizard = consenting();
    wizard.press("Esc");
    record!(wizard);
    let mut wizard = consenting();
    wizard.press("r");
    assert!(matches!(wizard.take_effects().as_slice(), [TestEffect::Cancel(_), TestEffect::Start(Task::RunStep(_))]), "a new link");
}

#[test]
fn a_runbook_that_was_left_is_taken_up_where_it_stopped() {
    let wizard = with(signed_in(), redeployed());
    record!(wizard);
    let mut wizard = with(with_credentials(), redeployed());
    record!(wizard);
    wizard.press("8 Enter");
    assert_eq!(begun(&mut wizard), [run(StepCommand::AwaitToken { key: "github".into() })], "it may have been allowed meanwhile");
}

#[test]
fn what_ntn_does_not_say_is_not_claimed() {
    let said = || NtnAnswer::Refused("ntn is not logged in".to_owned());
    let wizard = with(
        WorkerProject {
            oauth_keys: NtnAnswer::Refused("ntn is not logged in".into()),
            variables: NtnAnswer::NotAsked,
            ..created()
        },
        runbook(),
    );
    record!(wizard);
    let mut wizard = with(WorkerProject { redirect_url: said(), ..deployed() }, runbook());
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(begun(&mut wizard), [look(Some("github"))]);
}

#[test]
fn without_ntn_enter_leads_to_its_installation() {
    let mut wizard = arriving(RememberedAnswers::default());
    wizard.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    wizard.fail(Problem::new(ProblemCode::NtnMissing));
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "install");
    wizard.press("Esc");
    wizard.take_effects();
    wizard.press("r");
    assert_eq!(begun(&mut wizard), [look(None)]);
}

#[test]
fn without_a_login_enter_leads_to_the_cli_path() {
    let mut wizard = with(created(), runbook());
    wizard.press("Enter").fail(failed(ProblemCode::NtnNotLoggedIn));
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "prepare");
    record!(wizard);
    wizard.press("Esc");
    wizard.take_effects();
    wizard.press("r");
    assert_eq!(begun(&mut wizard), [run(StepCommand::Deploy { name: None })]);
}

#[test]
fn a_first_look_that_fails_can_be_tried_again() {
    let mut wizard = arriving(RememberedAnswers::default());
    wizard.fail(Problem::new(ProblemCode::TimedOut));
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::Step, .. }));
    wizard.take_effects();
    wizard.answer(Answer::Choice(0));
    assert_eq!(begun(&mut wizard), [look(None)]);
}

#[test]
fn a_later_look_that_fails_leaves_the_steps_in_sight() {
    let mut wizard = with(created(), runbook());
    wizard.press("r");
    wizard.fail(Problem::new(ProblemCode::TimedOut));
    record!(wizard);
    assert!(app::error(&wizard.model).is_some());
    wizard.take_effects();
    wizard.press("r");
    assert_eq!(begun(&mut wizard), [look(Some("github"))]);
}

#[test]
fn the_declaration_is_one_key_away_and_copied_whole() {
    let mut wizard = with(created(), runbook());
    wizard.press("Tab");
    record!(wizard);
    wizard.press("c");
    let [TestEffect::Copy(text), ..] = &wizard.take_effects()[..] else { panic!("nothing was copied") };
    assert!(text.starts_with("worker.oauth(") && text.ends_with("});"), "{text}");
    wizard.press("Esc");
    record!(wizard);
}

#[test]
fn another_provider_can_be_chosen_and_the_same_one_changes_nothing() {
    let mut wizard = with(deployed(), registered());
    wizard.press("Left Enter Enter");
    assert_eq!(begun(&mut wizard), []);
    record!(wizard);
    wizard.press("Left Esc");
    record!(wizard);
    wizard.press("Left 2 Enter");
    let google = Runbook { provider: "google".into(), key: "google".into(), ..runbook() };
    assert_eq!(begun(&mut wizard), [Task::RememberAnswers(Box::new(told(google))), look(Some("google"))]);
}

#[test]
fn it_is_asked_and_answered_without_a_key() {
    let mut wizard = arriving(RememberedAnswers::default());
    wizard.reply(seen(WorkerProject { supports_file_push: false, ..deployed() }));
    wizard.answer(Answer::Choice(0));
    assert!(matches!(wizard.prompt(), Prompt::Text { id: PromptId::Provider, .. }));
    wizard.answer(Answer::Text(Secret::new("github")));
    wizard.reply(seen(WorkerProject { supports_file_push: false, ..deployed() })).take_effects();
    let options = wizard.options();
    assert_eq!(options.len(), 8);
    wizard.answer(Answer::Choice(3));
    assert!(matches!(begun(&mut wizard).as_slice(), []), "the first answer is still being written");
    wizard.reply_remembered(Ok(()));
    wizard.answer(Answer::Choice(4));
    wizard.answer(Answer::Text(Secret::new(ID)));
    wizard.answer(Answer::Text(Secret::new(SECRET)));
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::Arguments, .. }));
    wizard.take_effects();
    wizard.answer(Answer::Consent(true));
    assert_eq!(begun(&mut wizard), [credentials(true)]);
    wizard.reply(ran(StepOutcome::Done)).reply(seen(WorkerProject { supports_file_push: false, ..with_credentials() }));
    wizard.take_effects();
    wizard.answer(Answer::Choice(5));
    assert_eq!(begun(&mut wizard), [run(StepCommand::Deploy { name: None })]);
}

#[test]
fn ctrl_c_ends_a_step_with_the_program() {
    let mut wizard = with(created(), runbook());
    wizard.press("Enter");
    wizard.take_effects();
    wizard.send(Msg::Input(Input::Do(Intent::QuitNow)));
    assert!(matches!(wizard.take_effects().as_slice(), [TestEffect::Cancel(_), TestEffect::Quit(_)]));
}
