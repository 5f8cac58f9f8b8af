//! `advise`: the path that fits this person on this machine, and what they may create.

mod report;

use crate::cli::AdviseArgs;
use crate::domain::advice::{Advice, Audience, Method, Purpose, by_the_guide, need_of, recommend};
use crate::domain::catalog::Catalog;
use crate::domain::catalog::PathId;
use crate::domain::check::Verdict;
use crate::domain::machine::{Finding, Findings};
use crate::domain::prerequisites::{Capability, CapabilityOutlook, Standing};
use crate::domain::problem::{MissingInput, Problem};
use crate::frontends::console::{Console, DONE};
use crate::runtime::ports::{Job, Machine};
use serde::Serialize;

pub async fn run(args: &AdviseArgs, catalog: &Catalog, machine: &dyn Machine, console: &mut Console) -> u8 {
    let Some(purpose) = args.purpose else {
        let names = Purpose::ALL.map(Purpose::as_str).join(", ");
        let problem = Problem::needed(MissingInput::Option, format!("what it is for: give --for with one of {names}"));
        return console.problem(&problem);
    };
    let findings =
        if need_of(purpose, args.standing().role).audience == Audience::Own { examine(machine).await } else { Findings::default() };
    let advised = Advised::new(purpose, args.standing(), findings);
    if args.json {
        console.json(&report::document(&advised, catalog));
    } else {
        report::write(&advised, catalog, console);
    }
    DONE
}

/// The findings that a recommendation for one workspace depends on. A part that cannot be examined stays unknown.
async fn examine(machine: &dyn Machine) -> Findings {
    async fn finding<T>(job: Job<T>) -> Finding<T> {
        job.await.map_or(Finding::Looking, Finding::Found)
    }
    let (browser, ntn) = tokio::join!(finding(machine.browser()), finding(machine.ntn()));
    Findings { browser, ntn, ..Findings::default() }
}

struct Advised {
    purpose: Purpose,
    standing: Standing,
    findings: Findings,
    advice: Advice,
    /// What the recommended way lives by comes first.
    capabilities: Vec<CapabilityOutlook>,
}

impl Advised {
    fn new(purpose: Purpose, standing: Standing, findings: Findings) -> Self {
        let mut capabilities = standing.outlook().capabilities;
        let rank = |id: Capability| purpose.needs().iter().position(|needed| *needed == id);
        // What is not needed keeps its order, behind what is.
        capabilities.sort_by_key(|row| rank(row.id).unwrap_or(usize::MAX));
        let need = need_of(purpose, standing.role);
        let advice = recommend(need, &findings).unwrap_or_else(|| by_the_guide(need));
        Self { purpose, standing, findings, advice, capabilities }
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
        const PLAIN: Next =
            Next { run: "notion-auth login --path token --token-stdin < token.txt", does: "check the token and keep it" };
        match (self.purpose, self.advice.method) {
            _ if self.advice.path == PathId::Token => vec![PLAIN, HAND],
            (Purpose::ManyUsers, _) => vec![Next {
                run: "notion-auth login --client-id ID --client-secret-stdin < secret.txt",
                does: "let yourself in through your own connection",
            }],
            (Purpose::Workers, _) => {
                vec![Next { run: "notion-auth", does: "open the wizard: OAuth, then Workers OAuth, leads through the steps" }]
            }
            // A login that will be refused is not recommended: the token that somebody else makes is the way round.
            (Purpose::Terminal, Method::BrowserLogin) if self.is_blocked() => vec![TOKEN, HAND],
            (Purpose::Script, _) | (Purpose::Terminal, Method::Token) => vec![TOKEN, HAND],
            (Purpose::Terminal, _) => {
                vec![Next { run: "notion-auth login --path cli", does: "log in in the browser, through ntn" }]
            }
        }
    }
}

/// A command, and what it does.
#[derive(Clone, Copy, Serialize)]
struct Next {
    run: &'static str,
    does: &'static str,
}
