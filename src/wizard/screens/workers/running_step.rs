//! A running step: the output of `ntn` line by line, and the provider's consent page while it waits for an answer.

use super::{Page, WorkersPage};
use crate::domain::checks::Verdict;
use crate::domain::link::Link;
use crate::domain::machine::BrowserState;
use crate::domain::workers::WorkerStep;
use crate::domain::workers::provider::Provider;
use crate::wizard::context::Ctx;
use crate::wizard::kit;
use crate::wizard::msg::{Intent, Mode};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::output_log::OutputLog;
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{components, qr};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct RunningStep {
    pub(super) step: WorkerStep,
    pub(super) output: OutputLog,
    /// The provider's consent page, as soon as it is known.
    pub(super) link: Option<Link>,
    pub(super) shows_qr: bool,
    /// The wait timed out before there was a token.
    pub(super) timed_out: bool,
}

impl RunningStep {
    pub(super) fn new(step: WorkerStep) -> Self {
        Self { step, output: OutputLog::default(), link: None, shows_qr: false, timed_out: false }
    }
}

impl WorkersPage {
    pub(super) fn qr_sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Option<Sheet> {
        let link = self.live_link(ctx).filter(|_| self.shows_qr(ctx))?;
        Some(qr::sheet(theme, ctx.size, link, "Open this page on another device and allow access. Press v to go back to the link."))
    }

    /// Draws the running step, or its result, below the list of steps.
    pub(super) fn draw_run(&self, sheet: &mut Sheet, run: &RunningStep, ctx: &Ctx<'_>) {
        if let Some(link) = self.live_link(ctx) {
            self.draw_link(sheet, link, ctx);
            return;
        }
        if ctx.is_waiting {
            let what = self.command(run.step).unwrap_or_else(|| run.step.name().to_owned());
            let esc = components::key_name(sheet.theme(), Mode::Normal, Intent::Back);
            components::draw_waiting(sheet, &format!("Running {what}… ({esc} cancels)"));
        } else if let Some(problem) = &self.problem {
            sheet.scroll_to_here();
            kit::draw_problem(sheet, problem, &self.keys(ctx));
        } else {
            sheet.scroll_to_here();
            let text = if run.timed_out {
                "No token yet: access hasn't been allowed. Press r to start again."
            } else {
                "Cancelled. Press r to run it again."
            };
            let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
            sheet.hanging(mark, Role::Text, text);
        }
        run.output.draw(sheet, "ntn", ctx);
    }

    fn draw_link(&self, sheet: &mut Sheet, link: &Link, ctx: &Ctx<'_>) {
        let name = self.provider().map_or_else(|| "the provider".to_owned(), Provider::name_in_sentence);
        sheet.scroll_to_here();
        sheet.text(Role::Text, "Open this page, here or on another device, and allow access:");
        sheet.link(link);
        components::draw_still_waiting(sheet, &format!("Waiting for the token from {name}. This page continues automatically."));
        if let Some(BrowserState::Headless { reason }) = ctx.findings.browser.get() {
            let mark = vec![components::verdict_mark(sheet, Verdict::Warn)];
            sheet.hanging(mark, Role::Text, &format!("No browser here ({}). Press Enter to try anyway.", reason.label()));
        }
    }
}
