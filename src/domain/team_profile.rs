//! A team profile: the answers of a `notion-auth.toml`, which pre-answer the wizard and `login`. It holds no secret and no address,
//! and every answer is one of a list that this program knows.

mod export;
mod parse;
mod render;
#[cfg(test)]
mod tests;

pub use export::ProfileExport;

use super::agents::{Agent, known_agents};
use super::auth_path::AuthPath;
use super::credentials::StoreKind;
use super::prerequisites::{MemberProfile, MemberRole, Plan, TokenPolicy};
use super::problem::{Problem, ProblemCode};
use super::secret::Secret;
use strum::{IntoStaticStr, VariantArray};

/// The name of the file in the folder of a project.
pub const PROFILE_FILE_NAME: &str = "notion-auth.toml";

/// The version of the format. A file names the one that it was written for.
pub const PROFILE_SCHEMA: i64 = 1;

/// The name of an answer that says nothing. A file may contain it, because the flags of `advise` have it.
const NOT_SURE: &str = "not-sure";

/// Larger than any profile that a person wrote; a larger file is not read into memory.
pub const MAX_PROFILE_BYTES: u64 = 16 * 1024;

/// The answers of a team. A question that the team leaves open has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamProfile {
    pub role: Option<MemberRole>,
    pub plan: Option<Plan>,
    pub policy: Option<TokenPolicy>,
    pub path: Option<AuthPath>,
    pub store: Option<StoreKind>,
    /// The coding agents to connect, each once.
    pub agents: Vec<&'static Agent>,
}

/// A question that a profile can answer. Its name is the key in the file, and the field in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ProfileKey {
    Role,
    Plan,
    Policy,
    Path,
    Store,
    Agents,
}

impl ProfileKey {
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Says what the answer is about; the comment above it in a file that is exported.
    pub fn description(self) -> &'static str {
        match self {
            Self::Role => "Your role in the workspace",
            Self::Plan => "The workspace's plan",
            Self::Policy => "Who can create personal access tokens",
            Self::Path => "How you sign in",
            Self::Store => "Where the credential is saved",
            Self::Agents => "The coding agents to connect to Notion",
        }
    }

    /// Says what the answer does when the profile is used.
    pub fn effect(self) -> &'static str {
        match self {
            Self::Role | Self::Plan | Self::Policy => "remembered on this machine, only for advice",
            Self::Path => "selected in the wizard; the default for login --profile",
            Self::Store => "selected when you save; plain text still needs your consent",
            Self::Agents => "selected on the agents page; each change still needs your consent",
        }
    }

    /// True for what a person enters about themselves and their workspace.
    pub fn is_about_member(self) -> bool {
        matches!(self, Self::Role | Self::Plan | Self::Policy)
    }

    /// Returns the possible values, as in the file.
    pub fn values(self) -> Vec<&'static str> {
        /// Leaves out "not sure", with which a team would answer nothing.
        fn sure<T: Copy + Into<&'static str>>(variants: &[T]) -> Vec<&'static str> {
            variants.iter().map(|variant| (*variant).into()).filter(|name| *name != NOT_SURE).collect()
        }
        match self {
            Self::Role => sure(MemberRole::VARIANTS),
            Self::Plan => sure(Plan::VARIANTS),
            Self::Policy => sure(TokenPolicy::VARIANTS),
            Self::Path => AuthPath::ALL.iter().map(<&str>::from).collect(),
            Self::Store => StoreKind::OFFERED.iter().map(|store| store.name()).collect(),
            Self::Agents => known_agents().iter().map(|agent| agent.id.as_str()).collect(),
        }
    }
}

impl TeamProfile {
    /// Returns the values of an answer, as in the file. None means that the question is open; only agents can have several values.
    pub fn values(&self, key: ProfileKey) -> Vec<&'static str> {
        fn one<T: Into<&'static str>>(value: Option<T>) -> Vec<&'static str> {
            value.map(Into::into).into_iter().collect()
        }
        match key {
            ProfileKey::Role => one(self.role),
            ProfileKey::Plan => one(self.plan),
            ProfileKey::Policy => one(self.policy),
            ProfileKey::Path => one(self.path),
            ProfileKey::Store => one(self.store),
            ProfileKey::Agents => self.agents.iter().map(|agent| agent.id.as_str()).collect(),
        }
    }

    /// Returns the questions that are answered, each with its values in one text.
    pub fn answers(&self) -> impl Iterator<Item = (ProfileKey, String)> {
        ProfileKey::VARIANTS.iter().filter_map(|key| {
            let values = self.values(*key);
            (!values.is_empty()).then(|| (*key, values.join(", ")))
        })
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// True if it says something about role, plan or token policy.
    pub fn has_member_answers(&self) -> bool {
        self.role.is_some() || self.plan.is_some() || self.policy.is_some()
    }

    /// Returns what is known about a person with this team's answers in it. What the team leaves open stays as it was.
    #[must_use]
    pub fn apply_to(&self, known: MemberProfile) -> MemberProfile {
        MemberProfile {
            role: self.role.unwrap_or(known.role),
            plan: self.plan.unwrap_or(known.plan),
            policy: self.policy.unwrap_or(known.policy),
        }
    }

    /// Returns the command that connects the team's agents, or `None` if it names none.
    pub fn agents_command(&self) -> Option<String> {
        let ids = self.values(ProfileKey::Agents);
        (!ids.is_empty()).then(|| format!("notion-auth agents connect {}", ids.join(" ")))
    }

    /// Returns the content of the file with these answers.
    pub fn to_toml(&self) -> String {
        render::render(self)
    }
}

/// A file as it was read, not parsed yet. Its text may hold anything, a secret too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileFile {
    /// The path, sanitised.
    pub place: String,
    /// The SHA-256 of the content in hexadecimal digits, by which a decision about it is remembered.
    pub digest: String,
    pub text: Secret,
}

/// A profile and the file that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedProfile {
    pub place: String,
    pub digest: String,
    pub profile: TeamProfile,
}

impl ProfileFile {
    /// Parses the file. A problem names it, and the line, but never repeats a secret.
    pub fn parse(self) -> Result<LoadedProfile, Problem> {
        let Self { place, digest, text } = self;
        match parse::parse(&text) {
            Ok(profile) => Ok(LoadedProfile { place, digest, profile }),
            Err(fault) => Err(Problem::new(fault.code).with_evidence(format!("{place}{}", fault.evidence()))),
        }
    }
}

/// Returns the problem of a file that cannot be read; `reason` completes the sentence.
pub fn unreadable_profile(place: &str, reason: impl AsRef<str>) -> Problem {
    Problem::new(ProblemCode::ProfileUnreadable).with_evidence(format!("{place}: {}", reason.as_ref()))
}
