//! Consent to the user's own connection: link, listener and paste field at once; the first response wins.

mod pending;

use super::{Hint, Page, Stage};
use crate::domain::catalog::PathId;
use crate::domain::credential::Candidate;
use crate::domain::link::Link;
use crate::domain::oauth::{AuthorizeRequest, Client, Exchange, Pending, Pkce, Redirect, read_answer, tls_hint};
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::secret::Secret;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Given, Input, Intent, Mode, Notice, Progress, Reply, Route, Task, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::sheet::Sheet;
use crate::wizard::widgets::{marks, qr};

/// The phases of an authorization.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// The link is being made, is waiting for consent, or has expired.
    Asking(Option<Box<Pending>>),
    /// The code has arrived and is being exchanged.
    Exchanging,
    /// Notion has issued tokens, which must not be lost: they are being verified, or can be verified again.
    Granted(Candidate),
}

#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizePage {
    client: Client,
    redirect: Redirect,
    pkce: Pkce,
    step: Step,
    shows_qr: bool,
    /// The error of the last paste, while the link is still valid.
    mistake: Option<Problem>,
    problem: Option<Problem>,
    /// The user was warned that tokens would be lost.
    is_warned: bool,
}

impl AuthorizePage {
    pub fn open(client: Client, redirect: Redirect, ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let pkce = ctx.setup.pkce;
        let mut page = Self {
            client,
            redirect,
            pkce,
            step: Step::Asking(None),
            shows_qr: false,
            mistake: None,
            problem: None,
            is_warned: false,
        };
        let begun = page.begin().begin;
        (page, begun)
    }

    /// Starts a new authorization; the previous link becomes invalid.
    fn begin(&mut self) -> Transition {
        self.step = Step::Asking(None);
        self.shows_qr = false;
        self.mistake = None;
        self.problem = None;
        self.is_warned = false;
        let (client_id, redirect, pkce) = (self.client.id.clone(), self.redirect, self.pkce);
        Transition::begin(Task::Authorize(AuthorizeRequest { client_id, redirect, pkce }))
    }

    /// Returns the error of the last pasted URL; the link is still valid.
    pub fn mistake(&self) -> Option<&Problem> {
        self.mistake.as_ref()
    }

    /// Returns the redirect URI.
    pub fn redirect(&self) -> Redirect {
        self.redirect
    }

    /// Returns the pending authorization while its link is valid.
    fn live(&self, ctx: &Ctx<'_>) -> Option<&Pending> {
        match &self.step {
            Step::Asking(pending) if ctx.is_waiting => pending.as_deref(),
            Step::Asking(_) | Step::Exchanging | Step::Granted(_) => None,
        }
    }

    /// Reads the redirect URL from a paste. An unrelated URL changes nothing: the listener goes on.
    fn paste(&mut self, address: &Secret, ctx: &Ctx<'_>) -> Transition {
        let Some(pending) = self.live(ctx) else { return Transition::stay() };
        match read_answer(address, pending) {
            Ok(code) => self.exchange(code),
            Err(problem) if problem.code == ProblemCode::AnswerNotOurs => {
                self.mistake = Some(problem);
                Transition::stay()
            }
            // This is the response to our request, and it is an error.
            Err(problem) => {
                self.refused(problem);
                Transition { stop: true, ..Transition::stay() }
            }
        }
    }

    fn exchange(&mut self, code: Secret) -> Transition {
        // A code belongs to one request and is worthless without it.
        let Step::Asking(Some(pending)) = &self.step else { return Transition::stay() };
        let (redirect, verifier) = (pending.redirect, pending.verifier.clone());
        let exchange = Exchange { client: self.client.clone(), code, redirect, verifier, pkce: self.pkce };
        self.step = Step::Exchanging;
        self.mistake = None;
        self.shows_qr = false;
        Transition::begin(Task::Exchange(Box::new(exchange)))
    }

    fn verify(&mut self, candidate: Candidate) -> Transition {
        self.problem = None;
        self.step = Step::Granted(candidate.clone());
        Transition::begin(Task::Verify(candidate))
    }

    /// Tries again what failed: the verification if there are tokens, otherwise the authorization.
    fn again(&mut self) -> Transition {
        match &self.step {
            Step::Granted(candidate) => self.verify(candidate.clone()),
            Step::Asking(_) | Step::Exchanging => self.begin(),
        }
    }

    /// Ends the authorization with an error. It is never retried without PKCE, because an error that arrives through the browser may be
    /// forged to cause a downgrade (RFC 9700, section 4.8).
    fn refused(&mut self, problem: Problem) {
        self.step = Step::Asking(None);
        self.mistake = None;
        self.shows_qr = false;
        self.problem = Some(problem);
    }

    /// Goes back, but warns first if tokens would be lost with this page.
    fn back(&mut self) -> Transition {
        if !self.holds_unkept() || std::mem::replace(&mut self.is_warned, true) {
            return Transition::back();
        }
        let text = "Tokens of Notion's are kept nowhere yet. Going back once more drops them; they stay alive until the person disconnects.";
        Transition { notice: Some(Notice::trouble(text)), ..Transition::stay() }
    }

    fn browse(link: Link) -> Transition {
        Transition { notice: Some(Notice::plain("Opening the browser.")), ..Transition::begin(Task::Open(link)) }
    }
}

impl Page for AuthorizePage {
    fn stage(&self) -> Stage {
        Stage::SignIn
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Paste(address) | Input::Answer(Given::Text(address)) => return self.paste(&address, ctx),
            Input::Do(Intent::Back) if self.shows_qr => self.shows_qr = false,
            Input::Do(Intent::Back) => return self.back(),
            Input::Do(Intent::Confirm | Intent::Open) if self.live(ctx).is_some() => {
                return self.live(ctx).map_or_else(Transition::stay, |pending| Self::browse(pending.link.clone()));
            }
            // Without a valid link, Open leads to the page where the connection is set up.
            Input::Do(Intent::Open) if !ctx.is_waiting => {
                return ctx.portal(PathId::Oauth).map_or_else(Transition::stay, Self::browse);
            }
            Input::Do(Intent::Copy) => {
                return self.live(ctx).map_or_else(Transition::stay, |pending| Transition::copy(pending.link.as_str()));
            }
            Input::Do(Intent::Plain) => {
                let print = self.live(ctx).map(|pending| pending.link.as_str().to_owned());
                return Transition { print, ..Transition::stay() };
            }
            Input::Do(Intent::Scan) if self.live(ctx).is_some() => self.shows_qr = !self.shows_qr,
            Input::Do(Intent::Retry) if self.live(ctx).is_some() => return self.begin(),
            Input::Do(Intent::Confirm | Intent::Retry) | Input::Answer(Given::Choice(0)) if !ctx.is_waiting => return self.again(),
            Input::Do(_) | Input::Type(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        match (progress, &self.step) {
            (Progress::Authorizing(pending), Step::Asking(_)) => self.step = Step::Asking(Some(pending)),
            (Progress::TlsAttempted, Step::Asking(Some(pending))) => {
                return Transition { notice: Some(Notice::trouble(tls_hint(pending.redirect))), ..Transition::stay() };
            }
            _ => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, reply: Reply, _ctx: &Ctx<'_>) -> Transition {
        match reply {
            Reply::Answered(Ok(code)) => return self.exchange(code),
            Reply::Answered(Err(problem)) => self.refused(problem),
            Reply::Exchanged(answer) => match *answer {
                Ok(candidate) => return self.verify(candidate),
                Err(problem) => {
                    self.step = Step::Asking(None);
                    self.problem = Some(problem);
                }
            },
            Reply::Verified(answer) => match *answer {
                Ok(verified) => return Transition::to(Route::Verify(Box::new(verified), None)),
                Err(problem) => self.problem = Some(problem),
            },
            _ => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        if let Some(pending) = self.live(ctx).filter(|_| self.shows_qr) {
            let caption = "For a phone: it ends on a page that does not load, whose address is then pasted here. v goes back.";
            return qr::sheet(theme, ctx.size, &pending.link, caption);
        }
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("Ask for consent");
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        if let Some(mistake) = self.mistake.as_ref().filter(|_| self.live(ctx).is_some()) {
            pending::draw_mistake(&mut sheet, mistake);
        }
        if let Some(problem) = &self.problem {
            sheet.put_news();
            marks::problem(&mut sheet, problem, Mode::Moving);
            sheet.blank();
        }
        match (&self.step, self.live(ctx)) {
            (_, Some(pending)) => pending::draw(&mut sheet, pending, ctx),
            (Step::Asking(_), None) if ctx.is_waiting => marks::waiting(&mut sheet, "Making a link."),
            (Step::Exchanging, None) if ctx.is_waiting => {
                marks::waiting(&mut sheet, "The answer is here. Trading its code for tokens.");
            }
            (Step::Granted(_), None) if ctx.is_waiting => marks::waiting(&mut sheet, "Asking Notion whom the token belongs to."),
            (Step::Granted(_), None) => {
                sheet.text(
                    Role::Text,
                    "Notion has given tokens, which are here until you leave. Enter asks Notion whom they belong to.",
                );
            }
            (Step::Asking(_) | Step::Exchanging, None) if self.problem.is_none() => {
                sheet.text(Role::Text, "No link is out. Enter makes a new one.");
            }
            (Step::Asking(_) | Step::Exchanging, None) => {}
        }
        sheet
    }

    fn ask(&self, _ctx: &Ctx<'_>) -> Ask {
        let (prompt, again) = match self.step {
            Step::Granted(_) => ("The tokens are not verified yet.", "Verify once more"),
            Step::Asking(_) | Step::Exchanging => ("No link is out.", "Make a new link"),
        };
        Ask::Choice { id: AskId::AuthorizeAgain, prompt: prompt.into(), options: vec![Choice::new(again, "")] }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        match (&self.step, self.live(ctx)) {
            (_, Some(_)) if self.shows_qr => {
                vec![(Intent::Scan, "the link"), (Intent::Back, "back"), (Intent::Retry, "new link")]
            }
            (_, Some(_)) => vec![
                (Intent::Confirm, "open"),
                (Intent::Back, "cancel"),
                (Intent::Copy, "copy"),
                (Intent::Plain, "plain"),
                (Intent::Scan, "QR"),
                (Intent::Retry, "new link"),
                (Intent::Down, "scroll"),
            ],
            (_, None) if ctx.is_waiting => vec![(Intent::Back, "cancel")],
            (Step::Granted(_), None) => vec![(Intent::Confirm, "verify"), (Intent::Back, "back")],
            (Step::Asking(_) | Step::Exchanging, None) => vec![(Intent::Confirm, "new link"), (Intent::Back, "back")],
        }
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// Issued tokens are lost with this page.
    fn holds_unkept(&self) -> bool {
        matches!(self.step, Step::Exchanging | Step::Granted(_))
    }

    fn arrows_scroll(&self) -> bool {
        true
    }
}
