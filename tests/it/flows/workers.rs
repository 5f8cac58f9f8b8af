//! The Workers runbook: chosen once, run step by step, stopped, failed, left and taken up again.

use crate::support::harness::{Harness, TestEffect, open_task, probed, setup};
use crate::support::screen_transcript::record;
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
    let mut talk = Harness::with_setup(setup);
    talk.reply_discovered(Vec::new(), CredentialIndex { remembered, ..CredentialIndex::default() });
    talk.press("2");
    talk.take_effects();
    talk.press("2");
    assert_eq!(talk.screen_name(), "workers");
    talk
}

/// On the steps of a worker that signs in to GitHub.
fn with(project: WorkerProject, runbook: Runbook) -> Harness {
    let mut talk = arriving(told(runbook));
    talk.reply(seen(project));
    talk.take_effects();
    talk
}

fn registered() -> Runbook {
    Runbook { registered: true, ..runbook() }
}

fn redeployed() -> Runbook {
    Runbook { redeployed: true, ..registered() }
}

/// Returns the tasks that were started, without their ids.
#[track_caller]
fn begun(talk: &mut Harness) -> Vec<Task> {
    let started = |effect| match effect {
        TestEffect::Start(work) => Some(work),
        _ => None,
    };
    talk.take_effects().into_iter().filter_map(started).collect()
}

#[test]
fn a_new_folder_is_asked_for_its_provider_and_its_key_and_both_are_remembered() {
    let mut talk = arriving(RememberedAnswers::default());
    assert_eq!(begun(&mut talk), [look(None)]);
    record!(talk);
    talk.reply(seen(with_sources()));
    record!(talk);
    assert!(matches!(talk.prompt(), Prompt::Choice { id: PromptId::Provider, .. }));
    talk.press("2");
    record!(talk);
    talk.press("Esc Up Up Enter");
    record!(talk);
    talk.press("Enter");
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(runbook()))), look(Some("github"))]);
    talk.reply(seen(with_sources()));
    record!(talk);
}

#[test]
fn a_key_can_be_typed_and_pasted_and_what_could_be_none_is_refused() {
    let mut talk = arriving(RememberedAnswers::default());
    talk.reply(seen(with_sources())).press("1");
    assert_eq!(app::mode(&talk.model), Mode::Insert);
    talk.press("Ctrl-U").type_text("1st key").press("Enter");
    record!(talk);
    talk.press("Ctrl-U");
    record!(talk);
    for no_key in ["two words", "ntn_fake_member_0000000000000000000000000000", "https://github.com/login"] {
        talk.paste(no_key);
        record!(talk);
        talk.assert_hides("ntn_fake");
    }
    talk.paste("notion");
    record!(talk);
    talk.press("Ctrl-U").type_text("notion-x").press("Enter");
    record!(talk);
    assert_eq!(app::mode(&talk.model), Mode::Insert);
    talk.paste("\"githubAuth\"\n").press("Enter");
    let chosen = Runbook { key: "githubAuth".into(), ..runbook() };
    assert!(begun(&mut talk).contains(&Task::RememberAnswers(Box::new(told(chosen)))));
}

#[test]
fn esc_leads_from_the_key_to_the_provider_and_out() {
    let mut talk = arriving(RememberedAnswers::default());
    talk.reply(seen(with_sources())).press("1 Esc");
    record!(talk);
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "prepare");
}

#[test]
fn what_another_folder_was_told_does_not_count_here() {
    let mut talk = arriving(told(Runbook { folder: "/home/ada/other".into(), ..redeployed() }));
    assert_eq!(begun(&mut talk), [look(Some("github"))]);
    talk.reply(seen(deployed()));
    record!(talk);
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
        let mut talk = with(project, runbook);
        talk.press("Enter");
        assert_eq!(begun(&mut talk), [run(task)]);
        assert_eq!(talk.prompt(), Prompt::Busy);
    }
    let mut talk = with(with_sources(), runbook());
    talk.press("2");
    assert_eq!(talk.take_effects(), [], "a number selects");
    record!(talk);
    talk.press("Enter");
    assert_eq!(begun(&mut talk), [run(StepCommand::Deploy { name: named("issues") })], "out of turn, because the person said so");
}

#[test]
fn each_step_says_its_exact_command_and_what_shows_that_it_is_done() {
    let mut talk = with(deployed(), runbook());
    talk.press("Home");
    record!(talk);
    talk.press("Down");
    record!(talk);
    talk.press("c");
    assert!(talk.take_effects().contains(&TestEffect::Copy("ntn workers deploy".into())));
    talk.press("Down");
    record!(talk);
    talk.press("End");
    record!(talk);
}

#[test]
fn a_step_streams_what_ntn_says_and_then_what_is_there_is_looked_at_again() {
    let mut talk = with(created(), runbook());
    talk.press("Enter");
    record!(talk);
    talk.send_progress(Progress::OutputLine("Bundling".into())).send_progress(Progress::OutputLine("Uploading".into()));
    record!(talk);
    talk.take_effects();
    talk.reply(ran(StepOutcome::Done));
    assert_eq!(begun(&mut talk), [look(Some("github"))], "nothing worth remembering has changed");
    record!(talk);
    talk.reply(seen(deployed()));
    record!(talk);
}

#[test]
fn a_step_that_fails_says_why_it_may_have_and_is_run_again_with_one_key() {
    let mut talk = with(created(), runbook());
    talk.press("Enter").send_progress(Progress::OutputLine("error TS2304".into())).fail(failed(ProblemCode::WorkerBuildFailed));
    record!(talk);
    assert!(app::error(&talk.model).is_some());
    talk.take_effects();
    talk.press("r");
    assert_eq!(begun(&mut talk), [run(StepCommand::Deploy { name: None })]);
    record!(talk);
    talk.fail(failed(ProblemCode::WorkersUnavailable));
    record!(talk);
    talk.press("Down");
    record!(talk);
}

#[test]
fn esc_stops_a_step_and_the_page_stays() {
    let mut talk = with(created(), runbook());
    talk.press("Enter");
    talk.take_effects();
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "workers");
    assert!(matches!(talk.take_effects().as_slice(), [TestEffect::Cancel(_)]));
    record!(talk);
    talk.press("r");
    assert_eq!(begun(&mut talk), [run(StepCommand::Deploy { name: None })]);
    talk.press("Esc Esc");
    assert_eq!(talk.screen_name(), "prepare");
}

#[test]
fn a_look_is_not_worth_a_key_and_leaves_with_its_page() {
    let mut talk = arriving(RememberedAnswers::default());
    talk.take_effects();
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "prepare");
    assert!(matches!(talk.take_effects().as_slice(), [TestEffect::Cancel(_)]));
}

#[test]
fn a_folder_without_sources_is_not_deployed_from() {
    let mut talk = with(empty(), runbook());
    record!(talk);
    talk.press("Enter");
    assert_eq!(begun(&mut talk), [look(Some("github"))], "there may be some by now");
    talk.reply(seen(empty())).press("1 Enter");
    assert_eq!(begun(&mut talk), [look(Some("github"))]);
}

#[test]
fn registering_is_the_persons_and_only_enter_says_that_it_is_done() {
    let mut talk = with(deployed(), runbook());
    record!(talk);
    talk.assert_shows(REDIRECT);
    record!(talk);
    talk.press("4");
    assert_eq!(talk.take_effects(), [], "to look at it is not to say that it is done");
    talk.press("c");
    assert!(talk.take_effects().contains(&TestEffect::Copy(REDIRECT.into())));
    talk.press("o");
    assert_eq!(begun(&mut talk), [open_task("https://github.com/settings/applications/new")]);
    talk.press("p");
    assert_eq!(talk.take_effects(), [TestEffect::Print(REDIRECT.into())]);
    talk.press("Enter");
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(registered())))]);
    record!(talk);
}

#[test]
fn a_provider_without_a_page_for_everybody_opens_none() {
    let mut talk = with(deployed(), Runbook { provider: "salesforce".into(), ..runbook() });
    record!(talk);
    talk.press("4");
    assert!(!talk.has_key("o"));
    talk.press("o");
    assert_eq!(begun(&mut talk), []);
}

#[test]
fn the_demo_opens_no_page_outside_this_machine() {
    let portal = Link::parse("http://127.0.0.1:40123/developers/tokens").unwrap();
    let client = crate::support::connection_fakes::example_client();
    let setup = Setup { demo: Some(Demo { portal, examples: Vec::new(), client }), ..setup() };
    let mut talk = arriving_with(setup, told(runbook()));
    talk.reply(seen(deployed())).take_effects();
    talk.press("o");
    assert_eq!(begun(&mut talk), []);
    record!(talk);
    talk.press("5 Enter Tab Enter");
    assert!(matches!(begun(&mut talk).as_slice(), [Task::RunStep(_)]), "its example is filled in by a key");
}

/// In the form, for an `ntn` that takes variables from a file or not.
fn typing(pushes_files: bool) -> Harness {
    let mut talk = with(WorkerProject { supports_file_push: pushes_files, ..deployed() }, registered());
    talk.press("Enter");
    assert_eq!((app::mode(&talk.model), talk.take_effects()), (Mode::Insert, vec![]));
    talk
}

fn credentials(in_arguments: bool) -> Task {
    let client = OauthClient { id: ID.into(), secret: Secret::new(SECRET) };
    let (id_name, secret_name) = ("GITHUB_CLIENT_ID".into(), "GITHUB_CLIENT_SECRET".into());
    run(StepCommand::Credentials { id_name, secret_name, client, in_arguments })
}

#[test]
fn id_and_secret_are_pasted_one_after_the_other_and_enter_stores_them() {
    let mut talk = typing(true);
    assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::ClientId, .. }));
    talk.paste(&format!("\"{ID}\",\n"));
    assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::ClientSecret, .. }), "a paste moves on");
    talk.paste(&format!("export GITHUB_CLIENT_SECRET='{SECRET}'"));
    record!(talk);
    talk.assert_shows(ID_TAIL);
    talk.assert_hides(&SECRET[..8]);
    assert_eq!(talk.take_effects(), [], "a paste alone stores nothing");
    talk.press("Enter");
    assert_eq!(begun(&mut talk), [credentials(false)]);
    record!(talk);
    talk.reply(ran(StepOutcome::Done));
    let stored_now = Runbook { stored_since_deploy: true, ..registered() };
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(stored_now))), look(Some("github"))]);
    talk.reply(seen(with_credentials()));
    record!(talk);
    talk.press("5 Enter");
    talk.assert_hides(ID_TAIL);
}

#[test]
fn nothing_that_may_be_a_secret_goes_where_it_would_be_shown() {
    let mut talk = typing(true);
    for secret in ["secret_fake_0000000000000000000000000000", "CLIENT_SECRET=fake-0000-1111-2222-3333"] {
        talk.press("Up").paste(secret);
        talk.assert_hides("secret_fake");
        talk.assert_hides("fake-0000");
        assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::ClientId, .. }), "the id is still missing");
    }
    talk.paste("https://github.com/settings/developers");
    record!(talk);
    talk.press("Down").paste(&format!("GITHUB_CLIENT_ID={ID}"));
    talk.assert_shows(ID_TAIL);
    talk.press("Enter");
    assert!(matches!(begun(&mut talk).as_slice(), [Task::RunStep(_)]));
}

#[test]
fn enter_without_both_goes_to_the_one_that_is_missing() {
    let mut talk = typing(true);
    talk.press("Enter");
    assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::ClientId, .. }));
    talk.type_text(ID).press("Enter");
    assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::ClientSecret, .. }));
    talk.press("Tab");
    assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::ClientId, .. }));
    assert_eq!(talk.take_effects(), []);
}

#[test]
fn what_was_typed_is_kept_when_one_goes_back_and_when_it_fails() {
    let mut talk = typing(true);
    talk.paste(ID);
    record!(talk);
    talk.press("Esc");
    record!(talk);
    talk.press("Enter");
    talk.assert_shows(ID_TAIL);
    talk.paste(SECRET).press("Enter");
    talk.take_effects();
    talk.fail(failed(ProblemCode::WorkerStepFailed));
    talk.press("r");
    assert_eq!(begun(&mut talk), [credentials(false)]);
}

#[test]
fn an_older_ntn_gets_them_in_arguments_only_after_a_yes() {
    let mut talk = typing(false);
    talk.paste(ID).paste(SECRET).press("Enter");
    assert_eq!((app::mode(&talk.model), talk.take_effects()), (Mode::Confirm, vec![]));
    assert!(matches!(talk.prompt(), Prompt::Consent { id: PromptId::Arguments, .. }));
    record!(talk);
    talk.press("Enter Enter r");
    assert_eq!(talk.take_effects(), [], "a key held down agrees to nothing");
    talk.press("n");
    record!(talk);
    talk.press("5 Enter Enter y");
    assert_eq!(begun(&mut talk), [credentials(true)]);
    talk.fail(failed(ProblemCode::WorkerStepFailed)).press("r");
    assert!(matches!(talk.prompt(), Prompt::Consent { id: PromptId::Arguments, .. }), "and once more");
}

#[test]
fn a_second_deployment_is_remembered_and_newer_credentials_undo_it() {
    let mut talk = with(with_credentials(), registered());
    talk.press("Enter");
    talk.take_effects();
    talk.reply(ran(StepOutcome::Done));
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(redeployed()))), look(Some("github"))]);
    talk.reply_remembered(Ok(())).reply(seen(with_credentials()));
    record!(talk);
    store_a_new_pair(&mut talk);
    let stored_again = Runbook { stored_since_deploy: true, ..registered() };
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(stored_again))), look(Some("github"))]);
}

fn store_a_new_pair(talk: &mut Harness) {
    talk.press("5 Enter").paste(ID).paste(SECRET).press("Enter");
    talk.take_effects();
    talk.reply(ran(StepOutcome::Done));
}

/// The deployed worker still has the old client, and so does its token.
#[test]
fn a_new_secret_at_the_end_of_the_road_opens_it_again_at_the_second_deployment() {
    let mut talk = with(signed_in(), redeployed());
    store_a_new_pair(&mut talk);
    talk.reply_remembered(Ok(())).reply(seen(signed_in())).take_effects();
    record!(talk);
    talk.press("Enter");
    assert_eq!(begun(&mut talk), [run(StepCommand::Deploy { name: None })]);
    talk.reply(ran(StepOutcome::Done));
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(redeployed()))), look(Some("github"))]);
    talk.reply(seen(signed_in()));
    record!(talk);
}

#[test]
fn a_step_can_be_skipped_is_remembered_as_such_and_run_all_the_same() {
    let mut talk = with(deployed(), runbook());
    talk.press("Right");
    let skipping = runbook().with_skip_toggled(WorkerStep::Register);
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(skipping.clone())))]);
    record!(talk);
    talk.press("4");
    record!(talk);
    talk.reply_remembered(Ok(())).press("Enter");
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(registered())))]);

    let mut talk = with(deployed(), skipping);
    talk.press("4 Right");
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(runbook())))], "taken in again");
    record!(talk);
    talk.press("3 Right");
    assert_eq!(talk.take_effects(), [], "what is done is not skipped");
}

#[test]
fn at_the_end_enter_finishes_and_the_terminal_is_told() {
    let words = "Notion has a token from GitHub for the key github, until 2026-11-23.";
    for key in ["Enter", "q", "Ctrl-C"] {
        let mut talk = with(signed_in(), redeployed());
        record!(talk);
        talk.press(key);
        assert_eq!(talk.outcome(), Some(&Outcome::Finished(words.into())), "{key}");
    }
    let mut talk = with(signed_in(), redeployed());
    talk.press("6");
    record!(talk);
    talk.press("q");
    assert_eq!(talk.outcome(), Some(&Outcome::Cancelled), "about to deploy again");
}

#[test]
fn a_road_whose_last_steps_were_skipped_ends_without_claiming_a_token() {
    let mut talk = with(with_credentials(), redeployed());
    talk.press("Right Right");
    record!(talk);
    talk.reply_remembered(Ok(())).take_effects();
    talk.press("8 Enter");
    assert_eq!(begun(&mut talk), [run(StepCommand::AwaitToken { key: "github".into() })]);
    talk.press("Esc");
    record!(talk);
}

#[test]
fn each_folder_has_its_own_runbook() {
    let other = Runbook { folder: "/home/ada/other".into(), provider: "google".into(), key: "google".into(), ..redeployed() };
    let mut talk = arriving(RememberedAnswers { runbooks: vec![registered(), other], ..RememberedAnswers::default() });
    assert_eq!(begun(&mut talk), [look(Some("google"))], "the latest is the best guess");
    let wrong = WorkerProject { token: NtnAnswer::Answer(ProviderTokenState::Present { expires_at: None }), ..deployed() };
    talk.reply(seen(wrong));
    assert_eq!(begun(&mut talk), [look(Some("github"))], "of this folder's key nothing is known yet");
    record!(talk);
    talk.reply(seen(deployed()));
    record!(talk);
    assert_eq!(talk.take_effects(), []);
}

/// The consent page is there, and its answer is waited for.
fn consenting() -> Harness {
    let mut talk = with(with_credentials(), redeployed());
    talk.press("Enter").take_effects();
    talk.reply(ran(StepOutcome::Started(Link::parse(CONSENT).unwrap())));
    assert_eq!(begun(&mut talk), [run(StepCommand::AwaitToken { key: "github".into() })]);
    talk
}

#[test]
fn the_consent_page_is_shown_at_once_and_opened_by_a_key() {
    let mut talk = consenting();
    record!(talk);
    talk.press("Enter");
    assert_eq!(begun(&mut talk), [open_task(CONSENT)]);
    record!(talk);
    talk.press("o");
    assert_eq!(begun(&mut talk), [open_task(CONSENT)]);
    talk.press("p");
    assert_eq!(talk.take_effects(), [TestEffect::Print(CONSENT.into())]);
    talk.press("c");
    assert!(talk.take_effects().contains(&TestEffect::Copy(CONSENT.into())));
    talk.press("v");
    record!(talk);
    talk.press("Esc");
    record!(talk);
    talk.press("1 Up Tab");
    assert_eq!(talk.take_effects(), [], "nothing else is under way meanwhile");
}

#[test]
fn without_a_browser_that_is_said_beside_the_link() {
    let mut talk = consenting();
    talk.reply(probed(ProbeResult::Browser(BrowserState::Headless { reason: HeadlessReason::Ssh })));
    record!(talk);
}

#[test]
fn the_token_is_told_and_never_shown_and_everything_is_done() {
    let mut talk = consenting();
    talk.reply(ran(StepOutcome::Token(ProviderTokenState::Present { expires_at: Some("2026-11-23".into()) })));
    assert_eq!(talk.take_effects(), []);
    record!(talk);
    talk.press("6 Enter");
    assert_eq!(begun(&mut talk), [run(StepCommand::Deploy { name: None })]);
}

#[test]
fn a_consent_that_never_comes_and_one_that_is_stopped_can_be_begun_again() {
    let mut talk = consenting();
    talk.reply(ran(StepOutcome::Token(ProviderTokenState::Absent)));
    record!(talk);
    talk.assert_hides(CONSENT);
    talk.press("r");
    assert_eq!(begun(&mut talk), [run(StepCommand::Start { key: "github".into() })]);
    let mut talk = consenting();
    talk.press("Esc");
    record!(talk);
    let mut talk = consenting();
    talk.press("r");
    assert!(matches!(talk.take_effects().as_slice(), [TestEffect::Cancel(_), TestEffect::Start(Task::RunStep(_))]), "a new link");
}

#[test]
fn a_runbook_that_was_left_is_taken_up_where_it_stopped() {
    let talk = with(signed_in(), redeployed());
    record!(talk);
    let mut talk = with(with_credentials(), redeployed());
    record!(talk);
    talk.press("8 Enter");
    assert_eq!(begun(&mut talk), [run(StepCommand::AwaitToken { key: "github".into() })], "it may have been allowed meanwhile");
}

#[test]
fn what_ntn_does_not_say_is_not_claimed() {
    let said = || NtnAnswer::Refused("ntn is not logged in".to_owned());
    let talk = with(
        WorkerProject {
            oauth_keys: NtnAnswer::Refused("ntn is not logged in".into()),
            variables: NtnAnswer::NotAsked,
            ..created()
        },
        runbook(),
    );
    record!(talk);
    let mut talk = with(WorkerProject { redirect_url: said(), ..deployed() }, runbook());
    record!(talk);
    talk.press("Enter");
    assert_eq!(begun(&mut talk), [look(Some("github"))]);
}

#[test]
fn without_ntn_enter_leads_to_its_installation() {
    let mut talk = arriving(RememberedAnswers::default());
    talk.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    talk.fail(Problem::new(ProblemCode::NtnMissing));
    talk.press("Enter");
    assert_eq!(talk.screen_name(), "install");
    talk.press("Esc");
    talk.take_effects();
    talk.press("r");
    assert_eq!(begun(&mut talk), [look(None)]);
}

#[test]
fn without_a_login_enter_leads_to_the_cli_path() {
    let mut talk = with(created(), runbook());
    talk.press("Enter").fail(failed(ProblemCode::NtnNotLoggedIn));
    record!(talk);
    talk.press("Enter");
    assert_eq!(talk.screen_name(), "prepare");
    record!(talk);
    talk.press("Esc");
    talk.take_effects();
    talk.press("r");
    assert_eq!(begun(&mut talk), [run(StepCommand::Deploy { name: None })]);
}

#[test]
fn a_first_look_that_fails_can_be_tried_again() {
    let mut talk = arriving(RememberedAnswers::default());
    talk.fail(Problem::new(ProblemCode::TimedOut));
    assert!(matches!(talk.prompt(), Prompt::Choice { id: PromptId::Step, .. }));
    talk.take_effects();
    talk.answer(Answer::Choice(0));
    assert_eq!(begun(&mut talk), [look(None)]);
}

#[test]
fn a_later_look_that_fails_leaves_the_steps_in_sight() {
    let mut talk = with(created(), runbook());
    talk.press("r");
    talk.fail(Problem::new(ProblemCode::TimedOut));
    record!(talk);
    assert!(app::error(&talk.model).is_some());
    talk.take_effects();
    talk.press("r");
    assert_eq!(begun(&mut talk), [look(Some("github"))]);
}

#[test]
fn the_declaration_is_one_key_away_and_copied_whole() {
    let mut talk = with(created(), runbook());
    talk.press("Tab");
    record!(talk);
    talk.press("c");
    let [TestEffect::Copy(text), ..] = &talk.take_effects()[..] else { panic!("nothing was copied") };
    assert!(text.starts_with("worker.oauth(") && text.ends_with("});"), "{text}");
    talk.press("Esc");
    record!(talk);
}

#[test]
fn another_provider_can_be_chosen_and_the_same_one_changes_nothing() {
    let mut talk = with(deployed(), registered());
    talk.press("Left Enter Enter");
    assert_eq!(begun(&mut talk), []);
    record!(talk);
    talk.press("Left Esc");
    record!(talk);
    talk.press("Left 2 Enter");
    let google = Runbook { provider: "google".into(), key: "google".into(), ..runbook() };
    assert_eq!(begun(&mut talk), [Task::RememberAnswers(Box::new(told(google))), look(Some("google"))]);
}

#[test]
fn it_is_asked_and_answered_without_a_key() {
    let mut talk = arriving(RememberedAnswers::default());
    talk.reply(seen(WorkerProject { supports_file_push: false, ..deployed() }));
    talk.answer(Answer::Choice(0));
    assert!(matches!(talk.prompt(), Prompt::Text { id: PromptId::Provider, .. }));
    talk.answer(Answer::Text(Secret::new("github")));
    talk.reply(seen(WorkerProject { supports_file_push: false, ..deployed() })).take_effects();
    let options = talk.options();
    assert_eq!(options.len(), 8);
    talk.answer(Answer::Choice(3));
    assert!(matches!(begun(&mut talk).as_slice(), []), "the first answer is still being written");
    talk.reply_remembered(Ok(()));
    talk.answer(Answer::Choice(4));
    talk.answer(Answer::Text(Secret::new(ID)));
    talk.answer(Answer::Text(Secret::new(SECRET)));
    assert!(matches!(talk.prompt(), Prompt::Consent { id: PromptId::Arguments, .. }));
    talk.take_effects();
    talk.answer(Answer::Consent(true));
    assert_eq!(begun(&mut talk), [credentials(true)]);
    talk.reply(ran(StepOutcome::Done)).reply(seen(WorkerProject { supports_file_push: false, ..with_credentials() }));
    talk.take_effects();
    talk.answer(Answer::Choice(5));
    assert_eq!(begun(&mut talk), [run(StepCommand::Deploy { name: None })]);
}

#[test]
fn ctrl_c_ends_a_step_with_the_program() {
    let mut talk = with(created(), runbook());
    talk.press("Enter");
    talk.take_effects();
    talk.send(Msg::Input(Input::Do(Intent::QuitNow)));
    assert!(matches!(talk.take_effects().as_slice(), [TestEffect::Cancel(_), TestEffect::Quit(_)]));
}
