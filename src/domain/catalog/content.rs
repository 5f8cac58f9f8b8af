//! The types of `assets/paths.toml` and the look-ups. The build script includes this file too.

use crate::domain::auth_path::{AuthPath, PerPath};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The status of a claim compared with today's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClaimStatus {
    Current,
    Partly,
    Outdated,
}

/// The source of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub id: String,
    pub title: String,
    /// Absent for measurements and for the guide itself.
    #[serde(default)]
    pub url: Option<String>,
    /// Date of the document or, if it has none, the day it was read.
    #[serde(with = "crate::domain::compact_date")]
    pub as_of: Date,
}

/// One claim. `text` is the guide's meaning, or today's fact where the guide is silent. If the guide is not wholly right, `today`
/// holds the correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    pub text: String,
    /// Id of a source.
    pub source: String,
    #[serde(with = "crate::domain::compact_date")]
    pub as_of: Date,
    pub verdict: ClaimStatus,
    #[serde(default)]
    pub today: Option<Correction>,
}

/// A correction: Notion's current statement, where the guide is outdated or only partly right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    pub text: String,
    pub source: String,
    #[serde(with = "crate::domain::compact_date")]
    pub as_of: Date,
}

/// One row of the comparison table, with a cell for each path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonRow {
    pub id: String,
    /// At most 17 columns wide.
    pub label: String,
    /// At most 12 columns wide; set if `label` is wider.
    #[serde(default)]
    pub label_at_72: Option<String>,
    pub cells: PerPath<ComparisonCell>,
}

impl ComparisonRow {
    /// The label for a column of 12 cells.
    pub fn narrow_label(&self) -> &str {
        self.label_at_72.as_ref().unwrap_or(&self.label)
    }

    pub fn cell(&self, path: AuthPath) -> &ComparisonCell {
        self.cells.get(path)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonCell {
    /// The text in a full-width table: at most 24 columns, true today.
    pub short: String,
    /// The text in a terminal of 80 columns, set if `short` is wider than 19.
    #[serde(default)]
    pub at_80: Option<String>,
    /// The text in a terminal of 72 columns, set if the others are wider than 16.
    #[serde(default)]
    pub at_72: Option<String>,
    /// The full claim behind the short text.
    pub claim: Claim,
}

impl ComparisonCell {
    /// The texts for the table, the widest first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        [Some(&self.short), self.at_80.as_ref(), self.at_72.as_ref()].into_iter().flatten().map(String::as_str)
    }
}

/// One path in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathDetails {
    /// The title in the table header: at most 11 columns.
    pub title: String,
    /// The line under the title in a wide table: at most 21 columns.
    pub tagline: String,
    /// The guide's own name for the path.
    pub guide_title: String,
    /// The benefit for the person, in one line of at most 76 cells.
    pub promise: String,
    pub best_for: Claim,
    pub brief: Claim,
    pub when_to_use: Vec<Claim>,
    pub when_not_to_use: Vec<Claim>,
    pub limitations: Vec<Claim>,
    pub facts: Vec<Claim>,
    pub entry: SignInText,
}

impl PathDetails {
    /// Every claim about this path, with its position.
    pub fn claims(&self) -> Vec<(String, &Claim)> {
        let mut claims = vec![("best_for".to_owned(), &self.best_for), ("brief".to_owned(), &self.brief)];
        for (name, list) in [
            ("when_to_use", &self.when_to_use),
            ("when_not_to_use", &self.when_not_to_use),
            ("limitations", &self.limitations),
            ("facts", &self.facts),
        ] {
            claims.extend(list.iter().enumerate().map(|(index, claim)| (format!("{name}[{index}]"), claim)));
        }
        claims
    }
}

/// The text of the sign-in page for this path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInText {
    /// The steps in order: what to create and where. Each has at most 76 cells.
    pub steps: Vec<String>,
    /// Lines below the steps that are not steps, of at most 76 cells.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The difference between the two kinds of this path, in two lines of at most 76 cells.
    pub kinds: Vec<String>,
    /// The heading of the Prepare page.
    pub heading: String,
    /// The difference between the methods, if their names do not tell it.
    #[serde(default)]
    pub about_methods: Option<String>,
    /// The page where the token or connection is created.
    pub portal: String,
    /// The page where it is revoked.
    pub revoke: String,
    /// Commands to run afterwards.
    pub next: Vec<NextCommand>,
    /// Commands to run after a login that `ntn` stores; some are for certain versions of `ntn` only.
    #[serde(default)]
    pub after_login: Vec<NextCommand>,
    /// Id of the source for all of this.
    pub source: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextCommand {
    pub run: String,
    pub does: String,
    /// Absent if every version of `ntn` understands it, or if it needs no `ntn`.
    #[serde(default)]
    pub ntn: Option<NtnVersions>,
}

/// The versions of `ntn` that a command is for: 0.4.0 has fewer commands than later versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NtnVersions {
    #[serde(rename = "0.4.0")]
    V0_4_0,
    #[serde(rename = "newer")]
    Newer,
}

impl NextCommand {
    /// True if this version of `ntn` supports the command. Every version supports the commands of 0.4.0.
    pub fn works_with(&self, installed: NtnVersions) -> bool {
        self.ntn.is_none_or(|ntn| ntn == installed)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    pub question: String,
    pub answer: Claim,
    pub path: AuthPath,
}

/// One branch of the guide's decision tree; `rule` is the name of the rule in the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    pub rule: String,
    /// The condition, worded to follow "If".
    pub when: String,
    pub path: AuthPath,
    /// The guide's skill file that describes the path.
    pub skill: String,
    /// The guide's advice for this branch.
    pub claim: Claim,
}

/// The text for a code of the recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceText {
    pub code: String,
    pub text: String,
}

/// Everything in `assets/paths.toml`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The guide's opening, which names the person's goal.
    pub intent: Claim,
    /// Hosts that links may point to.
    pub known_hosts: Vec<String>,
    pub sources: Vec<Source>,
    pub rows: Vec<ComparisonRow>,
    /// The texts of the recommendation's codes.
    #[serde(default)]
    pub advice: Vec<AdviceText>,
    pub paths: PerPath<PathDetails>,
    pub decision_tree: Vec<Branch>,
    pub typical_questions: Vec<String>,
    pub faq: Vec<Faq>,
    pub related_queries: Vec<String>,
    /// Questions that people often ask, offered before anything is typed.
    #[serde(default)]
    pub asked_often: Vec<String>,
    /// The steps to share a page with an internal connection.
    pub sharing: Vec<String>,
    /// Lines below the steps that are not steps.
    #[serde(default)]
    pub sharing_notes: Vec<String>,
}

/// The content is left out: its forty thousand characters would bury the model that a failed test prints.
impl fmt::Debug for Catalog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Catalog")
    }
}

impl Catalog {
    pub fn path(&self, id: AuthPath) -> &PathDetails {
        self.paths.get(id)
    }

    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    pub fn row(&self, id: &str) -> Option<&ComparisonRow> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// The text for a code of the recommendation, or the code itself if the catalog has no text.
    pub fn advice_text<'a>(&'a self, code: &'a str) -> &'a str {
        self.advice.iter().find(|wording| wording.code == code).map_or(code, |wording| wording.text.as_str())
    }

    /// Every claim with its position in the catalog, such as `paths.token.facts[2]`.
    pub fn claims(&self) -> Vec<(String, &Claim)> {
        let mut claims = vec![("intent".to_owned(), &self.intent)];
        for row in &self.rows {
            claims.extend(AuthPath::ALL.map(|id| (format!("rows.{}.{id}", row.id), &row.cell(id).claim)));
        }
        for id in AuthPath::ALL {
            claims.extend(self.path(id).claims().into_iter().map(|(place, claim)| (format!("paths.{id}.{place}"), claim)));
        }
        claims.extend(self.decision_tree.iter().map(|branch| (format!("decision_tree.{}", branch.rule), &branch.claim)));
        claims.extend(self.faq.iter().enumerate().map(|(index, faq)| (format!("faq[{index}]"), &faq.answer)));
        claims
    }
}
