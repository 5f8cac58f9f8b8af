//! The router's invariants over random conversations, and proof that each check can fail.

mod invariants;
mod moves;
mod mutants;
mod replies;

use crate::support::frames;
use crate::support::harness::{named_key, screen_name};
use invariants::{InvariantResult, Invariants, Step, masked};
use moves::{RandomConversation, conversation};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::{self, Model, ParsedLine};
use notion_auth::wizard::keymap::{KeyAction, key_action};
use notion_auth::wizard::msg::{Effect, Input, Intent, Mode, Msg, Prompt, PromptId, Task};
use notion_auth::wizard::screens::Screen as Page;
use notion_auth::wizard::theme::Theme;
use notion_auth::wizard::widgets::sheet::LinkArea;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use replies::reply_to;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Debug;

const CONVERSATIONS: u32 = 512;

/// The wizard as its front ends know it; [`biting`] puts faulty ones in its place.
struct Wizard {
    update: fn(&mut Model, Msg) -> Vec<Effect>,
    ask: fn(&Model) -> Prompt,
}

const WIZARD: Wizard = Wizard { update: app::update, ask: app::prompt };

/// The state of a conversation.
struct Walk {
    model: Model,
    invariants: Invariants,
}

impl Wizard {
    /// Talks, and judges every step.
    fn walk(&self, conversation: &RandomConversation, mut watch: impl FnMut(&Step<'_>)) -> Result<Walk, String> {
        let invariants = Invariants::new(conversation.file_was_chosen);
        let mut walk = Walk { model: Model::new(conversation.setup(), 120, 40), invariants };
        let mut asked = (self.ask)(&walk.model);
        for message in std::iter::once(&moves::Move::Look).chain(&conversation.moves) {
            let Some(msg) = message.message(walk.invariants.pending()) else { continue };
            let before = walk.model.clone();
            let effects = (self.update)(&mut walk.model, msg.clone());
            let asks = (self.ask)(&walk.model);
            let step = Step { before: &before, asked: &asked, msg: &msg, effects: &effects, after: &walk.model, asks: &asks };
            walk.invariants.judge(&step)?;
            watch(&step);
            asked = asks;
        }
        Ok(walk)
    }

    /// Invariant 5: from here, Leave then Confirm ends the program; what changes the world is let finish.
    fn the_door_is_open(&self, Walk { mut model, invariants }: Walk) -> InvariantResult {
        let mut effects: Vec<Effect> = invariants.pending().iter().map(|(id, task)| Effect::Start(*id, task.clone())).collect();
        for intent in [Intent::QuitNow, Intent::Confirm] {
            effects.extend((self.update)(&mut model, Msg::Input(Input::Do(intent))));
        }
        while let Some(effect) = effects.pop() {
            match effect {
                Effect::Start(id, task) if task.properties().is_write => {
                    effects.extend((self.update)(&mut model, Msg::Reply(id, reply_to(&task, 1))));
                }
                _ => {}
            }
        }
        model.outcome().map(drop).ok_or_else(|| format!("invariant 5: the program goes on, on {}", screen_name(model.screen())))
    }
}

/// Nothing is written beside the sources: a failure prints its conversation.
fn config(cases: u32) -> Config {
    Config { failure_persistence: None, rng_algorithm: RngAlgorithm::XorShift, ..Config::with_cases(cases) }
}

/// Many conversations, always the same ones.
fn runner(cases: u32) -> TestRunner {
    let config = Config { max_shrink_iters: 0, ..config(cases) };
    let seed = TestRng::deterministic_rng(config.rng_algorithm);
    TestRunner::new_with_rng(config, seed)
}

fn verdict(result: InvariantResult) -> Result<(), TestCaseError> {
    result.map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(config(2 * CONVERSATIONS))]

    #[test]
    fn every_conversation_keeps_the_invariants_and_can_be_left(conversation in conversation()) {
        verdict(WIZARD.walk(&conversation, |_| ()).and_then(|walk| WIZARD.the_door_is_open(walk)))?;
    }
}

proptest! {
    #![proptest_config(config(CONVERSATIONS))]

    /// One test for all, because the way to a state takes longer than to look at it.
    #[test]
    fn every_conversation_ends_in_a_state_that_is_drawn_told_and_answered(conversation in conversation()) {
        let Walk { model, .. } = WIZARD.walk(&conversation, |_| ()).map_err(TestCaseError::fail)?;
        the_frame_is_whole_and_masked(&conversation, model.clone())?;
        every_action_does_something(&conversation, model.clone())?;
        every_key_that_the_page_names_works_there(model.clone())?;
        it_is_told_in_lines_that_ask_or_wait_and_name_a_way_on(&conversation, &model)?;
    }
}

fn the_frame_is_whole_and_masked(conversation: &RandomConversation, mut model: Model) -> Result<(), TestCaseError> {
    let (columns, rows) = conversation.size;
    let mut screen = FrameSequence::new(conversation.theme, columns, rows);
    // Between a change of size and its message the frame is larger or smaller than the model knows.
    screen.draw(&model);
    app::update(&mut model, Msg::Resized(columns, rows));
    let frame = screen.draw(&model);
    prop_assert_eq!(&frame, &screen.draw(&model), "two frames of one model differ");
    // After the end no size is heard of any more, and no frame is drawn.
    if model.outcome().is_none() {
        let area = frame.buffer.area;
        prop_assert!(frame.cursor.is_none_or(|cursor| area.contains(cursor)), "the cursor is out of sight: {:?}", frame.cursor);
        prop_assert!(frame.links.iter().all(|spot| area.union(spot.area) == area), "a link is out of sight: {:?}", frame.links);
    }
    verdict(masked(&frames::buffer_text(&frame.buffer)))?;
    verdict(masked(&format!("{model:?}")))
}

/// What the footer, the help and plain mode list is what the keys do.
fn every_action_does_something(conversation: &RandomConversation, mut model: Model) -> Result<(), TestCaseError> {
    if model.outcome().is_some() {
        return Ok(());
    }
    // Any key takes away a notice and the scroll offset, which is not what it is for.
    let (columns, rows) = conversation.size;
    for msg in [Msg::Resized(columns, rows), Msg::Input(Input::Do(Intent::Pick(usize::MAX)))] {
        app::update(&mut model, msg);
    }
    // A selection may be at its end, or where its number is, and a form may say once more what is missing.
    let is_form = app::mode(&model) == Mode::Insert;
    let may_be_idle = |intent: Intent| match intent {
        Intent::Up
        | Intent::Down
        | Intent::First
        | Intent::Last
        | Intent::Left
        | Intent::Right
        | Intent::Pick(_)
        | Intent::Paste => true,
        Intent::Confirm | Intent::Retry => is_form,
        _ => false,
    };
    for action in app::actions(&model).iter().filter(|action| !may_be_idle(action.intent)) {
        let mut after = model.clone();
        let effects = app::update(&mut after, Msg::Input(Input::Do(action.intent)));
        prop_assert!(!effects.is_empty() || after != model, "{action:?} does nothing on {}", screen_name(model.screen()));
    }
    Ok(())
}

/// A sentence never sends a person to a key that is dead.
fn every_key_that_the_page_names_works_there(mut model: Model) -> Result<(), TestCaseError> {
    // The question about quitting is asked over a page, whose keys work again after a no.
    let is_asked_about_quitting = matches!(app::prompt(&model), Prompt::Consent { id: PromptId::UnsavedCredential, .. });
    if model.outcome().is_some() || is_asked_about_quitting {
        return Ok(());
    }
    app::update(&mut model, Msg::Resized(120, 60));
    let frame = FrameSequence::new(Theme::default(), 120, 60).draw(&model);
    let text = frames::buffer_text(&frame.buffer);
    let words: Vec<&str> = text.split_whitespace().collect();
    for named in words.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("press")).map(|pair| pair[1]) {
        let Some(key) = named_key(named.trim_end_matches(['.', ',', ':'])) else { continue };
        let KeyAction::Do(intent) = key_action(app::mode(&model), key) else {
            prop_assert!(false, "{named} types a letter on {}:\n{text}", screen_name(model.screen()));
            continue;
        };
        prop_assert!(app::actions(&model).allows(intent), "{named} is dead on {}:\n{text}", screen_name(model.screen()));
    }
    Ok(())
}

/// Every state of the wizard can be used in plain mode.
fn it_is_told_in_lines_that_ask_or_wait_and_name_a_way_on(
    conversation: &RandomConversation,
    model: &Model,
) -> Result<(), TestCaseError> {
    let lines = app::plain_view(model, conversation.theme.ascii);
    verdict(invariants::asking_is_complete(model.is_waiting(), model.outcome().is_some(), &app::prompt(model)))?;
    prop_assert!(lines.lines.iter().any(|said| !said.text.is_empty()), "a page says nothing: {}", screen_name(model.screen()));
    for said in &lines.lines {
        prop_assert!(!said.text.chars().any(char::is_control), "a line holds a code: {said:?}");
    }
    // A range of numbers is told as one, and each of its ends is heard.
    for key in lines.keys.iter().flat_map(|(key, _)| key.split('-')) {
        let line = Secret::new(if key == "Enter" { "" } else { key });
        let is_heard = app::parse_line(model, &line) != ParsedLine::Unknown;
        prop_assert!(is_heard, "{key} is told and not heard, on {}", screen_name(model.screen()));
    }
    let names_a_way_out = lines.keys.iter().any(|(key, _)| matches!(key.as_str(), "b" | "n" | "q" | "?"));
    prop_assert!(names_a_way_out, "no way out is named on {}: {:?}", screen_name(model.screen()), lines.keys);
    verdict(masked(&format!("{lines:?}")))
}

/// The frames that a terminal of one size shows.
struct FrameSequence {
    terminal: Terminal<TestBackend>,
    theme: Theme,
}

#[derive(Debug, PartialEq)]
struct Drawn {
    buffer: Buffer,
    cursor: Option<Position>,
    links: Vec<LinkArea>,
}

impl FrameSequence {
    fn new(theme: Theme, columns: u16, rows: u16) -> Self {
        Self { terminal: Terminal::new(TestBackend::new(columns, rows)).expect("a test terminal"), theme }
    }

    fn draw(&mut self, model: &Model) -> Drawn {
        let mut links = Vec::new();
        self.terminal.draw(|frame| links = app::view(model, self.theme, frame)).expect("a frame");
        let backend = self.terminal.backend();
        let cursor = backend.cursor_visible().then(|| backend.cursor_position());
        Drawn { buffer: backend.buffer().clone(), cursor, links }
    }
}

/// Invariants over conversations that go nowhere would hold without meaning anything.
#[test]
fn the_conversations_reach_every_page_and_every_kind_of_work() {
    let (screens, work) = (RefCell::new(BTreeSet::new()), RefCell::new(BTreeSet::new()));
    let walked = runner(CONVERSATIONS).run(&conversation(), |conversation| {
        let walked = WIZARD.walk(&conversation, |step| {
            screens.borrow_mut().insert(screen_name(step.after.screen()));
            work.borrow_mut().extend(step.effects.iter().map(kind_of));
            if let (Msg::Reply(id, Err(_)), Page::Save(_)) = (step.msg, step.before.screen())
                && step.before.is_foreground(*id)
            {
                work.borrow_mut().insert("failed write".into());
            }
            if let (Msg::Progress(..), [Effect::Start(_, Task::OpenLink(_))]) = (step.msg, step.effects) {
                work.borrow_mut().insert("open by itself".into());
            }
            if step.before.with_ctx(|_, ctx| ctx.is_quitting) {
                work.borrow_mut().insert("leaving while writing".into());
            }
        });
        verdict(walked.map(drop))
    });
    assert!(walked.is_ok(), "{walked:?}");
    let all = [
        "accounts",
        "agents",
        "authorize",
        "compare",
        "connection",
        "done",
        "guide",
        "rotate",
        "snippets",
        "send",
        "install",
        "save",
        "scan",
        "login",
        "path",
        "prepare",
        "question",
        "unverified login",
        "token",
        "profile",
        "team profile",
        "use existing",
        "verify",
        "workers",
    ];
    assert_eq!(screens.into_inner(), BTreeSet::from(all));
    let all = [
        "Authorize",
        "AuthorizeMcp",
        "Cancel",
        "ChangeAgents",
        "CheckRevoked",
        "CheckRotation",
        "Copy",
        "Copy by the terminal",
        "EndWait",
        "Exchange",
        "FindHolders",
        "FindInstallers",
        "FindManagers",
        "Identify",
        "Inspect",
        "InspectProject",
        "Install",
        "LogOut",
        "Login",
        "Login in file",
        "OpenLink",
        "PlanAgents",
        "PrepareRotation",
        "Print",
        "Probe",
        "ProbeClient",
        "Quit",
        "RecordNtnLogin",
        "Refresh",
        "RememberAnswers",
        "Rotate",
        "ReplaceLines",
        "RunStep",
        "Save in File",
        "Save in Keychain",
        "Save in None",
        "SaveFoundTokens",
        "Scan",
        "Send",
        "SignInToMcp",
        "Suspend",
        "Switch",
        "Verify",
        "WatchReach",
        "WriteReminder",
        "failed write",
        "leaving while writing",
        "open by itself",
    ];
    assert_eq!(work.into_inner(), all.map(str::to_owned).into());
}

/// Names the effect: a task by its variant.
fn kind_of(effect: &Effect) -> String {
    let name = |value: &dyn Debug| format!("{value:?}").split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
    match effect {
        Effect::Start(_, Task::Save(request)) => format!("Save in {:?}", request.record.store),
        Effect::Start(_, Task::Login(request)) if request.use_file => "Login in file".into(),
        Effect::Start(_, task) => name(task),
        Effect::Copy(_) => "Copy by the terminal".into(),
        effect => name(effect),
    }
}
