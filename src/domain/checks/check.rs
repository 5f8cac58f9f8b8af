//! A check, and the answers that checks are made of.

use crate::domain::problem::{Problem, RemedyAction};
use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Verdict {
    Pass,
    Warn,
    Fail,
    /// The evidence does not decide.
    Unknown,
    Skip,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckGroup {
    Environment,
    Prerequisites,
    Credential,
    Storage,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Stable, such as `credential.reach`.
    pub id: &'static str,
    pub group: CheckGroup,
    /// The subject of the check, in two or three words.
    pub title: &'static str,
    pub verdict: Verdict,
    pub evidence: String,
    /// The words of the system or a library. Screens fold them away.
    pub detail: Option<String>,
    pub remedy: Option<String>,
    /// Id of a source in the catalog, if the verdict is based on one.
    pub source: Option<&'static str>,
}

impl Check {
    /// Creates a check without a remedy and a source. The first part of the id names the group.
    pub fn new(id: &'static str, title: &'static str, verdict: Verdict, evidence: impl Into<String>) -> Self {
        let group = match id.split('.').next() {
            Some("environment") => CheckGroup::Environment,
            Some("prerequisites") => CheckGroup::Prerequisites,
            Some("storage") => CheckGroup::Storage,
            _ => CheckGroup::Credential,
        };
        Self { id, group, title, verdict, evidence: evidence.into(), detail: None, remedy: None, source: None }
    }

    /// Returns the evidence with its detail, for reports.
    pub fn full_evidence(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{} ({detail})", self.evidence),
            None => self.evidence.clone(),
        }
    }
}

/// The result of an endpoint that needs a capability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CapabilityResponse<T> {
    Granted(T),
    /// The token lacks the capability: HTTP status and Notion's error code.
    Refused {
        status: u16,
        code: String,
    },
}

/// Pages of people that are read before the list counts as incomplete; 500 people are enough for most workspaces.
pub const MAX_USER_PAGES: u32 = 5;

/// The result of `GET /v1/users`: members and bots, but no guests (<https://developers.notion.com/reference/get-users>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserList {
    pub people: Vec<String>,
    /// True if every page was read, so that a missing person is really absent.
    pub is_complete: bool,
    /// True if any person has an email address.
    pub has_emails: bool,
}

/// The result of `POST /v1/search`: the content that this token can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    pub pages: usize,
    /// Data sources (databases before 2025-09-03).
    pub data_sources: usize,
    /// There are more results than were counted.
    pub has_more: bool,
}

impl Reach {
    /// True if the token sees nothing.
    pub fn is_empty(self) -> bool {
        self.pages == 0 && self.data_sources == 0
    }
}

pub(super) fn with_detail(check: Check, detail: &str) -> Check {
    Check { detail: Some(detail.to_owned()), ..check }
}

pub(super) fn with_remedy(check: Check, remedy: impl Into<String>) -> Check {
    Check { remedy: Some(remedy.into()), ..check }
}

/// Adds the problem's first remedy to the check. `Edit` is left out, because a check has no text field to correct.
pub(super) fn with_first_remedy(check: Check, problem: &Problem) -> Check {
    let remedy = problem.remedies().iter().find(|remedy| remedy.action != RemedyAction::Edit);
    Check { remedy: remedy.map(|remedy| remedy.text.clone()), ..check }
}

/// The problem's headline with its evidence.
pub(super) fn problem_text(problem: &Problem) -> String {
    match &problem.evidence {
        Some(evidence) => format!("{} ({evidence})", problem.headline()),
        None => problem.headline().to_owned(),
    }
}
