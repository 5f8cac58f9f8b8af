//! Worker projects, each one step further than the previous.

use notion_auth::domain::workers::{NtnAnswer, ProviderTokenState, Runbook, WorkerProject};

pub(crate) const FOLDER: &str = "/home/ada/issues";
pub(crate) const REDIRECT: &str = "https://www.notion.so/workers/oauth/callback";
pub(crate) const CONSENT: &str = "https://github.com/login/oauth/authorize?client_id=fake&state=fake";

pub(crate) fn empty() -> WorkerProject {
    WorkerProject {
        folder: FOLDER.into(),
        redirect_url: NtnAnswer::Answer(REDIRECT.into()),
        supports_file_push: true,
        ..WorkerProject::default()
    }
}

pub(crate) fn with_sources() -> WorkerProject {
    WorkerProject { has_sources: true, ..empty() }
}

pub(crate) fn created() -> WorkerProject {
    let nothing = || NtnAnswer::Answer(Vec::new());
    WorkerProject { worker_id: Some("w-1".into()), oauth_keys: nothing(), variables: nothing(), ..with_sources() }
}

pub(crate) fn deployed() -> WorkerProject {
    WorkerProject {
        oauth_keys: NtnAnswer::Answer(vec!["github".into()]),
        token: NtnAnswer::Answer(ProviderTokenState::Absent),
        ..created()
    }
}

pub(crate) fn with_credentials() -> WorkerProject {
    let names = ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"].map(str::to_owned);
    WorkerProject { variables: NtnAnswer::Answer(names.into()), ..deployed() }
}

pub(crate) fn signed_in() -> WorkerProject {
    WorkerProject {
        token: NtnAnswer::Answer(ProviderTokenState::Present { expires_at: Some("2026-11-23".into()) }),
        ..with_credentials()
    }
}

/// Returns the runbook of [`FOLDER`], with GitHub.
pub(crate) fn runbook() -> Runbook {
    let key = || "github".to_owned();
    Runbook::new(FOLDER.into(), key(), key())
}
