//! Installing `ntn`: offered by what can be used, run after a yes, stopped by Esc, and gone back from once it is there.

use crate::support::talk::{Talk, cancel, copy, start};
use notion_auth::domain::login::{Installer, InstallerState};
use notion_auth::domain::machine::NtnState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{Ask, AskId, Effect, Given, Input, Intent, Msg, Probe, Progress, Reply, Task};

const OLD_NODE: &str = "Node 20.20.2 is older than 22";

fn way(installer: Installer, unusable: Option<&str>) -> InstallerState {
    InstallerState { installer, unusable: unusable.map(str::to_owned) }
}

/// At the page, with these ways.
fn with(ways: Vec<InstallerState>) -> Talk {
    let mut talk = Talk::begin();
    talk.reply(Reply::Ntn(NtnState::Missing));
    talk.press("3");
    talk.effects();
    talk.press("1");
    assert_eq!((talk.screen(), talk.effects()), ("install", vec![start(6, Task::FindInstallers)]));
    talk.reply(Reply::Installers(Ok(ways)));
    talk
}

fn both() -> Talk {
    with(vec![way(Installer::Script, None), way(Installer::Npm, None)])
}

fn only_npm() -> Talk {
    with(vec![way(Installer::Npm, None), way(Installer::Script, Some("curl is not installed"))])
}

fn running() -> Talk {
    let mut talk = only_npm();
    talk.press("y");
    assert_eq!(talk.effects(), [start(7, Task::Install(Installer::Npm))]);
    talk
}

#[test]
fn the_ways_are_listed_with_their_commands_and_what_they_lack() {
    let talk = with(vec![way(Installer::Script, None), way(Installer::Winget, None), way(Installer::Npm, Some(OLD_NODE))]);
    talk.reads("curl -fsSL https://ntn.dev | bash");
    let names = ["Notion's install script", "winget", "npm"].map(str::to_owned);
    let [script, winget, npm] = names;
    assert_eq!(talk.options(), [(script, None), (winget, None), (npm, Some(format!("{OLD_NODE}.")))]);
    talk.reads("npm install --global ntn ! Node 20.20.2 is older than 22.");
}

#[test]
fn what_can_be_used_is_picked_and_only_a_yes_runs_it() {
    for pick in ["2", "Down Enter", "End Enter"] {
        let mut talk = both();
        talk.press(pick);
        talk.reads("Run npm install --global ntn now?");
        // A key held down, or pressed once too often, agrees to nothing.
        talk.press("Enter Enter 1 Space r c");
        assert_eq!(talk.effects(), []);
        talk.press("n");
        talk.lacks("Run npm install");
        talk.press("1");
        talk.reads("Fetch the script from https://ntn.dev now, the whole of it, and then run it with bash?");
        talk.press("y");
        assert_eq!(talk.effects(), [start(7, Task::Install(Installer::Script))]);
    }
}

#[test]
fn a_single_way_is_no_question_but_running_it_is() {
    let mut talk = only_npm();
    talk.reads("Run npm install --global ntn now?");
    talk.reads("curl is not installed.");
    talk.press("Esc");
    assert_eq!(talk.screen(), "install");
    talk.press("Esc");
    assert_eq!(talk.screen(), "prepare");
}

#[test]
fn what_lacks_something_is_not_run_and_says_what() {
    let mut talk = with(vec![way(Installer::Script, Some("curl is not installed")), way(Installer::Npm, Some(OLD_NODE))]);
    talk.reads("None of them can be used here just now.");
    talk.press("2");
    talk.reads("Node 20.20.2 is older than 22.");
    assert_eq!(talk.effects(), []);
    talk.press("r");
    assert_eq!(talk.effects(), [start(7, Task::FindInstallers)]);
    talk.reply(Reply::Installers(Ok(vec![way(Installer::Npm, None)])));
    talk.reads("Run npm install --global ntn now?");
}

#[test]
fn its_command_can_be_copied_to_be_run_elsewhere() {
    let mut talk = only_npm();
    talk.press("n c");
    assert_eq!(talk.effects(), copy(7, "npm install --global ntn"));
    talk.press("Down c");
    assert_eq!(talk.effects(), copy(8, "curl -fsSL https://ntn.dev | bash"));
}

#[test]
fn its_output_streams_in_and_stays_after_a_failure_that_can_be_tried_again() {
    let mut talk = running();
    talk.reads("Installing: npm. Esc stops it.");
    talk.progress(Progress::Line("npm warn old".into())).progress(Progress::Line("npm error code EACCES".into()));
    talk.reads("It says npm warn old npm error code EACCES");
    let problem = Problem::new(ProblemCode::InstallFailed).seen("npm says npm error code EACCES (exit status: 243)");
    talk.reply(Reply::Installed(Err(problem)));
    talk.reads("ntn could not be installed. npm says npm error code EACCES (exit status: 243)");
    talk.reads("It said npm warn old npm error code EACCES");
    talk.press("r");
    assert_eq!(talk.effects(), [], "asked again before it runs again");
    talk.reads("Run npm install --global ntn now?");
    talk.press("y");
    assert_eq!(talk.effects(), [start(8, Task::Install(Installer::Npm))]);
    talk.lacks("EACCES");
}

#[test]
fn of_much_output_the_end_is_kept() {
    let mut talk = running();
    for number in 1..=1000 {
        talk.progress(Progress::Line(format!("line {number} of many")));
    }
    talk.reads("line 1000 of many");
    talk.lacks("line 900 of many");
    talk.reply(Reply::Installed(Err(Problem::new(ProblemCode::InstallFailed))));
    talk.press("End");
    talk.reads("line 1000 of many");
    talk.press("Home");
    talk.reads("It said line 801 of many");
}

#[test]
fn esc_stops_it_and_then_goes_back() {
    let mut talk = running();
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("install", vec![cancel(7)]));
    talk.reads("Stopped before it was done.");
    talk.press("Esc");
    assert_eq!(talk.screen(), "prepare");
}

#[test]
fn once_it_is_there_the_machine_is_looked_at_again_and_the_page_is_left() {
    let mut talk = running();
    talk.reply(Reply::Installed(Ok(())));
    assert_eq!(talk.screen(), "prepare");
    talk.reads("ntn is installed.");
    assert_eq!(talk.effects(), [start(8, Task::Probe(Probe::Ntn))], "everything else is being looked at already");
}

#[test]
fn what_could_not_be_looked_at_is_looked_at_again() {
    let mut talk = Talk::begin();
    talk.reply(Reply::Ntn(NtnState::Missing));
    talk.press("3 1");
    talk.effects();
    talk.reads("Looking which ways there are on this machine.");
    talk.reply(Reply::Installers(Err(Problem::new(ProblemCode::InstallFailed).seen("no answer"))));
    talk.reads("ntn could not be installed. no answer");
    talk.press("r");
    assert_eq!(talk.effects(), [start(7, Task::FindInstallers)]);
    talk.press("Esc");
    assert_eq!((talk.screen(), talk.effects()), ("prepare", vec![cancel(7)]));
}

#[test]
fn it_is_asked_and_answered_without_a_key() {
    let mut talk = both();
    assert!(matches!(talk.ask(), Ask::Choice { id: AskId::Installer, .. }));
    talk.answer(Given::Choice(1));
    assert_eq!(talk.ask(), Ask::Consent { id: AskId::Install, what: "Run npm install --global ntn now?".into() });
    talk.answer(Given::Consent(false));
    talk.answer(Given::Choice(0));
    talk.answer(Given::Consent(true));
    assert_eq!(talk.effects(), [start(7, Task::Install(Installer::Script))]);
    assert_eq!(talk.ask(), Ask::Nothing);
}

#[test]
fn ctrl_c_ends_it_with_the_program() {
    let mut talk = running();
    talk.tell(Msg::Input(Input::Do(Intent::Leave)));
    assert!(matches!(talk.effects().as_slice(), [Effect::Cancel(_), Effect::Quit(_)]));
}
