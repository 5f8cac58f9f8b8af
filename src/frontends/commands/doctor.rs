//! `doctor`: runs every check concurrently and prints each with its remedy. It uses the wizard's tasks and the same checks
//! engine, so the two cannot disagree.

mod checks;
mod diagnosis;
mod redaction;
mod remedies;
mod report;

use crate::cli::DoctorArgs;
use crate::domain::catalog::Catalog;
use crate::domain::check::Verdict;
use crate::frontends::console::{Console, EXIT_FAILURE, EXIT_SUCCESS};
use crate::runtime::ports::World;
use checks::DoctorCheck;
use jiff::civil::Date;

pub async fn run(args: &DoctorArgs, catalog: &Catalog, today: Date, world: World, console: &mut Console) -> u8 {
    if !args.json {
        console.write_message("Looking at this machine, and asking Notion. A silent Notion is given up after a while.");
    }
    let mut examination = diagnosis::diagnose(world).await;
    let redaction = redaction::Redaction::new(&mut examination, args.names);
    checks::display_name(&mut examination.credentials);
    let checks: Vec<DoctorCheck> =
        checks::doctor_checks(&examination, today).into_iter().map(|check| redaction.redact_check(check)).collect();
    if args.json {
        console.write_json(&report::json_report(&checks, catalog, today, !args.names));
    } else {
        report::write(&checks, &report::version_line(&examination, today), console);
    }
    if checks.iter().any(|reported| reported.check.verdict == Verdict::Fail) { EXIT_FAILURE } else { EXIT_SUCCESS }
}
