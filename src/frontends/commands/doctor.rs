//! `doctor`: runs every check concurrently and prints each with its remedy. It uses the wizard's tasks and the same checks
//! engine, so the two cannot disagree.

mod checks;
mod commands;
mod examination;
mod redaction;
mod report;

use crate::cli::DoctorArgs;
use crate::domain::catalog::Catalog;
use crate::domain::check::Verdict;
use crate::frontends::console::{Console, DONE, FAILED};
use crate::runtime::ports::World;
use checks::Reported;
use jiff::civil::Date;

pub async fn run(args: &DoctorArgs, catalog: &Catalog, today: Date, world: World, console: &mut Console) -> u8 {
    if !args.json {
        console.say("Looking at this machine, and asking Notion. A silent Notion is given up after a while.");
    }
    let mut examination = examination::examine(world).await;
    let redaction = redaction::Redaction::of(&mut examination, args.names);
    checks::name(&mut examination.credentials);
    let checks: Vec<Reported> = checks::all(&examination, today).into_iter().map(|check| redaction.apply(check)).collect();
    if args.json {
        console.json(&report::document(&checks, catalog, today, !args.names));
    } else {
        report::write(&checks, &report::about(&examination, today), console);
    }
    if checks.iter().any(|reported| reported.check.verdict == Verdict::Fail) { FAILED } else { DONE }
}
