//! Installing `ntn`.

use super::{hold, hold_ascii, hold_layout};
use crate::support::harness::{Harness, probed};
use notion_auth::domain::login::{Installer, InstallerState};
use notion_auth::domain::machine::NtnState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::wizard::msg::{ProbeResult, Progress, TaskOutcome};

const NPM: InstallerState = InstallerState { installer: Installer::Npm, unusable_reason: None };

fn way(installer: Installer, unusable: &str) -> InstallerState {
    InstallerState { installer, unusable_reason: Some(unusable.into()) }
}

fn at_the_page(wizard: &mut Harness, ways: Vec<InstallerState>) {
    wizard.reply(probed(ProbeResult::Ntn(NtnState::Missing))).press("3").press("1").reply(TaskOutcome::Installers(ways));
}

fn running(wizard: &mut Harness) {
    at_the_page(wizard, vec![NPM]);
    wizard.press("y");
    for line in ["npm warn EBADENGINE Unsupported engine", "npm error code EACCES", "npm error syscall mkdir"] {
        wizard.send_progress(Progress::OutputLine(line.into()));
    }
    let longest = "npm error Error: EACCES: permission denied, mkdir '/usr/local/lib/node_modules/ntn' in a line that has no end";
    wizard.send_progress(Progress::OutputLine(longest.into()));
}

fn failed(wizard: &mut Harness) {
    running(wizard);
    let problem = Problem::new(ProblemCode::InstallFailed).with_evidence("npm: npm error code EACCES (exit status: 243)");
    wizard.fail(problem);
}

#[test]
fn the_ways_are_picked_from() {
    hold("install_checking", |wizard| {
        wizard.reply(probed(ProbeResult::Ntn(NtnState::Missing))).press("3").press("1");
    });
    let script = || InstallerState { installer: Installer::Script, unusable_reason: None };
    hold_layout("install_picking", |wizard| at_the_page(wizard, vec![script(), NPM]));
    hold("install_none", |wizard| {
        let lacking = "Node 20.20.2 is older than 22";
        at_the_page(wizard, vec![way(Installer::Script, "curl is not installed"), way(Installer::Npm, lacking)]);
        wizard.press("2");
    });
}

#[test]
fn a_yes_is_asked_for() {
    let one = |wizard: &mut Harness| at_the_page(wizard, vec![NPM, way(Installer::Script, "curl is not installed")]);
    hold("install_asking", one);
    hold_ascii("install_asking_ascii", one);
}

#[test]
fn its_output_is_seen() {
    hold("install_running", running);
    hold("install_failed", failed);
}
