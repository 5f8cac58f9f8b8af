//! `advise`: recommends a path for this person on this machine, and lists what they may create.

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

/// Probes the machine for the findings that the recommendation depends on. A probe that fails stays unknown.
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
    /// The capabilities that the recommended path needs come first.
    capabilities: Vec<CapabilityOutlook>,
}

impl Advised {
    fn new(purpose: Purpose, standing: Standing, findings: Findings) -> Self {
        let mut capabilities = standing.outlook().capabilities;
        let rank = |id: Capability| purpose.needs().iter().position(|needed| *needed == id);
        // The sort is stable: capabilities that are not needed keep their order, after the needed ones.
        capabilities.sort_by_key(|row| rank(row.id).unwrap_or(usize::MAX));
        let need = need_of(purpose, standing.role);
        let advice = recommend(need, &findings).unwrap_or_else(|| by_the_guide(need));
        Self { purpose, standing, findings, advice, capabilities }
    }

    fn needed(&self) -> impl Iterator<Item = &CapabilityOutlook> {
        self.capabilities.iter().filter(|row| self.purpose.needs().contains(&row.id))
    }

    /// Returns true if no profile was given, so that a message to an admin would have no basis.
    fn knows_nothing(&self) -> bool {
        self.standing == Standing::default()
    }

    /// Returns messages to a workspace admin about needed capabilities that are in doubt, each as subject and text.
    fn messages(&self) -> Vec<(&'static str, &str)> {
        // Any one of the needed capabilities is enough, so no message is needed if one is available.
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

    /// Returns true if this person can have none of the needed capabilities.
    fn is_blocked(&self) -> bool {
        self.needed().all(|row| row.verdict == Verdict::Fail)
    }

    /// Returns the commands to run next.
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
            // A login that would be refused is not recommended; a token that someone else creates works instead.
            (Purpose::Terminal, Method::BrowserLogin) if self.is_blocked() => vec![TOKEN, HAND],
            (Purpose::Script, _) | (Purpose::Terminal, Method::Token) => vec![TOKEN, HAND],
            (Purpose::Terminal, _) => {
                vec![Next { run: "notion-auth login --path cli", does: "log in in the browser, through ntn" }]
            }
        }
    }
}

/// A command to run, and its effect.
#[derive(Clone, Copy, Serialize)]
struct Next {
    run: &'static str,
    does: &'static str,
}
