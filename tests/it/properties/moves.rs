//! Random conversations. What a move means is settled when its turn comes: answers are aimed at what is pending then.

use super::replies::{progress, reply_to};
use crate::support::connection_fakes::{CLIENT_ID, example_client, redirect_url};
use crate::support::harness::setup;
use jiff::civil::date;
use notion_auth::domain::auth_path::AuthPath;
use notion_auth::domain::credentials::Candidate;
use notion_auth::domain::link::Link;
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::context::{Demo, DemoToken, Setup, TeamProfileSource};
use notion_auth::wizard::msg::{Answer, Edit, Input, Intent, Msg, Probe, Task, TaskId};
use notion_auth::wizard::theme::Theme;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

/// A token that is looked for wherever it must not be. With this beginning it can be a client secret too.
pub const CANARY: &str = "secret_KqZvXjWpYbQxHgVfRzKjTmWcLnPxDsGhJdBv";

#[derive(Clone, Debug)]
pub struct RandomConversation {
    pub file_was_chosen: bool,
    pub is_demo: bool,
    pub moves: Vec<Move>,
    /// The last frame.
    pub theme: Theme,
    pub size: (u16, u16),
}

#[derive(Clone, Debug)]
pub enum Move {
    /// A person, or a front end without a screen.
    Say(Input),
    /// The world answers what the page waits for, or else the oldest of the other tasks.
    Answer(u8),
    /// The world answers the newest task that runs beside the page.
    AnswerBeside(u8),
    /// The foreground task reports progress.
    Tell(u8),
    /// An answer of any kind under any number.
    Stray(u64, u8),
    /// Progress under any number.
    StrayProgress(u64, u8),
    Resize(u16, u16),
    Look,
}

impl Move {
    /// The message, given what is pending; nothing where the move has no meaning just now.
    pub fn message(&self, pending: &BTreeMap<TaskId, Task>) -> Option<Msg> {
        let foreground = || pending.iter().find(|(_, task)| task.properties().is_foreground);
        let beside = || pending.iter().rev().find(|(_, task)| !task.properties().is_foreground);
        let answer = |(id, task): (&TaskId, &Task), seed| Msg::Reply(*id, reply_to(task, seed));
        Some(match self {
            Self::Say(input) => Msg::Input(input.clone()),
            Self::Answer(seed) => answer(foreground().or_else(|| pending.iter().next())?, *seed),
            Self::AnswerBeside(seed) => answer(beside()?, *seed),
            Self::Tell(seed) => Msg::Progress(*foreground()?.0, progress(*seed)),
            Self::Stray(id, seed) => Msg::Reply(TaskId(*id), reply_to(&any_task(*seed), *seed)),
            Self::StrayProgress(id, seed) => Msg::Progress(TaskId(*id), progress(*seed)),
            Self::Resize(columns, rows) => Msg::Resized(*columns, *rows),
            Self::Look => Msg::ProbeMachine,
        })
    }
}

impl RandomConversation {
    pub fn setup(&self) -> Setup {
        let example = DemoToken { token: "ntn_fake_example".into(), owner: "Ada".into(), outcome: "it works".into() };
        let portal = Link::parse("http://127.0.0.1:4000/").expect("loopback");
        let demo = self.is_demo.then(|| Demo { portal, examples: vec![example], client: example_client() });
        Setup { demo, file_was_chosen: self.file_was_chosen, team_profile: TeamProfileSource::Search, ..setup() }
    }
}

fn any_task(seed: u8) -> Task {
    let verify = || Task::Verify(Candidate::Pasted { secret: Secret::new(CANARY), path: AuthPath::Token });
    Probe::AT_START.get(usize::from(seed % 8)).map_or_else(verify, |probe| Task::Probe(*probe))
}

pub fn conversation() -> impl Strategy<Value = RandomConversation> {
    let theme = (any::<bool>(), any::<bool>()).prop_map(|(mono, ascii)| Theme { mono, ascii, plain: false });
    let moves = (beginning(), vec(a_move(), 0..60)).prop_map(|(mut moves, rest)| {
        moves.extend(rest);
        moves
    });
    (any::<bool>(), prop::bool::weighted(0.2), moves, theme, size()).prop_map(|(file_was_chosen, is_demo, moves, theme, size)| {
        RandomConversation { file_was_chosen, is_demo, moves, theme, size }
    })
}

/// Some conversations begin on a long road, and leave it anywhere: chance alone would hardly walk it to its end.
fn beginning() -> impl Strategy<Value = Vec<Move>> {
    let key = |intent| Move::Say(Input::Do(intent));
    let paste = |text: &str| Move::Say(Input::Paste(Secret::new(text)));
    // Known, link out, consent, tokens, identity, checks; then kept for this session.
    let connection = vec![
        key(Intent::Pick(1)),
        key(Intent::Confirm),
        paste(CLIENT_ID),
        paste(CANARY),
        Move::Answer(1),
        Move::Tell(8),
        Move::Answer(1),
        Move::Answer(1),
        Move::Answer(1),
        Move::Answer(1),
        key(Intent::Confirm),
        key(Intent::Pick(2)),
        Move::Answer(1),
        key(Intent::Details),
    ];
    let login = vec![key(Intent::Pick(2)), key(Intent::Confirm), Move::Tell(6), key(Intent::Retry), Move::Tell(6)];
    // A browser is known to be there and no login, so that the key that begins one lets its link be opened.
    let mut at_a_desk: Vec<Move> = [1, 0, 1, 0, 1].map(Move::AnswerBeside).into();
    at_a_desk.extend(login.clone());
    // A machine without ntn; the network and the keychain are probed before it.
    let install = vec![
        Move::AnswerBeside(1),
        Move::AnswerBeside(1),
        Move::AnswerBeside(5),
        key(Intent::Pick(2)),
        key(Intent::Confirm),
        Move::Answer(1),
        key(Intent::Pick(0)),
        key(Intent::Yes),
        Move::Answer(1),
    ];
    // A provider, its key, and the first steps of its runbook.
    let worker = vec![
        key(Intent::Pick(1)),
        key(Intent::Pick(1)),
        Move::Answer(30),
        key(Intent::Pick(0)),
        key(Intent::Confirm),
        Move::Answer(30),
        key(Intent::Confirm),
        Move::Tell(7),
        Move::Answer(1),
        Move::Answer(30),
        key(Intent::Confirm),
    ];
    // A connection's token, verified and checked; then the first manager that can be used, with what it suggests.
    let hand_to = vec![
        key(Intent::Pick(0)),
        key(Intent::Confirm),
        paste(CANARY),
        Move::Answer(3),
        Move::Answer(3),
        key(Intent::Confirm),
        key(Intent::Pick(3)),
        Move::Answer(1),
        key(Intent::Pick(0)),
        key(Intent::Confirm),
        key(Intent::Yes),
        Move::Tell(7),
        Move::Answer(1),
    ];
    // Credentials are discovered first; then one is made active, refreshed, verified and logged out.
    let mut accounts = vec![Move::AnswerBeside(3); 5];
    accounts.extend([
        key(Intent::Accounts),
        key(Intent::Confirm),
        Move::Answer(1),
        key(Intent::Refresh),
        Move::Answer(1),
        key(Intent::Retry),
        Move::Answer(1),
        // Whom it acts as was not written down before.
        Move::Answer(1),
        key(Intent::LogOut),
        key(Intent::Yes),
        // The wait for the keychain is ended.
        key(Intent::Back),
        Move::Answer(1),
    ]);
    let nothing = || Vec::new();
    let road = select(vec![
        nothing(),
        nothing(),
        nothing(),
        connection,
        login,
        at_a_desk,
        install,
        worker,
        accounts,
        agents_road(),
        rotation_road(),
        scan_road(),
        question_road(),
        team_profile_road(),
        hand_to,
    ]);
    (road, 0..24usize).prop_map(|(mut road, length)| {
        road.truncate(length);
        road
    })
}

/// The agents are found, without a sign-in: it comes first, then their files are changed.
fn agents_road() -> Vec<Move> {
    let key = |intent| Move::Say(Input::Do(intent));
    vec![
        Move::AnswerBeside(1),
        Move::AnswerBeside(1),
        Move::AnswerBeside(1),
        Move::AnswerBeside(1),
        Move::AnswerBeside(1),
        key(Intent::Agents),
        Move::Answer(9),
        key(Intent::Confirm),
        Move::Tell(8),
        Move::Answer(1),
        Move::Answer(1),
        Move::Answer(10),
        key(Intent::Yes),
        key(Intent::Yes),
        Move::Answer(3),
        key(Intent::LogOut),
        Move::Answer(10),
        key(Intent::Yes),
        Move::Answer(3),
    ]
}

/// The records and the file are read; then its answers are used, opened again, and not used.
fn team_profile_road() -> Vec<Move> {
    let key = |intent| Move::Say(Input::Do(intent));
    let mut road = vec![Move::AnswerBeside(4); 6];
    road.extend([
        key(Intent::Profile),
        key(Intent::Confirm),
        Move::AnswerBeside(1),
        key(Intent::Profile),
        key(Intent::Pick(1)),
        Move::AnswerBeside(1),
        key(Intent::Confirm),
    ]);
    road
}

/// The second credential is a token: a new one is checked and replaces it. An agent that holds the old one is looked at, and what is left
/// is tried again.
fn rotation_road() -> Vec<Move> {
    let key = |intent| Move::Say(Input::Do(intent));
    let mut road = vec![Move::AnswerBeside(3); 6];
    road.extend([
        key(Intent::Accounts),
        key(Intent::Pick(1)),
        key(Intent::Reminder),
        key(Intent::Rotate),
        Move::Answer(1),
        Move::Say(Input::Paste(Secret::new(CANARY))),
        Move::Answer(1),
        key(Intent::Right),
        key(Intent::Confirm),
        key(Intent::Yes),
        Move::Tell(7),
        Move::Answer(3),
        key(Intent::Confirm),
        key(Intent::Back),
        Move::Answer(3),
        key(Intent::Retry),
        Move::Answer(1),
    ]);
    road
}

/// Several tokens are found; all are saved, and the lines of a profile replaced. Then one by itself.
fn scan_road() -> Vec<Move> {
    let key = |intent| Move::Say(Input::Do(intent));
    vec![
        key(Intent::Scan),
        Move::Tell(217),
        Move::Answer(6),
        key(Intent::Pick(0)),
        key(Intent::Yes),
        Move::Answer(7),
        key(Intent::Yes),
        Move::Answer(1),
        key(Intent::Retry),
        Move::Answer(7),
        key(Intent::Pick(1)),
        key(Intent::Confirm),
        key(Intent::Yes),
        Move::Answer(3),
    ]
}

/// The question finds an answer, then another, then none.
fn question_road() -> Vec<Move> {
    let key = |intent| Move::Say(Input::Do(intent));
    let paste = |text: &str| Move::Say(Input::Paste(Secret::new(text)));
    vec![
        key(Intent::AskQuestion),
        key(Intent::Down),
        paste("token"),
        key(Intent::Down),
        Move::Say(Input::Type(Edit::EraseAll)),
        paste("how do I peel an apple"),
        key(Intent::Confirm),
        key(Intent::Back),
    ]
}

fn size() -> impl Strategy<Value = (u16, u16)> {
    (1..=140u16, 1..=50u16)
}

fn a_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        450 => intent().prop_map(|intent| Move::Say(Input::Do(intent))),
        90 => pasted().prop_map(|text| Move::Say(Input::Paste(Secret::new(text)))),
        30 => edit().prop_map(|edit| Move::Say(Input::Type(edit))),
        60 => given().prop_map(|given| Move::Say(Input::Answer(given))),
        150 => any::<u8>().prop_map(Move::Answer),
        40 => any::<u8>().prop_map(Move::AnswerBeside),
        40 => any::<u8>().prop_map(Move::Tell),
        40 => (0..60u64, any::<u8>()).prop_map(|(id, seed)| Move::Stray(id, seed)),
        20 => (0..60u64, any::<u8>()).prop_map(|(id, seed)| Move::StrayProgress(id, seed)),
        30 => size().prop_map(|(columns, rows)| Move::Resize(columns, rows)),
        20 => Just(Move::Look),
    ]
}

/// Forward more often than back, or few conversations would get anywhere; leaving is rare, for it ends them.
fn intent() -> impl Strategy<Value = Intent> {
    use Intent::{
        Accounts, AddAccount, Agents, AskQuestion, Back, Confirm, Copy, Details, Down, First, Guide, Help, Last, Left, LogOut,
        NextField, Open, PageDown, PageUp, Pick, PrintLink, Profile, Quit, QuitNow, Refresh, Reminder, Retry, Right, Rotate, Scan,
        Send, Suspend, ToggleQr, Up, UseExisting, Yes,
    };
    prop_oneof![
        90 => Just(Confirm),
        30 => Just(Yes),
        60 => (0..6usize).prop_map(Pick),
        20 => Just(Pick(0)),
        20 => select(vec![Up, Down, Left, Right, First, Last, PageUp, PageDown]),
        20 => Just(Back),
        30 => select(vec![Details, Guide, AskQuestion, Open, Copy, Retry, NextField, Suspend]),
        20 => select(vec![Profile, PrintLink, ToggleQr]),
        20 => select(vec![Accounts, Agents, Scan, Refresh, LogOut, Send, Rotate, Reminder, AddAccount]),
        15 => Just(UseExisting),
        6 => Just(Help),
        2 => Just(Quit),
        1 => Just(QuitNow),
    ]
}

fn pasted() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => Just(CANARY.to_owned()),
        1 => Just(format!("export NOTION_API_TOKEN=\"{CANARY}\"\n")),
        1 => Just(format!("NOTION_CLIENT_SECRET={CANARY}")),
        2 => Just(CLIENT_ID.to_owned()),
        2 => Just(redirect_url()),
        1 => Just(format!("https://www.notion.so/{CANARY}")),
        1 => Just(format!("  {CANARY} 日本語 e\u{301}\u{202e}\u{1b}[31m")),
        1 => (0..CANARY.len()).prop_map(|length| CANARY[..length].to_owned()),
        1 => Just(CANARY.repeat(120)),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let insert = select(vec!['a', '5', '?', ' ', '日', '\u{301}', '\u{7}', '"']).prop_map(Edit::Insert);
    let others =
        [Edit::EraseBack, Edit::EraseForward, Edit::EraseWord, Edit::EraseAll, Edit::Left, Edit::Right, Edit::Home, Edit::End];
    prop_oneof![insert, select(others.to_vec())]
}

fn given() -> impl Strategy<Value = Answer> {
    prop_oneof![
        6 => (0..8usize).prop_map(Answer::Choice),
        1 => Just(Answer::Text(Secret::new(CANARY))),
        2 => any::<bool>().prop_map(Answer::Consent),
        1 => select(vec![None, Some(date(2027, 2, 28)), Some(date(1999, 1, 1))]).prop_map(Answer::Day),
    ]
}
