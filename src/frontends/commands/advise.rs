//! `advise`: the path that fits and what this person may create, from what is said on the command line alone.

mod report;

use crate::cli::AdviseArgs;
use crate::domain::advice::{Advice, Purpose, Way, advise_for};
use crate::domain::catalog::Catalog;
use crate::domain::check::Verdict;
use crate::domain::prerequisites::{Capability, CapabilityOutlook, Standing};
use crate::domain::problem::{Problem, ProblemCode};
use crate::frontends::console::{Console, DONE};
use serde::Serialize;

pub fn run(args: &AdviseArgs, catalog: &Catalog, console: &mut Console) -> u8 {
    let Some(purpose) = args.purpose else {
        let names = Purpose::ALL.map(Purpose::as_str).join(", ");
        let problem = Problem::new(ProblemCode::AnswerNeeded).seen(format!("what it is for: give --for with one of {names}"));
        return console.problem(&problem);
    };
    let advised = Advised::new(purpose, args.standing());
    if args.json {
        console.json(&report::document(&advised, catalog));
    } else {
        report::write(&advised, catalog, console);
    }
    DONE
}

struct Advised {
    purpose: Purpose,
    standing: Standing,
    advice: Advice,
    /// What the recommended way lives by comes first.
    capabilities: Vec<CapabilityOutlook>,
}

impl Advised {
    fn new(purpose: Purpose, standing: Standing) -> Self {
        let mut capabilities = standing.outlook().capabilities;
        let rank = |id: Capability| purpose.needs().iter().position(|needed| *needed == id);
        // What is not needed keeps its order, behind what is.
        capabilities.sort_by_key(|row| rank(row.id).unwrap_or(usize::MAX));
        Self { purpose, standing, advice: advise_for(purpose, standing.role), capabilities }
    }

    fn needed(&self) -> impl Iterator<Item = &CapabilityOutlook> {
        self.capabilities.iter().filter(|row| self.purpose.needs().contains(&row.id))
    }

    /// Nothing was said that would make a message to an admin worth sending.
    fn knows_nothing(&self) -> bool {
        self.standing == Standing::default()
    }

    /// To whoever runs the workspace, where what is needed is in doubt: what each is about, and its words.
    fn messages(&self) -> Vec<(&'static str, &str)> {
        // One of the needed is enough: where one can be had, nobody has to be asked.
        if self.knows_nothing() || self.needed().any(|row| row.verdict == Verdict::Pass) {
            return Vec::new();
        }
        let mut messages: Vec<(&'static str, &str)> = Vec::new();
        for row in self.needed() {
            if let Some(message) = row.admin_message.as_deref().filter(|message| messages.iter().all(|(_, said)| said != message)) {
                messages.push((row.title, message));
            }
        }
        messages
    }

    /// What the way begins with is not open to this person.
    fn is_blocked(&self) -> bool {
        self.needed().all(|row| row.verdict == Verdict::Fail)
    }

    /// What to run now.
    fn next(&self) -> Vec<Next> {
        const TOKEN: Next =
            Next { run: "notion-auth login --path cli --token-stdin < token.txt", does: "check the token and keep it" };
        const HAND: Next =
            Next { run: "export NOTION_API_TOKEN=\"$(notion-auth token)\"", does: "hand it to the programs of this shell" };
        match (self.purpose, self.advice.way) {
            (Purpose::ManyUsers, _) => vec![Next {
                run: "notion-auth login --client-id ID --client-secret-stdin < secret.txt",
                does: "let yourself in through your own connection",
            }],
            (Purpose::Workers, _) => {
                vec![Next { run: "notion-auth", does: "open the wizard: OAuth, then Workers OAuth, leads through the steps" }]
            }
            // A login that will be refused is not recommended: the token that somebody else makes is the way round.
            (Purpose::Terminal, Some(Way::Login)) if self.is_blocked() => vec![TOKEN, HAND],
            (Purpose::Terminal, _) => {
                vec![Next { run: "notion-auth login --path cli", does: "log in in the browser, through ntn" }]
            }
            (Purpose::Script, _) => vec![TOKEN, HAND],
        }
    }
}

/// A command, and what it does.
#[derive(Clone, Copy, Serialize)]
struct Next {
    run: &'static str,
    does: &'static str,
}
