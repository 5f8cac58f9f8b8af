//! The declaration of the chosen provider for the worker's source, to read and to copy.

use super::{View, WorkersPage};
use crate::domain::workers::declaration::declaration;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Answer, Input, Intent, Transition};
use crate::wizard::theme::Role;
use crate::wizard::widgets::sheet::Sheet;

impl WorkersPage {
    fn declaration(&self) -> Option<String> {
        Some(declaration(self.provider()?, &self.runbook.as_ref()?.key))
    }

    pub(super) fn on_declaration(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Copy) => return self.declaration().map_or_else(Transition::stay, Transition::copy),
            Input::Do(Intent::Back | Intent::Details | Intent::Confirm) => self.view = View::Steps,
            Input::Answer(Answer::Choice(_)) => {
                self.view = View::Steps;
                return self.on_steps(input, ctx);
            }
            _ => {}
        }
        Transition::stay()
    }

    pub(super) fn draw_declaration(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let (Some(provider), Some(declaration)) = (self.provider(), self.declaration()) else { return };
        sheet.title("In the worker's source");
        for line in declaration.lines() {
            sheet.verbatim(line, false);
        }
        sheet.blank();
        sheet.text(Role::Text, "Add it to the worker's other capabilities, then deploy.");
        if !provider.scope.is_empty() {
            sheet.text(Role::Text, &format!("Scope {}. {}", provider.scope, provider.scope_means));
        }
        sheet.blank();
        sheet.text(Role::Dim, &super::details::source_line(ctx, &provider.source, provider.as_of));
    }
}
