//! The findings of a scan and the results of a fix, as text and as JSON.

use super::Fixes;
use crate::domain::command_line::operand;
use crate::domain::credentials::{Account, TokenOutcome};
use crate::domain::diff::DiffLine;
use crate::domain::problem::RemedyAction;
use crate::domain::sanitize::{capitalised, sanitize};
use crate::domain::scan::{Origin, ScanReport, SecretFinding, ShellProfilePlan, ShellProfileResult, TokenResult, counted};
use crate::domain::secret::Secret;
use crate::domain::token_text::without_secrets;
use crate::frontends::console::{Console, problem_json};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

pub(super) fn write_findings(report: &ScanReport, console: &mut Console) {
    for secret in report.secrets() {
        console.write_data(&secret.title());
        for finding in &secret.findings {
            console.write_data(&format!("  {}  {}", finding.position(), finding.description()));
        }
    }
    console.write_message(&report.summary());
    write_skipped(report, console);
}

/// Counts what was not searched by its reason. What git left out concerns the whole answer, so it is named.
fn write_skipped(report: &ScanReport, console: &mut Console) {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for skipped in &report.skipped {
        reasons.entry(&skipped.reason).or_default().push(&skipped.path);
    }
    for (reason, paths) in reasons {
        match paths.as_slice() {
            [path] => console.write_message_under("  not searched: ", &format!("{path}: {reason}")),
            paths => console.write_message_under("  not searched: ", &format!("{}: {reason}", counted(paths.len(), "file"))),
        }
    }
    if report.binary_files > 0 {
        console.write_message_under("  not searched: ", &format!("{} without text", counted(report.binary_files, "file")));
    }
}

/// Says once what to do in each kind of place.
pub(super) fn write_advice(report: &ScanReport, console: &mut Console) {
    for (name, text) in report.advice() {
        console.write_message_under(&format!("{}: ", capitalised(name)), text);
    }
}

pub(super) fn write_revocation(report: &ScanReport, page: &str, console: &mut Console) {
    let revocations = report.revocations();
    for sentence in &revocations {
        console.write_message(sentence);
    }
    if !revocations.is_empty() {
        console.write_message_unwrapped(&format!("  {page}"));
    }
}

pub(super) fn write_next_command(report: &ScanReport, paths: &[PathBuf], console: &mut Console) {
    if !report.tokens().is_empty() {
        let paths: Vec<String> = paths.iter().map(|path| format!(" {}", operand(&path.to_string_lossy()))).collect();
        console.write_message("To move the tokens into the keychain:");
        console.write_message_unwrapped(&format!("  notion-auth scan --fix{}", paths.concat()));
    }
}

pub(super) fn write_tokens(tokens: &[TokenResult], console: &mut Console) {
    for TokenResult { secret, outcome } in tokens {
        let end = secret.last_four().map(|end| format!("…{end}")).unwrap_or_default();
        match outcome {
            Ok(outcome) => console.write_message(&format!("{end}: {}", token_text(outcome))),
            Err(problem) => {
                console.write_message(&format!("{end}: not saved. Nothing was changed where it was found."));
                console.write_problem(problem);
                if problem.offers(RemedyAction::UseFile) {
                    console.write_message("To save in the private file: notion-auth scan --fix --store file");
                }
            }
        }
    }
}

fn token_text(outcome: &TokenOutcome) -> String {
    match outcome {
        TokenOutcome::Saved { workspace, place, .. } => format!("verified for {workspace}, saved and read back: {place}"),
        TokenOutcome::AlreadySaved { account } => format!("verified; already saved as {}", account.key()),
        TokenOutcome::Rejected => "no longer works: Notion rejects it. Delete the line.".to_owned(),
    }
}

pub(super) fn write_plans(plans: &[ShellProfilePlan], console: &mut Console) {
    for ShellProfilePlan { short_path, change } in plans {
        match change {
            Ok(Some(change)) => {
                console.write_message_unwrapped(&format!("--- {}", change.short_path));
                change.diff.iter().for_each(|line| console.write_message_unwrapped(&DiffLine::marked(line)));
            }
            Ok(None) => console.write_message(&format!("{short_path}: {}", ShellProfilePlan::BY_HAND)),
            Err(problem) => {
                console.write_problem(problem);
            }
        }
    }
}

pub(super) fn write_changes(changes: &[ShellProfileResult], console: &mut Console) {
    for ShellProfileResult { short_path, outcome, lines } in changes {
        match outcome {
            Ok(copy) => {
                console.write_data(&format!("{short_path}: {} replaced", counted(lines.len(), "line")));
                console.write_message(&format!("  A copy without the token is in {copy}. Open a new shell to use the change."));
            }
            Err(problem) => {
                console.write_problem(problem);
            }
        }
    }
}

pub(super) fn document(report: &ScanReport) -> Value {
    let secrets = report.secrets();
    let numbers: HashMap<&Secret, usize> = secrets.iter().zip(1..).map(|(secret, number)| (secret.secret, number)).collect();
    let number = |finding: &SecretFinding| numbers.get(&finding.secret).copied();
    let findings: Vec<Value> = report.findings.iter().map(|finding| finding_json(finding, number(finding))).collect();
    let skipped: Vec<Value> =
        report.skipped.iter().map(|skipped| json!({ "path": skipped.path, "reason": skipped.reason })).collect();
    json!({
        "schema": 1, "findings": findings, "files": report.files, "commits": report.commits, "binary_files": report.binary_files,
        "skipped": skipped, "problem": report.problem.as_ref().map(problem_json),
    })
}

fn finding_json(finding: &SecretFinding, number: Option<usize>) -> Value {
    let (kind, certainty, place): (&str, &str, &str) = (finding.kind.into(), finding.certainty.into(), finding.place.kind.into());
    let (tracked, commit, is_staged) = match &finding.origin {
        Origin::File { is_tracked } => (*is_tracked, None, false),
        Origin::Commit { hash } => (None, Some(hash), false),
        Origin::Staged => (None, None, true),
    };
    let path = without_secrets(&sanitize(&finding.path.to_string_lossy()));
    json!({
        "secret": number, "kind": kind, "certainty": certainty, "last_four": finding.secret.last_four(), "variable": finding.variable,
        "path": path, "line": finding.line, "column": finding.column, "place": place, "tracked": tracked, "commit": commit,
        "staged": is_staged, "advice": finding.advice(),
    })
}

/// Adds the result for each token and for each shell profile.
pub(super) fn fixed_document(report: &ScanReport, fixes: &Fixes) -> Value {
    let mut document = document(report);
    if let Some(fields) = document.as_object_mut() {
        fields.insert("problem".into(), fixes.problem.as_ref().map(problem_json).into());
        fields.insert("tokens".into(), fixes.tokens.iter().map(token_json).collect());
        fields.insert("changes".into(), fixes.profiles.iter().map(|plan| change_json(plan, &fixes.changes)).collect());
    }
    document
}

fn token_json(TokenResult { secret, outcome }: &TokenResult) -> Value {
    let (result, account, place, problem) = match outcome {
        Ok(outcome) => {
            let place = match outcome {
                TokenOutcome::Saved { place, .. } => Some(place),
                TokenOutcome::AlreadySaved { .. } | TokenOutcome::Rejected => None,
            };
            (<&str>::from(outcome), outcome.account().map(Account::key), place, None)
        }
        Err(problem) => ("failed", None, None, Some(problem_json(problem))),
    };
    json!({ "last_four": secret.last_four(), "result": result, "account": account, "place": place, "problem": problem })
}

fn change_json(plan: &ShellProfilePlan, changes: &[ShellProfileResult]) -> Value {
    let (result, lines, backup, problem) = match &plan.change {
        Err(problem) => ("failed", None, None, Some(problem_json(problem))),
        Ok(None) => ("by_hand", None, None, None),
        Ok(Some(change)) => match changes.iter().find(|done| done.short_path == change.short_path).map(|done| &done.outcome) {
            Some(Ok(copy)) => ("replaced", Some(&change.lines), Some(copy), None),
            Some(Err(problem)) => ("failed", None, None, Some(problem_json(problem))),
            None => ("unchanged", None, None, None),
        },
    };
    json!({ "path": plan.short_path, "result": result, "lines": lines, "backup": backup, "problem": problem })
}
