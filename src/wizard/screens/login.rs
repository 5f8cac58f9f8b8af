//! Browser login through `ntn`: shows code and link, then waits for Notion's answer without moving anything on the screen.

mod invitation;
mod known;

use super::{Hint, Page, Stage};
use crate::domain::catalog::PathId;
use crate::domain::link::Link;
use crate::domain::login::{Invitation, LoggedIn, LoginRequest, NtnStorage, Steps, Target};
use crate::domain::machine::{BrowserState, NtnState};
use crate::domain::problem::{Action, Problem, ProblemCode};
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Entry, Given, Input, Intent, Mode, Notice, Progress, Reply, Route, Task, Transition};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;

/// The phases of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// `ntn` knows workspaces already, and one must be chosen.
    Picking,
    /// `ntn` can only store the token in a file here, which needs consent.
    Consent,
    /// A login is running or has ended.
    Running,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LoginPage {
    step: Step,
    /// The browser opens as soon as there is a link, because the key that started this login said so.
    opens: bool,
    target: Target,
    in_file: bool,
    selected: usize,
    invitation: Option<Invitation>,
    shows_qr: bool,
    problem: Option<Problem>,
}

impl LoginPage {
    /// Starts the login at once if there is nothing to ask first.
    pub fn open(opens: bool, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let mut page = Self {
            step: Step::Running,
            opens,
            target: Target::New,
            in_file: ctx.setup.file_was_chosen,
            selected: 0,
            invitation: None,
            shows_qr: false,
            problem: None,
        };
        if !known::stored(ctx).is_empty() {
            page.step = Step::Picking;
            return (page, None);
        }
        let begun = page.begin(ctx).begin;
        (page, begun)
    }

    fn has_a_file(ctx: &Ctx<'_>) -> bool {
        matches!(ctx.found.ntn.get(), Some(NtnState::Found { storage: NtnStorage::File { .. }, .. }))
    }

    fn refused_storage<'a>(ctx: &Ctx<'a>) -> Option<&'a str> {
        match ctx.found.ntn.get()? {
            NtnState::Found { storage: NtnStorage::KernelKeyringRefused { evidence }, .. } => Some(evidence),
            _ => None,
        }
    }

    /// Starts the login, unless the token could not be stored.
    fn begin(&mut self, ctx: &Ctx<'_>) -> Transition {
        // An `ntn` that does not support these steps reports that before any question.
        let keeps_a_token = ctx.setup.login_steps == Steps::All || !known::is_of_terminal_generation(ctx);
        if !self.in_file && keeps_a_token && Self::refused_storage(ctx).is_some() {
            self.step = Step::Consent;
            return Transition::stay();
        }
        self.step = Step::Running;
        self.invitation = None;
        self.shows_qr = false;
        self.problem = None;
        let (target, in_file) = (self.target.clone(), self.in_file);
        Transition::begin(Task::Login(LoginRequest { target, in_file, steps: ctx.setup.login_steps }))
    }

    fn pick(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        let stored = known::stored(ctx);
        if index > stored.len() {
            return Transition::stay();
        }
        self.selected = index;
        self.target = stored.get(index).map_or(Target::New, |(_, id)| Target::Stored((*id).to_owned()));
        self.begin(ctx)
    }

    fn consent(&mut self, given: bool, ctx: &Ctx<'_>) -> Transition {
        if given {
            self.in_file = true;
            return self.begin(ctx);
        }
        Transition::back()
    }

    /// Returns the invitation while the login is running; afterwards it is invalid.
    fn live(&self, ctx: &Ctx<'_>) -> Option<&Invitation> {
        self.invitation.as_ref().filter(|_| ctx.is_waiting)
    }

    fn open_browser(link: Link) -> Transition {
        Transition { notice: Some(Notice::plain("Opening the browser.")), ..Transition::begin(Task::Open(link)) }
    }

    fn on_running(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        let link = self.live(ctx).map(|invitation| invitation.link.clone());
        match (input, link) {
            (Input::Do(Intent::Confirm | Intent::Open), Some(link)) => Self::open_browser(link),
            (Input::Do(Intent::Copy), Some(link)) => Transition::copy(link.as_str()),
            (Input::Do(Intent::Plain), Some(link)) => Transition { print: Some(link.as_str().into()), ..Transition::stay() },
            (Input::Do(Intent::Scan), Some(_)) => {
                self.shows_qr = !self.shows_qr;
                Transition::stay()
            }
            (Input::Do(Intent::Back), Some(_)) if self.shows_qr => {
                self.shows_qr = false;
                Transition::stay()
            }
            // The alternative after a failed login is a token, created on the page that opens.
            (Input::Do(Intent::Open), None) if self.offers_a_token(ctx) => {
                Transition::to(Route::SignIn(PathId::Cli, Entry::Portal))
            }
            (Input::Do(Intent::Confirm), None) if self.needs_ntn(ctx) => Transition::to(Route::Install),
            (Input::Do(Intent::Confirm) | Input::Answer(Given::Choice(0)), None) if !ctx.is_waiting => {
                self.opens = true;
                self.begin(ctx)
            }
            // Get a new code and end the old login. The browser is not opened again: Enter opens it.
            (Input::Do(Intent::Retry), _) => {
                self.opens = false;
                self.begin(ctx)
            }
            (Input::Do(Intent::Back), _) => Transition::back(),
            _ => Transition::stay(),
        }
    }

    /// True while `ntn` is missing; it may have been installed from here meanwhile.
    fn needs_ntn(&self, ctx: &Ctx<'_>) -> bool {
        let is_here = matches!(ctx.found.ntn.get(), Some(NtnState::Found { .. }));
        !is_here && self.problem.as_ref().is_some_and(|problem| problem.code == ProblemCode::NtnMissing)
    }

    fn offers_a_token(&self, ctx: &Ctx<'_>) -> bool {
        !ctx.is_waiting && self.problem.as_ref().is_some_and(|problem| problem.offers(Action::OpenPortal))
    }

    fn consent_question(ctx: &Ctx<'_>) -> String {
        let why = match Self::refused_storage(ctx) {
            Some(evidence) => format!("The kernel's keyring, where ntn keeps its token, is closed here ({evidence})."),
            None => "ntn could not keep the token where it usually does.".to_owned(),
        };
        format!(
            "{why} Shall ntn keep it in its own file, auth.json, as plain text? Only your user can read that file; backups and other \
             programs of yours can too."
        )
    }
}

impl Page for LoginPage {
    fn stage(&self) -> Stage {
        Stage::SignIn
    }

    fn mode(&self) -> Mode {
        if self.step == Step::Consent { Mode::Asking } else { Mode::Moving }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match (self.step, &input) {
            (Step::Picking, Input::Do(Intent::Up)) => self.selected = self.selected.saturating_sub(1),
            (Step::Picking, Input::Do(Intent::Down)) => self.selected = (self.selected + 1).min(known::stored(ctx).len()),
            (Step::Picking, Input::Do(Intent::First)) => self.selected = 0,
            (Step::Picking, Input::Do(Intent::Last)) => self.selected = known::stored(ctx).len(),
            (Step::Picking, Input::Do(Intent::Pick(number))) => return self.pick(usize::from(*number).saturating_sub(1), ctx),
            (Step::Picking, Input::Do(Intent::Confirm)) => return self.pick(self.selected, ctx),
            (Step::Picking, Input::Answer(Given::Choice(index))) => return self.pick(*index, ctx),
            (Step::Picking, Input::Do(Intent::Back)) => return Transition::back(),
            (Step::Consent, Input::Do(Intent::Yes)) => return self.consent(true, ctx),
            (Step::Consent, Input::Answer(Given::Consent(given))) => return self.consent(*given, ctx),
            (Step::Consent, Input::Do(Intent::Back)) => return self.consent(false, ctx),
            (Step::Running, input) => return self.on_running(input, ctx),
            (Step::Picking | Step::Consent, _) => {}
        }
        Transition::stay()
    }

    fn on_progress(&mut self, progress: Progress, ctx: &Ctx<'_>) -> Transition {
        let Progress::Invited(invitation) = progress else { return Transition::stay() };
        let link = invitation.link.clone();
        self.invitation = Some(invitation);
        let will_appear = matches!(ctx.found.browser.get(), Some(BrowserState::Ready { .. }));
        // The browser opens once; a new code needs a new key press.
        if std::mem::take(&mut self.opens) && will_appear { Self::open_browser(link) } else { Transition::stay() }
    }

    fn on_reply(&mut self, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        let Reply::LoggedIn(answer) = reply else { return Transition::stay() };
        self.invitation = None;
        self.shows_qr = false;
        match *answer {
            Ok(LoggedIn::Verified(verified, login)) => Transition::to(Route::Verify(verified, Some(Box::new(login)))),
            Ok(LoggedIn::Reported(login, why)) => Transition::to(Route::Reported(Box::new(login), why)),
            Ok(LoggedIn::Begun) => Transition::stay(),
            Err(problem) => {
                if problem.code == ProblemCode::LoginNotStored && !self.in_file && !Self::has_a_file(ctx) {
                    self.step = Step::Consent;
                }
                // The stored login did not work, so the next login is a new one.
                self.target = Target::New;
                self.problem = Some(problem);
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        if let Some(invitation) = self.live(ctx).filter(|_| self.shows_qr) {
            return invitation::scan(invitation, ctx, theme);
        }
        let mut sheet = Sheet::new(theme, ctx.size);
        if self.step == Step::Picking {
            sheet.title("Which workspace?");
            sheet.blank();
            for (index, choice) in known::choices(ctx).iter().enumerate() {
                marks::choice(&mut sheet, index + 1, choice, index == self.selected);
            }
            return sheet;
        }
        sheet.title("Log in with the browser");
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        if let Some(problem) = &self.problem {
            sheet.put_news();
            marks::problem(&mut sheet, problem, self.mode());
        }
        match (self.live(ctx), self.step) {
            (_, Step::Consent) => {
                if self.problem.is_some() {
                    sheet.blank();
                }
                let mark = vec![sheet.span(Role::Warn, &format!("{} ", theme.glyph(Glyph::Warn)))];
                sheet.hanging(mark, Role::Title, &Self::consent_question(ctx));
                marks::yes_or_no(&mut sheet, "use the file", "go back");
            }
            (Some(invitation), _) => invitation::draw(&mut sheet, invitation, ctx),
            (None, _) if ctx.is_waiting => marks::waiting(&mut sheet, "Starting ntn. The code and the link come in a moment."),
            (None, _) if self.problem.is_none() => {
                let opens = matches!(ctx.found.browser.get(), Some(BrowserState::Ready { .. }));
                let begins =
                    if opens { "Enter begins one and opens the browser; r only shows a code." } else { "Enter begins one." };
                sheet.text(Role::Text, &format!("No login is under way. {begins}"));
            }
            (None, _) => {}
        }
        sheet
    }

    fn ask(&self, ctx: &Ctx<'_>) -> Ask {
        match self.step {
            Step::Picking => Ask::Choice { id: AskId::Workspace, prompt: "Which workspace?".into(), options: known::choices(ctx) },
            Step::Consent => Ask::Consent { id: AskId::Plaintext, what: Self::consent_question(ctx) },
            Step::Running => {
                let options = vec![Choice::new("Begin a new login", "")];
                Ask::Choice { id: AskId::LoginAgain, prompt: "No login is under way.".into(), options }
            }
        }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        match (self.step, self.live(ctx)) {
            (Step::Picking, _) => vec![(Intent::Confirm, "go on"), (Intent::Back, "back")],
            (Step::Consent, _) => vec![(Intent::Yes, "use the file"), (Intent::Back, "go back")],
            (Step::Running, Some(_)) if self.shows_qr => {
                vec![(Intent::Scan, "the link"), (Intent::Back, "back"), (Intent::Retry, "new code")]
            }
            (Step::Running, Some(_)) => vec![
                (Intent::Confirm, "open"),
                (Intent::Back, "cancel"),
                (Intent::Copy, "copy"),
                (Intent::Plain, "plain"),
                (Intent::Scan, "QR"),
                (Intent::Retry, "new code"),
            ],
            (Step::Running, None) if ctx.is_waiting => vec![(Intent::Back, "cancel")],
            (Step::Running, None) if self.needs_ntn(ctx) => vec![(Intent::Confirm, "install ntn"), (Intent::Back, "back")],
            (Step::Running, None) => vec![(Intent::Confirm, "log in again"), (Intent::Back, "back"), (Intent::Retry, "new code")],
        }
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// Esc on the QR code goes back to the link; the login continues.
    fn back_stops_waiting(&self) -> bool {
        !self.shows_qr
    }
}
