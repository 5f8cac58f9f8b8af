//! Sends a secret to the secret manager of a team, through that manager's own client: the secret goes to its standard input, and
//! reading it back confirms success. Dropping a job ends the client, and everything it started.

mod client;
mod redaction;

use crate::adapters::machine::environment::Environment;
use crate::adapters::process::program_search;
use crate::adapters::trace;
use crate::domain::credentials::VerifiedCredential;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::secret_manager::{ManagerState, ReadBackCommand, SecretManager, SendOutcome, SendPlan, managers};
use crate::runtime::ports::{Job, ProgressCallback, SecretManagers};
use client::{ManagerClient, printed_secret};
use serde_json::Value;
use std::sync::Arc;

pub struct LocalSecretManagers {
    environment: Arc<Environment>,
}

impl LocalSecretManagers {
    pub fn new(environment: Arc<Environment>) -> Self {
        Self { environment }
    }
}

impl SecretManagers for LocalSecretManagers {
    fn list_managers(&self) -> Job<Vec<ManagerState>> {
        let state = |manager| ManagerState { manager, unusable_reason: unusable_reason(manager, &self.environment) };
        let states = managers().iter().map(state).collect();
        trace::job("managers", "list_managers", async move { Ok(states) })
    }

    fn send(&self, verified: VerifiedCredential, plan: SendPlan, on_progress: ProgressCallback<String>) -> Job<SendOutcome> {
        let environment = Arc::clone(&self.environment);
        trace::job("managers", "send", async move {
            let manager = plan.manager();
            if let Some(why) = unusable_reason(manager, &environment) {
                return Err(Problem::new(ProblemCode::ManagerUnusable).with_evidence(why));
            }
            let client = ManagerClient::new(manager, verified.secret(), &environment)?;
            send_secret(&client, &plan, verified.secret(), &on_progress).await
        })
    }
}

/// Returns why the manager cannot be used here. Starts nothing.
fn unusable_reason(manager: &SecretManager, environment: &Environment) -> Option<String> {
    if let Some(why) = manager.unsupported_reason(cfg!(windows)) {
        return Some(why.to_owned());
    }
    let is_there = program_search::find(&manager.program, environment).is_some();
    (!is_there).then(|| format!("{} is not installed: {}", manager.program, manager.install))
}

async fn send_secret(
    client: &ManagerClient<'_>,
    plan: &SendPlan,
    secret: &Secret,
    on_progress: &ProgressCallback<String>,
) -> Result<SendOutcome, Problem> {
    if let Some((arguments, says)) = plan.absence_check() {
        check_absent(client, &arguments, says, plan.name()).await?;
    }
    let read = plan.read_back_command();
    let before = match &read {
        Some(ReadBackCommand::List { arguments, name, time }) => {
            let listed = client.run(arguments, None).await?;
            // A write that cannot be listed now could not be confirmed afterwards.
            if !listed.status.success() {
                return Err(client.failure_problem(&listed));
            }
            changed_at(&listed.stdout, (name, plan.name()), time)
        }
        Some(ReadBackCommand::Secret(_)) | None => None,
    };
    write_secret(client, plan, on_progress).await?;
    match read {
        Some(ReadBackCommand::Secret(arguments)) => {
            let read = client.run(&arguments, None).await?;
            if !read.status.success() {
                return Err(unconfirmed_problem(&client.evidence(&read)));
            }
            if printed_secret(&read) == *secret {
                Ok(SendOutcome::Confirmed)
            } else {
                Err(unconfirmed_problem("the value read back is different"))
            }
        }
        Some(ReadBackCommand::List { arguments, name, time }) => {
            let listed = client.run(&arguments, None).await?;
            match changed_at(&listed.stdout, (&name, plan.name()), &time) {
                Some(changed) if Some(&changed) != before.as_ref() => Ok(SendOutcome::Listed { changed }),
                Some(changed) => Err(unconfirmed_problem(&format!("its time of change is still {changed}"))),
                None => Err(unconfirmed_problem("it is not listed")),
            }
        }
        None => Err(unconfirmed_problem("nothing could be read there")),
    }
}

async fn check_absent(client: &ManagerClient<'_>, arguments: &[String], says: &str, name: &str) -> Result<(), Problem> {
    let output = client.run(arguments, None).await?;
    if output.status.success() {
        let evidence = format!("an item called {name} already exists, so nothing was written");
        return Err(
            Problem::new(ProblemCode::SendFailed).with_evidence(format!("{evidence}. Choose another name, or delete it first."))
        );
    }
    if client.lines(&output).iter().any(|line| line.contains(says)) { Ok(()) } else { Err(client.failure_problem(&output)) }
}

async fn write_secret(client: &ManagerClient<'_>, plan: &SendPlan, on_progress: &ProgressCallback<String>) -> Result<(), Problem> {
    let mut failure = None;
    for run in plan.write_commands() {
        if let Some((lines, _)) = &failure {
            let lines: &Vec<String> = lines;
            if !run.after_failure.as_ref().is_some_and(|failure| lines.iter().any(|line| line.contains(failure))) {
                break;
            }
        }
        let answer = client.run(&run.arguments, run.input.as_deref()).await?;
        let lines = client.lines(&answer);
        if answer.status.success() {
            lines.into_iter().for_each(on_progress);
            return Ok(());
        }
        lines.iter().cloned().for_each(on_progress);
        failure = Some((lines, client.failure_problem(&answer)));
    }
    Err(failure.map_or_else(|| Problem::new(ProblemCode::ManagerUnusable), |(_, problem)| problem))
}

/// Returns when the entry of this name was changed last, according to a JSON list.
fn changed_at(list: &[u8], (field, name): (&str, &str), time: &str) -> Option<String> {
    let entries: Vec<Value> = serde_json::from_slice(list).ok()?;
    let entry = entries.into_iter().find(|entry| entry.get(field).and_then(Value::as_str) == Some(name))?;
    entry.get(time)?.as_str().map(str::to_owned)
}

fn unconfirmed_problem(evidence: &str) -> Problem {
    Problem::new(ProblemCode::SendUnconfirmed).with_evidence(evidence)
}
