//! A harness for the wizard: tests send keys and replies, and read the page, the prompt, the effects and the frame.
//!
//! It has no runtime and no clock. Keys go through the real keymap, frames through the real `view`.

use super::fakes::{MEMBER, inventory, invitation, member_identity};
use super::frames::{self, RenderedFrame};
use super::screen_transcript::ScreenTranscript;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::command_line::ShellSyntax;
use notion_auth::domain::credentials::{Candidate, CredentialIndex, DiscoveredCredential, Identity, VerifiedCredential};
use notion_auth::domain::link::Link;
use notion_auth::domain::login::{LoginOutcome, LoginSteps};
use notion_auth::domain::loopback::PortState;
use notion_auth::domain::oauth::RedirectUri;
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::{self, Model};
use notion_auth::wizard::context::{Setup, TeamProfileSource};
use notion_auth::wizard::keymap::{Key, KeyAction, key_action};
use notion_auth::wizard::msg::{
    Answer, Effect, Input, Msg, Outcome, Probe, ProbeResult, Progress, Prompt, Reply, Task, TaskId, TaskOutcome,
};
use notion_auth::wizard::screens::Screen;
use notion_auth::wizard::theme::Theme;
use std::collections::BTreeMap;

pub(crate) const SECRETS_FILE: &str = "~/.config/notion-auth/secrets.json";
pub(crate) const TOKEN_PORTAL: &str = "https://app.notion.com/developers/tokens";

/// The secret of a discovered credential.
pub(crate) const DISCOVERED_SECRET: &str = "ntn_fake_canary_m5Tn8Bc3Xz7Qy1Kg6Pf2Dw9S_VUTS";

/// Returns the default settings.
pub(crate) fn setup() -> Setup {
    Setup {
        catalog: Catalog::shipped().expect("the shipped catalog parses"),
        demo: None,
        today: jiff::civil::date(2026, 11, 22),
        file_place: SECRETS_FILE.into(),
        no_store: None,
        notion_host: "api.notion.com".into(),
        file_was_chosen: false,
        login_steps: LoginSteps::All,
        connection: None,
        pkce: notion_auth::domain::oauth::Pkce::Auto,
        shell_syntax: ShellSyntax::Posix,
        no_motion: false,
        team_profile: TeamProfileSource::Off,
    }
}

/// An effect with the task itself in place of its number, so that a page that starts one task more breaks no test of another.
#[derive(Debug, PartialEq)]
pub(crate) enum TestEffect {
    Start(Task),
    Cancel(Task),
    EndWait(Task),
    Copy(String),
    Print(String),
    Suspend,
    Quit(Outcome),
}

pub(crate) struct Harness {
    pub(crate) model: Model,
    size: (u16, u16),
    /// The effects since they were last read.
    effects: Vec<TestEffect>,
    pending: BTreeMap<TaskId, Task>,
    /// The task that was cancelled last; it may still reply.
    cancelled: Option<TaskId>,
    transcript: ScreenTranscript,
}

impl Harness {
    pub(crate) fn new() -> Self {
        Self::with_setup(setup())
    }

    /// Starts on a screen that fits every page. The probes of the machine are pending.
    pub(crate) fn with_setup(setup: Setup) -> Self {
        Self::with_size(setup, (90, 60))
    }

    pub(crate) fn with_size(setup: Setup, size: (u16, u16)) -> Self {
        let mut wizard = Self {
            model: Model::new(setup, size.0, size.1),
            size,
            effects: Vec::new(),
            pending: BTreeMap::new(),
            cancelled: None,
            transcript: ScreenTranscript::default(),
        };
        wizard.send(Msg::ProbeMachine);
        wizard.effects.clear();
        wizard
    }

    /// Starts after a member's token was pasted on the path `token` and verified.
    pub(crate) fn with_verified_token() -> Self {
        Self::with_verified_identity(member_identity())
    }

    pub(crate) fn with_verified_identity(identity: Identity) -> Self {
        let mut wizard = Self::new();
        wizard.press("1 Enter");
        wizard.paste(MEMBER);
        wizard.reply(verified_outcome(verified_token(MEMBER, identity)));
        wizard.effects.clear();
        wizard
    }

    pub(crate) fn send(&mut self, msg: Msg) -> &mut Self {
        match &msg {
            Msg::Reply(id, _) => drop(self.pending.remove(id)),
            Msg::Resized(columns, rows) => self.size = (*columns, *rows),
            Msg::Input(_) | Msg::Progress(..) | Msg::Waited(..) | Msg::ProbeMachine => {}
        }
        for effect in app::update(&mut self.model, msg) {
            let effect = match effect {
                Effect::Start(id, task) => {
                    self.pending.insert(id, task.clone());
                    TestEffect::Start(task)
                }
                Effect::Cancel(id) => {
                    self.cancelled = Some(id);
                    TestEffect::Cancel(self.pending.remove(&id).expect("only a running task is cancelled"))
                }
                Effect::EndWait(id) => TestEffect::EndWait(self.pending[&id].clone()),
                Effect::Copy(text) => TestEffect::Copy(text),
                Effect::Print(text) => TestEffect::Print(text),
                Effect::Suspend => TestEffect::Suspend,
                Effect::Quit(outcome) => TestEffect::Quit(outcome),
            };
            self.effects.push(effect);
        }
        self
    }

    /// Presses keys, named as in the footer: `"1 Enter Ctrl-R"`.
    #[track_caller]
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for name in keys.split_whitespace() {
            match key_action(app::mode(&self.model), parse_key(name)) {
                KeyAction::Do(intent) => self.send(Msg::Input(Input::Do(intent))),
                KeyAction::Type(edit) => self.send(Msg::Input(Input::Type(edit))),
                KeyAction::Nothing => self,
            };
        }
        self
    }

    /// True if a command has this key now, by the list that the footer and the dispatch read.
    pub(crate) fn has_key(&self, name: &str) -> bool {
        match key_action(app::mode(&self.model), parse_key(name)) {
            KeyAction::Do(intent) => app::actions(&self.model).allows(intent),
            KeyAction::Type(_) | KeyAction::Nothing => false,
        }
    }

    pub(crate) fn type_text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            self.press(&character.to_string());
        }
        self
    }

    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.send(Msg::Input(Input::Paste(Secret::new(text))))
    }

    pub(crate) fn answer(&mut self, given: Answer) {
        self.send(Msg::Input(Input::Answer(given)));
    }

    /// Replies to a pending probe or copy if this is its outcome, otherwise to the task that the page waits for.
    #[track_caller]
    pub(crate) fn reply(&mut self, outcome: TaskOutcome) -> &mut Self {
        let id = self.newest(|task| is_outcome_of(&outcome, task));
        self.send(Msg::Reply(id, Ok(outcome)))
    }

    /// Fails the task that the page waits for.
    #[track_caller]
    pub(crate) fn fail(&mut self, problem: Problem) -> &mut Self {
        self.reply_with(Err(problem))
    }

    /// Replies to the task that the page waits for.
    #[track_caller]
    pub(crate) fn reply_with(&mut self, reply: Reply) -> &mut Self {
        let id = self.newest(|task| task.properties().is_foreground);
        self.send(Msg::Reply(id, reply))
    }

    /// Replies to the task that was cancelled last.
    #[track_caller]
    pub(crate) fn reply_late(&mut self, outcome: TaskOutcome) -> &mut Self {
        let id = self.cancelled.expect("a task was cancelled");
        self.send(Msg::Reply(id, Ok(outcome)))
    }

    /// Reports progress of the task that was cancelled last.
    #[track_caller]
    pub(crate) fn send_late_progress(&mut self, progress: Progress) -> &mut Self {
        let id = self.cancelled.expect("a task was cancelled");
        self.send(Msg::Progress(id, progress))
    }

    /// Replies to the pending opening of a link.
    #[track_caller]
    pub(crate) fn reply_opened(&mut self, result: Result<(), Problem>) -> &mut Self {
        let id = self.newest(|task| matches!(task, Task::OpenLink(_)));
        self.send(Msg::Reply(id, result.map(|()| TaskOutcome::Completed)))
    }

    /// Replies to the pending write of the person's answers.
    #[track_caller]
    pub(crate) fn reply_remembered(&mut self, result: Result<(), Problem>) -> &mut Self {
        let id = self.newest(|task| matches!(task, Task::RememberAnswers(_)));
        self.send(Msg::Reply(id, result.map(|()| TaskOutcome::Completed)))
    }

    /// Returns the newest pending task of this kind.
    #[track_caller]
    fn newest(&self, is_asked: impl Fn(&Task) -> bool) -> TaskId {
        *self.pending.iter().rev().find(|(_, task)| is_asked(task)).expect("a task that is answered so is pending").0
    }

    /// Replies to the pending verification. The secret of a discovered credential is [`FOUND`].
    #[track_caller]
    pub(crate) fn reply_verified(&mut self, answer: Result<Identity, Problem>) -> &mut Self {
        let candidate = self.pending.values().rev().find_map(|task| match task {
            Task::Verify(candidate) => Some(candidate.clone()),
            _ => None,
        });
        let (secret, path, found_in, connection) = match candidate.expect("a candidate waits for Notion") {
            Candidate::Pasted { secret, path } => (secret, path, None, None),
            Candidate::Discovered(source) => (Secret::new(DISCOVERED_SECRET), AuthPath::Cli, Some(source), None),
            Candidate::Granted { token, connection } => (token, AuthPath::Oauth, None, Some(connection)),
        };
        let verified = answer.map(|identity| VerifiedCredential::new(secret, identity, path, found_in).with_connection(connection));
        self.reply_with(verified.map(|verified| TaskOutcome::Verified(Box::new(verified))))
    }

    /// Reports progress of the foreground task.
    #[track_caller]
    pub(crate) fn send_progress(&mut self, progress: Progress) -> &mut Self {
        let foreground = self.pending.iter().rev().find(|(_, task)| task.properties().is_foreground);
        let id = *foreground.expect("the page waits for something").0;
        self.send(Msg::Progress(id, progress))
    }

    /// Reports that `ntn` shows its code and its link.
    #[track_caller]
    pub(crate) fn send_invitation(&mut self) -> &mut Self {
        self.send_progress(Progress::LoginInvitation(invitation()))
    }

    /// Ends the pending login.
    #[track_caller]
    pub(crate) fn reply_logged_in(&mut self, ending: Result<LoginOutcome, Problem>) -> &mut Self {
        self.reply_with(ending.map(|outcome| TaskOutcome::LoggedIn(Box::new(outcome))))
    }

    /// Reports these credentials as discovered on this machine.
    #[track_caller]
    pub(crate) fn reply_discovered(&mut self, existing: Vec<DiscoveredCredential>, index: CredentialIndex) {
        self.reply(probed(ProbeResult::Inventory(Box::new(inventory(existing, index)))));
    }

    /// Returns the effects since the last call.
    pub(crate) fn take_effects(&mut self) -> Vec<TestEffect> {
        std::mem::take(&mut self.effects)
    }

    pub(crate) fn screen_name(&self) -> &'static str {
        screen_name(self.model.screen())
    }

    pub(crate) fn prompt(&self) -> Prompt {
        app::prompt(&self.model)
    }

    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        self.model.outcome()
    }

    pub(crate) fn render(&self, theme: Theme) -> RenderedFrame {
        frames::render(&self.model, theme, self.size.0, self.size.1)
    }

    /// Returns the frame as text with single spaces, so that sentences match across lines.
    pub(crate) fn screen_text(&self) -> String {
        let frame = frames::buffer_text(&self.render(Theme::default()).buffer);
        frame.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Used by `record!`.
    pub(crate) fn record(&self, here: &'static str) {
        self.transcript.record(here, self.screen_name(), &self.render(Theme::default()).buffer);
    }

    #[track_caller]
    pub(crate) fn assert_shows(&self, sentence: &str) {
        let text = self.screen_text();
        assert!(text.contains(sentence), "{sentence:?} does not stand in: {text}");
    }

    #[track_caller]
    pub(crate) fn assert_hides(&self, sentence: &str) {
        let text = self.screen_text();
        assert!(!text.contains(sentence), "{sentence:?} stands in: {text}");
    }

    /// Returns the offered options, each with the reason if it is disabled.
    #[track_caller]
    pub(crate) fn options(&self) -> Vec<(String, Option<String>)> {
        match self.prompt() {
            Prompt::Choice { options, .. } => options.into_iter().map(|option| (option.label, option.disabled_reason)).collect(),
            ask @ (Prompt::Busy | Prompt::Text { .. } | Prompt::Consent { .. } | Prompt::Ended) => {
                panic!("no choice is asked: {ask:?}")
            }
        }
    }
}

pub(crate) fn screen_name(screen: &Screen) -> &'static str {
    match screen {
        Screen::Compare(_) => "compare",
        Screen::Path(_) => "path",
        Screen::Guide(_) => "guide",
        Screen::Question(_) => "question",
        Screen::Prepare(_) => "prepare",
        Screen::Profile(_) => "profile",
        Screen::Login(_) => "login",
        Screen::Install(_) => "install",
        Screen::Connection(_) => "connection",
        Screen::Authorize(_) => "authorize",
        Screen::Snippets(_) => "snippets",
        Screen::Send(_) => "send",
        Screen::Rotate(_) => "rotate",
        Screen::Workers(_) => "workers",
        Screen::UnverifiedLogin(_) => "unverified login",
        Screen::Token(_) => "token",
        Screen::UseExisting(_) => "use existing",
        Screen::Accounts(_) => "accounts",
        Screen::Agents(_) => "agents",
        Screen::TeamProfile(_) => "team profile",
        Screen::Scan(_) => "scan",
        Screen::Verify(_) => "verify",
        Screen::Save(_) => "save",
        Screen::Done(_) => "done",
    }
}

fn is_outcome_of(outcome: &TaskOutcome, task: &Task) -> bool {
    match outcome {
        TaskOutcome::Probed(result) => matches!(task, Task::Probe(probe) if is_result_of(result, *probe)),
        TaskOutcome::Copied(_) => matches!(task, Task::Copy(_)),
        _ => task.properties().is_foreground,
    }
}

fn is_result_of(result: &ProbeResult, probe: Probe) -> bool {
    match result {
        ProbeResult::Keychain(_) => probe == Probe::Keychain,
        ProbeResult::Browser(_) => probe == Probe::Browser,
        ProbeResult::Ntn(_) => probe == Probe::Ntn,
        ProbeResult::Network(_) => probe == Probe::Network,
        ProbeResult::Inventory(_) => probe == Probe::Inventory,
        ProbeResult::TeamProfile(_) => probe == Probe::TeamProfile,
        ProbeResult::Port(PortState::Free(port) | PortState::Unavailable { port, .. }) => {
            probe == Probe::Port(RedirectUri { port: *port })
        }
        ProbeResult::HostDetails(_) => probe == Probe::HostDetails,
        ProbeResult::Storage(_) => probe == Probe::Storage,
    }
}

#[track_caller]
fn parse_key(name: &str) -> Key {
    named_key(name).unwrap_or_else(|| panic!("no key is written {name:?}"))
}

/// Returns the key that the footer and sentences write like this; `None` for any other word.
pub(crate) fn named_key(name: &str) -> Option<Key> {
    let mut characters = name.chars();
    let key = match (name, characters.next(), characters.next()) {
        ("⏎", ..) => Key::Enter,
        (_, Some(character), None) => Key::Char(character),
        ("Enter", ..) => Key::Enter,
        ("Esc", ..) => Key::Esc,
        ("Tab", ..) => Key::Tab,
        ("Space", ..) => Key::Char(' '),
        ("Backspace", ..) => Key::Backspace,
        ("Up", ..) => Key::Up,
        ("Down", ..) => Key::Down,
        ("Left", ..) => Key::Left,
        ("Right", ..) => Key::Right,
        ("Home", ..) => Key::Home,
        ("End", ..) => Key::End,
        ("PgUp", ..) => Key::PageUp,
        ("PgDn", ..) => Key::PageDown,
        ("F1", ..) => Key::Function(1),
        _ => match name.strip_prefix("Ctrl-").and_then(|rest| rest.chars().next()) {
            Some(character) => Key::Ctrl(character.to_ascii_lowercase()),
            None => return None,
        },
    };
    Some(key)
}

/// Returns the effects of the copy key.
pub(crate) fn copy_effects(text: &str) -> [TestEffect; 2] {
    [TestEffect::Copy(text.into()), TestEffect::Start(Task::Copy(text.into()))]
}

pub(crate) fn open_task(address: &str) -> Task {
    Task::OpenLink(Link::parse(address).expect("an address that may be opened"))
}

/// Returns the task that verifies a pasted text.
pub(crate) fn verify_task(text: &str, path: AuthPath) -> Task {
    Task::Verify(Candidate::Pasted { secret: Secret::new(text), path })
}

/// Returns a verified credential that was pasted on the path `token`.
pub(crate) fn verified_token(text: &str, identity: Identity) -> VerifiedCredential {
    VerifiedCredential::new(Secret::new(text), identity, AuthPath::Token, None)
}

pub(crate) fn verified_outcome(verified: VerifiedCredential) -> TaskOutcome {
    TaskOutcome::Verified(Box::new(verified))
}

/// The start of the probe of this port.
pub(crate) fn port_probe(port: u16) -> TestEffect {
    TestEffect::Start(Task::Probe(Probe::Port(RedirectUri { port })))
}

pub(crate) fn probed(result: ProbeResult) -> TaskOutcome {
    TaskOutcome::Probed(result)
}
