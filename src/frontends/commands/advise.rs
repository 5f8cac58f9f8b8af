//! `advise`: recommends a path for this person on this machine, and lists what they may create.

mod report;

use crate::cli::AdviseArgs;
use crate::domain::advice::{Advice, Audience, AuthMethod, Purpose, guide_recommendation, recommend, requirements_for};
use crate::domain::catalog::AuthPath;
use crate::domain::catalog::Catalog;
use crate::domain::check::Verdict;
use crate::domain::machine::{Finding, Findings};
use crate::domain::prerequisites::{Capability, CapabilityVerdict, MemberProfile};
use crate::domain::problem::{MissingInput, Problem};
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::ports::{Job, Machine};
use serde::Serialize;

pub async fn run(args: &AdviseArgs, catalog: &Catalog, machine: &dyn Machine, console: &mut Console) -> u8 {
    let Some(purpose) = args.purpose else {
        let names = Purpose::ALL.map(Purpose::as_str).join(", ");
        let problem = Problem::needed(MissingInput::Option, format!("what it is for: give --for with one of {names}"));
        return console.write_problem(&problem);
    };
    let findings = if requirements_for(purpose, args.profile().role).audience == Audience::Own {
        probe_machine(machine).await
    } else {
        Findings::default()
    };
    let advised = PersonalAdvice::new(purpose, args.profile(), findings);
    if args.json {
        console.write_json(&report::json_report(&advised, catalog));
    } else {
        report::write(&advised, catalog, console);
    }
    EXIT_SUCCESS
}

/// Probes the machine for the findings that the recommendation depends on. A probe that fails stays unknown.
async fn probe_machine(machine: &dyn Machine) -> Findings {
    async fn finding<T>(job: Job<T>) -> Finding<T> {
        job.await.map_or(Finding::Pending, Finding::Found)
    }
    let (browser, ntn) = tokio::join!(finding(machine.detect_browser()), finding(machine.detect_ntn()));
    Findings { browser, ntn, ..Findings::default() }
}

struct PersonalAdvice {
    purpose: Purpose,
    profile: MemberProfile,
    findings: Findings,
    advice: Advice,
    /// The capabilities that the recommended path needs come first.
    capabilities: Vec<CapabilityVerdict>,
}

impl PersonalAdvice {
    fn new(purpose: Purpose, standing: MemberProfile, findings: Findings) -> Self {
        let mut capabilities = standing.permissions().capabilities;
        let rank = |id: Capability| purpose.required_capabilities().iter().position(|needed| *needed == id);
        // The sort is stable: capabilities that are not needed keep their order, after the needed ones.
        capabilities.sort_by_key(|row| rank(row.id).unwrap_or(usize::MAX));
        let need = requirements_for(purpose, standing.role);
        let advice = recommend(need, &findings).unwrap_or_else(|| guide_recommendation(need));
        Self { purpose, profile: standing, findings, advice, capabilities }
    }

    fn needed_capabilities(&self) -> impl Iterator<Item = &CapabilityVerdict> {
        self.capabilities.iter().filter(|row| self.purpose.required_capabilities().contains(&row.id))
    }

    /// Returns true if no profile was given, so that a message to an admin would have no basis.
    fn has_no_profile(&self) -> bool {
        self.profile == MemberProfile::default()
    }

    /// Returns messages to a workspace admin about needed capabilities that are in doubt, each as subject and text.
    fn admin_messages(&self) -> Vec<(&'static str, &str)> {
        // Any one of the needed capabilities is enough, so no message is needed if one is available.
        if self.has_no_profile() || self.needed_capabilities().any(|row| row.verdict == Verdict::Pass) {
            return Vec::new();
        }
        let mut messages: Vec<(&'static str, &str)> = Vec::new();
        for row in self.needed_capabilities() {
            if let Some(message) = row.admin_message.as_deref().filter(|message| messages.iter().all(|(_, said)| said != message)) {
                messages.push((row.title, message));
            }
        }
        messages
    }

    /// Returns true if this person can have none of the needed capabilities.
    fn is_blocked(&self) -> bool {
        self.needed_capabilities().all(|row| row.verdict == Verdict::Fail)
    }

    /// Returns the commands to run next.
    fn next_commands(&self) -> Vec<SuggestedCommand> {
        const TOKEN: SuggestedCommand =
            SuggestedCommand { run: "notion-auth login --path cli --token-stdin < token.txt", does: "check the token and keep it" };
        const HAND: SuggestedCommand = SuggestedCommand {
            run: "export NOTION_API_TOKEN=\"$(notion-auth token)\"",
            does: "hand it to the programs of this shell",
        };
        const PLAIN: SuggestedCommand = SuggestedCommand {
            run: "notion-auth login --path token --token-stdin < token.txt",
            does: "check the token and keep it",
        };
        match (self.purpose, self.advice.method) {
            _ if self.advice.path == AuthPath::Token => vec![PLAIN, HAND],
            (Purpose::ManyUsers, _) => vec![SuggestedCommand {
                run: "notion-auth login --client-id ID --client-secret-stdin < secret.txt",
                does: "let yourself in through your own connection",
            }],
            (Purpose::Workers, _) => {
                vec![SuggestedCommand {
                    run: "notion-auth",
                    does: "open the wizard: OAuth, then Workers OAuth, leads through the steps",
                }]
            }
            // A login that would be refused is not recommended; a token that someone else creates works instead.
            (Purpose::Terminal, AuthMethod::BrowserLogin) if self.is_blocked() => vec![TOKEN, HAND],
            (Purpose::Script, _) | (Purpose::Terminal, AuthMethod::Token) => vec![TOKEN, HAND],
            (Purpose::Terminal, _) => {
                vec![SuggestedCommand { run: "notion-auth login --path cli", does: "log in in the browser, through ntn" }]
            }
        }
    }
}

/// A command to run, and its effect.
#[derive(Clone, Copy, Serialize)]
struct SuggestedCommand {
    run: &'static str,
    does: &'static str,
}
