//! A person's permissions in a workspace: derives a verdict with its reason for each capability from role, plan and token policy.
//!
//! Notion's API reports none of the three, so they are asked. "Not sure" means every possible answer, and a verdict is given only if
//! all of those agree. It is advice and never blocks anyone.
//! `rules` decides which rule applies; the rules' texts and the table of policies are data (`assets/policies.toml`).

mod capability;
mod content;
mod policies;
mod rules;
#[cfg(test)]
mod tests;

pub use capability::Capability;
pub use content::{Plan, PlanPolicy, TokenPolicy};
pub use policies::{policy_for, policy_table, source_ids};

use super::checks::Verdict;
use content::Rule;
use rules::{KnownProfile, possible_profiles};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// The person's role in the workspace, in the order in which the roles are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "kebab-case")]
pub enum MemberRole {
    Owner,
    Member,
    Restricted,
    Guest,
    #[default]
    NotSure,
}

impl MemberRole {
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "Workspace owner",
            Self::Member => "Member",
            Self::Restricted => "Restricted member",
            Self::Guest => "Guest",
            Self::NotSure => "Not sure",
        }
    }
}

impl Plan {
    pub fn label(self) -> &'static str {
        match self {
            Self::Free => "Free",
            Self::Plus => "Plus",
            Self::Business => "Business",
            Self::Enterprise => "Enterprise",
            Self::NotSure => "Not sure",
        }
    }
}

impl TokenPolicy {
    pub fn label(self) -> &'static str {
        match self {
            Self::OwnersOnly => "Workspace owners only",
            Self::OwnersAndGroups => "Owners and chosen groups",
            Self::AllMembers => "All members",
            Self::NotSure => "Not sure",
        }
    }
}

/// A person's answers about themselves and their workspace. Each may be "not sure".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberProfile {
    pub role: MemberRole,
    pub plan: Plan,
    pub policy: TokenPolicy,
}

impl MemberProfile {
    /// True if neither role nor plan is known.
    pub fn is_unknown(self) -> bool {
        (self.role, self.plan) == (MemberRole::NotSure, Plan::NotSure)
    }

    pub fn permissions(self) -> Permissions {
        permissions(self.role, self.plan, self.policy)
    }

    /// The answers as a text: `Member on Business. Tokens: all members.`
    pub fn text(self) -> String {
        let person = match (self.role, self.plan) {
            (MemberRole::NotSure, Plan::NotSure) => "Your role and plan are unknown".to_owned(),
            (MemberRole::NotSure, plan) => format!("On {}, role unknown", plan.label()),
            (role, Plan::NotSure) => format!("{}, plan unknown", role.label()),
            (role, plan) => format!("{} on {}", role.label(), plan.label()),
        };
        match self.policy {
            TokenPolicy::NotSure => format!("{person}."),
            policy => format!("{person}. Tokens: {}.", policy.label().to_lowercase()),
        }
    }

    /// True if the plan is known not to offer this policy; the answer about the policy is ignored then.
    pub fn has_policy_outside_plan(self) -> bool {
        self.policy != TokenPolicy::NotSure && policy_for(self.plan).is_some_and(|row| !row.choices.contains(&self.policy))
    }
}

/// The verdicts on all capabilities, in the order of `Capability::VARIANTS`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Permissions {
    pub capabilities: Vec<CapabilityVerdict>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CapabilityVerdict {
    pub id: Capability,
    pub title: &'static str,
    /// `Warn` if a condition remains that no answer decides; `Unknown` if the answers or the documentation do not decide.
    pub verdict: Verdict,
    /// At most two sentences.
    pub reason: String,
    /// Id of a source in the catalog.
    pub source: &'static str,
    /// An alternative that this person can use.
    pub alternative: Option<&'static str>,
    /// A message ready to send to the workspace's owner; `None` for owners themselves.
    pub admin_message: Option<String>,
}

pub fn permissions(role: MemberRole, plan: Plan, policy: TokenPolicy) -> Permissions {
    let cases = possible_profiles(role, plan, policy);
    Permissions { capabilities: Capability::VARIANTS.iter().filter_map(|&id| evaluate(id, role, &cases)).collect() }
}

fn evaluate(id: Capability, role: MemberRole, cases: &[KnownProfile]) -> Option<CapabilityVerdict> {
    let rules: Vec<Rule> = cases.iter().map(|case| case.rule(id)).collect();
    // The last case has the widest rights: if all verdicts agree, what limits it limits the others too.
    let widest = *rules.last()?;
    let words = widest.text()?;
    let row = if rules.iter().all(|rule| rule.verdict() == widest.verdict()) {
        CapabilityVerdict {
            id,
            title: id.title(),
            verdict: widest.verdict(),
            reason: words.reason.clone(),
            source: &words.source,
            alternative: words.instead.as_deref(),
            admin_message: words.message.clone(),
        }
    } else {
        undecided(id, role, cases, &words.source)
    };
    // An owner would be writing to themselves.
    Some(CapabilityVerdict { admin_message: row.admin_message.filter(|_| role != MemberRole::Owner), ..row })
}

/// The verdict on a capability that the answers leave open: it names the missing answers.
fn undecided(id: Capability, role: MemberRole, cases: &[KnownProfile], source: &'static str) -> CapabilityVerdict {
    let differ = |alike: fn(&KnownProfile, &KnownProfile) -> bool| {
        let verdict = |case: &KnownProfile| case.rule(id).verdict();
        cases.iter().any(|one| cases.iter().any(|other| alike(one, other) && verdict(one) != verdict(other)))
    };
    let by_role = differ(|one, other| (one.plan, one.policy) == (other.plan, other.policy));
    let by_plan = differ(|one, other| (one.role, one.policy) == (other.role, other.policy));
    let by_policy = differ(|one, other| (one.role, one.plan) == (other.role, other.plan));
    let missing = |words: [&'static str; 3]| {
        let pairs = [by_role, by_plan, by_policy].into_iter().zip(words);
        pairs.filter_map(|(matters, words)| matters.then_some(words)).collect::<Vec<_>>().join(" and ")
    };
    let depends = format!("It depends on {}.", missing(["your role", "the workspace's plan", "the token policy"]));
    let questions = missing([
        "which role I have in the workspace",
        "which plan the workspace is on",
        "who is allowed to create tokens (Settings → Connections → Manage, \"Limit who can create personal access tokens (PATs)\")",
    ]);
    CapabilityVerdict {
        id,
        title: id.title(),
        verdict: Verdict::Unknown,
        reason: match default_policy(cases) {
            Some(default) if by_policy => format!("{depends} {default}"),
            _ => depends,
        },
        source,
        alternative: Some(match role {
            MemberRole::Owner => "Look it up in the workspace's settings, or try anyway.",
            _ => "Ask a workspace owner, or try anyway.",
        }),
        admin_message: Some(format!("Hello, I'm setting up access to Notion's API. Could you tell me {questions}? Thank you.")),
    }
}

/// The default token policy, if only one plan is possible.
fn default_policy(cases: &[KnownProfile]) -> Option<String> {
    let plan = cases.first()?.plan;
    let row = policy_for(plan).filter(|_| cases.iter().all(|case| case.plan == plan))?;
    Some(format!("The default on {}: {}.", plan.label(), row.default.label().to_lowercase()))
}
