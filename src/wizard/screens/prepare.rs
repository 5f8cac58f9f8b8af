//! The two ways along the CLI path: browser login through `ntn`, or a token where nobody is there to log in.

use super::{Hint, Page, Stage};
use crate::domain::catalog::PathId;
use crate::domain::credential::ExistingSource;
use crate::domain::machine::{BrowserState, NtnState};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Given, Input, Intent, Route, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;

const LOGIN: &str = "ntn login";
const INSTALL: &str = "npm install --global ntn";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepare {
    path: PathId,
    selected: usize,
}

impl Prepare {
    /// Starts on the way that works here.
    pub fn new(path: PathId, ctx: &Ctx<'_>) -> Self {
        let is_headless = matches!(ctx.found.browser.get(), Some(BrowserState::Headless { .. }));
        Self { path, selected: usize::from(is_headless) }
    }

    /// What to run in another terminal: log in, or install first.
    fn command(ctx: &Ctx<'_>) -> &'static str {
        match ctx.found.ntn.get() {
            Some(NtnState::Missing | NtnState::NotNotions { .. }) => INSTALL,
            Some(NtnState::Found { .. } | NtnState::Broken { .. }) | None => LOGIN,
        }
    }

    fn login_is_here(ctx: &Ctx<'_>) -> bool {
        let is_login = |source: &ExistingSource| matches!(source, ExistingSource::Ntn { .. });
        ctx.found.existing.get().is_some_and(|existing| existing.iter().any(|found| found.readable && is_login(&found.source)))
    }

    fn choices(ctx: &Ctx<'_>) -> Vec<Choice> {
        let login = if Self::login_is_here(ctx) {
            Choice::new("Use ntn's login", "ntn is logged in; its token can be read and checked.")
        } else {
            let first = match ctx.found.ntn.get() {
                Some(NtnState::Missing | NtnState::NotNotions { .. }) => format!("Install Notion's ntn first: {INSTALL}"),
                Some(NtnState::Found { .. } | NtnState::Broken { .. }) | None => {
                    format!("Run {LOGIN} in another terminal, approve, then press r here.")
                }
            };
            Choice::new("Log in with the browser", first)
        };
        vec![login, Choice::new("Give it a token", "NOTION_API_TOKEN for CI, servers and machines without a browser.")]
    }

    fn pick(&self, index: usize, ctx: &Ctx<'_>) -> Transition {
        match index {
            0 if Self::login_is_here(ctx) => Transition::to(Route::UseExisting),
            0 => Transition {
                look: true,
                ..Transition::say(format!("Looking for ntn's login. Run {} in another terminal first.", Self::command(ctx)))
            },
            1 => Transition::to(Route::SignIn(self.path, true)),
            _ => Transition::stay(),
        }
    }
}

impl Page for Prepare {
    fn stage(&self) -> Stage {
        Stage::SignIn
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Up | Intent::First) => self.selected = 0,
            Input::Do(Intent::Down | Intent::Last) => self.selected = 1,
            Input::Do(Intent::Pick(number)) => {
                self.selected = usize::from(number == 2);
                return self.pick(usize::from(number) - 1, ctx);
            }
            Input::Do(Intent::Confirm) => return self.pick(self.selected, ctx),
            Input::Answer(Given::Choice(index)) => return self.pick(index, ctx),
            Input::Do(Intent::Copy) => return Transition::copy(Self::command(ctx)),
            Input::Do(Intent::Retry) => return Transition { look: true, ..Transition::say("Looking for ntn's login.") },
            Input::Do(Intent::UseExisting) => return Transition::to(Route::UseExisting),
            Input::Do(Intent::Details) => return Transition::to(Route::Path(self.path)),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size.text_width());
        sheet.title("Which way into the Notion CLI?");
        sheet.blank();
        for (index, choice) in Self::choices(ctx).iter().enumerate() {
            marks::choice(&mut sheet, index + 1, choice, index == self.selected);
        }
        sheet.blank();
        match ctx.found.ntn.get() {
            Some(NtnState::Missing) => {
                sheet.text(Role::Text, "ntn is not installed here. Node 22 or newer installs it:");
                sheet.command(INSTALL, false);
            }
            Some(NtnState::NotNotions { path, .. }) => {
                sheet.text(Role::Text, &format!("{path} is not Notion's ntn. This installs Notion's, with Node 22 or newer:"));
                sheet.command(INSTALL, false);
            }
            Some(NtnState::Found { .. } | NtnState::Broken { .. }) | None => {
                let elsewhere =
                    if Self::login_is_here(ctx) { "For another workspace, in another terminal:" } else { "In another terminal:" };
                sheet.text(Role::Text, elsewhere);
                sheet.command(LOGIN, false);
                sheet.text(Role::Dim, "Approve only if the code in the browser is the one ntn shows. Then press r here.");
            }
        }
        sheet.text(Role::Dim, "Guests and restricted members cannot log in; a workspace's policy on tokens can forbid it too.");
        sheet
    }

    fn ask(&self, ctx: &Ctx<'_>) -> Ask {
        Ask::Choice { id: AskId::Way, prompt: "Which way into the Notion CLI?".into(), options: Self::choices(ctx) }
    }

    fn hints(&self, _ctx: &Ctx<'_>) -> Vec<Hint> {
        vec![
            (Intent::Confirm, "go on"),
            (Intent::Back, "back"),
            (Intent::Retry, "look again"),
            (Intent::Copy, "copy"),
            (Intent::Details, "details"),
        ]
    }
}
