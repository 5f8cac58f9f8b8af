//! Tokens in plain text: how they are recognised, where they are, and what to do about each.

mod command_lines;
mod content;
mod detection;
pub mod patch;
mod places;
pub mod shell_profile;

pub use content::{PlaceKind, PlainTextPlacesToml, ProfileShell};
pub use detection::{ALLOW_MARK, Certainty, Detection, NEEDLES, SecretKind, VARIABLE_NEEDLES, detect};
pub use places::{PlainTextPlace, known_files};

use super::credentials::{StoreKind, TokenOutcome};
use super::diff::DiffLine;
use super::machine::KEYCHAIN_DIALOG_TIMEOUT;
use super::problem::{Problem, ProblemCode};
use super::retry::{REQUEST_TIMEOUT, max_duration};
use super::secret::Secret;
use jiff::civil::Date;
use shell_profile::SavedToken;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

/// The scope of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanRequest {
    /// Files and folders; empty for the known places of this user and the current folder.
    pub paths: Vec<PathBuf>,
    pub git: GitSearch,
}

/// The part of a repository that is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GitSearch {
    /// Only files.
    #[default]
    None,
    /// The files, and every commit of the repositories that the paths are in.
    History,
    /// Only what the next commit would add.
    Staged,
}

/// The progress of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScanProgress {
    pub files: usize,
    pub findings: usize,
}

/// The version of a file in which a secret was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the file. `None` if git was not asked, or the file is in no repository.
    File { is_tracked: Option<bool> },
    /// In what the next commit would add.
    Staged,
    /// In what this commit added.
    Commit { hash: String },
}

/// A secret in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretFinding {
    pub secret: Secret,
    pub kind: SecretKind,
    pub certainty: Certainty,
    /// The name that it is assigned to, safe to show.
    pub variable: Option<String>,
    pub path: PathBuf,
    /// The path as a person would write it, sanitised.
    pub short_path: String,
    pub place: PlainTextPlace,
    /// Line and column in characters, from 1.
    pub line: usize,
    pub column: usize,
    pub origin: Origin,
}

impl SecretFinding {
    /// Returns the place in one line, such as `~/.zshrc:12`.
    pub fn position(&self) -> String {
        let commit = match &self.origin {
            Origin::Commit { hash } => format!(" (commit {})", short_hash(hash)),
            Origin::Staged => " (staged)".to_owned(),
            Origin::File { .. } => String::new(),
        };
        format!("{}:{}{commit}", self.short_path, self.line)
    }

    /// Returns what the place is and, where variables are assigned, which one it is: `env file, NOTION_TOKEN`.
    pub fn description(&self) -> String {
        let variable = self.variable.as_ref().filter(|_| self.place.assigns_variables());
        let variable = variable.map(|name| format!(", {name}")).unwrap_or_default();
        let tracked = if self.is_tracked() { ", tracked by git" } else { "" };
        format!("{}{variable}{tracked}", self.place.name())
    }

    /// True if a commit has it, so that everyone with the repository has it too.
    pub fn is_committed(&self) -> bool {
        matches!(self.origin, Origin::Commit { .. })
    }

    /// True if git has the file, which says nothing about the line.
    pub fn is_tracked(&self) -> bool {
        self.origin == Origin::File { is_tracked: Some(true) }
    }

    /// Returns what to do in this place. A commit can't be undone, but a staged secret is not committed yet.
    pub fn advice(&self) -> &'static str {
        match self.origin {
            Origin::Commit { .. } => "Revoke it: everyone with the repository has it. notion-auth never changes the history.",
            Origin::Staged => "Delete it from the file, then stage the file again.",
            Origin::File { .. } => self.place.advice(),
        }
    }

    /// True if the line can be replaced by a command.
    pub fn is_in_profile(&self) -> bool {
        self.place.shell.is_some() && matches!(self.origin, Origin::File { .. })
    }
}

/// The first characters of a commit's hash, as git shows it.
pub fn short_hash(hash: &str) -> &str {
    hash.get(..10).unwrap_or(hash)
}

/// Something that was not searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Sanitised.
    pub path: String,
    pub reason: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanReport {
    pub findings: Vec<SecretFinding>,
    /// Number of files that were searched.
    pub files: usize,
    /// Number of commits with matching lines that were read, if the history was searched.
    pub commits: Option<usize>,
    /// Number of files without text, which were not searched.
    pub binary_files: usize,
    pub skipped: Vec<Skipped>,
    /// The problem that ended the search early; the rest is what was found until then.
    pub problem: Option<Problem>,
}

/// A secret with all its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSecret<'a> {
    pub secret: &'a Secret,
    pub kind: SecretKind,
    pub certainty: Certainty,
    pub findings: Vec<&'a SecretFinding>,
}

impl FoundSecret<'_> {
    /// Returns what it is and its end, such as `token …WXYZ`.
    pub fn title(&self) -> String {
        let possible = if self.certainty == Certainty::Possible { "possible " } else { "" };
        let end = self.secret.last_four().map(|end| format!(" …{end}")).unwrap_or_default();
        format!("{possible}{}{end}", self.kind.name())
    }

    pub fn is_committed(&self) -> bool {
        self.findings.iter().any(|finding| finding.is_committed())
    }

    pub fn is_tracked(&self) -> bool {
        self.findings.iter().any(|finding| finding.is_tracked())
    }

    /// Returns the advice for its places, each once, with the name of the kind of place. That for commits is [`ScanReport::revocations`].
    pub fn advice(&self) -> Vec<(&'static str, &'static str)> {
        let mut advice = Vec::new();
        for finding in self.findings.iter().filter(|finding| !finding.is_committed()) {
            let name = if finding.origin == Origin::Staged { "staged change" } else { finding.place.name() };
            if !advice.contains(&(name, finding.advice())) {
                advice.push((name, finding.advice()));
            }
        }
        advice
    }
}

impl ScanReport {
    pub fn is_cancelled(&self) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.code == ProblemCode::Cancelled)
    }

    /// Returns each secret once, in the order in which they were found. If a secret's kind differs between places, it counts as the
    /// kind that is never sent to Notion.
    pub fn secrets(&self) -> Vec<FoundSecret<'_>> {
        let mut secrets: Vec<FoundSecret<'_>> = Vec::new();
        let mut indexes: HashMap<&Secret, usize> = HashMap::new();
        for finding in &self.findings {
            let index = *indexes.entry(&finding.secret).or_insert(secrets.len());
            if let Some(known) = secrets.get_mut(index) {
                known.certainty = known.certainty.max(finding.certainty);
                if known.kind == SecretKind::Token {
                    known.kind = finding.kind;
                }
                known.findings.push(finding);
            } else {
                let SecretFinding { secret, kind, certainty, .. } = finding;
                secrets.push(FoundSecret { secret, kind: *kind, certainty: *certainty, findings: vec![finding] });
            }
        }
        secrets
    }

    /// Returns the secrets that can be verified and saved.
    pub fn tokens(&self) -> Vec<FoundSecret<'_>> {
        self.secrets().into_iter().filter(|secret| secret.kind == SecretKind::Token).collect()
    }

    /// Returns the advice for all places, each once, with the name of the kind of place.
    pub fn advice(&self) -> Vec<(&'static str, &'static str)> {
        let mut advice: Vec<_> = Vec::new();
        for line in self.secrets().iter().flat_map(FoundSecret::advice) {
            if !advice.contains(&line) {
                advice.push(line);
            }
        }
        advice
    }

    /// Returns the report without the findings whose lines were replaced. A line that is replaced holds no other secret.
    #[must_use]
    pub fn without_replaced(&self, plans: &[ShellProfilePlan], changes: &[ShellProfileResult]) -> Self {
        let is_replaced = |finding: &SecretFinding| {
            let planned = plans.iter().filter_map(|plan| plan.change.as_ref().ok()?.as_deref());
            let mut here = planned.filter(|change| change.found_path == finding.path && change.lines.contains(&finding.line));
            let is_done = |change: &ShellProfileChange| {
                changes.iter().any(|done| done.short_path == change.short_path && done.outcome.is_ok())
            };
            finding.is_in_profile() && here.any(is_done)
        };
        Self { findings: self.findings.iter().filter(|finding| !is_replaced(finding)).cloned().collect(), ..self.clone() }
    }

    /// Returns what to revoke, in a sentence for what is committed and one for what may be. Nothing is known about who has a repository.
    pub fn revocations(&self) -> Vec<String> {
        let secrets = self.secrets();
        let titles = |is_listed: &dyn Fn(&FoundSecret<'_>) -> bool| {
            secrets.iter().filter(|secret| is_listed(secret)).map(FoundSecret::title).collect::<Vec<String>>()
        };
        let committed = titles(&|secret| secret.is_committed());
        let tracked = titles(&|secret| secret.is_tracked() && !secret.is_committed());
        let committed = match committed.as_slice() {
            [] => None,
            [title] => Some(format!("Revoke {title}: it is in a commit, so everyone with the repository has it.")),
            titles => Some(format!("Revoke {}: they are in commits, so everyone with the repository has them.", titles.join(", "))),
        };
        let tracked = match tracked.as_slice() {
            [] => None,
            [title] => Some(format!("Revoke {title} if it was ever committed: git tracks the file.")),
            titles => Some(format!("Revoke {} if they were ever committed: git tracks the files.", titles.join(", "))),
        };
        committed.into_iter().chain(tracked).collect()
    }

    /// Returns the findings, the secrets, and what was searched, in a sentence.
    pub fn summary(&self) -> String {
        let secrets = self.secrets().len();
        let (so_far, end) = if self.problem.is_some() { (" so far", "; the search is incomplete") } else { ("", "") };
        let what = match secrets {
            0 => format!("No tokens in plain text{so_far}"),
            1 => format!("1 secret in {}", counted(self.findings.len(), "place")),
            count => format!("{count} secrets in {}", counted(self.findings.len(), "place")),
        };
        let commits = self.commits.map(|_| " and the history").unwrap_or_default();
        format!("{what}. Searched {}{commits}{end}.", counted(self.files, "file"))
    }
}

pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The tokens that a person wants to save, and where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveTokens {
    pub tokens: Vec<Secret>,
    /// The profiles in which they are.
    pub profiles: Vec<ShellProfile>,
    /// The store that the person has chosen; otherwise it is the keychain, or the file if a setting says so.
    pub store: Option<StoreKind>,
    pub today: Date,
}

/// The token that is being verified and saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaveProgress {
    /// Its place among the tokens, from 1.
    pub number: usize,
    pub count: usize,
}

/// Returns the time limit for one token: for Notion's answer with its repetitions, the account lock, and a dialog of the keychain.
pub fn save_token_limit() -> Duration {
    Duration::from_secs(80) + max_duration(REQUEST_TIMEOUT) + KEYCHAIN_DIALOG_TIMEOUT
}

/// A profile that contains tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellProfile {
    pub path: PathBuf,
    pub shell: ProfileShell,
    /// All secrets in it, which no copy may contain.
    pub secrets: Vec<Secret>,
}

impl ScanReport {
    /// Returns what is to be saved for these tokens.
    pub fn save_request(&self, tokens: Vec<Secret>, store: Option<StoreKind>, today: Date) -> SaveTokens {
        let mut profiles: Vec<ShellProfile> = Vec::new();
        for finding in self.findings.iter().filter(|finding| finding.is_in_profile()) {
            let Some(shell) = finding.place.shell else { continue };
            match profiles.iter_mut().find(|profile| profile.path == finding.path) {
                Some(profile) => profile.secrets.push(finding.secret.clone()),
                None => profiles.push(ShellProfile { path: finding.path.clone(), shell, secrets: vec![finding.secret.clone()] }),
            }
        }
        profiles.retain(|profile| profile.secrets.iter().any(|secret| tokens.contains(secret)));
        SaveTokens { tokens, profiles, store, today }
    }
}

/// The result for one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenResult {
    pub secret: Secret,
    pub outcome: Result<TokenOutcome, Problem>,
}

impl TokenResult {
    /// Returns the token with its account, if it is saved now.
    pub fn saved(&self) -> Option<SavedToken> {
        let account = self.outcome.as_ref().ok()?.account()?.clone();
        Some(SavedToken { secret: self.secret.clone(), account })
    }
}

/// The change to a profile, which is carried out only after consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellProfileChange {
    /// The file itself; a link was followed.
    pub path: PathBuf,
    /// The path at which the tokens were found, which may be a link.
    pub found_path: PathBuf,
    /// Both, as a person would write them, sanitised.
    pub short_path: String,
    /// The current content. If the file has changed before the write, nothing is written.
    pub before: Secret,
    pub after: Secret,
    /// The current content without secrets, for the copy that is kept.
    pub backup: Secret,
    pub diff: Vec<DiffLine>,
    pub lines: Vec<usize>,
}

/// The plan for one profile; an error says why it can't be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellProfilePlan {
    pub short_path: String,
    /// `None` if no line has a form that is understood.
    pub change: Result<Option<Box<ShellProfileChange>>, Problem>,
}

impl ShellProfilePlan {
    /// The advice if no line has a form that is understood.
    pub const BY_HAND: &str = "the line isn't a plain assignment. Replace the token by hand with $(notion-auth token).";
}

/// The result for one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellProfileResult {
    pub short_path: String,
    /// The path of the copy, sanitised.
    pub outcome: Result<String, Problem>,
    pub lines: Vec<usize>,
}
