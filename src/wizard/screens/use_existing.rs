//! Uses a credential that was found on this machine: asks which one if there are several, verifies a single one at once.

use super::{Hint, Page, Stage};
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::{Account, Candidate, CredentialSource, Entry, Inventory, Unusable, VerifiedCredential, titles};
use crate::domain::problem::Problem;
use crate::domain::sanitize::capitalised;
use crate::wizard::context::Ctx;
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Mode, Notice, Probe, Prompt, PromptId, Reply, Route, Task, TaskOutcome, TokenEntry, Transition,
    problem_of,
};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

#[derive(Clone, Debug, PartialEq)]
pub struct UseExistingPage {
    selected: usize,
    problem: Option<Problem>,
    /// Verified, and about to be put under the key that names whom it acts as.
    unidentified: Option<Box<VerifiedCredential>>,
}

impl UseExistingPage {
    /// Creates the page; a single credential is verified at once.
    pub fn open(ctx: &Ctx<'_>) -> (Self, Option<Task>) {
        let existing = Self::credentials(ctx);
        let task = match existing.as_slice() {
            [only] if only.is_usable() => Some(Task::Verify(Candidate::Discovered(only.source.clone()))),
            _ => None,
        };
        // The first that can be used is offered first, wherever it stands.
        let selected = existing.iter().position(|existing| existing.is_usable()).unwrap_or_default();
        (Self { selected, problem: None, unidentified: None }, task)
    }

    /// Creates the page with this credential selected and verifies it, because the key that led here said so.
    pub fn continue_with(source: CredentialSource, ctx: &Ctx<'_>) -> (Self, Task) {
        let selected = Self::credentials(ctx).iter().position(|existing| existing.source == source).unwrap_or_default();
        (Self { selected, problem: None, unidentified: None }, Task::Verify(Candidate::Discovered(source)))
    }

    fn credentials<'a>(ctx: &Ctx<'a>) -> Vec<&'a Entry> {
        ctx.inventory().map(Inventory::by_precedence).unwrap_or_default()
    }

    fn choices(ctx: &Ctx<'_>) -> Vec<Choice> {
        let existing = Self::credentials(ctx);
        let titles = titles(&existing.iter().map(|entry| entry.named()).collect::<Vec<_>>());
        existing.into_iter().zip(titles).map(|(existing, title)| Self::choice(existing, title)).collect()
    }

    fn choice(existing: &Entry, title: String) -> Choice {
        let reason = existing.unusable.as_ref().map(|unusable| match unusable {
            Unusable::KeptByNtn => "Only ntn can read it: its token is in ntn's own keychain.".to_owned(),
            Unusable::Gone | Unusable::Variable(_) => format!("{}.", capitalised(&unusable.reason())),
        });
        let place = match &existing.source {
            CredentialSource::Environment => "Set in the environment of this shell".to_owned(),
            CredentialSource::OtherVariable(_) => "Set in the environment of this shell; not active by itself".to_owned(),
            CredentialSource::Saved(_) => format!("Kept by notion-auth: {}", existing.place),
            CredentialSource::Ntn { .. } => existing.place.clone(),
        };
        let place = match existing.also_in.as_slice() {
            [] => place,
            names => format!("{place}; also in {}", names.join(", ")),
        };
        Choice::new(title, place).disabled_because(reason)
    }

    fn go_on(&mut self, verified: VerifiedCredential, ctx: &Ctx<'_>) -> Transition {
        let is_kept = |account: &Account| ctx.credential_index().credentials.iter().any(|record| record.account == *account);
        match verified.unidentified().filter(|(account, _)| is_kept(account)) {
            Some((account, actor)) => {
                self.unidentified = Some(Box::new(verified));
                Transition::start(Task::Identify(account, actor))
            }
            None => Transition::to(Route::Verify(Box::new(verified), None)),
        }
    }

    fn use_identified(verified: Box<VerifiedCredential>) -> Transition {
        Transition { start: Some(Task::Probe(Probe::Existing)), ..Transition::to(Route::Verify(verified, None)) }
    }

    /// Moves the selection and dismisses the error.
    fn select(&mut self, index: usize) {
        self.selected = index;
        self.problem = None;
    }

    fn pick(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        match Self::credentials(ctx).get(index) {
            Some(existing) if existing.is_usable() && !ctx.is_waiting => {
                self.selected = index;
                self.problem = None;
                Transition::start(Task::Verify(Candidate::Discovered(existing.source.clone())))
            }
            Some(Entry { unusable: Some(unusable), .. }) => {
                Transition::notify(format!("This one can't be used: {}.", unusable.reason()))
            }
            Some(_) | None => Transition::stay(),
        }
    }
}

impl Page for UseExistingPage {
    fn stage(&self) -> Stage {
        Stage::SignIn
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        let last = Self::credentials(ctx).len().saturating_sub(1);
        match input {
            Input::Do(Intent::Up) => self.select(self.selected.saturating_sub(1)),
            Input::Do(Intent::Down) => self.select((self.selected + 1).min(last)),
            Input::Do(Intent::First) => self.select(0),
            Input::Do(Intent::Last) => self.select(last),
            Input::Do(Intent::Pick(index)) | Input::Answer(Answer::Choice(index)) => return self.pick(index, ctx),
            Input::Do(Intent::Confirm | Intent::Retry) => return self.pick(self.selected, ctx),
            Input::Do(Intent::Open) => {
                if let Some(link) = ctx.portal_link(AuthMethod::Token.path()) {
                    return Transition {
                        notice: Some(Notice::info("Opening the portal.")),
                        ..Transition::start(Task::OpenLink(link))
                    };
                }
            }
            // The credentials may be revoked or expired, so entering another token takes one key.
            Input::Do(Intent::AddAccount) if !ctx.is_waiting => {
                return Transition::to(Route::Token(AuthMethod::Token.path(), TokenEntry::Field));
            }
            Input::Paste(secret) if !ctx.is_waiting => {
                return Transition::to(Route::Token(AuthMethod::Token.path(), TokenEntry::Pasted(secret)));
            }
            Input::Do(Intent::Accounts) if !ctx.is_waiting => return Transition::to(Route::Accounts),
            Input::Do(Intent::Back) => return Transition::back(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match (task, reply, self.unidentified.take()) {
            (_, Ok(TaskOutcome::Verified(verified)), _) => self.go_on(*verified, ctx),
            (_, Ok(TaskOutcome::Identified(account)), Some(mut verified)) => {
                verified.found_in = Some(CredentialSource::Saved(account));
                Self::use_identified(verified)
            }
            // A key that could not be put right is no failure of what was asked: the next answer tries it again.
            (Task::Identify(..), Err(_), Some(verified)) => Self::use_identified(verified),
            (_, reply, _) => {
                self.problem = Some(problem_of(reply));
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        sheet.title("Here already");
        sheet.blank();
        for (index, choice) in Self::choices(ctx).iter().enumerate() {
            components::draw_choice(&mut sheet, index + 1, choice, index == self.selected);
        }
        if ctx.is_waiting {
            sheet.blank();
            sheet.scroll_to_here();
            let esc = components::key_name(theme, Mode::Normal, Intent::Back);
            components::draw_waiting(&mut sheet, &format!("Asking {} who this is. {esc} stops.", ctx.setup.notion_host));
        }
        if let Some(problem) = &self.problem {
            sheet.blank();
            sheet.scroll_to_here();
            components::draw_problem(&mut sheet, problem, Mode::Normal);
            sheet.blank();
            let key = components::key_name(theme, Mode::Normal, Intent::AddAccount);
            sheet.text(Role::Text, &format!("Have another token? Paste it here, or press {key}."));
            let selected = Self::credentials(ctx).into_iter().nth(self.selected);
            if let Some(name) = selected.and_then(|existing| existing.source.variable()) {
                sheet.text(Role::Dim, &format!("Programs in this shell keep using {name} until you change or unset it."));
            }
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        Prompt::Choice { id: PromptId::Existing, prompt: "Which of these?".into(), options: Self::choices(ctx) }
    }

    fn hints(&self, ctx: &Ctx<'_>) -> Vec<Hint> {
        if ctx.is_waiting {
            return vec![(Intent::Back, "stop")];
        }
        let confirm = if self.problem.is_some() { (Intent::Retry, "try again") } else { (Intent::Confirm, "use it") };
        vec![confirm, (Intent::Back, "back"), (Intent::AddAccount, "another token"), (Intent::Accounts, "accounts")]
    }

    fn back_cancels_wait(&self) -> bool {
        true
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
