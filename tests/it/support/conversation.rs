//! A conversation with the wizard's core, without runtime, clock or terminal: keys and answers go in, frames and effects come out.
//!
//! Answers find their task by themselves: an answer that nothing is waiting for fails its test.

use super::frames::{self, Shown};
use notion_auth::domain::catalog::{Catalog, PathId};
use notion_auth::domain::credential::{Candidate, Identity, Receipt, Verified};
use notion_auth::domain::problem::Problem;
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::app::{Model, mode, update};
use notion_auth::wizard::context::{Demo, Example, Setup};
use notion_auth::wizard::keymap::{Key, Meaning, meaning};
use notion_auth::wizard::msg::{Effect, Input, Msg, Probe, Progress, Reply, Task, TaskId};
use notion_auth::wizard::theme::Theme;

/// A token to paste, and the one that stands for whatever was found: canaries, of which no frame may show more than the last four.
pub(crate) const PASTED: &str = "ntn_fake_canary_q7Zp2Lx9Wk4Vt8Rm3Jd6Hs1F_WXYZ";
pub(crate) const FOUND: &str = "ntn_fake_canary_m5Tn8Bc3Xz7Qy1Kg6Pf2Dw9S_VUTS";

pub(crate) struct Conversation {
    pub(crate) model: Model,
    /// What the last message asked of the world.
    pub(crate) effects: Vec<Effect>,
    /// Started, and neither answered nor cancelled.
    open: Vec<(TaskId, Task)>,
    size: (u16, u16),
}

impl Conversation {
    pub(crate) fn new(setup: Setup, (columns, rows): (u16, u16)) -> Self {
        Self { model: Model::new(setup, columns, rows), effects: Vec::new(), open: Vec::new(), size: (columns, rows) }
    }

    /// The only way in, as it is for the front ends.
    pub(crate) fn say(&mut self, message: Msg) -> &mut Self {
        self.effects = update(&mut self.model, message);
        for effect in &self.effects {
            match effect {
                Effect::Start(id, task) => self.open.push((*id, task.clone())),
                Effect::Cancel(id) => self.open.retain(|(open, _)| open != id),
                Effect::Copy(_) | Effect::Suspend | Effect::Quit(_) => {}
            }
        }
        self
    }

    /// Keys as a keyboard sends them: what they mean depends on the mode the model is in by then.
    pub(crate) fn press(&mut self, keys: &[Key]) -> &mut Self {
        for key in keys {
            match meaning(mode(&self.model), *key) {
                Meaning::Do(intent) => self.say(Msg::Input(Input::Do(intent))),
                Meaning::Type(edit) => self.say(Msg::Input(Input::Type(edit))),
                Meaning::Nothing => self,
            };
        }
        self
    }

    /// Every character as a key.
    pub(crate) fn keys(&mut self, characters: &str) -> &mut Self {
        for character in characters.chars() {
            self.press(&[Key::Char(character)]);
        }
        self
    }

    pub(crate) fn enter(&mut self) -> &mut Self {
        self.press(&[Key::Enter])
    }

    pub(crate) fn esc(&mut self) -> &mut Self {
        self.press(&[Key::Esc])
    }

    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.say(Msg::Input(Input::Paste(Secret::new(text))))
    }

    pub(crate) fn look(&mut self) -> &mut Self {
        self.say(Msg::Look)
    }

    /// Answers the look that this reply is about.
    pub(crate) fn found(&mut self, reply: Reply) -> &mut Self {
        let probe = match &reply {
            Reply::Keychain(_) => Probe::Keychain,
            Reply::Browser(_) => Probe::Browser,
            Reply::Ntn(_) => Probe::Ntn,
            Reply::Network(_) => Probe::Network,
            Reply::Existing(_) => Probe::Existing,
            Reply::Opened(_) | Reply::Verified(_) | Reply::Inspected | Reply::Kept(_) => panic!("{reply:?} is found by no look"),
        };
        let (id, _) = self.take(|task| *task == Task::Probe(probe));
        self.say(Msg::Reply(id, reply))
    }

    pub(crate) fn opened(&mut self, answer: Result<(), Problem>) -> &mut Self {
        let (id, _) = self.take(|task| matches!(task, Task::Open(_)));
        self.say(Msg::Reply(id, Reply::Opened(answer)))
    }

    /// Notion's word on the candidate that waits for it.
    pub(crate) fn notion_says(&mut self, answer: Result<Identity, Problem>) -> &mut Self {
        let (id, task) = self.take(|task| matches!(task, Task::Verify(_)));
        let Task::Verify(candidate) = task else { unreachable!("it was taken for a candidate") };
        let (secret, path, found_in) = match candidate {
            Candidate::Pasted { secret, path } => (secret, path, None),
            Candidate::Existing(source) => (Secret::new(FOUND), PathId::Cli, Some(source)),
        };
        let verified = answer.map(|identity| Verified::by_notion(secret, identity, path, found_in));
        self.say(Msg::Reply(id, Reply::Verified(Box::new(verified))))
    }

    pub(crate) fn learned(&mut self, progress: Progress) -> &mut Self {
        let inspection = self.open.iter().find(|(_, task)| matches!(task, Task::Inspect(_)));
        let (id, _) = inspection.expect("no inspection is under way");
        self.say(Msg::Progress(*id, progress))
    }

    pub(crate) fn inspected(&mut self) -> &mut Self {
        let (id, _) = self.take(|task| matches!(task, Task::Inspect(_)));
        self.say(Msg::Reply(id, Reply::Inspected))
    }

    pub(crate) fn kept(&mut self, answer: Result<Receipt, Problem>) -> &mut Self {
        let (id, _) = self.take(|task| matches!(task, Task::Keep(_)));
        self.say(Msg::Reply(id, Reply::Kept(answer)))
    }

    pub(crate) fn shown(&self, theme: Theme) -> Shown {
        frames::show(&self.model, theme, self.size.0, self.size.1)
    }

    fn take(&mut self, is_it: impl Fn(&Task) -> bool) -> (TaskId, Task) {
        let at = self.open.iter().position(|(_, task)| is_it(task));
        let at = at.unwrap_or_else(|| panic!("nothing waits for this answer; under way: {:?}", self.open));
        self.open.remove(at)
    }
}

/// What is settled before the first frame, the same on every machine.
pub(crate) fn setup() -> Setup {
    Setup {
        catalog: Catalog::shipped().expect("the shipped catalog"),
        demo: None,
        today: jiff::civil::date(2026, 11, 22),
        file_place: "/home/ada/.config/notion-auth/secrets.json".into(),
        notion_host: "api.notion.com".into(),
        file_was_chosen: false,
    }
}

pub(crate) fn demo_setup() -> Setup {
    let example = |token: &str, who: &str, happens: &str| Example { token: token.into(), who: who.into(), happens: happens.into() };
    let examples = vec![
        example("ntn_demo_member_00000000000000000000000000", "Ada, full member", "everything answers"),
        example("ntn_demo_expired_0000000000000000000000000", "an expired token", "Notion refuses it (401)"),
    ];
    let portal = notion_auth::domain::link::Link::checked("http://127.0.0.1:40123/developers/tokens").expect("a loopback address");
    Setup { demo: Some(Demo { portal, examples }), notion_host: "the simulated Notion".into(), ..setup() }
}
