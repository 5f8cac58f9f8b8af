//! The workspaces that `ntn` is already logged in to.

use crate::domain::credential::{Existing, ExistingSource};
use crate::domain::login::Generation;
use crate::domain::machine::NtnState;
use crate::wizard::context::Ctx;
use crate::wizard::msg::Choice;

pub(super) fn is_of_terminal_generation(ctx: &Ctx<'_>) -> bool {
    matches!(ctx.found.ntn.get(), Some(NtnState::Found { generation: Generation::Terminal, .. }))
}

/// Returns `ntn`'s existing logins if it asks for one of them; newer versions do not ask when they open no browser.
pub(super) fn stored<'a>(ctx: &Ctx<'a>) -> Vec<(&'a Existing, &'a str)> {
    if !is_of_terminal_generation(ctx) {
        return Vec::new();
    }
    let existing = ctx.found.existing.get().into_iter().flatten();
    let of_ntn = |existing: &'a Existing| match &existing.source {
        ExistingSource::Ntn { workspace } => Some((existing, workspace.as_str())),
        ExistingSource::Environment | ExistingSource::Ours(_) => None,
    };
    existing.filter_map(of_ntn).collect()
}

fn name(existing: &Existing) -> Option<&str> {
    existing.workspace.as_ref()?.name.as_deref()
}

/// Returns these logins as choices, and "another workspace".
pub(super) fn choices(ctx: &Ctx<'_>) -> Vec<Choice> {
    let stored = stored(ctx);
    let names: Vec<Option<&str>> = stored.iter().map(|(existing, _)| name(existing)).collect();
    let stored = stored.iter().map(|(existing, id)| {
        let label = match name(existing) {
            // Add the ID to equal names, as `ntn`'s own list does.
            Some(name) if names.iter().filter(|other| **other == Some(name)).count() > 1 => format!("{name} ({id})"),
            Some(name) => name.to_owned(),
            None => (*id).to_owned(),
        };
        let detail = if existing.is_usable() {
            "ntn is logged in; it becomes ntn's default."
        } else {
            "ntn knows it; the browser is needed only if its token is gone."
        };
        Choice::new(label, detail)
    });
    stored.chain([Choice::new("Another workspace", "Log in with the browser and pick it there.")]).collect()
}
