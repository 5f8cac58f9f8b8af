//! `advise`: recommends a path for this person on this machine, and lists what they may create.

mod report;

use super::one_of_variants;
use crate::domain::advice::{Advice, Audience, Purpose, guide_recommendation, recommend, requirements_for};
use crate::domain::auth_path::AuthMethod;
use crate::domain::catalog::Catalog;
use crate::domain::checks::Verdict;
use crate::domain::machine::{Finding, Findings};
use crate::domain::prerequisites::{Capability, CapabilityVerdict, MemberProfile, MemberRole, Plan, TokenPolicy};
use crate::domain::problem::{MissingInput, Problem};
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::ports::{Job, Machine};
use clap::Args;
use serde::Serialize;
use strum::VariantArray;

/// Find the right sign-in method, and what you can create
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct AdviseArgs {
    /// What you need it for
    // Optional for clap, because a missing answer exits with 3 (input required) rather than 2 (usage).
    #[arg(long = "for", value_name = "PURPOSE", value_parser = one_of_variants::<Purpose>())]
    pub purpose: Option<Purpose>,
    /// Your role in the workspace
    #[arg(long, value_parser = one_of_variants::<MemberRole>())]
    pub role: Option<MemberRole>,
    /// The workspace's plan
    #[arg(long, value_parser = one_of_variants::<Plan>())]
    pub plan: Option<Plan>,
    /// Who can create personal access tokens (Settings → Connections → Manage)
    #[arg(long, value_parser = one_of_variants::<TokenPolicy>())]
    pub policy: Option<TokenPolicy>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl AdviseArgs {
    /// Returns the profile from the options; an omitted option counts as "not sure".
    pub fn profile(&self) -> MemberProfile {
        MemberProfile {
            role: self.role.unwrap_or_default(),
            plan: self.plan.unwrap_or_default(),
            policy: self.policy.unwrap_or_default(),
        }
    }
}

pub async fn run(args: &AdviseArgs, catalog: &Catalog, machine: &dyn Machine, console: &mut Console) -> u8 {
    let Some(purpose) = args.purpose else {
        let names = Purpose::VARIANTS.iter().map(<&str>::from).collect::<Vec<_>>().join(", ");
        let problem = Problem::needed(MissingInput::Option, format!("Add --for with one of: {names}."));
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
    fn new(purpose: Purpose, profile: MemberProfile, findings: Findings) -> Self {
        let mut capabilities = profile.permissions().capabilities;
        let rank = |id: Capability| purpose.required_capabilities().iter().position(|needed| *needed == id);
        // The sort is stable: capabilities that are not needed keep their order, after the needed ones.
        capabilities.sort_by_key(|row| rank(row.id).unwrap_or(usize::MAX));
        let need = requirements_for(purpose, profile.role);
        let advice = recommend(need, &findings).unwrap_or_else(|| guide_recommendation(need));
        Self { purpose, profile, findings, advice, capabilities }
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
            if let Some(message) = row.admin_message.as_deref().filter(|message| messages.iter().all(|(_, text)| text != message)) {
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
        const TOKEN: SuggestedCommand = SuggestedCommand {
            run: "notion-auth login --path cli --token-stdin < token.txt",
            does: "verify the token and save it",
        };
        const EXPORT: SuggestedCommand =
            SuggestedCommand { run: "export NOTION_API_TOKEN=\"$(notion-auth token)\"", does: "use it in this shell" };
        const PLAIN: SuggestedCommand = SuggestedCommand {
            run: "notion-auth login --path token --token-stdin < token.txt",
            does: "verify the token and save it",
        };
        match (self.purpose, self.advice.method) {
            _ if self.advice.path.main_method() == AuthMethod::Token => vec![PLAIN, EXPORT],
            (Purpose::ManyUsers, _) => vec![SuggestedCommand {
                run: "notion-auth login --client-id ID --client-secret-stdin < secret.txt",
                does: "sign in through your own connection",
            }],
            (Purpose::Workers, _) => {
                vec![SuggestedCommand { run: "notion-auth", does: "open the wizard, then choose OAuth and Workers OAuth" }]
            }
            // A login that would be refused is not recommended; a token that someone else creates works instead.
            (Purpose::Terminal, AuthMethod::BrowserLogin) if self.is_blocked() => vec![TOKEN, EXPORT],
            (Purpose::Script, _) | (Purpose::Terminal, AuthMethod::Token) => vec![TOKEN, EXPORT],
            (Purpose::Terminal, _) => {
                vec![SuggestedCommand { run: "notion-auth login --path cli", does: "sign in with your browser, using ntn" }]
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

const AFTER_HELP: &str = "\
The answer depends on your options and on what this machine has (a browser, ntn). Nothing is sent. Omitted options count as \
\"not sure\"; only what holds in every case is then shown as certain.

Examples:
  notion-auth advise --for terminal                  the recommended path and its requirements
  notion-auth advise --for script --role member --plan business
  notion-auth advise --for many-users --role owner --plan plus --json

Exit status: 0 for any advice, 3 if --for is missing.";
