//! Uses a credential that was found on this machine: asks which one if there are several, verifies a single one at once.

use super::{Hint, Page, Stage};
use crate::domain::accounts::{NamedCredential, titles};
use crate::domain::catalog::PathId;
use crate::domain::credential::{Account, Candidate, Existing, ExistingSource, Unusable, Verified};
use crate::domain::problem::Problem;
use crate::domain::sanitize::capitalised;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{Ask, AskId, Choice, Entry, Given, Input, Intent, Mode, Notice, Probe, Reply, Route, Task, Transition};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::marks;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq)]
pub struct UseExisting {
    selected: usize,
    problem: Option<Problem>,
    /// Verified, and about to be put under the key that names whom it acts as.
    unidentified: Option<Box<Verified>>,
}

impl UseExisting {
    /// Creates the page; a single credential is verified at once.
    pub fn open(ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let existing = Self::existing(ctx);
        let task = match existing.as_slice() {
            [only] if only.is_usable() => Some(Task::Verify(Candidate::Existing(only.source.clone()))),
            _ => None,
        };
        // The first that can be used is offered first, wherever it stands.
        let selected = existing.iter().position(|existing| existing.is_usable()).unwrap_or_default();
        (Self { selected, problem: None, unidentified: None }, task)
    }

    /// Creates the page with this credential selected and verifies it, because the key that led here said so.
    pub fn continue_with(source: ExistingSource, ctx: &Ctx<'_>) -> (Self, Task) {
        let selected = Self::existing(ctx).iter().position(|existing| existing.source == source).unwrap_or_default();
        (Self { selected, problem: None, unidentified: None }, Task::Verify(Candidate::Existing(source)))
    }

    fn existing<'a>(ctx: &Ctx<'a>) -> Vec<&'a Existing> {
        ctx.found.existing.get().map(|existing| existing.iter().collect()).unwrap_or_default()
    }

    fn choices(ctx: &Ctx<'_>) -> Vec<Choice> {
        let existing = Self::existing(ctx);
        let all = existing.iter().map(|existing| NamedCredential {
            source: &existing.source,
            record: ctx.ledger.credentials.iter().find(|record| record.stands_for(&existing.source)),
            workspace: existing.workspace.as_ref(),
        });
        let titles = titles(&all.collect::<Vec<_>>());
        existing.into_iter().zip(titles).map(|(existing, title)| Self::choice(existing, title)).collect()
    }

    fn choice(existing: &Existing, title: String) -> Choice {
        let reason = existing.unusable.as_ref().map(|unusable| match unusable {
            Unusable::KeptByNtn => "Only ntn can read it: its token is in ntn's own keychain.".to_owned(),
            Unusable::Gone | Unusable::Variable(_) => format!("{}.", capitalised(&unusable.reason())),
        });
        let place = match &existing.source {
            ExistingSource::Environment => "Set in the environment of this shell.".to_owned(),
            ExistingSource::Ours(_) => format!("Kept by notion-auth: {}", existing.place),
            ExistingSource::Ntn { .. } => existing.place.clone(),
        };
        Choice::new(title, place).disabled_because(reason)
    }

    fn go_on(&mut self, verified: Verified, ctx: &Ctx<'_>) -> Transition {
        let is_kept = |account: &Account| ctx.ledger.credentials.iter().any(|record| record.account == *account);
        match verified.unidentified().filter(|(account, _)| is_kept(account)) {
            Some((account, actor)) => {
                self.unidentified = Some(Box::new(verified));
                Transition::begin(Task::Identify(account, actor))
            }
            None => Transition::to(Route::Verify(Box::new(verified), None)),
        }
    }

    /// Moves the selection and dismisses the error.
    fn select(&mut self, index: usize) {
        self.selected = index;
        self.problem = None;
    }

    fn pick(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        match Self::existing(ctx).get(index) {
            Some(existing) if existing.is_usable() && !ctx.is_waiting => {
                self.selected = index;
                self.problem = None;
                Transition::begin(Task::Verify(Candidate::Existing(existing.source.clone())))
            }
            Some(Existing { unusable: Some(unusable), .. }) => {
                Transition::say(format!("This one can't be used: {}.", unusable.reason()))
            }
            Some(_) | None => Transition::stay(),
        }
    }
}

impl Page for UseExisting {
    fn stage(&self) -> Stage {
        Stage::SignIn
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let last = Self::existing(ctx).len().saturating_sub(1);
        match input {
            Input::Do(Intent::Up) => self.select(self.selected.saturating_sub(1)),
            Input::Do(Intent::Down) => self.select((self.selected + 1).min(last)),
            Input::Do(Intent::First) => self.select(0),
            Input::Do(Intent::Last) => self.select(last),
            Input::Do(Intent::Pick(number)) => return self.pick(usize::from(number) - 1, ctx),
            Input::Do(Intent::Confirm | Intent::Retry) => return self.pick(self.selected, ctx),
            Input::Answer(Given::Choice(index)) => return self.pick(index, ctx),
            Input::Do(Intent::Open) => {
                if let Some(link) = ctx.portal(PathId::Token) {
                    return Transition {
                        notice: Some(Notice::plain("Opening the portal.")),
                        ..Transition::begin(Task::Open(link))
                    };
                }
            }
            // The credentials may be revoked or expired, so entering another token takes one key.
            Input::Do(Intent::Add) if !ctx.is_waiting => return Transition::to(Route::SignIn(PathId::Token, Entry::Field)),
            Input::Paste(secret) if !ctx.is_waiting => {
                return Transition::to(Route::SignIn(PathId::Token, Entry::Pasted(secret)));
            }
            Input::Do(Intent::Accounts) if !ctx.is_waiting => return Transition::to(Route::Accounts),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match reply {
            Reply::Verified(answer) => match *answer {
                Ok(verified) => self.go_on(verified, ctx),
                Err(problem) => {
                    self.problem = Some(problem);
                    Transition::stay()
                }
            },
            // A key that could not be put right is no failure of what was asked: the next answer tries it again.
            Reply::Identified(outcome) => match self.unidentified.take() {
                Some(mut verified) => {
                    if let Ok(account) = outcome {
                        verified.found_in = Some(ExistingSource::Ours(account));
                    }
                    Transition { begin: Some(Task::Probe(Probe::Existing)), ..Transition::to(Route::Verify(verified, None)) }
                }
                None => Transition::stay(),
            },
            _ => Transition::stay(),
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("Here already");
        sheet.blank();
        for (index, choice) in Self::choices(ctx).iter().enumerate() {
            marks::choice(&mut sheet, index + 1, choice, index == self.selected);
        }
        if ctx.is_waiting {
            sheet.blank();
            sheet.put_news();
            let esc = marks::key(theme, Mode::Moving, Intent::Back);
            marks::waiting(&mut sheet, &format!("Asking {} who this is. {esc} stops.", ctx.setup.notion_host));
        }
        if let Some(problem) = &self.problem {
            sheet.blank();
            sheet.put_news();
            marks::problem(&mut sheet, problem, Mode::Moving);
            sheet.blank();
            let key = marks::key(theme, Mode::Moving, Intent::Add);
            sheet.text(Role::Text, &format!("Have another token? Paste it here, or press {key}."));
            let selected = Self::existing(ctx).into_iter().nth(self.selected);
            if selected.is_some_and(|existing| existing.source == ExistingSource::Environment) {
                sheet.text(Role::Dim, "Programs in this shell keep using NOTION_API_TOKEN until you change or unset it.");
            }
        }
        sheet
    }

    fn ask(&self, ctx: &Ctx<'_>) -> Ask {
        Ask::Choice { id: AskId::Existing, prompt: "Which of these?".into(), options: Self::choices(ctx) }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        if ctx.is_waiting {
            return vec![(Intent::Back, "stop")];
        }
        let confirm = if self.problem.is_some() { (Intent::Retry, "try again") } else { (Intent::Confirm, "use it") };
        vec![confirm, (Intent::Back, "back"), (Intent::Add, "another token"), (Intent::Accounts, "accounts")]
    }

    fn back_stops_waiting(&self) -> bool {
        true
    }

    fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
