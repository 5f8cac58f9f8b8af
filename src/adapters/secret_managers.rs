//! Sends a secret to the secret manager of a team, through that manager's own client: the secret goes to its standard input, and
//! reading it back confirms success. Dropping a job ends the client, and everything it started.

mod client;
mod hiding;

use super::environment::Environment;
use super::programs;
use crate::domain::credential::Verified;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::domain::secret_manager::{Handed, Handing, ManagerState, ReadBack, SecretManager, managers};
use crate::runtime::ports::{Job, SecretManagers, Tell};
use client::Client;
use serde_json::Value;
use std::sync::Arc;

pub struct LocalManagers {
    environment: Arc<Environment>,
}

impl LocalManagers {
    pub fn new(environment: Arc<Environment>) -> Self {
        Self { environment }
    }
}

impl SecretManagers for LocalManagers {
    fn look(&self) -> Job<Vec<ManagerState>> {
        let state = |manager| ManagerState { manager, unusable: unusable(manager, &self.environment) };
        let states = managers().iter().map(state).collect();
        Box::pin(async move { Ok(states) })
    }

    fn hand(&self, verified: Verified, handing: Handing, tell: Tell<String>) -> Job<Handed> {
        let environment = Arc::clone(&self.environment);
        Box::pin(async move {
            let manager = handing.manager();
            if let Some(why) = unusable(manager, &environment) {
                return Err(Problem::new(ProblemCode::ManagerUnusable).seen(why));
            }
            let client = Client::new(manager, verified.secret(), &environment)?;
            hand(&client, &handing, verified.secret(), &tell).await
        })
    }
}

/// Returns why the manager cannot be used here. Starts nothing.
fn unusable(manager: &SecretManager, environment: &Environment) -> Option<String> {
    if let Some(why) = manager.unsupported(cfg!(windows)) {
        return Some(why.to_owned());
    }
    let is_there = programs::find(&manager.program, environment).is_some();
    (!is_there).then(|| format!("{} is not installed: {}", manager.program, manager.install))
}

async fn hand(client: &Client<'_>, handing: &Handing, secret: &Secret, tell: &Tell<String>) -> Result<Handed, Problem> {
    if let Some((arguments, says)) = handing.absent() {
        must_be_absent(client, &arguments, says, handing.name()).await?;
    }
    let read = handing.read();
    let before = match &read {
        Some(ReadBack::List { arguments, name, time }) => {
            let listed = client.run(arguments, None).await?;
            // A write that cannot be listed now could not be confirmed afterwards.
            if !listed.status.success() {
                return Err(client.failed(&listed));
            }
            changed_at(&listed.out, (name, handing.name()), time)
        }
        Some(ReadBack::Secret(_)) | None => None,
    };
    write(client, handing, tell).await?;
    match read {
        Some(ReadBack::Secret(arguments)) => {
            let read = client.run(&arguments, None).await?;
            if !read.status.success() {
                return Err(unconfirmed(&client.evidence(&read)));
            }
            if read.as_secret() == *secret { Ok(Handed::ReadBack) } else { Err(unconfirmed("what was read back is another value")) }
        }
        Some(ReadBack::List { arguments, name, time }) => {
            let listed = client.run(&arguments, None).await?;
            match changed_at(&listed.out, (&name, handing.name()), &time) {
                Some(changed) if Some(&changed) != before.as_ref() => Ok(Handed::Listed { changed }),
                Some(changed) => Err(unconfirmed(&format!("it is listed as changed at {changed}, as it was before"))),
                None => Err(unconfirmed("it is not listed")),
            }
        }
        None => Err(unconfirmed("nothing can be read there")),
    }
}

async fn must_be_absent(client: &Client<'_>, arguments: &[String], says: &str, name: &str) -> Result<(), Problem> {
    let look = client.run(arguments, None).await?;
    if look.status.success() {
        let seen = format!("{name} is there already, and two of one name would not be told apart: nothing was written");
        return Err(Problem::new(ProblemCode::HandingFailed).seen(format!("{seen}. Choose another name, or delete it first.")));
    }
    if client.lines(&look).iter().any(|line| line.contains(says)) { Ok(()) } else { Err(client.failed(&look)) }
}

async fn write(client: &Client<'_>, handing: &Handing, tell: &Tell<String>) -> Result<(), Problem> {
    let mut failure = None;
    for run in handing.writes() {
        if let Some((said, _)) = &failure {
            let said: &Vec<String> = said;
            if !run.unless.as_ref().is_some_and(|unless| said.iter().any(|line| line.contains(unless))) {
                break;
            }
        }
        let answer = client.run(&run.arguments, run.input.as_deref()).await?;
        let lines = client.lines(&answer);
        if answer.status.success() {
            lines.into_iter().for_each(tell);
            return Ok(());
        }
        lines.iter().cloned().for_each(tell);
        failure = Some((lines, client.failed(&answer)));
    }
    Err(failure.map_or_else(|| Problem::new(ProblemCode::ManagerUnusable), |(_, problem)| problem))
}

/// Returns when the entry of this name was changed last, according to a JSON list.
fn changed_at(list: &[u8], (field, name): (&str, &str), time: &str) -> Option<String> {
    let entries: Vec<Value> = serde_json::from_slice(list).ok()?;
    let entry = entries.into_iter().find(|entry| entry.get(field).and_then(Value::as_str) == Some(name))?;
    entry.get(time)?.as_str().map(str::to_owned)
}

fn unconfirmed(seen: &str) -> Problem {
    Problem::new(ProblemCode::HandingUnconfirmed).seen(seen)
}
