//! A live check: what was asked, the verdict, the evidence for it, a remedy and a source.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Pass,
    Warn,
    Fail,
    /// The evidence does not tell.
    Unknown,
    Skip,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Skip => "skip",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    Environment,
    Prerequisites,
    Credential,
    Storage,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Stable, such as `credential.reach`.
    pub id: &'static str,
    pub group: Group,
    /// What is asked, in two or three words.
    pub title: &'static str,
    pub verdict: Verdict,
    pub evidence: String,
    pub remedy: Option<String>,
    /// Key of a source in the catalog, where the judgement rests on one.
    pub source: Option<&'static str>,
}

/// What an endpoint that needs a capability answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    Given(T),
    /// Refused for want of a right: HTTP status and Notion's code.
    Refused {
        status: u16,
        code: String,
    },
}

/// `GET /v1/users`: members and bots; guests are never in it (facts B.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserList {
    pub people: Vec<String>,
    /// Whether every page was read, so that an absence means something.
    pub complete: bool,
    /// Whether any person came with an address.
    pub emails: bool,
}

/// `POST /v1/search`: what this token can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    pub pages: usize,
    /// Data sources (databases before 2025-09-03).
    pub data_sources: usize,
    /// More than were counted.
    pub more: bool,
}
