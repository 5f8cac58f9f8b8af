//! The selected step in full: its command, the evidence that it is done or the reason that blocks it, and what to do at the provider.

use super::WorkersPage;
use crate::domain::auth_path::AuthMethod;
use crate::domain::catalog::Claim;
use crate::domain::checks::Verdict;
use crate::domain::workers::progress::StepState;
use crate::domain::workers::{ProviderTokenState, WorkerStep};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;
use jiff::civil::Date;
use ratatui::text::Span;

impl WorkersPage {
    pub(super) fn draw_selected(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let step = self.current();
        let state = self.state(step);
        if self.is_complete() {
            return self.draw_end(sheet, ctx);
        }
        sheet.text(Role::Text, step.description());
        if let Some(command) = self.command(step) {
            sheet.command(&command, false);
        }
        let evidence = match &state {
            StepState::Done(evidence) => Some((Verdict::Pass, labelled_sentence("Done", evidence))),
            StepState::Blocked(reason) => Some((Verdict::Warn, labelled_sentence("Not yet", reason))),
            StepState::Next(hint) => hint.as_ref().map(|hint| (Verdict::Warn, hint.clone())),
            StepState::Skipped => Some((Verdict::Skip, "Skipped by you. Press Enter to run it anyway.".to_owned())),
            StepState::Todo => Some((Verdict::Skip, "Earlier steps aren't done. Press Enter to run it anyway.".to_owned())),
        };
        if let Some((verdict, evidence)) = evidence {
            let mark = vec![components::verdict_mark(sheet, verdict)];
            sheet.hanging(mark, Role::Text, &evidence);
        }
        match step {
            _ if self.is_blocked(step) => {}
            WorkerStep::Project => {
                sheet.text(Role::Dim, &format!("The folder is {}.", self.project.folder));
                draw_costs(sheet, ctx);
            }
            WorkerStep::Deploy => {
                let tab = components::key_name(sheet.theme(), Mode::Normal, Intent::Details);
                sheet.text(Role::Text, &format!("{tab} shows the declaration that its source needs."));
                draw_costs(sheet, ctx);
            }
            WorkerStep::Register => self.draw_registration(sheet, ctx),
            WorkerStep::Credentials if self.project.supports_file_push => {
                sheet.text(Role::Dim, "FILE is a temporary file that only you can read; it is deleted afterwards.");
            }
            WorkerStep::Redeploy => draw_webhooks(sheet, ctx),
            WorkerStep::RedirectUrl | WorkerStep::Credentials | WorkerStep::Start | WorkerStep::Token => {}
        }
    }

    fn draw_registration(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let Some(provider) = self.provider() else { return };
        if let Some(address) = self.project.redirect_url.answer() {
            sheet.text(Role::Dim, "Redirect URL (press c to copy):");
            sheet.verbatim(address, false);
        }
        for (index, line) in provider.registration.iter().enumerate() {
            let mark = vec![sheet.span(Role::Dim, &format!("{}. ", index + 1))];
            sheet.hanging(mark, Role::Text, line);
        }
        if let Some(page) = self.registration_page() {
            sheet.link(&page);
        }
        if !provider.scope.is_empty() {
            sheet.text(Role::Text, &format!("Scope {}. {}", provider.scope, provider.scope_means));
        }
        self.draw_quirks(sheet, ctx);
    }

    /// Draws the pitfalls of this provider; those that break the sign-in come first.
    fn draw_quirks(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let quirks = self.provider().map(|provider| provider.quirks.as_slice()).unwrap_or_default();
        let (breaking, others): (Vec<_>, Vec<_>) = quirks.iter().partition(|quirk| quirk.breaks);
        for quirk in breaking.into_iter().chain(others) {
            let text = format!("{} ({})", quirk.text, source_line(ctx, &quirk.source, quirk.as_of));
            if quirk.breaks {
                let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
                sheet.hanging(mark, Role::Text, &text);
            } else {
                let mark = vec![sheet.span(Role::Dim, &format!("{} ", sheet.theme().glyph(Glyph::Bullet)))];
                sheet.hanging(mark, Role::Dim, &text);
            }
        }
    }

    /// Draws the end of the runbook: no step is open.
    fn draw_end(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let verdict = if self.has_token() { Verdict::Pass } else { Verdict::Skip };
        let mark = vec![components::verdict_mark(sheet, verdict)];
        sheet.hanging(mark, Role::Title, &self.summary());
        if self.has_token() {
            sheet.hanging(vec![Span::raw("  ")], Role::Text, "It's never shown here; the worker reads it when it runs.");
        }
        sheet.blank();
        sheet.text(Role::Text, "To deploy again, press 6, then Enter. That also unblocks a blocked webhook.");
        draw_webhooks(sheet, ctx);
    }

    /// Summarises the result; also printed after the screen is closed.
    pub(super) fn summary(&self) -> String {
        let (Some(provider), Some(runbook)) = (self.provider(), &self.runbook) else { return String::new() };
        match self.project.token.answer() {
            Some(ProviderTokenState::Present { expires_at: Some(end) }) => {
                format!("Notion has a token from {} for the key {}, until {end}.", provider.name_in_sentence(), runbook.key)
            }
            Some(ProviderTokenState::Present { expires_at: None }) => {
                format!("Notion has a token from {} for the key {}.", provider.name_in_sentence(), runbook.key)
            }
            _ => "Only skipped steps are left. No token was seen.".to_owned(),
        }
    }
}

/// Returns the claim whose current fact has this source.
fn claim_with_source<'a>(claims: &'a [Claim], source: &str) -> Option<&'a Claim> {
    claims.iter().find(|claim| claim.today.as_ref().is_some_and(|today| today.source == source))
}

/// Draws when webhooks are blocked and what unblocks them; deploying again is one way.
fn draw_webhooks(sheet: &mut Sheet, ctx: &Ctx<'_>) {
    let limitations = &ctx.catalog().path(AuthMethod::Worker.path()).limitations;
    if let Some(today) = claim_with_source(limitations, "WHOOK").and_then(|claim| claim.today.as_ref()) {
        sheet.text(Role::Dim, &format!("{} ({})", today.text, source_line(ctx, &today.source, today.as_of)));
    }
}

pub(super) fn source_line(ctx: &Ctx<'_>, source: &str, as_of: Date) -> String {
    let title = ctx.catalog().source(source).map_or(source, |source| source.title.as_str());
    format!("{title}, {as_of}")
}

/// Makes a labelled sentence of a phrase; a URL gets no full stop.
fn labelled_sentence(label: &str, phrase: &str) -> String {
    let stop = if phrase.contains("://") { "" } else { "." };
    format!("{label}: {}{stop}", phrase.trim_end_matches('.'))
}

/// Draws what Workers cost, as far as Notion has published it.
pub(super) fn draw_costs(sheet: &mut Sheet, ctx: &Ctx<'_>) {
    let facts = &ctx.catalog().path(AuthMethod::Worker.path()).facts;
    if let Some(today) = claim_with_source(facts, "PRICE").and_then(|claim| claim.today.as_ref()) {
        // The fact begins with connections, which are free and not the topic here.
        let text = today.text.find("Workers ").and_then(|at| today.text.get(at..)).unwrap_or(&today.text);
        let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
        sheet.hanging(mark, Role::Dim, &format!("{text} ({})", source_line(ctx, &today.source, today.as_of)));
    }
}
