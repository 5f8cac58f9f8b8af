//! The Workers runbook, from the choice of a provider to the token.

use super::{hold, hold_ascii, hold_layout};
use crate::support::harness::Harness;
use crate::support::worker_projects::{CONSENT, created, deployed, empty, runbook, signed_in, with_credentials, with_sources};
use notion_auth::domain::credentials::{CredentialIndex, RememberedAnswers};
use notion_auth::domain::link::Link;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::workers::{ProviderTokenState, Runbook, StepOutcome, WorkerProject};
use notion_auth::wizard::msg::{Progress, TaskOutcome};

fn arrive(talk: &mut Harness, remembered: RememberedAnswers) {
    talk.reply_discovered(Vec::new(), CredentialIndex { remembered, ..CredentialIndex::default() });
    talk.press("2 2");
}

fn seen(talk: &mut Harness, project: WorkerProject) {
    talk.reply(TaskOutcome::Project(Box::new(project)));
}

fn choose(talk: &mut Harness) {
    arrive(talk, RememberedAnswers::default());
    seen(talk, with_sources());
}

fn on_steps(talk: &mut Harness, project: WorkerProject, runbook: Runbook) {
    arrive(talk, RememberedAnswers::from_runbook(runbook));
    seen(talk, project);
}

fn registered() -> Runbook {
    Runbook { registered: true, ..runbook() }
}

fn redeployed() -> Runbook {
    Runbook { redeployed: true, ..registered() }
}

fn deploying(talk: &mut Harness) {
    on_steps(talk, created(), runbook());
    talk.press("Enter");
    for line in
        ["Bundling src/index.ts", "Uploading archive.tar.gz (18.2 kB)", "npm warn deprecated something that is too long for a line"]
    {
        talk.send_progress(Progress::OutputLine(line.into()));
    }
}

fn consenting(talk: &mut Harness) {
    on_steps(talk, with_credentials(), redeployed());
    talk.press("Enter").reply(TaskOutcome::StepRan(StepOutcome::Started(Link::parse(CONSENT).unwrap())));
}

#[test]
fn provider_and_key_are_chosen() {
    hold("workers_checking", |talk| arrive(talk, RememberedAnswers::default()));
    hold("workers_provider", choose);
    hold("workers_key", |talk| {
        choose(talk);
        talk.press("1");
    });
    hold("workers_key_refused", |talk| {
        choose(talk);
        talk.press("2").paste("two words");
    });
}

#[test]
fn each_step_has_its_page() {
    hold("workers_no_sources", |talk| on_steps(talk, empty(), runbook()));
    hold("workers_create", |talk| on_steps(talk, with_sources(), runbook()));
    hold_layout("workers_deploy", |talk| on_steps(talk, created(), runbook()));
    hold_layout("workers_register", |talk| on_steps(talk, deployed(), runbook()));
    hold("workers_register_salesforce", |talk| on_steps(talk, deployed(), Runbook { provider: "salesforce".into(), ..runbook() }));
    hold("workers_redeploy", |talk| on_steps(talk, with_credentials(), registered()));
    hold("workers_start", |talk| on_steps(talk, with_credentials(), redeployed()));
    hold("workers_skipped", |talk| {
        on_steps(talk, deployed(), runbook());
        talk.press("Right 4");
    });
    hold("workers_step_credentials", |talk| on_steps(talk, deployed(), registered()));
    hold("workers_done", |talk| on_steps(talk, signed_in(), redeployed()));
    hold_ascii("workers_done_ascii", |talk| on_steps(talk, signed_in(), redeployed()));
}

#[test]
fn the_declaration_is_read() {
    hold("workers_declaration", |talk| {
        on_steps(talk, created(), runbook());
        talk.press("Tab");
    });
}

#[test]
fn id_and_secret_are_typed_and_an_older_ntn_is_asked_about() {
    hold_layout("workers_credentials", |talk| {
        on_steps(talk, deployed(), registered());
        talk.press("Enter");
    });
    let filled = |talk: &mut Harness| talk.press("Enter").paste("Ov23fake000000001d0a").paste(super::PASTED).take_effects();
    hold("workers_credentials_filled", |talk| {
        on_steps(talk, deployed(), registered());
        filled(talk);
    });
    hold("workers_arguments", |talk| {
        on_steps(talk, WorkerProject { supports_file_push: false, ..deployed() }, registered());
        filled(talk);
        talk.press("Enter");
    });
}

#[test]
fn a_step_runs_fails_and_is_stopped() {
    hold("workers_running", deploying);
    hold("workers_failed", |talk| {
        deploying(talk);
        let problem =
            Problem::new(ProblemCode::WorkerBuildFailed).with_evidence("src/index.ts(3,1): error TS2304: Cannot find name 'worke'");
        talk.fail(problem);
    });
    hold("workers_stopped", |talk| {
        deploying(talk);
        talk.press("Esc");
    });
    hold("workers_not_logged_in", |talk| {
        deploying(talk);
        talk.fail(Problem::new(ProblemCode::NtnNotLoggedIn));
    });
}

#[test]
fn the_consent_page_is_waited_for() {
    hold("workers_consent", consenting);
    hold("workers_consent_in_vain", |talk| {
        consenting(talk);
        talk.reply(TaskOutcome::StepRan(StepOutcome::Token(ProviderTokenState::Absent)));
    });
}
