//! Possible replies to the tasks of a scan. The canary is among what is found.

use super::super::moves::CANARY;
use super::problem;
use notion_auth::domain::credentials::{Account, TokenOutcome};
use notion_auth::domain::diff::{DiffLine, DiffLineKind};
use notion_auth::domain::scan::{
    Certainty, Origin, PlainTextPlace, ScanReport, SecretFinding, SecretKind, ShellProfileChange, ShellProfilePlan,
    ShellProfileResult, Skipped, TokenResult,
};
use notion_auth::domain::secret::Secret;
use std::path::Path;

/// None, or the canary and others in several places.
pub(super) fn report(seed: u8) -> ScanReport {
    let finding = |at: u8| {
        let names = [".zshrc", ".env", ".bash_history", "notes.txt"];
        let name = names[usize::from(at % 4)];
        let secret = if at.is_multiple_of(2) { CANARY.to_owned() } else { format!("{CANARY}{at}") };
        let origin = match at % 5 {
            4 => Origin::Commit { hash: "0123456789abcdef".into() },
            3 => Origin::File { is_tracked: Some(true) },
            _ => Origin::File { is_tracked: None },
        };
        SecretFinding {
            secret: Secret::new(secret),
            kind: if at % 7 == 6 { SecretKind::ClientSecret } else { SecretKind::Token },
            certainty: if at % 3 == 2 { Certainty::Possible } else { Certainty::Certain },
            variable: Some("NOTION_TOKEN".into()),
            path: format!("/home/fake/{name}").into(),
            short_path: format!("~/{name}"),
            place: PlainTextPlace::of(Path::new(name)),
            line: usize::from(at),
            column: 1,
            origin,
        }
    };
    let skipped = Skipped { path: "~/core".into(), reason: "larger than 16 MiB".into() };
    ScanReport {
        findings: (0..seed % 9).map(finding).collect(),
        files: usize::from(seed),
        skipped: vec![skipped; usize::from(seed % 2)],
        ..ScanReport::default()
    }
}

pub(super) fn token_results(tokens: &[Secret], seed: u8) -> Vec<TokenResult> {
    let account = || Account { workspace: "ws-1".into(), name: "token@bot-1".into() };
    let outcome = |at: usize| match (usize::from(seed) + at) % 4 {
        0 => Err(problem(seed)),
        1 => Ok(TokenOutcome::Rejected),
        2 => Ok(TokenOutcome::AlreadySaved { account: account() }),
        _ => Ok(TokenOutcome::Saved { account: account(), workspace: "Acme".into(), place: "its place".into() }),
    };
    let result = |(at, secret): (usize, &Secret)| TokenResult { secret: secret.clone(), outcome: outcome(at) };
    tokens.iter().enumerate().map(result).collect()
}

/// A change, a line of an unknown form, or a file that is refused.
pub(super) fn profile_plans(profiles: usize, seed: u8) -> Vec<ShellProfilePlan> {
    let plan = |at: usize| ShellProfilePlan {
        short_path: "~/.zshrc".into(),
        change: match (usize::from(seed) + at) % 3 {
            0 => Ok(None),
            1 => Ok(Some(Box::new(ShellProfileChange {
                path: "/home/fake/.zshrc".into(),
                found_path: "/home/fake/.zshrc".into(),
                short_path: "~/.zshrc".into(),
                before: Secret::new(CANARY),
                after: Secret::new("export X"),
                backup: Secret::new("export X=…"),
                diff: vec![DiffLine { kind: DiffLineKind::Removed, text: "export X=…".into() }],
                lines: vec![1],
            }))),
            _ => Err(problem(seed)),
        },
    };
    (0..profiles).map(plan).collect()
}

pub(super) fn replaced(change: &ShellProfileChange, seed: u8) -> ShellProfileResult {
    let outcome = if seed.is_multiple_of(3) { Err(problem(seed)) } else { Ok("~/.zshrc.before-notion-auth".into()) };
    ShellProfileResult { short_path: change.short_path.clone(), outcome, lines: change.lines.clone() }
}
