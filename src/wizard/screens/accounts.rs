//! The Accounts page: every credential of this machine, and the actions for each. It uses the same engine and the same words as
//! the commands `status`, `switch`, `refresh` and `logout`.

mod acting;
mod drawing;

use super::{Hint, Page, Stage};
use crate::domain::accounts::{Answer, Line, Listed, Listing, refreshed, revoke_path, switched};
use crate::domain::catalog::PathId;
use crate::domain::credential::{CredentialRecord, ExistingSource, StoreKind};
use crate::domain::link::Link;
use crate::domain::problem::Problem;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Given, Go, Input, Intent, Mode, Notice, Probe, Reply, Route, Task, Transition};
use crate::wizard::theme::Theme;
use crate::wizard::widgets::sheet::Sheet;

/// Rows that Left and Right move by.
const LEAP: usize = 10;

/// The operation that is running or ran last.
#[derive(Clone, Debug, PartialEq)]
enum Doing {
    Switch(Box<CredentialRecord>),
    /// Asks Notion who the credential belongs to.
    Verify(ExistingSource),
    /// Verifies, then continues to the checks: a login of `ntn` that is not recorded here yet.
    Use(ExistingSource),
    /// Verifies, then opens the page that sends it to a secret manager.
    HandTo(ExistingSource),
    Refresh(Box<CredentialRecord>),
    LogOut(Box<CredentialRecord>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accounts {
    selected: usize,
    /// Notion's answers about the credentials that were verified.
    answers: Vec<(ExistingSource, Answer)>,
    doing: Option<Doing>,
    /// The account whose logout waits for consent.
    asks: Option<Box<CredentialRecord>>,
    /// The result of the last operation.
    said: Vec<Line>,
    problem: Option<Problem>,
}

impl Accounts {
    /// Returns everything that was found; `None` until the probe has finished.
    fn listing(&self, ctx: &Ctx<'_>) -> Option<Listing> {
        let existing = ctx.found.existing.get()?;
        let variable = ctx.environment_problem().map_or_else(|| Ok(ctx.environment_token_is_set()), |problem| Err(problem.clone()));
        let trouble = ctx.found.existing_trouble.clone();
        let mut listing = Listing::of(variable, existing, Ok(ctx.ledger), trouble, &ctx.setup.file_place);
        for (source, answer) in &self.answers {
            if let Some(listed) = listing.credentials.iter_mut().find(|listed| listed.source == *source) {
                listed.answer = Some(answer.clone());
            }
        }
        Some(listing)
    }

    /// Returns the selected index, limited to the list's length, which may have shrunk.
    fn at(&self, listing: &Listing) -> usize {
        self.selected.min(listing.credentials.len().saturating_sub(1))
    }

    /// Moves the selection and dismisses the last result.
    fn select(&mut self, index: usize, ctx: &Ctx<'_>) {
        if ctx.is_waiting {
            return;
        }
        let last = self.listing(ctx).map_or(0, |listing| listing.credentials.len().saturating_sub(1));
        self.selected = index.min(last);
        self.settle();
    }

    fn settle(&mut self) {
        self.said.clear();
        self.problem = None;
        self.doing = None;
    }

    fn here(&self, ctx: &Ctx<'_>) -> usize {
        self.listing(ctx).map_or(0, |listing| self.at(&listing))
    }

    /// Returns the page at Notion where this credential, or the connection behind it, is revoked.
    fn page_of(record: &CredentialRecord, ctx: &Ctx<'_>) -> Option<Link> {
        ctx.revoke(revoke_path(record))
    }

    fn chosen(&self, ctx: &Ctx<'_>) -> Option<Listed> {
        let listing = self.listing(ctx)?;
        let at = self.at(&listing);
        listing.credentials.into_iter().nth(at)
    }

    fn open_portal(&self, ctx: &Ctx<'_>) -> Transition {
        let asked = self.chosen(ctx).and_then(|listed| listed.record);
        let link = asked.map_or_else(|| ctx.portal(PathId::Token), |record| Self::page_of(&record, ctx));
        match link {
            Some(link) => Transition { notice: Some(Notice::plain("Opening the portal.")), ..Transition::begin(Task::Open(link)) },
            None => Transition::stay(),
        }
    }
}

/// Probes the credentials again, so that the list shows the change.
fn look_again() -> Transition {
    Transition::begin(Task::Probe(Probe::Existing))
}

impl Page for Accounts {
    fn stage(&self) -> Stage {
        Stage::Choose
    }

    fn mode(&self) -> Mode {
        if self.asks.is_some() { Mode::Asking } else { Mode::Moving }
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        if self.asks.is_some() {
            return match input {
                Input::Do(Intent::Yes) | Input::Answer(Given::Consent(true)) => self.log_out(),
                Input::Do(Intent::Back) | Input::Answer(Given::Consent(false)) => {
                    self.asks = None;
                    Transition::stay()
                }
                Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => Transition::stay(),
            };
        }
        match input {
            Input::Do(Intent::Up) => self.select(self.here(ctx).saturating_sub(1), ctx),
            Input::Do(Intent::Down) => self.select(self.here(ctx) + 1, ctx),
            Input::Do(Intent::Left) => self.select(self.here(ctx).saturating_sub(LEAP), ctx),
            Input::Do(Intent::Right) => self.select(self.here(ctx) + LEAP, ctx),
            Input::Do(Intent::First) => self.select(0, ctx),
            Input::Do(Intent::Last) => self.select(usize::MAX, ctx),
            Input::Do(Intent::Pick(number)) => self.select(usize::from(number) - 1, ctx),
            Input::Answer(Given::Choice(index)) => {
                self.select(index, ctx);
                return self.act(Intent::Confirm, ctx);
            }
            Input::Do(Intent::Retry) => return self.again(ctx),
            Input::Do(intent @ (Intent::Confirm | Intent::Refresh | Intent::LogOut | Intent::HandTo)) => {
                return self.act(intent, ctx);
            }
            // Another account is added from the first page, like the first one.
            Input::Do(Intent::Add) if !ctx.is_waiting => return Transition { go: Go::First, ..Transition::stay() },
            Input::Do(Intent::Open) => return self.open_portal(ctx),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match (reply, self.doing.clone()) {
            (Reply::Verified(answer), Some(Doing::Use(source))) => match *answer {
                Ok(verified) => return Transition::to(Route::Verify(Box::new(verified), None)),
                Err(problem) => self.hear(source, Err(problem)),
            },
            (Reply::Verified(answer), Some(Doing::HandTo(source))) => match *answer {
                Ok(verified) => {
                    self.settle();
                    return Transition::to(Route::HandTo(Box::new(verified)));
                }
                Err(problem) => self.hear(source, Err(problem)),
            },
            // Only the identity is kept: the list does not need the secret.
            (Reply::Verified(answer), Some(Doing::Verify(source))) => {
                let actor = answer.as_ref().as_ref().ok().and_then(|verified| verified.identity.actor_id()).map(str::to_owned);
                let account = self.chosen(ctx).and_then(|listed| listed.record).map(|record| record.account);
                self.hear(source, (*answer).map(|verified| verified.identity));
                // Records of earlier versions have no actor.
                if let (Some(account), Some(actor)) = (account.filter(|account| account.actor().is_none()), actor) {
                    return Transition::begin(Task::Identify(account, actor));
                }
            }
            // A failed move to the new key is not an error: the next verification tries it again.
            (Reply::Identified(Ok(account)), Some(Doing::Verify(source))) => {
                let named = if matches!(source, ExistingSource::Ours(_)) { ExistingSource::Ours(account) } else { source.clone() };
                for (asked, _) in self.answers.iter_mut().filter(|(asked, _)| *asked == source) {
                    *asked = named.clone();
                }
                return look_again();
            }
            (Reply::Switched(Ok(())), Some(Doing::Switch(record))) => {
                let existing = ctx.found.existing.get().map(Vec::as_slice).unwrap_or_default();
                self.said = switched(&record, false, existing, ctx.ledger);
                return look_again();
            }
            (Reply::Refreshed(Ok(how)), Some(Doing::Refresh(record))) => {
                // The old token is dead, and so is Notion's answer about it.
                self.answers.retain(|(source, _)| !record.stands_for(source));
                self.said = vec![Line::Say(refreshed(&record, &how))];
                return look_again();
            }
            (Reply::LoggedOut(outcome), Some(Doing::LogOut(record))) => {
                self.answers.retain(|(source, _)| !record.stands_for(source));
                self.said = Self::told(&outcome, ctx);
                return look_again();
            }
            (Reply::Switched(Err(problem)) | Reply::Refreshed(Err(problem)), _) => self.problem = Some(problem),
            _ => {}
        }
        Transition::stay()
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        self.draw(ctx, theme)
    }

    fn ask(&self, ctx: &Ctx<'_>) -> Ask {
        if let Some(record) = &self.asks {
            return Ask::Consent { id: AskId::LogOut, what: acting::question(record, ctx) };
        }
        let titles = self.listing(ctx).map(|listing| listing.titles()).unwrap_or_default();
        let options = titles.into_iter().map(|title| Choice::new(title, "")).collect();
        Ask::Choice { id: AskId::Account, prompt: "Which credential is to be used?".into(), options }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        if self.asks.is_some() {
            return vec![(Intent::Yes, "log out"), (Intent::Back, "keep it")];
        }
        if ctx.is_waiting {
            let can_stop = match &self.doing {
                Some(Doing::Verify(_) | Doing::Use(_) | Doing::HandTo(_)) => true,
                Some(Doing::LogOut(record)) => record.store == StoreKind::Keychain,
                Some(Doing::Switch(_) | Doing::Refresh(_)) | None => false,
            };
            return if can_stop { vec![(Intent::Back, "stop")] } else { Vec::new() };
        }
        let add = (Intent::Add, "add another");
        if self.listing(ctx).is_none_or(|listing| listing.credentials.is_empty()) {
            return vec![(Intent::Add, "sign in"), (Intent::Back, "back")];
        }
        let retry = if self.has_failed() { (Intent::Retry, "try again") } else { (Intent::Retry, "verify") };
        vec![
            (Intent::Confirm, "use"),
            retry,
            (Intent::LogOut, "log out"),
            (Intent::Refresh, "refresh"),
            add,
            (Intent::HandTo, "hand to"),
            (Intent::Back, "back"),
        ]
    }

    fn back_stops_waiting(&self) -> bool {
        true
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
