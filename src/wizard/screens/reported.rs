//! Under construction.

use super::{Hint, Page, Stage};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, Input, Intent, Transition};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reported;

impl Page for Reported {
    fn stage(&self) -> Stage {
        Stage::Verify
    }

    fn on_input(&mut self, input: Input, _ctx: &Ctx<'_>) -> Transition {
        if input == Input::Do(Intent::Back) { Transition::back() } else { Transition::stay() }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        Sheet::new(theme, ctx.size.text_width())
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        Ask::Ended
    }

    fn hints(&self, _ctx: &Ctx<'_>) -> Vec<Hint> {
        vec![(Intent::Back, "back")]
    }
}
