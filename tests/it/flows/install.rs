//! Installing `ntn`: offered by what can be used, run after a yes, stopped by Esc, and gone back from once it is there.

use crate::support::harness::{Harness, TestEffect, copy_effects, probed};
use crate::support::screen_transcript::record;
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
    let mut talk = Harness::new();
    talk.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    talk.press("3");
    talk.take_effects();
    talk.press("1");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("install", vec![TestEffect::Start(Task::FindInstallers)]));
    talk.reply(TaskOutcome::Installers(ways));
    talk
}

fn both() -> Harness {
    with(vec![way(Installer::Script, None), way(Installer::Npm, None)])
}

fn only_npm() -> Harness {
    with(vec![way(Installer::Npm, None), way(Installer::Script, Some("curl is not installed"))])
}

fn running() -> Harness {
    let mut talk = only_npm();
    talk.press("y");
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::Install(Installer::Npm))]);
    talk
}

#[test]
fn the_ways_are_listed_with_their_commands_and_what_they_lack() {
    let talk = with(vec![way(Installer::Script, None), way(Installer::Winget, None), way(Installer::Npm, Some(OLD_NODE))]);
    record!(talk);
    let names = ["Notion's install script", "winget", "npm"].map(str::to_owned);
    let [script, winget, npm] = names;
    assert_eq!(talk.options(), [(script, None), (winget, None), (npm, Some(format!("{OLD_NODE}.")))]);
    record!(talk);
}

#[test]
fn what_can_be_used_is_picked_and_only_a_yes_runs_it() {
    for pick in ["2", "Down Enter", "End Enter"] {
        let mut talk = both();
        talk.press(pick);
        record!(talk);
        // A key held down, or pressed once too often, agrees to nothing.
        talk.press("Enter Enter 1 Space r c");
        assert_eq!(talk.take_effects(), []);
        talk.press("n");
        record!(talk);
        talk.press("1");
        record!(talk);
        talk.press("y");
        assert_eq!(talk.take_effects(), [TestEffect::Start(Task::Install(Installer::Script))]);
    }
}

#[test]
fn a_single_way_is_no_question_but_running_it_is() {
    let mut talk = only_npm();
    record!(talk);
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "install");
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "prepare");
}

#[test]
fn what_lacks_something_is_not_run_and_says_what() {
    let mut talk = with(vec![way(Installer::Script, Some("curl is not installed")), way(Installer::Npm, Some(OLD_NODE))]);
    record!(talk);
    talk.press("2");
    record!(talk);
    assert_eq!(talk.take_effects(), []);
    talk.press("r");
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::FindInstallers)]);
    talk.reply(TaskOutcome::Installers(vec![way(Installer::Npm, None)]));
    record!(talk);
}

#[test]
fn its_command_can_be_copied_to_be_run_elsewhere() {
    let mut talk = only_npm();
    talk.press("n c");
    assert_eq!(talk.take_effects(), copy_effects("npm install --global ntn"));
    talk.press("Down c");
    assert_eq!(talk.take_effects(), copy_effects("npm install --global ntn"), "the cursor skips what cannot be used");
}

#[test]
fn its_output_streams_in_and_stays_after_a_failure_that_can_be_tried_again() {
    let mut talk = running();
    record!(talk);
    talk.send_progress(Progress::OutputLine("npm warn old".into()))
        .send_progress(Progress::OutputLine("npm error code EACCES".into()));
    record!(talk);
    let problem = Problem::new(ProblemCode::InstallFailed).with_evidence("npm: npm error code EACCES (exit status: 243)");
    talk.fail(problem);
    record!(talk);
    talk.press("r");
    assert_eq!(talk.take_effects(), [], "asked again before it runs again");
    record!(talk);
    talk.press("y");
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::Install(Installer::Npm))]);
    record!(talk);
}

#[test]
fn of_much_output_the_end_is_kept() {
    let mut talk = running();
    for number in 1..=1000 {
        talk.send_progress(Progress::OutputLine(format!("line {number} of many")));
    }
    talk.assert_shows("line 1000 of many");
    talk.assert_hides("line 900 of many");
    talk.fail(Problem::new(ProblemCode::InstallFailed));
    talk.press("End");
    talk.assert_shows("line 1000 of many");
    talk.press("Home");
    talk.assert_shows("Output of npm line 801 of many");
}

#[test]
fn esc_stops_it_and_then_goes_back() {
    let mut talk = running();
    talk.press("Esc");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("install", vec![TestEffect::Cancel(Task::Install(Installer::Npm))]));
    record!(talk);
    talk.press("Esc");
    assert_eq!(talk.screen_name(), "prepare");
}

#[test]
fn once_it_is_there_the_machine_is_looked_at_again_and_the_page_is_left() {
    let mut talk = running();
    talk.reply(TaskOutcome::Completed);
    assert_eq!(talk.screen_name(), "prepare");
    record!(talk);
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::Probe(Probe::Ntn))], "everything else is being looked at already");
}

#[test]
fn what_could_not_be_looked_at_is_looked_at_again() {
    let mut talk = Harness::new();
    talk.reply(probed(ProbeResult::Ntn(NtnState::Missing)));
    talk.press("3 1");
    talk.take_effects();
    record!(talk);
    talk.fail(Problem::new(ProblemCode::InstallFailed).with_evidence("no answer"));
    record!(talk);
    talk.press("r");
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::FindInstallers)]);
    talk.press("Esc");
    assert_eq!((talk.screen_name(), talk.take_effects()), ("prepare", vec![TestEffect::Cancel(Task::FindInstallers)]));
}

#[test]
fn it_is_asked_and_answered_without_a_key() {
    let mut talk = both();
    assert!(matches!(talk.prompt(), Prompt::Choice { id: PromptId::Installer, .. }));
    talk.answer(Answer::Choice(1));
    assert_eq!(talk.prompt(), Prompt::Consent { id: PromptId::Install, question: "Run npm install --global ntn?".into() });
    talk.answer(Answer::Consent(false));
    talk.answer(Answer::Choice(0));
    talk.answer(Answer::Consent(true));
    assert_eq!(talk.take_effects(), [TestEffect::Start(Task::Install(Installer::Script))]);
    assert_eq!(talk.prompt(), Prompt::Busy);
}

#[test]
fn ctrl_c_ends_it_with_the_program() {
    let mut talk = running();
    talk.send(Msg::Input(Input::Do(Intent::QuitNow)));
    assert!(matches!(talk.take_effects().as_slice(), [TestEffect::Cancel(_), TestEffect::Quit(_)]));
}
