//! The advice as text and as JSON.

use super::{PersonalAdvice, SuggestedCommand};
use crate::domain::advice::Alternative;
use crate::domain::auth_path::{AuthMethod, AuthPath};
use crate::domain::catalog::Catalog;
use crate::domain::catalog::json::citation;
use crate::domain::checks::Verdict;
use crate::domain::prerequisites::{Capability, CapabilityVerdict, MemberProfile};
use crate::frontends::console::Console;
use serde::Serialize;

/// Minimum width to show a capability and its reason side by side.
const MIN_TWO_COLUMN_WIDTH: usize = 60;

pub(super) fn write(advised: &PersonalAdvice, catalog: &Catalog, console: &mut Console) {
    let advice = &advised.advice;
    let method = match (advice.path.uses_ntn(), advice.method) {
        (true, AuthMethod::BrowserLogin) => ", with your browser",
        (true, _) => ", with NOTION_API_TOKEN",
        (false, _) => "",
    };
    console.write_data_wrapped("", &format!("Path: {} ({}){method}", catalog.path(advice.path).title, advice.path));
    console.write_data_wrapped("  why      ", &advice.reason.text(catalog, &advised.findings));
    // The guide's rule is shown only if it led to this path; findings on this machine may have changed the path.
    let branch = catalog.decision_tree.iter().find(|branch| (branch.rule.as_str(), branch.path) == (advice.rule, advice.path));
    if let Some(branch) = branch {
        console.write_data_wrapped("  rule     ", &format!("{}: if {}.", branch.rule, branch.when.trim_end_matches('.')));
        console.write_data_wrapped("  skill    ", &branch.skill);
    }
    if let Some(caution) = advice.caution {
        console.write_data_wrapped("  caution  ", catalog.advice_text(caution.into()));
    }

    console.write_data("");
    console.write_data_wrapped("", &format!("What you can do. {}", advised.profile.text()));
    if let Some(note) = ignored_policy_note(advised.profile) {
        console.write_data_wrapped("  ", &note);
    }
    for row in &advised.capabilities {
        write_capability(row, advised, catalog, console);
    }
    if advised.has_no_profile() {
        console.write_data_wrapped("  ", "Add --role, --plan and --policy for a more precise answer.");
    }

    for (about, message) in advised.admin_messages() {
        console.write_data("");
        console.write_data_wrapped("", &format!("Message for your admin ({about}):"));
        console.write_data_wrapped("  ", message);
    }

    console.write_data("");
    console.write_data("Other options");
    for (path, alternative) in advice.runners_up {
        console.write_data_wrapped(&format!("  {:<7}", path.as_str()), catalog.advice_text(alternative.into()));
    }
    console.write_data("");
    console.write_data("Next");
    for SuggestedCommand { run, does } in advised.next_commands() {
        // The command has a line of its own, so that it can be copied whole.
        console.write_data(&format!("  {}", console.shell_syntax.translate(run)));
        console.write_data_wrapped("      ", does);
    }
}

fn write_capability(row: &CapabilityVerdict, advised: &PersonalAdvice, catalog: &Catalog, console: &mut Console) {
    let head = format!("  {:<8} {:<22} ", row.verdict.name(), row.title);
    let under = if console.width < MIN_TWO_COLUMN_WIDTH {
        console.write_data(head.trim_end());
        console.write_data_wrapped("    ", &row.reason);
        "    ".to_owned()
    } else {
        console.write_data_wrapped(&head, &row.reason);
        " ".repeat(head.len())
    };
    // An unknown verdict has no source, because it depends on missing answers.
    if let Some(source) = catalog.source(row.source).filter(|_| row.verdict != Verdict::Unknown) {
        let date = if source.title.contains(&source.as_of.to_string()) { String::new() } else { format!(", {}", source.as_of) };
        console.write_data_wrapped(&under, &format!("[{}{date}]", source.title));
    }
    // Alternatives are shown only for capabilities that the path needs.
    let matters =
        row.verdict != Verdict::Pass && advised.purpose.required_capabilities().contains(&row.id) && !advised.has_no_profile();
    if let Some(alternative) = row.alternative.filter(|_| matters) {
        console.write_data_wrapped(&format!("{under}instead: "), alternative);
    }
}

/// Explains that a token policy which the plan does not have is ignored. The plan is trusted, because it is on the invoice.
fn ignored_policy_note(profile: MemberProfile) -> Option<String> {
    profile
        .has_policy_outside_plan()
        .then(|| format!("{} doesn't have this token policy, so --policy is ignored.", profile.plan.label()))
}

/// The output of `advise --json`.
#[derive(Serialize)]
struct AdviceReport<'a> {
    schema: u8,
    path: AuthPath,
    /// On the path `cli`: `login` or `headless`.
    method: Option<&'static str>,
    rule: &'a str,
    /// The guide's skill that the rule leads to.
    skill: Option<&'a str>,
    reason: String,
    reason_code: &'static str,
    caution: Option<&'a str>,
    runners_up: Vec<RunnerUpJson<'a>>,
    /// The purpose given with `--for`.
    #[serde(rename = "for")]
    purpose: &'a str,
    #[serde(flatten)]
    profile: MemberProfile,
    /// Explains an option that was ignored.
    note: Option<String>,
    capabilities: Vec<CapabilityJson<'a>>,
    messages: Vec<AdminMessageJson<'a>>,
    next: Vec<SuggestedCommand>,
}

#[derive(Serialize)]
struct RunnerUpJson<'a> {
    path: AuthPath,
    reason: &'a str,
}

#[derive(Serialize)]
struct CapabilityJson<'a> {
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
struct AdminMessageJson<'a> {
    about: &'a str,
    text: &'a str,
}

pub(super) fn json_report<'a>(advised: &'a PersonalAdvice, catalog: &'a Catalog) -> impl Serialize + 'a {
    let advice = &advised.advice;
    let branch = catalog.decision_tree.iter().find(|branch| (branch.rule.as_str(), branch.path) == (advice.rule, advice.path));
    let runner_up =
        |&(path, alternative): &(AuthPath, Alternative)| RunnerUpJson { path, reason: catalog.advice_text(alternative.into()) };
    let method = match (advice.path.uses_ntn(), advice.method) {
        (true, AuthMethod::BrowserLogin) => Some("login"),
        (true, _) => Some("headless"),
        (false, _) => None,
    };
    let row = |row: &'a CapabilityVerdict| CapabilityJson {
        id: row.id,
        title: row.title,
        verdict: row.verdict,
        reason: &row.reason,
        source: citation(catalog, row.source),
        alternative: row.alternative,
        needed: advised.purpose.required_capabilities().contains(&row.id),
    };
    AdviceReport {
        schema: 1,
        path: advice.path,
        method,
        rule: advice.rule,
        skill: branch.map(|branch| branch.skill.as_str()),
        reason: advice.reason.text(catalog, &advised.findings),
        reason_code: advice.reason.into(),
        caution: advice.caution.map(|caution| catalog.advice_text(caution.into())),
        runners_up: advice.runners_up.iter().map(runner_up).collect(),
        purpose: advised.purpose.into(),
        profile: advised.profile,
        note: ignored_policy_note(advised.profile),
        capabilities: advised.capabilities.iter().map(row).collect(),
        messages: advised.admin_messages().into_iter().map(|(about, text)| AdminMessageJson { about, text }).collect(),
        next: advised.next_commands(),
    }
}
