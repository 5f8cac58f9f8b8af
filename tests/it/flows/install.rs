//! Installing `ntn`: offered by what can be used, run after a yes, stopped by Esc, and gone back from once it is there.

use crate::support::harness::{Harness, TestEffect, copy_effects, probed};
use notion_auth::domain::login::{Installer, InstallerState};
use notion_auth::domain::machine::NtnState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Answer, Input, Intent, Msg, Probe, ProbeResult, Progress, Prompt, PromptId, Task, TaskOutcome};

const OLD_NODE: &str = "Node 20.20.2 is older than 22";

fn way(installer: Installer, unusable: Option<&str>) -> InstallerState {
    InstallerState { installer, unusable_reason: unusable.map(str::to_owned) }
}

/// At the page, with these ways.
fn with(ways: Vec<InstallerState>) -> Harness {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    wizard.press("3");
    wizard.take_effects();
    wizard.press("1");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("install", vec![TestEffect::Start(Task::FindInstallers)]));
    wizard.reply(TaskOutcome::Installers(ways));
    wizard
}

fn both() -> Harness {
    with(vec![way(Installer::Script, None), way(Installer::Npm, None)])
}

fn only_npm() -> Harness {
    with(vec![way(Installer::Npm, None), way(Installer::Script, Some("curl is not installed"))])
}

fn running() -> Harness {
    let mut wizard = only_npm();
    wizard.press("y");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Install(Installer::Npm))]);
    wizard
}

#[test]
fn the_ways_are_listed_with_their_commands_and_what_they_lack() {
    let wizard = with(vec![way(Installer::Script, None), way(Installer::Winget, None), way(Installer::Npm, Some(OLD_NODE))]);
    record!(wizard);
    let names = ["Notion's install script", "winget", "npm"].map(str::to_owned);
    let [script, winget, npm] = names;
    assert_eq!(wizard.options(), [(script, None), (winget, None), (npm, Some(format!("{OLD_NODE}.")))]);
    record!(wizard);
}

#[test]
fn what_can_be_used_is_picked_and_only_a_yes_runs_it() {
    for pick in ["2", "Down Enter", "End Enter"] {
        let mut wizard = both();
        wizard.press(pick);
        record!(wizard);
        // A key held down, or pressed once too often, agrees to nothing.
        wizard.press("Enter Enter 1 Space r c");
        assert_eq!(wizard.take_effects(), []);
        wizard.press("n");
        record!(wizard);
        wizard.press("1");
        record!(wizard);
        wizard.press("y");
        assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Install(Installer::Script))]);
    }
}

#[test]
fn a_single_way_is_no_question_but_running_it_is() {
    let mut wizard = only_npm();
    record!(wizard);
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "install");
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "prepare");
}

#[test]
fn what_lacks_something_is_not_run_and_says_what() {
    let mut wizard = with(vec![way(Installer::Script, Some("curl is not installed")), way(Installer::Npm, Some(OLD_NODE))]);
    record!(wizard);
    wizard.press("2");
    record!(wizard);
    assert_eq!(wizard.take_effects(), []);
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::FindInstallers)]);
    wizard.reply(TaskOutcome::Installers(vec![way(Installer::Npm, None)]));
    record!(wizard);
}

#[test]
fn its_command_can_be_copied_to_be_run_elsewhere() {
    let mut wizard = only_npm();
    wizard.press("n c");
    assert_eq!(wizard.take_effects(), copy_effects("npm install --global ntn"));
    wizard.press("Down c");
    assert_eq!(wizard.take_effects(), copy_effects("npm install --global ntn"), "the cursor skips what cannot be used");
}

#[test]
fn its_output_streams_in_and_stays_after_a_failure_that_can_be_tried_again() {
    let mut wizard = running();
    record!(wizard);
    wizard
        .send_progress(Progress::OutputLine("npm warn old".into()))
        .send_progress(Progress::OutputLine("npm error code EACCES".into()));
    record!(wizard);
    let problem = Problem::new(ProblemCode::InstallFailed).with_evidence("npm: npm error code EACCES (exit status: 243)");
    wizard.fail(problem);
    record!(wizard);
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [], "asked again before it runs again");
    record!(wizard);
    wizard.press("y");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Install(Installer::Npm))]);
    record!(wizard);
}

#[test]
fn of_much_output_the_end_is_kept() {
    let mut wizard = running();
    for number in 1..=1000 {
        wizard.send_progress(Progress::OutputLine(format!("line {number} of many")));
    }
    wizard.assert_shows("line 1000 of many");
    wizard.assert_hides("line 900 of many");
    wizard.fail(Problem::new(ProblemCode::InstallFailed));
    wizard.press("End");
    wizard.assert_shows("line 1000 of many");
    wizard.press("Home");
    wizard.assert_shows("Output of npm line 801 of many");
}

#[test]
fn esc_stops_it_and_then_goes_back() {
    let mut wizard = running();
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("install", vec![TestEffect::Cancel(Task::Install(Installer::Npm))]));
    record!(wizard);
    wizard.press("Esc");
    assert_eq!(wizard.screen_name(), "prepare");
}

#[test]
fn once_it_is_there_the_machine_is_looked_at_again_and_the_page_is_left() {
    let mut wizard = running();
    wizard.reply(TaskOutcome::Completed);
    assert_eq!(wizard.screen_name(), "prepare");
    record!(wizard);
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Probe(Probe::Ntn))], "everything else is being looked at already");
}

#[test]
fn what_could_not_be_looked_at_is_looked_at_again() {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    wizard.press("3 1");
    wizard.take_effects();
    record!(wizard);
    wizard.fail(Problem::new(ProblemCode::InstallFailed).with_evidence("no answer"));
    record!(wizard);
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::FindInstallers)]);
    wizard.press("Esc");
    assert_eq!((wizard.screen_name(), wizard.take_effects()), ("prepare", vec![TestEffect::Cancel(Task::FindInstallers)]));
}

#[test]
fn it_is_asked_and_answered_without_a_key() {
    let mut wizard = both();
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::Installer, .. }));
    wizard.answer(Answer::Choice(1));
    assert_eq!(wizard.prompt(), Prompt::Consent { id: PromptId::Install, question: "Run npm install --global ntn?".into() });
    wizard.answer(Answer::Consent(false));
    wizard.answer(Answer::Choice(0));
    wizard.answer(Answer::Consent(true));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Install(Installer::Script))]);
    assert_eq!(wizard.prompt(), Prompt::Busy);
}

#[test]
fn ctrl_c_ends_it_with_the_program() {
    let mut wizard = running();
    wizard.send(Msg::Input(Input::Do(Intent::QuitNow)));
    assert!(matches!(wizard.take_effects().as_slice(), [TestEffect::Cancel(_), TestEffect::Quit(_)]));
}
