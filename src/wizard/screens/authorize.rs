//! A person's consent to an own connection: link, listener and paste box at once; whichever answers first.

use super::{Hint, Page, Stage};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, Input, Intent, Transition};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizePage;

impl Page for AuthorizePage {
    fn stage(&self) -> Stage {
        Stage::SignIn
    }

    fn on_input(&mut self, input: Input, _ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Back) => Transition::back(),
            _ => Transition::stay(),
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        Sheet::new(theme, ctx.size.text_width())
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        Ask::Nothing
    }

    fn hints(&self, _ctx: &Ctx<'_>) -> Vec<Hint> {
        Vec::new()
    }
}
