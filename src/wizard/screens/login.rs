//! Browser login through `ntn`: shows code and link, then waits for Notion's answer without moving anything on the screen.

mod invitation;
mod known_workspaces;

use super::{Page, Stage};
use crate::domain::auth_path::AuthMethod;
use crate::domain::login::{ApprovalRequest, LoginOutcome, LoginRequest, LoginSteps, LoginTarget, NtnStorage};
use crate::domain::machine::{BrowserState, NtnState};
use crate::domain::problem::{Problem, ProblemCode, RemedyAction};
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, Consent, LinkActions, Menu, MenuEvent};
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Progress, Prompt, PromptId, Reply, Route, Task, TaskOutcome, TokenEntry, Transition, problem_of,
};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

/// The phases of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoginPhase {
    /// `ntn` knows workspaces already, and one must be chosen.
    Picking,
    /// `ntn` can only store the token in a file here, which needs consent.
    AwaitingConsent,
    /// A login is running or has ended.
    Running,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LoginPage {
    phase: LoginPhase,
    /// The browser opens as soon as there is a link, because the key that started this login said so.
    auto_open_browser: bool,
    target: LoginTarget,
    in_file: bool,
    selected: usize,
    invitation: Option<ApprovalRequest>,
    shows_qr: bool,
    problem: Option<Problem>,
}

impl LoginPage {
    /// Starts the login at once if there is nothing to ask first.
    pub fn open(opens: bool, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let mut page = Self {
            phase: LoginPhase::Running,
            auto_open_browser: opens,
            target: LoginTarget::New,
            in_file: ctx.setup.file_was_chosen,
            selected: 0,
            invitation: None,
            shows_qr: false,
            problem: None,
        };
        if !known_workspaces::stored_logins(ctx).is_empty() {
            page.phase = LoginPhase::Picking;
            return (page, None);
        }
        let begun = page.start(ctx).start;
        (page, begun)
    }

    fn ntn_uses_file(ctx: &Ctx<'_>) -> bool {
        matches!(ctx.findings.ntn.get(), Some(NtnState::Found { storage: NtnStorage::File { .. }, .. }))
    }

    fn refused_keyring<'a>(ctx: &Ctx<'a>) -> Option<&'a str> {
        match ctx.findings.ntn.get()? {
            NtnState::Found { storage: NtnStorage::KernelKeyringRefused { evidence }, .. } => Some(evidence),
            _ => None,
        }
    }

    /// Starts the login, unless the token could not be stored.
    fn start(&mut self, ctx: &Ctx<'_>) -> Transition {
        // An `ntn` that does not support these steps reports that before any question.
        let keeps_a_token = ctx.setup.login_steps == LoginSteps::All || !known_workspaces::is_terminal_generation(ctx);
        if !self.in_file && keeps_a_token && Self::refused_keyring(ctx).is_some() {
            self.phase = LoginPhase::AwaitingConsent;
            return Transition::stay();
        }
        self.phase = LoginPhase::Running;
        self.invitation = None;
        self.shows_qr = false;
        self.problem = None;
        let (target, in_file) = (self.target.clone(), self.in_file);
        Transition::start(Task::Login(LoginRequest { target, use_file: in_file, steps: ctx.setup.login_steps }))
    }

    fn choose_workspace(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        let stored = known_workspaces::stored_logins(ctx);
        self.target = stored.get(index).map_or(LoginTarget::New, |(_, id)| LoginTarget::Stored((*id).to_owned()));
        self.start(ctx)
    }

    /// Returns the link of the running login.
    fn link_actions(&self, ctx: &Ctx<'_>) -> Option<LinkActions> {
        self.active_invitation(ctx).map(|invitation| LinkActions::new(&invitation.link))
    }

    /// Returns the invitation while the login is running; afterwards it is invalid.
    fn active_invitation(&self, ctx: &Ctx<'_>) -> Option<&ApprovalRequest> {
        self.invitation.as_ref().filter(|_| ctx.is_waiting)
    }

    fn on_running(&mut self, input: &Input, ctx: &Ctx<'_>) -> Transition {
        if let Some(transition) = self.link_actions(ctx).and_then(|link| link.on_input(&mut self.shows_qr, input)) {
            return transition;
        }
        match input {
            // The alternative after a failed login is a token, created on the page that opens.
            Input::Do(Intent::Open) if self.offers_token(ctx) => {
                Transition::to(Route::Token(AuthMethod::BrowserLogin.path(), TokenEntry::Portal))
            }
            Input::Do(Intent::Confirm) if self.needs_ntn(ctx) => Transition::to(Route::Install),
            Input::Do(Intent::Confirm) | Input::Answer(Answer::Choice(0)) if !ctx.is_waiting => {
                self.auto_open_browser = true;
                self.start(ctx)
            }
            // Get a new code and end the old login. The browser is not opened again: Enter opens it.
            Input::Do(Intent::Retry) => {
                self.auto_open_browser = false;
                self.start(ctx)
            }
            Input::Do(Intent::Back) => Transition::back(),
            _ => Transition::stay(),
        }
    }

    /// True while `ntn` is missing; it may have been installed from here meanwhile.
    fn needs_ntn(&self, ctx: &Ctx<'_>) -> bool {
        let is_here = matches!(ctx.findings.ntn.get(), Some(NtnState::Found { .. }));
        !is_here && self.problem.as_ref().is_some_and(|problem| problem.code == ProblemCode::NtnMissing)
    }

    fn offers_token(&self, ctx: &Ctx<'_>) -> bool {
        !ctx.is_waiting && self.problem.as_ref().is_some_and(|problem| problem.offers(RemedyAction::OpenPortal))
    }

    fn consent_question(ctx: &Ctx<'_>) -> String {
        let why = match Self::refused_keyring(ctx) {
            Some(evidence) => format!("ntn stores its token in the kernel's keyring, which isn't available here ({evidence})."),
            None => "ntn couldn't store its token in the usual place.".to_owned(),
        };
        format!("{why} Store it unencrypted in ntn's auth.json?")
    }
}

impl Page for LoginPage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::SignIn)
    }

    fn consent(&self, ctx: &Ctx<'_>) -> Option<Consent> {
        let is_open = self.phase == LoginPhase::AwaitingConsent;
        is_open.then(|| Consent::to_plaintext(&Self::consent_question(ctx), "use the file", "back"))
    }

    fn on_consent(&mut self, agreed: bool, ctx: &Ctx<'_>) -> Transition {
        if !agreed {
            return Transition::back();
        }
        self.in_file = true;
        self.start(ctx)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        if self.phase != LoginPhase::Picking {
            return self.on_running(&input, ctx);
        }
        match known_workspaces::menu(ctx).on_input(&mut self.selected, &input) {
            MenuEvent::Chosen(index) => self.choose_workspace(index, ctx),
            MenuEvent::Handled(transition) => *transition,
            MenuEvent::Ignored if input == Input::Do(Intent::Back) => Transition::back(),
            MenuEvent::Ignored => Transition::stay(),
        }
    }

    fn on_progress(&mut self, progress: Progress, ctx: &Ctx<'_>) -> Transition {
        let Progress::LoginInvitation(invitation) = progress else { return Transition::stay() };
        let link = invitation.link.clone();
        self.invitation = Some(invitation);
        let will_appear = matches!(ctx.findings.browser.get(), Some(BrowserState::Ready { .. }));
        // The browser opens once; a new code needs a new key press.
        if std::mem::take(&mut self.auto_open_browser) && will_appear { Transition::open(link) } else { Transition::stay() }
    }

    fn on_reply(&mut self, _task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        self.invitation = None;
        self.shows_qr = false;
        match reply {
            Ok(TaskOutcome::LoggedIn(outcome)) => match *outcome {
                LoginOutcome::Verified(verified, login) => Transition::to(Route::Verify(verified, Some(Box::new(login)))),
                LoginOutcome::Unverified(login, why) => Transition::to(Route::UnverifiedLogin(Box::new(login), why)),
                LoginOutcome::Started => Transition::stay(),
            },
            reply => {
                let problem = problem_of(reply);
                if problem.code == ProblemCode::LoginNotStored && !self.in_file && !Self::ntn_uses_file(ctx) {
                    self.phase = LoginPhase::AwaitingConsent;
                }
                // The stored login did not work, so the next login is a new one.
                self.target = LoginTarget::New;
                self.problem = Some(problem);
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        if let Some(invitation) = self.active_invitation(ctx).filter(|_| self.shows_qr) {
            return invitation::qr_sheet(invitation, ctx, theme);
        }
        let mut sheet = Sheet::new(theme, ctx.size);
        if self.phase == LoginPhase::Picking {
            let menu = known_workspaces::menu(ctx);
            sheet.title(&menu.question);
            sheet.blank();
            menu.draw(&mut sheet, self.selected);
            return sheet;
        }
        sheet.title("Log in with your browser");
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        if let Some(problem) = &self.problem {
            sheet.scroll_to_here();
            kit::draw_problem(&mut sheet, problem, &self.keys(ctx));
        }
        match (self.active_invitation(ctx), self.phase) {
            (_, LoginPhase::AwaitingConsent) => {}
            (Some(invitation), _) => invitation::draw(&mut sheet, invitation, ctx),
            (None, _) if ctx.is_waiting => {
                components::draw_waiting(&mut sheet, "Starting ntn. The code and the link will appear in a moment…");
            }
            (None, _) if self.problem.is_none() => {
                let opens = matches!(ctx.findings.browser.get(), Some(BrowserState::Ready { .. }));
                let begins = if opens {
                    "Press Enter to start one in the browser, or r to show a code only."
                } else {
                    "Press Enter to start one."
                };
                sheet.text(Role::Text, &format!("No login in progress. {begins}"));
            }
            (None, _) => {}
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        if self.phase == LoginPhase::Picking {
            return known_workspaces::menu(ctx).prompt();
        }
        Menu::new(PromptId::RetryLogin, "No login in progress.", vec![Choice::new("Start a new login", "")]).prompt()
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        match (self.phase, self.link_actions(ctx)) {
            (LoginPhase::Picking, _) => known_workspaces::menu(ctx).actions("continue").back("back"),
            (_, Some(link)) => link.actions(self.shows_qr, "cancel", "new code"),
            (_, None) if ctx.is_waiting => Actions::only_back("cancel").in_help(Intent::Retry, "start again"),
            (_, None) if self.needs_ntn(ctx) => Actions::enter("install ntn").back("back").key(Intent::Retry, "try again"),
            (_, None) => {
                let actions = Actions::enter("log in again").back("back").key(Intent::Retry, "new code");
                actions.key_if(self.offers_token(ctx), Intent::Open, "use a token")
            }
        }
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// Esc on the QR code goes back to the link; the login continues.
    fn back_cancels_wait(&self) -> bool {
        !self.shows_qr
    }
}
