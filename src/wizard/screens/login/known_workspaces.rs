//! The workspaces that `ntn` is already logged in to.

use crate::domain::credentials::{CredentialSource, Entry, Inventory};
use crate::domain::login::LoginFlow;
use crate::domain::machine::NtnState;
use crate::wizard::context::Ctx;
use crate::wizard::kit::Menu;
use crate::wizard::msg::{Choice, PromptId};

pub(super) fn is_terminal_generation(ctx: &Ctx<'_>) -> bool {
    matches!(ctx.findings.ntn.get(), Some(NtnState::Found { generation: LoginFlow::Terminal, .. }))
}

/// Returns `ntn`'s existing logins if it asks for one of them; newer versions do not ask when they open no browser.
pub(super) fn stored_logins<'a>(ctx: &Ctx<'a>) -> Vec<(&'a Entry, &'a str)> {
    if !is_terminal_generation(ctx) {
        return Vec::new();
    }
    let entries = ctx.inventory().map(Inventory::by_precedence).unwrap_or_default();
    let of_ntn = |entry: &'a Entry| match &entry.source {
        CredentialSource::Ntn { workspace } => Some((entry, workspace.as_str())),
        CredentialSource::Environment | CredentialSource::OtherVariable(_) | CredentialSource::Saved(_) => None,
    };
    entries.into_iter().filter_map(of_ntn).collect()
}

fn workspace_name(entry: &Entry) -> Option<&str> {
    entry.workspace.as_ref()?.name.as_deref()
}

/// Asks for one of these logins or "another workspace".
pub(super) fn menu(ctx: &Ctx<'_>) -> Menu {
    let stored = stored_logins(ctx);
    let names: Vec<Option<&str>> = stored.iter().map(|(existing, _)| workspace_name(existing)).collect();
    let stored = stored.iter().map(|(existing, id)| {
        let label = match workspace_name(existing) {
            // Add the ID to equal names, as `ntn`'s own list does.
            Some(name) if names.iter().filter(|other| **other == Some(name)).count() > 1 => format!("{name} ({id})"),
            Some(name) => name.to_owned(),
            None => (*id).to_owned(),
        };
        let detail = if existing.is_usable() {
            "ntn is logged in; it becomes ntn's default."
        } else {
            "ntn knows it; you need the browser only if its token is gone."
        };
        Choice::new(label, detail)
    });
    let another = Choice::new("Another workspace", "Log in with your browser and choose it there.");
    Menu::new(PromptId::Workspace, "Which workspace?", stored.chain([another]).collect())
}
