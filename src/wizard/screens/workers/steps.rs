//! The steps as a list, and the selected one in full: its command, what shows that it is done, what to do.

use super::WorkersPage;
use super::choosing::draw_costs;
use crate::domain::catalog::{Claim, PathId};
use crate::domain::check::Verdict;
use crate::domain::link::Link;
use crate::domain::sanitize::{fit, width};
use crate::domain::workers::Step;
use crate::domain::workers::progress::{StepState, progress};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::screens::Hint;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::sheet::{Sheet, pad};
use crate::wizard::widgets::{claims, marks};
use jiff::civil::Date;
use ratatui::text::Span;

/// Of the column of names.
const NAME: usize = 18;
/// From this many columns on, what shows that a step is done stands beside it.
const WIDE: usize = 60;
const LOOK: &str = "look again";

impl WorkersPage {
    pub(super) fn draw_steps(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let (Some(provider), Some(runbook)) = (self.provider(), &self.runbook) else { return };
        if ctx.size.is_roomy() {
            sheet.title(&format!("A worker signs in to {}, under the key {}", provider.name, runbook.key));
            self.draw_list(sheet);
            sheet.blank();
        } else {
            self.draw_row(sheet);
        }
        match (&self.run, &self.problem) {
            (Some(run), _) => self.draw_run(sheet, run, ctx),
            (None, Some(problem)) => {
                sheet.put_news();
                marks::problem(sheet, problem, Mode::Moving);
            }
            (None, None) if ctx.is_waiting => marks::waiting(sheet, "Looking at what is there now."),
            (None, None) => self.draw_selected(sheet, ctx),
        }
    }

    fn mark(sheet: &Sheet, state: &StepState) -> Span<'static> {
        let (role, glyph) = match state {
            StepState::Done(_) => (Role::Good, Glyph::StepDone),
            StepState::Next(_) => (Role::Accent, Glyph::StepHere),
            StepState::Todo => (Role::Dim, Glyph::StepAhead),
            StepState::Blocked(_) => (Role::Warn, Glyph::Warn),
        };
        sheet.span(role, sheet.theme().glyph(glyph))
    }

    fn draw_list(&self, sheet: &mut Sheet) {
        let current = self.current();
        for (number, (step, state)) in (1..).zip(progress(&self.project, self.runbook.as_ref())) {
            let is_selected = step == current;
            let pointer = if is_selected { sheet.theme().glyph(Glyph::Pointer) } else { " " };
            let (key, name) = match (is_selected, &state) {
                (true, _) => (Role::Accent, Role::Title),
                (false, StepState::Todo) => (Role::Key, Role::Dim),
                (false, _) => (Role::Key, Role::Text),
            };
            let mut spans = vec![
                sheet.span(Role::Accent, &format!("{pointer} ")),
                Self::mark(sheet, &state),
                sheet.span(key, &format!(" {number}  ")),
                sheet.span(name, &pad(step.name(), NAME)),
            ];
            let used: usize = spans.iter().map(Span::width).sum();
            if sheet.width() >= WIDE {
                let (role, beside) = match &state {
                    StepState::Done(evidence) => (Role::Dim, evidence.clone()),
                    StepState::Blocked(reason) => (Role::Text, reason.clone()),
                    StepState::Next(_) => (Role::Text, "next".to_owned()),
                    StepState::Todo => (Role::Dim, String::new()),
                };
                spans.push(sheet.span(role, &fit(&beside, sheet.width().saturating_sub(used))));
            }
            if is_selected {
                sheet.put_focus(2);
            }
            sheet.line(spans);
        }
    }

    /// On a low screen the steps are a row of marks, and only the selected one has a name.
    fn draw_row(&self, sheet: &mut Sheet) {
        let current = self.current();
        let states = progress(&self.project, self.runbook.as_ref());
        let position = states.iter().position(|(step, _)| *step == current).unwrap_or(0);
        let mut spans: Vec<Span<'static>> =
            states.iter().flat_map(|(_, state)| [Self::mark(sheet, state), Span::raw(" ")]).collect();
        spans.push(sheet.span(Role::Accent, &format!(" {} ", position + 1)));
        spans.push(sheet.span(Role::Title, current.name()));
        let room = sheet.width().saturating_sub(spans.iter().map(Span::width).sum());
        if let Some(provider) = self.provider().filter(|provider| width(&provider.name) + 2 <= room) {
            spans.push(sheet.span(Role::Dim, &format!("  {}", provider.name)));
        }
        sheet.put_focus(2 * position);
        sheet.line(spans);
    }

    fn draw_selected(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let step = self.current();
        let state = self.state(step);
        if step == Step::Token && self.has_token() {
            return self.draw_end(sheet, ctx);
        }
        sheet.text(Role::Text, step.does());
        if let Some(command) = self.command(step) {
            sheet.command(&command, true);
        }
        let told = match &state {
            StepState::Done(evidence) => Some((Verdict::Pass, labelled("Done", evidence))),
            StepState::Blocked(reason) => Some((Verdict::Warn, labelled("Not yet", reason))),
            StepState::Next(hint) => hint.as_ref().map(|hint| (Verdict::Warn, labelled("Note", hint))),
            StepState::Todo => Some((Verdict::Skip, "The steps before it are not done; Enter runs it all the same.".to_owned())),
        };
        if let Some((verdict, text)) = told {
            let mark = vec![marks::verdict_mark(sheet, verdict)];
            sheet.hanging(mark, Role::Text, &text);
        }
        match step {
            Step::Project => {
                sheet.text(Role::Dim, &format!("The folder is {}.", self.project.folder));
                draw_costs(sheet, ctx);
            }
            Step::Deploy => {
                sheet.text(Role::Text, "Tab shows the declaration that its source needs.");
                draw_costs(sheet, ctx);
            }
            Step::RedirectUrl | Step::Start | Step::Token => {}
            Step::Register => self.draw_registration(sheet, ctx),
            Step::Credentials => self.draw_quirks(sheet, ctx),
            Step::Redeploy => draw_webhooks(sheet, ctx),
        }
    }

    fn draw_registration(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let Some(provider) = self.provider() else { return };
        if let Some(address) = self.project.redirect_url.answer() {
            sheet.text(Role::Dim, "Redirect address (c copies it):");
            sheet.command(address, true);
        }
        for (index, line) in provider.registration.iter().enumerate() {
            let mark = vec![sheet.span(Role::Dim, &format!("{}. ", index + 1))];
            sheet.hanging(mark, Role::Text, line);
        }
        let page = provider.registration_page.as_deref().and_then(|page| Link::checked(page).ok());
        if let Some(page) = page {
            sheet.link(&page);
        }
        if !provider.scope.is_empty() {
            sheet.text(Role::Text, &format!("Scope {}. {}", provider.scope, provider.scope_means));
        }
        self.draw_quirks(sheet, ctx);
    }

    /// What goes wrong at this provider and nowhere else.
    pub(super) fn draw_quirks(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        for quirk in self.provider().map(|provider| provider.quirks.as_slice()).unwrap_or_default() {
            let mark = vec![marks::verdict_mark(sheet, Verdict::Warn)];
            sheet.hanging(mark, Role::Text, &quirk.text);
            sheet.hanging(vec![Span::raw("  ")], Role::Dim, &source_line(ctx, &quirk.source, quirk.as_of));
        }
    }

    /// Everything is done.
    fn draw_end(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let (Some(provider), Some(runbook)) = (self.provider(), &self.runbook) else { return };
        let end = match self.project.token.answer() {
            Some(crate::domain::workers::TokenState::Present { expires_at: Some(end) }) => format!(", until {end}"),
            _ => String::new(),
        };
        let mark = vec![marks::verdict_mark(sheet, Verdict::Pass)];
        let text = format!("Notion holds a token of {} for {}{end}.", provider.name, runbook.key);
        sheet.hanging(mark, Role::Title, &text);
        sheet.hanging(vec![Span::raw("  ")], Role::Text, "It is never shown here; the worker reads it when it runs.");
        sheet.blank();
        let mark = vec![sheet.span(Role::Key, "6 ")];
        sheet.hanging(mark, Role::Text, "deploys again, which also frees a webhook that Notion has blocked.");
        draw_webhooks(sheet, ctx);
    }

    pub(super) fn step_hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        if self.shows_qr(ctx) {
            return vec![(Intent::Scan, "the link"), (Intent::Back, "back"), (Intent::Retry, "new link")];
        }
        if self.live_link(ctx).is_some() {
            return vec![
                (Intent::Confirm, "open"),
                (Intent::Back, "stop"),
                (Intent::Copy, "copy"),
                (Intent::Plain, "plain"),
                (Intent::Scan, "QR"),
                (Intent::Retry, "new link"),
            ];
        }
        let step = self.current();
        if ctx.is_waiting {
            let back = if self.run.is_some() { "stop" } else { "back" };
            return vec![(Intent::Back, back), (Intent::Copy, "copy")];
        }
        if self.run.is_some() || self.problem.is_some() {
            return vec![(Intent::Retry, "try again"), (Intent::Back, "back"), (Intent::Down, "next step")];
        }
        let mut hints = vec![(Intent::Confirm, self.verb(step)), (Intent::Back, "back")];
        if self.copied(step).is_some() {
            hints.push((Intent::Copy, "copy"));
        }
        if step == Step::Register {
            hints.extend([(Intent::Open, "its page"), (Intent::PageDown, "scroll")]);
        }
        hints.extend([(Intent::Details, "declaration"), (Intent::Left, "provider")]);
        if self.verb(step) != LOOK {
            hints.push((Intent::Retry, LOOK));
        }
        hints
    }

    fn verb(&self, step: Step) -> &'static str {
        match (step, self.is_done(step)) {
            (Step::Project, false) => "create it",
            (Step::Deploy, false) => "deploy",
            (Step::Deploy, true) | (Step::Redeploy, _) => "deploy again",
            (Step::Register, _) => "it is registered",
            (Step::Credentials, _) => "type them in",
            (Step::Start, _) => "ask for it",
            (Step::Token, false) => "wait for it",
            (Step::RedirectUrl, _) | (Step::Project | Step::Token, true) => LOOK,
        }
    }
}

/// The statement whose truth today has this source.
pub(super) fn sourced<'a>(claims: &'a [Claim], source: &str) -> Option<&'a Claim> {
    claims.iter().find(|claim| claim.today.as_ref().is_some_and(|today| today.source == source))
}

/// When webhooks are blocked, and what frees them: deploying again is one way.
fn draw_webhooks(sheet: &mut Sheet, ctx: &Ctx<'_>) {
    if let Some(claim) = sourced(&ctx.catalog().path(PathId::Oauth).limitations, "WHOOK") {
        claims::full(sheet, ctx.catalog(), claim);
    }
}

pub(super) fn source_line(ctx: &Ctx<'_>, source: &str, as_of: Date) -> String {
    let title = ctx.catalog().source(source).map_or(source, |source| source.title.as_str());
    format!("{title}, {as_of}")
}

/// A phrase as a sentence of its own; an address stays what it is.
pub(super) fn labelled(label: &str, phrase: &str) -> String {
    let stop = if phrase.contains("://") { "" } else { "." };
    format!("{label}: {}{stop}", phrase.trim_end_matches('.'))
}
