//! The new token is entered.

use super::RotatePage;
use crate::domain::secret::Secret;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{Actions, TokenInputEvent};
use crate::wizard::msg::{Input, Intent, Transition};

impl RotatePage {
    fn on_event(&mut self, event: TokenInputEvent) -> Transition {
        match event {
            TokenInputEvent::Submitted(token) => return self.check(token),
            TokenInputEvent::Changed => self.problem = None,
            TokenInputEvent::Handled | TokenInputEvent::Ignored => {}
        }
        Transition::stay()
    }

    pub(super) fn on_entering(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        let is_open = self.input.choice().is_some();
        match input {
            Input::Do(Intent::Back) if !is_open => self.leave(),
            Input::Do(Intent::Open) if !is_open => self.open_portal(ctx),
            Input::Do(Intent::Copy) if !is_open => {
                let link = ctx.portal_link(self.portal_path());
                link.map_or_else(Transition::stay, |link| Transition::copy(link.as_str()))
            }
            Input::Do(Intent::NextField) if !is_open => self.fill_example(ctx),
            _ if ctx.is_waiting => Transition::stay(),
            input => match (self.input.on_input(input), input) {
                // There is nothing to check.
                (TokenInputEvent::Ignored, Input::Do(Intent::Confirm)) => self.open_portal(ctx),
                (event, _) => self.on_event(event),
            },
        }
    }

    fn open_portal(&self, ctx: &Ctx<'_>) -> Transition {
        ctx.portal_link(self.portal_path()).map_or_else(Transition::stay, Transition::open)
    }

    /// The newest example is the first, because it is a second token of the person who is signed in.
    fn fill_example(&mut self, ctx: &Ctx<'_>) -> Transition {
        let Some(demo) = ctx.setup.demo.as_ref().filter(|_| !ctx.is_waiting) else { return Transition::stay() };
        if let Some(example) = demo.examples.iter().rev().nth(self.next_example % demo.examples.len().max(1)) {
            self.input.set(Secret::new(example.token.clone()));
            self.next_example += 1;
            self.problem = None;
        }
        Transition::stay()
    }

    pub(super) fn entry_actions(&self, ctx: &Ctx<'_>) -> Actions {
        if let Some(choice) = self.input.choice() {
            return choice.actions("check").back("back").in_help(Intent::Paste, "a token");
        }
        let (is_empty, is_demo) = (self.input.is_empty(), ctx.setup.demo.is_some());
        let actions = if is_demo && is_empty { Actions::new().main(Intent::NextField, "example") } else { Actions::new() };
        let label = if is_empty { "open portal" } else { "check" };
        let can_confirm = self.input.can_confirm();
        let actions = if can_confirm { actions.main(Intent::Confirm, label) } else { actions };
        let actions = actions
            .back("back")
            .key_if(is_demo, Intent::NextField, "example")
            .key_if(!is_empty, Intent::Open, "portal")
            .key(Intent::Copy, "copy link")
            .in_help(Intent::Open, "portal")
            .in_help(Intent::Paste, "a token, which is checked at once");
        if can_confirm && !is_empty { actions.in_help(Intent::Retry, "check") } else { actions }
    }
}
