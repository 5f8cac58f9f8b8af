//! Needs the real `ntn` 0.4.0: the Workers runbook through it, against a fake Notion.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests look at what is on the disk")]

mod cleanup;
mod failures;
mod full_run;
mod inspection;
mod secrets;

use crate::installed::ntn::real_ntn_folder;
use crate::support::script;
use crate::support::worker_desk::{
    CLIENT_ID, CLIENT_SECRET, WorkerDesk, await_token, client, credentials, deploy, github, start, within,
};
use notion_auth::domain::workers::StepOutcome;
use notion_auth::domain::workers::provider::Provider;
use std::path::Path;
use tempfile::TempDir;

impl WorkerDesk {
    /// Uses the real `ntn`, with the sources of a worker that nobody has deployed.
    fn new(provider: &Provider) -> Self {
        Self::with_ntn(recording(&real_ntn_folder().join("ntn")), provider)
    }

    /// Uses the real `ntn`, in a folder without sources.
    fn empty(provider: &Provider) -> Self {
        Self::empty_with_ntn(recording(&real_ntn_folder().join("ntn")), provider)
    }

    /// Deployed, with its credentials, and deployed again.
    async fn ready(provider: &Provider) -> Self {
        let desk = Self::new(provider);
        for step in [deploy(), credentials(&provider.id, false), deploy()] {
            assert_eq!(desk.run(step).await, Ok(StepOutcome::Done));
        }
        desk
    }
}

/// An `ntn` that writes its arguments and its environment to `~/runs`, and is the real one then.
fn recording(real: &Path) -> TempDir {
    let folder = TempDir::new().unwrap();
    let text = format!("#!/bin/sh\n{{ echo \"$*\"; /usr/bin/env; }} >>\"$HOME/runs\"\nexec '{}' \"$@\"\n", real.display());
    script::write_script(&folder.path().join("ntn"), &text);
    folder
}
