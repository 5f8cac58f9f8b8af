//! The advice as text and as JSON.

use super::{Advised, Next};
use crate::domain::advice::{Alternative, Method};
use crate::domain::catalog::json::cite;
use crate::domain::catalog::{Catalog, PathId};
use crate::domain::check::Verdict;
use crate::domain::prerequisites::{Capability, CapabilityOutlook, Standing};
use crate::frontends::console::Console;
use serde::Serialize;

/// Minimum width to show a capability and its reason side by side.
const WIDE: usize = 60;

pub(super) fn write(advised: &Advised, catalog: &Catalog, console: &mut Console) {
    let advice = &advised.advice;
    let way = match (advice.path, advice.method) {
        (PathId::Cli, Method::BrowserLogin) => ", with your browser",
        (PathId::Cli, _) => ", with NOTION_API_TOKEN",
        (PathId::Token | PathId::Oauth, _) => "",
    };
    console.data_wrapped("", &format!("Path: {} ({}){way}", catalog.path(advice.path).title, advice.path));
    console.data_wrapped("  why      ", &advice.reason.text(catalog, &advised.findings));
    // The guide's rule is shown only if it led to this path; findings on this machine may have changed the path.
    let branch = catalog.decision_tree.iter().find(|branch| (branch.rule.as_str(), branch.path) == (advice.rule, advice.path));
    if let Some(branch) = branch {
        console.data_wrapped("  rule     ", &format!("{}: if {}.", branch.rule, branch.when.trim_end_matches('.')));
        console.data_wrapped("  skill    ", &branch.skill);
    }
    if let Some(caution) = advice.caution {
        console.data_wrapped("  caution  ", catalog.advice(caution.code()));
    }

    console.data("");
    console.data_wrapped("", &format!("What you may do. {}", advised.standing.in_words()));
    if let Some(note) = not_of_the_plan(advised.standing) {
        console.data_wrapped("  ", &note);
    }
    for row in &advised.capabilities {
        write_row(row, advised, catalog, console);
    }
    if advised.knows_nothing() {
        console.data_wrapped("  ", "--role, --plan and --policy say who you are; then this tells more.");
    }

    for (about, message) in advised.messages() {
        console.data("");
        console.data_wrapped("", &format!("To whoever runs the workspace, about {about}:"));
        console.data_wrapped("  ", message);
    }

    console.data("");
    console.data("Otherwise");
    for (path, alternative) in advice.runners_up {
        console.data_wrapped(&format!("  {:<7}", path.as_str()), catalog.advice(alternative.code()));
    }
    console.data("");
    console.data("Next");
    for Next { run, does } in advised.next() {
        // The command has a line of its own, so that it can be copied whole.
        console.data(&format!("  {run}"));
        console.data_wrapped("      ", does);
    }
}

fn write_row(row: &CapabilityOutlook, advised: &Advised, catalog: &Catalog, console: &mut Console) {
    let head = format!("  {:<8} {:<22} ", row.verdict.name(), row.title);
    let under = if console.width < WIDE {
        console.data(head.trim_end());
        console.data_wrapped("    ", &row.reason);
        "    ".to_owned()
    } else {
        console.data_wrapped(&head, &row.reason);
        " ".repeat(head.len())
    };
    // An unknown verdict has no source, because it depends on missing answers.
    if let Some(source) = catalog.source(row.source).filter(|_| row.verdict != Verdict::Unknown) {
        let date = if source.title.contains(&source.as_of.to_string()) { String::new() } else { format!(", {}", source.as_of) };
        console.data_wrapped(&under, &format!("[{}{date}]", source.title));
    }
    // Alternatives are shown only for capabilities that the path needs.
    let matters = row.verdict != Verdict::Pass && advised.purpose.needs().contains(&row.id) && !advised.knows_nothing();
    if let Some(alternative) = row.alternative.filter(|_| matters) {
        console.data_wrapped(&format!("{under}you can: "), alternative);
    }
}

/// Explains that a token policy which the plan does not have is ignored. The plan is trusted, because it is on the invoice.
fn not_of_the_plan(standing: Standing) -> Option<String> {
    standing
        .policy_is_not_of_the_plan()
        .then(|| format!("{} has no such token policy: --policy is not used.", standing.plan.label()))
}

/// The output of `advise --json`.
#[derive(Serialize)]
struct Document<'a> {
    schema: u8,
    path: PathId,
    /// On the path `cli`: `login` or `headless`.
    way: Option<&'static str>,
    rule: &'a str,
    /// The guide's skill that the rule leads to.
    skill: Option<&'a str>,
    reason: String,
    reason_code: &'static str,
    caution: Option<&'a str>,
    runners_up: Vec<RunnerUp<'a>>,
    /// The purpose given with `--for`.
    #[serde(rename = "for")]
    purpose: &'a str,
    #[serde(flatten)]
    standing: Standing,
    /// Explains an option that was ignored.
    note: Option<String>,
    capabilities: Vec<Row<'a>>,
    messages: Vec<Message<'a>>,
    next: Vec<Next>,
}

#[derive(Serialize)]
struct RunnerUp<'a> {
    path: PathId,
    reason: &'a str,
}

#[derive(Serialize)]
struct Row<'a> {
    id: Capability,
    title: &'a str,
    verdict: Verdict,
    reason: &'a str,
    source: &'a str,
    alternative: Option<&'a str>,
    /// True if the recommended path needs this capability.
    needed: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    about: &'a str,
    text: &'a str,
}

pub(super) fn document<'a>(advised: &'a Advised, catalog: &'a Catalog) -> impl Serialize + 'a {
    let advice = &advised.advice;
    let branch = catalog.decision_tree.iter().find(|branch| (branch.rule.as_str(), branch.path) == (advice.rule, advice.path));
    let runner_up = |(path, alternative): (PathId, Alternative)| RunnerUp { path, reason: catalog.advice(alternative.code()) };
    let way = match (advice.path, advice.method) {
        (PathId::Cli, Method::BrowserLogin) => Some("login"),
        (PathId::Cli, _) => Some("headless"),
        (PathId::Token | PathId::Oauth, _) => None,
    };
    let row = |row: &'a CapabilityOutlook| Row {
        id: row.id,
        title: row.title,
        verdict: row.verdict,
        reason: &row.reason,
        source: cite(catalog, row.source),
        alternative: row.alternative,
        needed: advised.purpose.needs().contains(&row.id),
    };
    Document {
        schema: 1,
        path: advice.path,
        way,
        rule: advice.rule,
        skill: branch.map(|branch| branch.skill.as_str()),
        reason: advice.reason.text(catalog, &advised.findings),
        reason_code: advice.reason.code(),
        caution: advice.caution.map(|caution| catalog.advice(caution.code())),
        runners_up: advice.runners_up.into_iter().map(runner_up).collect(),
        purpose: advised.purpose.as_str(),
        standing: advised.standing,
        note: not_of_the_plan(advised.standing),
        capabilities: advised.capabilities.iter().map(row).collect(),
        messages: advised.messages().into_iter().map(|(about, text)| Message { about, text }).collect(),
        next: advised.next(),
    }
}
