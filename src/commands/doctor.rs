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

/// Check this machine and every credential, with remedies
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct DoctorArgs {
    /// Show the names of people and workspaces, which are withheld unless asked for
    #[arg(long)]
    pub names: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn run(args: &DoctorArgs, catalog: &Catalog, today: Date, world: World, console: &mut Console) -> u8 {
    if !args.json {
        console.write_message("Looking at this machine, and asking Notion. A silent Notion is given up after a while.");
    }
    let mut diagnosis = diagnosis::diagnose(world).await;
    let redaction = redaction::Redaction::new(&mut diagnosis, args.names);
    checks::display_name(&mut diagnosis.credentials);
    let checks: Vec<DoctorCheck> =
        checks::doctor_checks(&diagnosis, today).into_iter().map(|check| redaction.redact_check(check)).collect();
    if args.json {
        console.write_json(&report::json_report(&checks, catalog, today, !args.names));
    } else {
        report::write(&checks, &report::version_line(&diagnosis, today), console);
    }
    if checks.iter().any(|DoctorCheck { check, .. }| check.verdict == Verdict::Fail) { EXIT_FAILURE } else { EXIT_SUCCESS }
}

const AFTER_HELP: &str = "\
It looks at the terminal, the keychain, the browser, the network and ntn, at what you told notion-auth of your role, at every \
credential, and at the files they are kept in. All at once, each with a time limit of its own. A test entry is written to the \
keychain and deleted, and files of notion-auth that others could read are closed to them, as by every command; nothing else is \
changed.

The report is safe to paste into a ticket: it holds no secret, your home folder is ~, and people and workspaces are numbered rather \
than named.

Examples:
  notion-auth doctor                                 everything, grouped, each with its remedy
  notion-auth doctor --names                         with the names of people and workspaces
  notion-auth doctor --json                          for a program
  notion-auth doctor --demo                          what it looks like, against a simulated Notion

It ends with 0 where nothing failed and with 1 where any check did, whatever kind of trouble it is: `status --check` tells a refusal \
(4) from a silent network (5). Warnings, unknowns and not being signed in do not fail.";
