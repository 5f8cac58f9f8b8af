//! The catalog as the `paths --json` document. Fields may be added to it, never renamed.
//!
//! A claim is an object with text, source, date, verdict and, if the guide is not wholly right, the correction. Names, words and
//! yes/no values are plain. A source is given by its address, or by its title if it has none.

use super::{AuthPath, Branch, Catalog, Claim, Command, Entry, Faq, NtnVersions, PathId, Row, Standing};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the JSON schema.
const SCHEMA: u8 = 1;

/// The whole comparison, or the part about one path.
pub fn paths_json(catalog: &Catalog, only: Option<PathId>) -> PathsDocument<'_> {
    let wanted = |path: PathId| only.is_none_or(|only| only == path);
    let ids: Vec<PathId> = PathId::ALL.into_iter().filter(|id| wanted(*id)).collect();
    PathsDocument {
        schema: SCHEMA,
        intent: fact(catalog, &catalog.intent),
        paths: ids.iter().map(|id| path_entry(catalog, *id)).collect(),
        comparison: catalog.rows.iter().map(|row| row_entry(catalog, row, &ids)).collect(),
        decision_tree: catalog
            .decision_tree
            .iter()
            .filter(|branch| wanted(branch.path))
            .map(|branch| branch_entry(catalog, branch))
            .collect(),
        faq: catalog.faq.iter().filter(|faq| wanted(faq.path)).map(|faq| faq_entry(catalog, faq)).collect(),
        typical_questions: &catalog.typical_questions,
        related_queries: &catalog.related_queries,
        sharing: &catalog.sharing,
    }
}

#[derive(Debug, Serialize)]
pub struct PathsDocument<'a> {
    schema: u8,
    intent: Fact<'a>,
    paths: Vec<PathEntry<'a>>,
    comparison: Vec<RowEntry<'a>>,
    decision_tree: Vec<BranchEntry<'a>>,
    faq: Vec<FaqEntry<'a>>,
    typical_questions: &'a [String],
    related_queries: &'a [String],
    sharing: &'a [String],
}

/// A claim with its source and status.
#[derive(Debug, Serialize)]
pub struct Fact<'a> {
    text: &'a str,
    source: &'a str,
    as_of: Date,
    verdict: Standing,
    #[serde(skip_serializing_if = "Option::is_none")]
    today: Option<TodayFact<'a>>,
}

#[derive(Debug, Serialize)]
struct TodayFact<'a> {
    text: &'a str,
    source: &'a str,
    as_of: Date,
}

/// The optional fields are cells of the table; `null` means that the catalog lacks the row.
#[derive(Debug, Serialize)]
struct PathEntry<'a> {
    id: PathId,
    title: &'a str,
    tagline: &'a str,
    guide_title: &'a str,
    promise: &'a str,
    best_for: Fact<'a>,
    complexity: Option<&'a str>,
    code_required: Option<bool>,
    automation: Option<bool>,
    key_fact: Option<Fact<'a>>,
    detail_skill: Option<&'a str>,
    brief: Fact<'a>,
    when_to_use: Vec<Fact<'a>>,
    when_not_to_use: Vec<Fact<'a>>,
    limitations: Vec<Fact<'a>>,
    facts: Vec<Fact<'a>>,
    sign_in: SignIn<'a>,
}

#[derive(Debug, Serialize)]
struct SignIn<'a> {
    steps: &'a [String],
    kinds: &'a [String],
    portal: &'a str,
    revoke: &'a str,
    next: Vec<CommandEntry<'a>>,
    after_login: Vec<CommandEntry<'a>>,
    source: &'a str,
}

#[derive(Debug, Serialize)]
struct CommandEntry<'a> {
    run: String,
    does: &'a str,
    /// The versions of `ntn` that the command is for, if not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    ntn: Option<NtnVersions>,
}

#[derive(Debug, Serialize)]
struct RowEntry<'a> {
    id: &'a str,
    label: &'a str,
    cells: BTreeMap<PathId, CellEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct CellEntry<'a> {
    short: &'a str,
    #[serde(flatten)]
    fact: Fact<'a>,
}

#[derive(Debug, Serialize)]
struct BranchEntry<'a> {
    rule: &'a str,
    when: &'a str,
    path: PathId,
    skill: &'a str,
    advice: Fact<'a>,
}

#[derive(Debug, Serialize)]
struct FaqEntry<'a> {
    question: &'a str,
    answer: Fact<'a>,
    path: PathId,
}

/// Converts one claim to JSON; `ask` and `advise` use it too.
pub fn fact<'a>(catalog: &'a Catalog, claim: &'a Claim) -> Fact<'a> {
    let today = claim.today.as_ref();
    Fact {
        text: &claim.text,
        source: cite(catalog, &claim.source),
        as_of: claim.as_of,
        verdict: claim.verdict,
        today: today.map(|today| TodayFact { text: &today.text, source: cite(catalog, &today.source), as_of: today.as_of }),
    }
}

/// A source's address, else its title, else the id itself if no source has it.
pub fn cite<'a>(catalog: &'a Catalog, id: &'a str) -> &'a str {
    catalog.source(id).map_or(id, |source| source.url.as_deref().unwrap_or(&source.title))
}

fn path_entry(catalog: &Catalog, id: PathId) -> PathEntry<'_> {
    let AuthPath { title, tagline, guide_title, promise, best_for, brief, when_to_use, when_not_to_use, limitations, facts, entry } =
        catalog.path(id);
    let cell = |row: &str| catalog.row(row).map(|row| row.cell(id));
    let yes = |row: &str| cell(row).map(|cell| cell.short == "yes");
    PathEntry {
        id,
        title,
        tagline,
        guide_title,
        promise,
        best_for: fact(catalog, best_for),
        complexity: cell("complexity").map(|cell| cell.short.as_str()),
        code_required: yes("code_required"),
        automation: yes("automation"),
        key_fact: cell("key_fact").map(|cell| fact(catalog, &cell.claim)),
        detail_skill: cell("detail_skill").map(|cell| cell.claim.text.as_str()),
        brief: fact(catalog, brief),
        when_to_use: facts_of(catalog, when_to_use),
        when_not_to_use: facts_of(catalog, when_not_to_use),
        limitations: facts_of(catalog, limitations),
        facts: facts_of(catalog, facts),
        sign_in: sign_in(catalog, entry),
    }
}

fn facts_of<'a>(catalog: &'a Catalog, claims: &'a [Claim]) -> Vec<Fact<'a>> {
    claims.iter().map(|claim| fact(catalog, claim)).collect()
}

fn sign_in<'a>(catalog: &'a Catalog, entry: &'a Entry) -> SignIn<'a> {
    let Entry { steps, kinds, portal, revoke, next, after_login, source } = entry;
    let commands = |list: &'a [Command]| list.iter().map(command_entry).collect();
    SignIn { steps, kinds, portal, revoke, next: commands(next), after_login: commands(after_login), source: cite(catalog, source) }
}

/// The command is written without a workspace id, because none is known here.
fn command_entry(command: &Command) -> CommandEntry<'_> {
    CommandEntry { run: command.line(None), does: &command.does, ntn: command.ntn }
}

fn row_entry<'a>(catalog: &'a Catalog, row: &'a Row, ids: &[PathId]) -> RowEntry<'a> {
    let cell = |id: PathId| (id, CellEntry { short: &row.cell(id).short, fact: fact(catalog, &row.cell(id).claim) });
    RowEntry { id: &row.id, label: &row.label, cells: ids.iter().copied().map(cell).collect() }
}

fn branch_entry<'a>(catalog: &'a Catalog, branch: &'a Branch) -> BranchEntry<'a> {
    BranchEntry {
        rule: &branch.rule,
        when: &branch.when,
        path: branch.path,
        skill: &branch.skill,
        advice: fact(catalog, &branch.claim),
    }
}

fn faq_entry<'a>(catalog: &'a Catalog, faq: &'a Faq) -> FaqEntry<'a> {
    FaqEntry { question: &faq.question, answer: fact(catalog, &faq.answer), path: faq.path }
}
