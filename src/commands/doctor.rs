//! `doctor`: runs every check concurrently and prints each with its remedy. It uses the wizard's tasks and the same checks
//! engine, so the two cannot disagree.

mod checks;
mod diagnosis;
mod redaction;
mod remedies;
mod report;

use crate::domain::catalog::Catalog;
use crate::domain::checks::Verdict;
use crate::frontends::console::{Console, EXIT_FAILURE, EXIT_SUCCESS};
use crate::runtime::ports::World;
use checks::DoctorCheck;
use clap::Args;
use jiff::civil::Date;

/// Check this machine and every credential, and suggest fixes
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct DoctorArgs {
    /// Show the names of people and workspaces (hidden by default)
    #[arg(long)]
    pub names: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: &DoctorArgs, catalog: &Catalog, today: Date, world: World, console: &mut Console) -> u8 {
    if !args.json {
        console.write_message("Checking this machine and asking Notion. Each check has a time limit.");
    }
    let mut diagnosis = diagnosis::diagnose(world).await;
    let redaction = redaction::Redaction::new(&mut diagnosis, args.names);
    checks::set_display_names(&mut diagnosis.credentials);
    let checks = checks::doctor_checks(&diagnosis, today).into_iter().map(|check| redaction.redact_check(check));
    let checks: Vec<DoctorCheck> = checks.map(|check| check.with_command_in(console.shell_syntax)).collect();
    if args.json {
        console.write_json(&report::json_report(&checks, catalog, today, !args.names));
    } else {
        report::write(&checks, &report::version_line(&diagnosis, today), console);
    }
    if checks.iter().any(|DoctorCheck { check, .. }| check.verdict == Verdict::Fail) { EXIT_FAILURE } else { EXIT_SUCCESS }
}

const AFTER_HELP: &str = "\
Checks the terminal, keychain, browser, network and ntn, the role you entered, every credential, and the files that store them. \
All checks run at the same time, each with its own time limit. doctor writes a test entry to the keychain and deletes it. Like every \
command, it also makes notion-auth's files private if other users could read them. It changes nothing else.

The report is safe to paste into a ticket: it contains no secrets, your home folder appears as ~, and people and workspaces are \
numbered instead of named.

Examples:
  notion-auth doctor                                 all checks, with fixes
  notion-auth doctor --names                         include the names of people and workspaces
  notion-auth doctor --json                          JSON for programs
  notion-auth doctor --demo                          a sample report from a simulated Notion

Exit status: 0 if no check failed, 1 if any did. To tell a refusal (4) from a network problem (5), use `status --check`. Warnings, \
unknown results and not being signed in are not failures.";
