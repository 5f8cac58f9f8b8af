//! Worker projects, each one step further than the previous.

use notion_auth::domain::workers::{Project, Runbook, Said, TokenState};

pub(crate) const FOLDER: &str = "/home/ada/issues";
pub(crate) const REDIRECT: &str = "https://www.notion.so/workers/oauth/callback";
pub(crate) const CONSENT: &str = "https://github.com/login/oauth/authorize?client_id=fake&state=fake";

pub(crate) fn empty() -> Project {
    Project { folder: FOLDER.into(), redirect_url: Said::Answer(REDIRECT.into()), pushes_files: true, ..Project::default() }
}

pub(crate) fn sources() -> Project {
    Project { has_sources: true, ..empty() }
}

pub(crate) fn created() -> Project {
    let nothing = || Said::Answer(Vec::new());
    Project { worker_id: Some("w-1".into()), oauth_keys: nothing(), variables: nothing(), ..sources() }
}

pub(crate) fn deployed() -> Project {
    Project { oauth_keys: Said::Answer(vec!["github".into()]), token: Said::Answer(TokenState::Absent), ..created() }
}

pub(crate) fn stored() -> Project {
    let names = ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"].map(str::to_owned);
    Project { variables: Said::Answer(names.into()), ..deployed() }
}

pub(crate) fn signed_in() -> Project {
    Project { token: Said::Answer(TokenState::Present { expires_at: Some("2026-11-23".into()) }), ..stored() }
}

/// Returns the runbook of [`FOLDER`], with GitHub.
pub(crate) fn runbook() -> Runbook {
    let key = || "github".to_owned();
    Runbook::of(FOLDER.into(), key(), key())
}
