//! The catalog as the `paths --json` document. Fields may be added to it, never renamed.
//!
//! A claim is an object with text, source, date, verdict and, if the guide is not wholly right, the correction. Names, words and
//! yes/no values are plain. A source is given by its address, or by its title if it has none.

use super::{Branch, Catalog, Claim, ClaimStatus, ComparisonRow, Faq, NextCommand, NtnVersions, PathDetails, SignInText};
use crate::domain::auth_path::AuthPath;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the JSON schema.
const SCHEMA_VERSION: u8 = 1;

/// The whole comparison, or the part about one path.
pub fn paths_json(catalog: &Catalog, only: Option<AuthPath>) -> PathsJson<'_> {
    let wanted = |path: AuthPath| only.is_none_or(|only| only == path);
    let ids: Vec<AuthPath> = AuthPath::ALL.into_iter().filter(|id| wanted(*id)).collect();
    PathsJson {
        schema: SCHEMA_VERSION,
        intent: claim_json(catalog, &catalog.intent),
        paths: ids.iter().map(|id| path_json(catalog, *id)).collect(),
        comparison: catalog.rows.iter().map(|row| row_json(catalog, row, &ids)).collect(),
        decision_tree: catalog
            .decision_tree
            .iter()
            .filter(|branch| wanted(branch.path))
            .map(|branch| branch_json(catalog, branch))
            .collect(),
        faq: catalog.faq.iter().filter(|faq| wanted(faq.path)).map(|faq| faq_json(catalog, faq)).collect(),
        typical_questions: &catalog.typical_questions,
        related_queries: &catalog.related_queries,
        sharing: &catalog.sharing,
        sharing_notes: &catalog.sharing_notes,
    }
}

#[derive(Debug, Serialize)]
pub struct PathsJson<'a> {
    schema: u8,
    intent: ClaimJson<'a>,
    paths: Vec<PathJson<'a>>,
    comparison: Vec<RowJson<'a>>,
    decision_tree: Vec<BranchJson<'a>>,
    faq: Vec<FaqJson<'a>>,
    typical_questions: &'a [String],
    related_queries: &'a [String],
    sharing: &'a [String],
    sharing_notes: &'a [String],
}

/// A claim with its source and status.
#[derive(Debug, Serialize)]
pub struct ClaimJson<'a> {
    text: &'a str,
    source: &'a str,
    as_of: Date,
    verdict: ClaimStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    today: Option<CorrectionJson<'a>>,
}

#[derive(Debug, Serialize)]
struct CorrectionJson<'a> {
    text: &'a str,
    source: &'a str,
    as_of: Date,
}

/// The optional fields are cells of the table; `null` means that the catalog lacks the row.
#[derive(Debug, Serialize)]
struct PathJson<'a> {
    id: AuthPath,
    title: &'a str,
    tagline: &'a str,
    guide_title: &'a str,
    promise: &'a str,
    best_for: ClaimJson<'a>,
    complexity: Option<&'a str>,
    code_required: Option<bool>,
    automation: Option<bool>,
    key_fact: Option<ClaimJson<'a>>,
    detail_skill: Option<&'a str>,
    brief: ClaimJson<'a>,
    when_to_use: Vec<ClaimJson<'a>>,
    when_not_to_use: Vec<ClaimJson<'a>>,
    limitations: Vec<ClaimJson<'a>>,
    facts: Vec<ClaimJson<'a>>,
    sign_in: SignInJson<'a>,
}

#[derive(Debug, Serialize)]
struct SignInJson<'a> {
    steps: &'a [String],
    notes: &'a [String],
    kinds: &'a [String],
    portal: &'a str,
    revoke: &'a str,
    next: Vec<CommandJson<'a>>,
    after_login: Vec<CommandJson<'a>>,
    source: &'a str,
}

#[derive(Debug, Serialize)]
struct CommandJson<'a> {
    run: &'a str,
    does: &'a str,
    /// The versions of `ntn` that the command is for, if not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    ntn: Option<NtnVersions>,
}

#[derive(Debug, Serialize)]
struct RowJson<'a> {
    id: &'a str,
    label: &'a str,
    cells: BTreeMap<AuthPath, CellJson<'a>>,
}

#[derive(Debug, Serialize)]
struct CellJson<'a> {
    short: &'a str,
    #[serde(flatten)]
    fact: ClaimJson<'a>,
}

#[derive(Debug, Serialize)]
struct BranchJson<'a> {
    rule: &'a str,
    when: &'a str,
    path: AuthPath,
    skill: &'a str,
    advice: ClaimJson<'a>,
}

#[derive(Debug, Serialize)]
struct FaqJson<'a> {
    question: &'a str,
    answer: ClaimJson<'a>,
    path: AuthPath,
}

/// Converts one claim to JSON; `ask` and `advise` use it too.
pub fn claim_json<'a>(catalog: &'a Catalog, claim: &'a Claim) -> ClaimJson<'a> {
    let today = claim.today.as_ref();
    ClaimJson {
        text: &claim.text,
        source: citation(catalog, &claim.source),
        as_of: claim.as_of,
        verdict: claim.verdict,
        today: today.map(|today| CorrectionJson {
            text: &today.text,
            source: citation(catalog, &today.source),
            as_of: today.as_of,
        }),
    }
}

/// A source's address, else its title, else the id itself if no source has it.
pub fn citation<'a>(catalog: &'a Catalog, id: &'a str) -> &'a str {
    catalog.source(id).map_or(id, |source| source.url.as_deref().unwrap_or(&source.title))
}

fn path_json(catalog: &Catalog, id: AuthPath) -> PathJson<'_> {
    let PathDetails {
        title,
        tagline,
        guide_title,
        promise,
        best_for,
        brief,
        when_to_use,
        when_not_to_use,
        limitations,
        facts,
        entry,
    } = catalog.path(id);
    let cell = |row: &str| catalog.row(row).map(|row| row.cell(id));
    let yes = |row: &str| cell(row).map(|cell| cell.short == "yes");
    PathJson {
        id,
        title,
        tagline,
        guide_title,
        promise,
        best_for: claim_json(catalog, best_for),
        complexity: cell("complexity").map(|cell| cell.short.as_str()),
        code_required: yes("code_required"),
        automation: yes("automation"),
        key_fact: cell("key_fact").map(|cell| claim_json(catalog, &cell.claim)),
        detail_skill: cell("detail_skill").map(|cell| cell.claim.text.as_str()),
        brief: claim_json(catalog, brief),
        when_to_use: claims_json(catalog, when_to_use),
        when_not_to_use: claims_json(catalog, when_not_to_use),
        limitations: claims_json(catalog, limitations),
        facts: claims_json(catalog, facts),
        sign_in: sign_in_json(catalog, entry),
    }
}

fn claims_json<'a>(catalog: &'a Catalog, claims: &'a [Claim]) -> Vec<ClaimJson<'a>> {
    claims.iter().map(|claim| claim_json(catalog, claim)).collect()
}

fn sign_in_json<'a>(catalog: &'a Catalog, entry: &'a SignInText) -> SignInJson<'a> {
    let SignInText { steps, notes, kinds, heading: _, about_methods: _, portal, revoke, next, after_login, source } = entry;
    let commands = |list: &'a [NextCommand]| list.iter().map(command_json).collect();
    SignInJson {
        steps,
        notes,
        kinds,
        portal,
        revoke,
        next: commands(next),
        after_login: commands(after_login),
        source: citation(catalog, source),
    }
}

/// The command is written without a workspace id, because none is known here.
fn command_json(command: &NextCommand) -> CommandJson<'_> {
    CommandJson { run: &command.run, does: &command.does, ntn: command.ntn }
}

fn row_json<'a>(catalog: &'a Catalog, row: &'a ComparisonRow, ids: &[AuthPath]) -> RowJson<'a> {
    let cell = |id: AuthPath| (id, CellJson { short: &row.cell(id).short, fact: claim_json(catalog, &row.cell(id).claim) });
    RowJson { id: &row.id, label: &row.label, cells: ids.iter().copied().map(cell).collect() }
}

fn branch_json<'a>(catalog: &'a Catalog, branch: &'a Branch) -> BranchJson<'a> {
    BranchJson {
        rule: &branch.rule,
        when: &branch.when,
        path: branch.path,
        skill: &branch.skill,
        advice: claim_json(catalog, &branch.claim),
    }
}

fn faq_json<'a>(catalog: &'a Catalog, faq: &'a Faq) -> FaqJson<'a> {
    FaqJson { question: &faq.question, answer: claim_json(catalog, &faq.answer), path: faq.path }
}
