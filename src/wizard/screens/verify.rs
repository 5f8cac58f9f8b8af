//! The Verify page: who the credential belongs to, and what it can do and see. Checks appear as they finish and report only what was
//! verified.

use super::{Page, Stage};
use crate::domain::checks::{CapabilityResponse, Check, EnvironmentToken, Evidence, Reach, UserList, Verdict, credential_checks};
use crate::domain::credentials::{
    Account, CredentialRecord, CredentialSource, Receipt, SignInOutcome, StoreKind, TokenKind, VerifiedCredential,
};
use crate::domain::login::NtnLogin;
use crate::domain::oauth::Introspection;
use crate::domain::problem::Problem;
use crate::wizard::context::Ctx;
use crate::wizard::kit::{self, Actions};
use crate::wizard::msg::{
    Answer, Choice, Input, Intent, Mode, Progress, Prompt, PromptId, Reply, Route, Task, TaskOutcome, Transition, problem_of,
};
use crate::wizard::theme::{Glyph, Role, Theme};
use crate::wizard::widgets::components;
use crate::wizard::widgets::sheet::Sheet;

/// The state of recording a login that `ntn` keeps.
#[derive(Clone, Debug, PartialEq)]
enum RecordingState {
    NotStarted,
    Running,
    Failed(Problem),
}

#[derive(Clone, Debug, PartialEq)]
pub struct VerifyPage {
    verified: VerifiedCredential,
    /// The `ntn` login that has just finished, if any.
    login: Option<Box<NtnLogin>>,
    recording: RecordingState,
    users: Option<Result<CapabilityResponse<UserList>, Problem>>,
    owner_found: Option<Result<CapabilityResponse<bool>, Problem>>,
    search: Option<Result<CapabilityResponse<Reach>, Problem>>,
    introspected: Option<Result<Introspection, Problem>>,
    /// The token sees nothing, and Notion is asked again every few seconds.
    is_watching: bool,
}

/// The checks that answer who, where, what and how long. They come first.
const FACTS: [&str; 4] = ["credential.identity", "credential.workspace", "credential.reach", "credential.expiry"];

impl VerifyPage {
    pub fn new(verified: VerifiedCredential, login: Option<Box<NtnLogin>>) -> Self {
        Self {
            verified,
            login,
            recording: RecordingState::NotStarted,
            users: None,
            owner_found: None,
            search: None,
            introspected: None,
            is_watching: false,
        }
    }

    /// Returns the checks of what is known so far; plain mode and scripts print them.
    pub fn checks(&self, ctx: &Ctx<'_>) -> Vec<Check> {
        let environment_token = match (&self.verified.found_in, ctx.has_environment_token()) {
            (Some(CredentialSource::Environment), _) => EnvironmentToken::Same,
            (_, true) => EnvironmentToken::Other,
            (_, false) => EnvironmentToken::Unset,
        };
        credential_checks(&Evidence {
            identity: &self.verified.identity,
            users: self.users.as_ref(),
            owner_found: self.owner_found.as_ref(),
            search: self.search.as_ref(),
            connection: self.verified.connection.as_deref(),
            introspection: self.introspected.as_ref(),
            expires_on: self.record(ctx).and_then(|record| record.expires_on),
            today: ctx.setup.today,
            environment_token,
            logged_in_by_ntn: matches!(self.verified.found_in, Some(CredentialSource::Ntn { .. })),
        })
    }

    /// Returns the record of this credential, if it was saved before.
    fn record<'a>(&self, ctx: &Ctx<'a>) -> Option<&'a CredentialRecord> {
        match &self.verified.found_in {
            Some(CredentialSource::Saved(account)) => {
                let find = |account: &Account| ctx.credential_index().credentials.iter().find(|record| record.account == *account);
                // Its key may have just been completed, before the list is read again.
                find(account).or_else(|| find(&account.with_actor(None)))
            }
            Some(CredentialSource::Environment | CredentialSource::OtherVariable(_) | CredentialSource::Ntn { .. }) | None => None,
        }
    }

    /// True if no page is visible, so the user needs to share one.
    fn has_no_visible_pages(&self) -> bool {
        // A login sees what its person sees, so nothing needs to be shared with it.
        let is_ntns = matches!(self.verified.found_in, Some(CredentialSource::Ntn { .. }));
        !is_ntns && matches!(&self.search, Some(Ok(CapabilityResponse::Granted(reach))) if reach.is_empty())
    }

    fn inspect_again(&mut self) -> Transition {
        self.users = None;
        self.owner_found = None;
        self.search = None;
        self.introspected = None;
        self.is_watching = false;
        Transition::start(Task::Inspect(Box::new(self.verified.clone())))
    }

    /// Continues: a saved credential is not saved again; the expiry date is asked for if there can be one.
    fn proceed(&mut self, ctx: &Ctx<'_>) -> Transition {
        let verified = Box::new(self.verified.clone());
        match &self.verified.found_in {
            Some(CredentialSource::Saved(account)) => match self.record(ctx) {
                Some(record) => {
                    let note = CredentialRecord { account: account.clone(), ..record.clone() };
                    let place = ctx.place_of(&self.verified);
                    let receipt =
                        Receipt { store: note.store, place, note: Some("It was saved before; nothing was written.".into()) };
                    Transition::finish(Route::Done(Box::new(self.done(note, receipt))))
                }
                None => Transition::to(Route::Save { verified, can_expire: false }),
            },
            Some(CredentialSource::Ntn { .. }) => {
                self.recording = RecordingState::Running;
                Transition::start(Task::RecordNtnLogin(Box::new(self.ntn_record(ctx))))
            }
            Some(CredentialSource::Environment | CredentialSource::OtherVariable(_)) | None => {
                Transition::to(Route::Save { verified, can_expire: self.can_be_pat() })
            }
        }
    }

    /// True unless it is known that this is no personal access token; only those expire on a day that the person chose. Notion documents
    /// no lifetime for OAuth tokens, which are refreshed (<https://developers.notion.com/guides/get-started/authorization>), and a PAT
    /// can't list people.
    fn can_be_pat(&self) -> bool {
        let lists_people = matches!(self.users, Some(Ok(CapabilityResponse::Granted(_))));
        self.verified.identity.kind() != TokenKind::Internal && self.verified.connection.is_none() && !lists_people
    }

    /// Returns the record of an `ntn` login, under the workspace by which `ntn` finds its token, if `ntn` has just named
    /// one.
    fn ntn_record(&self, ctx: &Ctx<'_>) -> CredentialRecord {
        let mut record = self.verified.record(StoreKind::Ntn, None, ctx.setup.today);
        if let Some(login) = &self.login {
            record.account.workspace.clone_from(&login.workspace.id);
            record.workspace.clone_from(&login.workspace);
        }
        record
    }

    fn done(&self, record: CredentialRecord, receipt: Receipt) -> SignInOutcome {
        let needs_variable = self.login.as_ref().is_some_and(|login| login.needs_keyring_variable);
        SignInOutcome { record, receipt, found_in: self.verified.found_in.clone(), needs_keyring_variable: needs_variable }
    }

    /// Returns the place where `ntn` keeps the login.
    fn ntn_place(&self, ctx: &Ctx<'_>) -> String {
        self.login.as_ref().map_or_else(|| ctx.place_of(&self.verified), |login| login.place.clone())
    }

    /// Draws how to share a page. A token that sees nothing is the most common problem after a successful sign-in, so this comes first.
    fn draw_sharing_help(&self, sheet: &mut Sheet, ctx: &Ctx<'_>) {
        let retry = components::key_name(sheet.theme(), Mode::Normal, Intent::Retry);
        let again = if self.is_watching { "This page rechecks automatically.".to_owned() } else { format!("Then press {retry}.") };
        sheet.title(&format!("Share a page in Notion. {again}"));
        for (index, step) in ctx.catalog().sharing.iter().enumerate() {
            let mark = vec![sheet.span(Role::Dim, &format!("{}. ", index + 1))];
            sheet.hanging(mark, Role::Text, step);
        }
        for note in &ctx.catalog().sharing_notes {
            sheet.bullet(Role::Text, note);
        }
        sheet.blank();
    }

    /// Draws who the token acts as, where, what it can see, and when it expires.
    fn draw_facts(&self, sheet: &mut Sheet, checks: &[Check], ctx: &Ctx<'_>) {
        // As wide as the titles of the checks below.
        const LABEL: usize = 17;
        let mark = vec![sheet.span(Role::Good, &format!("{} ", sheet.theme().glyph(Glyph::Pass)))];
        let what = if matches!(self.verified.found_in, Some(CredentialSource::Ntn { .. })) { "Login" } else { "Token" };
        sheet.hanging(mark, Role::Title, &format!("{what} verified"));
        if ctx.size.is_roomy() {
            sheet.blank();
        }
        for id in FACTS {
            match checks.iter().find(|check| check.id == id) {
                Some(check) => {
                    sheet.pair(check.title, LABEL, Role::Title, &check.evidence);
                    // The sharing help says more about a token that sees nothing.
                    let remedy = check.remedy.as_ref().filter(|_| id != "credential.reach" || !self.has_no_visible_pages());
                    if let Some(remedy) = remedy {
                        sheet.pair("", LABEL, Role::Dim, remedy);
                    }
                }
                // The search has not answered yet, or did not.
                None => sheet.pair("Can see", LABEL, Role::Dim, if ctx.is_waiting { "Searching…" } else { "Unknown." }),
            }
        }
        sheet.blank();
    }

    /// Draws the other checks; those that Notion doesn't answer are folded.
    fn draw_checks(sheet: &mut Sheet, checks: &[Check], ctx: &Ctx<'_>) {
        let is_other = |check: &&Check| !FACTS.contains(&check.id);
        let (unknown, known): (Vec<_>, Vec<_>) = checks.iter().filter(is_other).partition(|check| is_unanswered(check));
        let (drawn, folded) = if ctx.shows_details { ([known, unknown].concat(), Vec::new()) } else { (known, unknown) };
        for check in drawn {
            components::draw_check(sheet, check, ctx.shows_details);
        }
        if !folded.is_empty() {
            let mark = vec![components::verdict_mark(sheet, Verdict::Unknown)];
            let names: Vec<_> = folded.iter().map(|check| name_in_sentence(check)).collect();
            let list = match names.split_last() {
                Some((last, [])) => last.clone(),
                Some((last, others)) => format!("{} or {last}", others.join(", ")),
                None => String::new(),
            };
            sheet.hanging(mark, Role::Dim, &format!("Notion doesn't report {list}."));
        }
    }
}

/// Names the subject of a check within a sentence.
fn name_in_sentence(check: &Check) -> String {
    match check.id {
        "credential.kind" => "the token type".to_owned(),
        "prerequisites.membership" => "your membership".to_owned(),
        "prerequisites.admin" => "your role".to_owned(),
        _ => format!("its {}", check.title.to_lowercase()),
    }
}

/// True if Notion has no answer, or gave none.
fn is_unanswered(check: &Check) -> bool {
    check.verdict == Verdict::Unknown
}

impl Page for VerifyPage {
    fn stage(&self) -> Option<Stage> {
        Some(Stage::Verify)
    }

    fn on_input(&mut self, input: Input, ctx: &Ctx<'_>) -> Transition {
        match input {
            Input::Do(Intent::Back) => Transition::back(),
            _ if self.recording == RecordingState::Running => Transition::stay(),
            Input::Do(Intent::Confirm) | Input::Answer(Answer::Choice(0)) => self.proceed(ctx),
            // Retry repeats what failed last.
            Input::Do(Intent::Retry) if self.error().is_some() => self.proceed(ctx),
            Input::Do(Intent::Retry) | Input::Answer(Answer::Choice(1)) => self.inspect_again(),
            Input::Do(_) | Input::Type(_) | Input::Paste(_) | Input::Answer(_) => Transition::stay(),
        }
    }

    fn on_progress(&mut self, progress: Progress, _ctx: &Ctx<'_>) -> Transition {
        match progress {
            Progress::Users(answer) => self.users = Some(answer),
            Progress::OwnerFound(answer) => self.owner_found = Some(answer),
            Progress::Search(answer) => self.search = Some(answer),
            Progress::Introspected(answer) => self.introspected = Some(answer),
            Progress::LoginInvitation(_)
            | Progress::AuthorizationPending(_)
            | Progress::TlsAttempted
            | Progress::OutputLine(_)
            | Progress::Scanned(_)
            | Progress::SavingToken(_)
            | Progress::Retrying(_) => {}
        }
        Transition::stay()
    }

    fn on_reply(&mut self, task: &Task, reply: Reply, ctx: &Ctx<'_>) -> Transition {
        match (task, reply) {
            // The results arrived as progress.
            (Task::Inspect(_) | Task::WatchReach(_), Ok(TaskOutcome::Completed)) => {
                self.is_watching = matches!(task, Task::Inspect(_)) && self.has_no_visible_pages();
                if self.is_watching {
                    Transition::start(Task::WatchReach(Box::new(self.verified.clone())))
                } else {
                    Transition::stay()
                }
            }
            (_, Ok(TaskOutcome::Saved(receipt))) => {
                let record = self.ntn_record(ctx);
                let receipt = Receipt { place: self.ntn_place(ctx), ..receipt };
                Transition::finish(Route::Done(Box::new(self.done(record, receipt))))
            }
            (_, reply) => {
                self.recording = RecordingState::Failed(problem_of(reply));
                Transition::stay()
            }
        }
    }

    fn sheet(&self, ctx: &Ctx<'_>, theme: Theme) -> Sheet {
        let columns = ctx.size.split();
        let mut sheet = Sheet::new(theme, columns.map_or(ctx.size, |[left, _]| left));
        let checks = self.checks(ctx);
        self.draw_facts(&mut sheet, &checks, ctx);
        if self.has_no_visible_pages() {
            self.draw_sharing_help(&mut sheet, ctx);
        }
        if let Some([left, right]) = columns {
            let mut beside = Sheet::new(theme, right);
            beside.title("Checks");
            Self::draw_checks(&mut beside, &checks, ctx);
            sheet.put_beside(left.columns.into(), beside);
        } else {
            Self::draw_checks(&mut sheet, &checks, ctx);
        }
        match &self.recording {
            RecordingState::Running => {
                sheet.scroll_to_here();
                components::draw_waiting(&mut sheet, "Recording that ntn stores this login…");
            }
            _ if ctx.is_waiting => components::draw_waiting(&mut sheet, "More checks are running; you can continue."),
            RecordingState::NotStarted => {}
            RecordingState::Failed(problem) => {
                sheet.blank();
                sheet.scroll_to_here();
                sheet.text(Role::Text, "You're logged in with ntn, but notion-auth couldn't record it.");
                kit::draw_problem(&mut sheet, problem, &self.keys(ctx));
            }
        }
        sheet
    }

    fn prompt(&self, ctx: &Ctx<'_>) -> Prompt {
        if ctx.is_waiting {
            return Prompt::Busy;
        }
        let options = vec![Choice::new("Continue", ""), Choice::new("Check again", "")];
        Prompt::Choice { id: PromptId::Continue, prompt: "Checks complete.".into(), options }
    }

    fn actions(&self, _ctx: &Ctx<'_>) -> Actions {
        match &self.recording {
            RecordingState::Running => Actions::new(),
            RecordingState::Failed(_) => Actions::enter("try again").back("back").in_help(Intent::Retry, "try again"),
            RecordingState::NotStarted => Actions::enter("continue").back("back").key(Intent::Retry, "recheck"),
        }
    }

    fn has_details(&self, ctx: &Ctx<'_>) -> bool {
        self.checks(ctx).iter().any(|check| !FACTS.contains(&check.id) && is_unanswered(check))
            || self.error().is_some_and(Problem::has_technical_evidence)
    }

    fn has_unsaved_credential(&self) -> bool {
        self.verified.found_in.is_none()
    }

    fn error(&self) -> Option<&Problem> {
        match &self.recording {
            RecordingState::Failed(problem) => Some(problem),
            RecordingState::NotStarted | RecordingState::Running => None,
        }
    }
}
