//! Saves the credential: asks before writing plain text, writes, reads back, and only then reports success. One line, which can be
//! skipped, asks when the token expires, because Notion's API does not return it (<https://developers.notion.com/reference/get-self>).

use super::{Page, Stage};
use crate::domain::credentials::{
    CredentialRecord, SignInOutcome, StoreKind, VerifiedCredential, list_names, remember_copy, same_id, unique_name,
};
use crate::domain::machine::KeychainState;
use crate::domain::problem::{Problem, RemedyAction};
use crate::domain::team_profile::ProfileKey;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions, Consent, ExpiryChoice, Menu, MenuEvent};
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Prompt, PromptId, Reply, Route, SaveRequest, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::{Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

const SECRET_MANAGERS: &str = "GitHub, GitLab, AWS, Vault, 1Password, Kubernetes or Doppler, using its own CLI";

/// Shown for the user's own connection.
const REFRESHED_TOKENS_REASON: &str = "OAuth tokens are replaced often, so a copy would soon stop working.";

/// Returns the reason why there is no place for the private file.
fn no_folder_reason(ctx: &Ctx<'_>) -> Option<String> {
    let problem = ctx.setup.no_store.as_ref()?;
    let evidence = problem.evidence.as_deref().unwrap_or_else(|| problem.headline());
    Some(format!("No folder for it: {evidence}. Set NOTION_AUTH_HOME to one and start again."))
}

/// Adds what the system said, if the user asked for the details.
fn with_details(text: &str, evidence: &str, ctx: &Ctx<'_>) -> String {
    if ctx.shows_details { format!("{text} {evidence}") } else { text.to_owned() }
}

#[derive(Clone, Debug, PartialEq)]
pub struct SavePage {
    verified: VerifiedCredential,
    /// The token may be one that expires.
    can_expire: bool,
    expiry: ExpiryChoice,
    selected: usize,
    /// The plain-text file was picked and waits for consent.
    asks_consent: bool,
    /// The store that is being written to.
    saving: Option<StoreKind>,
    problem: Option<Problem>,
}

impl SavePage {
    /// Selects the team's choice; without one the keychain if it works, otherwise the file, otherwise no store.
    pub fn new(verified: VerifiedCredential, can_expire: bool, ctx: &Ctx<'_>) -> Self {
        let of_team = ctx.team_answers().and_then(|answers| answers.store);
        let of_team = of_team.and_then(|store| StoreKind::OFFERED.iter().position(|offered| *offered == store));
        let selected = match ctx.findings.keychain.get() {
            _ if ctx.setup.no_store.is_some() => 2,
            _ if of_team.is_some() => of_team.unwrap_or_default(),
            Some(keychain) if !keychain.is_usable() => 1,
            _ => 0,
        };
        Self { verified, can_expire, expiry: ExpiryChoice::default(), selected, asks_consent: false, saving: None, problem: None }
    }

    /// True if this page saves that token.
    pub fn is_about(&self, verified: &VerifiedCredential, can_expire: bool) -> bool {
        self.verified == *verified && self.can_expire == can_expire
    }

    fn menu(&self, ctx: &Ctx<'_>) -> Menu {
        let reason = match ctx.findings.keychain.get() {
            Some(KeychainState::Absent { evidence }) => Some(with_details("No keychain on this machine.", evidence, ctx)),
            Some(KeychainState::Disabled { value }) => Some(format!("Turned off by NOTION_KEYRING={value}.")),
            Some(KeychainState::Available { .. } | KeychainState::Locked { .. } | KeychainState::TimedOut) | None => None,
        };
        let name = match ctx.findings.keychain.get() {
            Some(KeychainState::Available { name }) => format!("{name}, service notion-auth"),
            Some(KeychainState::Locked { evidence }) => with_details("Locked. Choose it to unlock it.", evidence, ctx),
            Some(KeychainState::TimedOut) => "No response yet. Choose it and answer its dialog.".to_owned(),
            _ => "The operating system's, service notion-auth".to_owned(),
        };
        let items = vec![
            Choice::new("Keychain", name).disabled_because(reason),
            Choice::new("Private file", format!("Plain text that only you can read: {}", ctx.setup.file_place))
                .disabled_because(no_folder_reason(ctx)),
            Choice::new("Don't save", "Nothing is written. You'll sign in again next time."),
            Choice::new("Send to a secret manager", SECRET_MANAGERS)
                .disabled_because(self.verified.connection.as_ref().map(|_| REFRESHED_TOKENS_REASON.to_owned())),
        ];
        Menu::new(PromptId::Store, format!("Where do you want to save {}?", self.secret_names()), items)
    }

    fn choose(&mut self, index: usize, ctx: &Ctx<'_>) -> Transition {
        match StoreKind::OFFERED.get(index).copied() {
            // A secret manager is the last choice.
            None => Transition::to(Route::Send(Box::new(self.verified.clone()))),
            Some(StoreKind::File) if !ctx.setup.file_was_chosen => {
                self.asks_consent = true;
                Transition::stay()
            }
            Some(store) => self.save(store, ctx),
        }
    }

    fn save(&mut self, store: StoreKind, ctx: &Ctx<'_>) -> Transition {
        self.problem = None;
        self.saving = Some(store);
        let record = self.record(store, ctx);
        Transition::start(Task::Save(Box::new(SaveRequest { verified: self.verified.clone(), record })))
    }

    /// Returns the record to save, with the secret managers that the credential was sent to before.
    fn record(&self, store: StoreKind, ctx: &Ctx<'_>) -> CredentialRecord {
        let mut record = self.verified.record(store, self.expiry.0, ctx.setup.today);
        for (account, copy) in ctx.sent_copies {
            if *account == record.account {
                remember_copy(&mut record.sent_to, copy.clone());
            }
        }
        record
    }

    /// Names the secrets to save: the user's own connection has two tokens and the client secret that refreshes them.
    fn secret_names(&self) -> &'static str {
        if self.verified.connection.is_some() { "both tokens and the client secret" } else { "the token" }
    }

    /// Tells which saved credential of the same key would be replaced, or which ones of the same workspace are kept: nothing is replaced
    /// silently.
    fn replacement_notice(&self, ctx: &Ctx<'_>) -> Option<String> {
        let account = self.verified.account();
        let records = || ctx.credential_index().credentials.iter();
        if let Some(same) = records().find(|record| record.account == account) {
            let user = same.user.as_deref().map(|user| format!(", as {user}")).unwrap_or_default();
            return Some(format!(
                "It replaces the one saved on {}{user}: {}.",
                same.saved_on,
                unique_name(same, &ctx.credential_index().credentials)
            ));
        }
        let beside: Vec<_> = records().filter(|record| same_id(&record.account.workspace, &account.workspace)).collect();
        (!beside.is_empty()).then(|| format!("Also saved for this workspace: {}.", list_names(&beside, ctx.credential_index())))
    }

    fn consent_question(&self, ctx: &Ctx<'_>) -> String {
        format!("Save {} unencrypted in {}?", self.secret_names(), ctx.setup.file_place)
    }
}

impl Page for SavePage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::Save)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        if ctx.is_waiting {
            return Transition::stay();
        }
        let event = self.menu(ctx).on_input(&mut self.selected, &input);
        if event != MenuEvent::Ignored {
            self.problem = None;
        }
        match (event, input) {
            (MenuEvent::Chosen(index), _) => self.choose(index, ctx),
            (MenuEvent::Handled(transition), _) => *transition,
            (MenuEvent::Ignored, Input::Do(Intent::Retry)) => {
                self.problem = None;
                Transition::reprobe("Checking the keychain again…")
            }
            (MenuEvent::Ignored, Input::Do(Intent::Back)) => {
                self.problem = None;
                Transition::back()
            }
            (MenuEvent::Ignored, Input::Do(Intent::Right)) => {
                self.expiry.change(1, ctx.setup.today);
                Transition::stay()
            }
            (MenuEvent::Ignored, Input::Do(Intent::Left)) => {
                self.expiry.change(-1, ctx.setup.today);
                Transition::stay()
            }
            (MenuEvent::Ignored, Input::Answer(Answer::Day(day))) if self.can_expire => {
                self.expiry = ExpiryChoice(day);
                Transition::stay()
            }
            (MenuEvent::Ignored, _) => Transition::stay(),
        }
    }

    fn consent(&self, ctx: &Ctx<'_>) -> Option<Consent> {
        let question = || self.consent_question(ctx);
        self.asks_consent.then(|| Consent::to_plaintext(&question(), "write the file", "choose again"))
    }

    fn on_consent(&mut self, agreed: bool, ctx: &Ctx<'_>) -> Transition {
        self.asks_consent = false;
        if agreed { self.save(StoreKind::File, ctx) } else { Transition::stay() }
    }

    fn on_reply(&mut self, _task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        let store = self.saving.take().unwrap_or(StoreKind::None);
        match reply {
            Ok(TaskOutcome::Saved(receipt)) => {
                let record = self.record(store, ctx);
                Transition::finish(Route::Done(Box::new(SignInOutcome {
                    record,
                    receipt,
                    found_in: self.verified.found_in.clone(),
                    needs_keyring_variable: false,
                })))
            }
            reply => {
                let problem = problem_of(reply);
                if problem.offers(RemedyAction::UseFile) {
                    self.selected = 1;
                }
                self.problem = Some(problem);
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let mut sheet = Sheet::new(theme, ctx.size);
        let menu = self.menu(ctx);
        sheet.title(&menu.question);
        if let Some(text) = self.replacement_notice(ctx) {
            sheet.text(Role::Text, &text);
        }
        if let Some(note) = ctx.team_note(ProfileKey::Store) {
            sheet.text(Role::Dim, &note);
        }
        sheet.blank();
        if sheet.is_plain() || ctx.size.is_roomy() {
            menu.draw(&mut sheet, self.selected);
        } else {
            menu.draw_short(&mut sheet, self.selected);
        }
        if self.can_expire {
            self.expiry.draw(&mut sheet, ctx.setup.today);
        }
        if ctx.is_waiting {
            let text = match self.saving {
                Some(StoreKind::Keychain) => Some("Saving to the keychain… If it opens a dialog, answer it. (Esc cancels)"),
                Some(StoreKind::File) => Some("Writing the file and reading it back…"),
                // Nothing is written, so there is nothing to wait for.
                Some(StoreKind::None | StoreKind::Ntn) | None => None,
            };
            if let Some(text) = text {
                sheet.blank();
                sheet.scroll_to_here();
                components::draw_waiting(&mut sheet, text);
            }
            if ctx.is_quitting {
                sheet.text(Role::Dim, "notion-auth quits as soon as this is finished.");
            }
        }
        if let Some(problem) = &self.problem {
            sheet.blank();
            sheet.scroll_to_here();
            kit::draw_problem(&mut sheet, problem, &self.keys(ctx));
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        self.menu(ctx).prompt()
    }

    fn actions(&self, ctx: &Ctx<'_>) -> Actions {
        match self.saving {
            Some(StoreKind::Keychain) if ctx.is_waiting => Actions::only_back("cancel"),
            _ if ctx.is_waiting => Actions::new(),
            _ => {
                let actions = self.menu(ctx).actions("save").back("back").key_if(self.can_expire, Intent::Right, "expiry");
                let actions = actions.key(Intent::Retry, "recheck");
                if self.can_expire { actions.in_help(Intent::Left, "expiry") } else { actions }
            }
        }
    }

    /// The system's own message about its keychain helps only to repair it.
    fn has_details(&self, ctx: &Ctx<'_>) -> bool {
        let keychain = ctx.findings.keychain.get();
        let is_folded = matches!(keychain, Some(KeychainState::Absent { .. } | KeychainState::Locked { .. }));
        !ctx.is_waiting && (is_folded || self.error().is_some_and(Problem::has_technical_evidence))
    }

    /// The token is not saved yet, so cancelling a keychain dialog leads back to the choice.
    fn back_cancels_wait(&self) -> bool {
        true
    }

    fn has_unsaved_credential(&self) -> bool {
        self.verified.found_in.is_none()
    }

    fn error(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
