//! The Workers runbook, from the choice of a provider to the token.

use super::{hold, hold_ascii, hold_layout};
use crate::support::harness::Harness;
use crate::support::worker_projects::{CONSENT, created, deployed, empty, runbook, signed_in, with_credentials, with_sources};
use notion_auth::domain::credentials::{CredentialIndex, RememberedAnswers};
use notion_auth::domain::link::Link;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::workers::{ProviderTokenState, Runbook, StepOutcome, WorkerProject};
use notion_auth::wizard::msg::{Progress, TaskOutcome};

fn arrive(wizard: &mut Harness, remembered: RememberedAnswers) {
    wizard.reply_discovered(Vec::new(), CredentialIndex { remembered, ..CredentialIndex::default() });
    wizard.press("2 2");
}

fn seen(wizard: &mut Harness, project: WorkerProject) {
    wizard.reply(TaskOutcome::Project(Box::new(project)));
}

fn choose(wizard: &mut Harness) {
    arrive(wizard, RememberedAnswers::default());
    seen(wizard, with_sources());
}

fn on_steps(wizard: &mut Harness, project: WorkerProject, runbook: Runbook) {
    arrive(wizard, RememberedAnswers::from_runbook(runbook));
    seen(wizard, project);
}

fn registered() -> Runbook {
    Runbook { registered: true, ..runbook() }
}

fn redeployed() -> Runbook {
    Runbook { redeployed: true, ..registered() }
}

fn deploying(wizard: &mut Harness) {
    on_steps(wizard, created(), runbook());
    wizard.press("Enter");
    for line in
        ["Bundling src/index.ts", "Uploading archive.tar.gz (18.2 kB)", "npm warn deprecated something that is too long for a line"]
    {
        wizard.send_progress(Progress::OutputLine(line.into()));
    }
}

fn consenting(wizard: &mut Harness) {
    on_steps(wizard, with_credentials(), redeployed());
    wizard.press("Enter").reply(TaskOutcome::StepRan(StepOutcome::Started(Link::parse(CONSENT).unwrap())));
}

#[test]
fn provider_and_key_are_chosen() {
    hold("workers_checking", |wizard| arrive(wizard, RememberedAnswers::default()));
    hold("workers_provider", choose);
    hold("workers_key", |wizard| {
        choose(wizard);
        wizard.press("1");
    });
    hold("workers_key_refused", |wizard| {
        choose(wizard);
        wizard.press("2").paste("two words");
    });
}

#[test]
fn each_step_has_its_page() {
    hold("workers_no_sources", |wizard| on_steps(wizard, empty(), runbook()));
    hold("workers_create", |wizard| on_steps(wizard, with_sources(), runbook()));
    hold_layout("workers_deploy", |wizard| on_steps(wizard, created(), runbook()));
    hold_layout("workers_register", |wizard| on_steps(wizard, deployed(), runbook()));
    hold("workers_register_salesforce", |wizard| {
        on_steps(wizard, deployed(), Runbook { provider: "salesforce".into(), ..runbook() });
    });
    hold("workers_redeploy", |wizard| on_steps(wizard, with_credentials(), registered()));
    hold("workers_start", |wizard| on_steps(wizard, with_credentials(), redeployed()));
    hold("workers_skipped", |wizard| {
        on_steps(wizard, deployed(), runbook());
        wizard.press("Right 4");
    });
    hold("workers_step_credentials", |wizard| on_steps(wizard, deployed(), registered()));
    hold("workers_done", |wizard| on_steps(wizard, signed_in(), redeployed()));
    hold_ascii("workers_done_ascii", |wizard| on_steps(wizard, signed_in(), redeployed()));
}

#[test]
fn the_declaration_is_read() {
    hold("workers_declaration", |wizard| {
        on_steps(wizard, created(), runbook());
        wizard.press("Tab");
    });
}

#[test]
fn id_and_secret_are_typed_and_an_older_ntn_is_asked_about() {
    hold_layout("workers_credentials", |wizard| {
        on_steps(wizard, deployed(), registered());
        wizard.press("Enter");
    });
    let filled = |wizard: &mut Harness| wizard.press("Enter").paste("Ov23fake000000001d0a").paste(super::PASTED).take_effects();
    hold("workers_credentials_filled", |wizard| {
        on_steps(wizard, deployed(), registered());
        filled(wizard);
    });
    hold("workers_arguments", |wizard| {
        on_steps(wizard, WorkerProject { supports_file_push: false, ..deployed() }, registered());
        filled(wizard);
        wizard.press("Enter");
    });
}

#[test]
fn a_step_runs_fails_and_is_stopped() {
    hold("workers_running", deploying);
    hold("workers_failed", |wizard| {
        deploying(wizard);
        let problem =
            Problem::new(ProblemCode::WorkerBuildFailed).with_evidence("src/index.ts(3,1): error TS2304: Cannot find name 'worke'");
        wizard.fail(problem);
    });
    hold("workers_stopped", |wizard| {
        deploying(wizard);
        wizard.press("Esc");
    });
    hold("workers_not_logged_in", |wizard| {
        deploying(wizard);
        wizard.fail(Problem::new(ProblemCode::NtnNotLoggedIn));
    });
}

#[test]
fn the_consent_page_is_waited_for() {
    hold("workers_consent", consenting);
    hold("workers_consent_in_vain", |wizard| {
        consenting(wizard);
        wizard.reply(TaskOutcome::StepRan(StepOutcome::Token(ProviderTokenState::Absent)));
    });
}
