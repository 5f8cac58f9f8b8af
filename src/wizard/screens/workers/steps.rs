//! The steps as a list with their marks, and the key hints.

use super::{Page, WorkersPage};
use crate::domain::problem::ProblemCode;
use crate::domain::sanitize::{truncate, width};
use crate::domain::workers::WorkerStep;
use crate::domain::workers::progress::{StepState, progress};
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions};
use crate::wizard::msg::Intent;
use crate::wizard::theme::{Glyph, Role};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::{Sheet, pad};
use ratatui::text::Span;

/// Width of the name column.
const NAME_COLUMNS: usize = 18;
/// From this many columns up, the evidence is beside the step.
const MIN_COLUMNS_FOR_EVIDENCE: usize = 60;
const RELOAD_LABEL: &str = "recheck";

impl WorkersPage {
    pub(super) fn draw_steps(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let (Some(provider), Some(runbook)) = (self.provider(), &self.runbook) else { return };
        if ctx.size.is_roomy() {
            sheet.title(&format!("Connect your worker to {} (key: {})", provider.name_in_sentence(), runbook.key));
            self.draw_list(sheet);
            sheet.blank();
        } else {
            self.draw_marks_row(sheet);
        }
        match (&self.run, &self.problem) {
            (Some(run), _) => self.draw_run(sheet, run, ctx),
            (None, Some(problem)) => {
                sheet.scroll_to_here();
                kit::draw_problem(sheet, problem, &self.keys(ctx));
            }
            (None, None) if ctx.is_waiting => components::draw_waiting(sheet, "Checking the worker…"),
            (None, None) => self.draw_selected(sheet, ctx),
        }
    }

    fn state_mark(sheet: &Sheet, state: &StepState) -> Span<'static> {
        let (role, glyph) = match state {
            StepState::Done(_) => (Role::Good, Glyph::StepDone),
            StepState::Next(_) => (Role::Accent, Glyph::StepCurrent),
            StepState::Todo => (Role::Dim, Glyph::StepAhead),
            StepState::Skipped => (Role::Dim, Glyph::Skip),
            StepState::Blocked(_) => (Role::Warn, Glyph::Warn),
        };
        sheet.span(role, sheet.theme().glyph(glyph))
    }

    fn draw_list(&self, sheet: &mut Sheet) {
        let current = self.current();
        for (number, (step, state)) in (1..).zip(progress(&self.project, self.runbook.as_ref())) {
            let is_selected = step == current;
            if sheet.is_plain() {
                Self::draw_plain_row(sheet, number, step, &state, is_selected);
                continue;
            }
            let pointer = if is_selected { sheet.theme().glyph(Glyph::Bar) } else { " " };
            let (key, name) = match (is_selected, &state) {
                (true, _) => (Role::Accent, Role::Title),
                (false, StepState::Todo | StepState::Skipped) => (Role::Key, Role::Dim),
                (false, _) => (Role::Key, Role::Text),
            };
            let mut spans = vec![
                sheet.span(Role::Accent, &format!("{pointer} ")),
                Self::state_mark(sheet, &state),
                sheet.span(key, &format!(" {number}  ")),
                sheet.span(name, &pad(step.name(), NAME_COLUMNS)),
            ];
            let used: usize = spans.iter().map(Span::width).sum();
            if sheet.width() >= MIN_COLUMNS_FOR_EVIDENCE {
                let (role, beside) = match &state {
                    StepState::Done(evidence) => (Role::Dim, evidence.clone()),
                    StepState::Blocked(reason) => (Role::Text, reason.clone()),
                    StepState::Next(_) => (Role::Text, "next".to_owned()),
                    StepState::Todo => (Role::Dim, String::new()),
                    StepState::Skipped => (Role::Dim, "skipped by you".to_owned()),
                };
                spans.push(sheet.span(role, &truncate(&beside, sheet.width().saturating_sub(used))));
            }
            if is_selected {
                sheet.set_focus(2);
            }
            sheet.line(spans);
        }
    }

    /// Draws `1. done: create the worker: its evidence`.
    fn draw_plain_row(sheet: &mut Sheet, number: usize, step: WorkerStep, state: &StepState, is_selected: bool) {
        let beside = match state {
            StepState::Done(evidence) | StepState::Blocked(evidence) => format!(": {evidence}"),
            StepState::Next(_) | StepState::Todo => String::new(),
            StepState::Skipped => ": skipped by you".to_owned(),
        };
        if is_selected {
            sheet.set_focus(2);
        }
        let mark = vec![sheet.span(Role::Key, &format!("{number}. ")), Self::state_mark(sheet, state), Span::raw(" ")];
        sheet.hanging(mark, Role::Text, &format!("{}{beside}", step.name()));
    }

    /// Draws the steps as a row of marks, for small screens; only the selected one has a name.
    fn draw_marks_row(&self, sheet: &mut Sheet) {
        let current = self.current();
        let states = progress(&self.project, self.runbook.as_ref());
        let position = states.iter().position(|(step, _)| *step == current).unwrap_or(0);
        let mut spans: Vec<Span<'static>> =
            states.iter().flat_map(|(_, state)| [Self::state_mark(sheet, state), Span::raw(" ")]).collect();
        spans.push(sheet.span(Role::Accent, &format!(" {} ", position + 1)));
        spans.push(sheet.span(Role::Title, current.name()));
        let room = sheet.width().saturating_sub(spans.iter().map(Span::width).sum());
        if let Some(provider) = self.provider().filter(|provider| width(&provider.name) + 2 <= room) {
            spans.push(sheet.span(Role::Dim, &format!("  {}", provider.name)));
        }
        sheet.set_focus(2 * position);
        sheet.line(spans);
    }

    pub(super) fn step_actions(&self, ctx: &Ctx<'_>) -> Actions {
        if let Some(link) = self.link_actions(ctx) {
            return link.actions(self.shows_qr(ctx), "stop", "new link");
        }
        let step = self.current();
        let can_copy = self.copy_text(step).is_some();
        if ctx.is_waiting {
            let back = if self.run.is_some() { "stop" } else { "back" };
            return Actions::only_back(back).key_if(can_copy, Intent::Copy, "copy");
        }
        let actions = match (self.run.is_some() || self.problem.is_some(), self.is_complete()) {
            (true, _) if self.needs_ntn(ctx) => Actions::enter("install ntn"),
            (true, _) if self.failed_with(ProblemCode::NtnNotLoggedIn) => Actions::enter("log ntn in"),
            (true, _) => Actions::new().main(Intent::Retry, "try again").in_help(Intent::Confirm, self.action_label(step)),
            (false, true) => Actions::enter("finish"),
            (false, false) => Actions::enter(self.action_label(step)),
        };
        let last = Intent::Pick(WorkerStep::ALL.len() - 1);
        let skip = if self.is_skipped(step) { "don't skip" } else { "skip" };
        actions
            .back("back")
            .key_if(!self.is_done(step), Intent::Right, skip)
            .key_if(can_copy, Intent::Copy, "copy")
            .key_if(step == WorkerStep::Register && self.registration_page().is_some(), Intent::Open, "its page")
            .key(Intent::Details, "declaration")
            .key(Intent::Left, "provider")
            .key(Intent::Retry, RELOAD_LABEL)
            .key(last, "select")
            .moving(&[Intent::Up, Intent::Down, Intent::First, Intent::Last], "move")
            .and(if can_copy { Actions::new().in_help(Intent::PrintLink, "print") } else { Actions::new() })
    }

    fn action_label(&self, step: WorkerStep) -> &'static str {
        match (step, self.is_done(step)) {
            _ if self.is_blocked(step) => RELOAD_LABEL,
            (WorkerStep::Project, false) => "create it",
            (WorkerStep::Deploy, false) => "deploy",
            (WorkerStep::Deploy, true) | (WorkerStep::Redeploy, _) => "deploy again",
            (WorkerStep::Register, _) => "mark registered",
            (WorkerStep::Credentials, _) => "enter them",
            (WorkerStep::Start, _) => "get the token",
            (WorkerStep::Token, false) => "wait for the token",
            (WorkerStep::RedirectUrl, _) | (WorkerStep::Project | WorkerStep::Token, true) => RELOAD_LABEL,
        }
    }
}
