//! `ask`: prints the answer that fits a question, as text or JSON. It works offline, from data in the binary.

use super::statement::write_claim;
use crate::cli::AskArgs;
use crate::domain::catalog::Catalog;
use crate::domain::question::json::ask_json;
use crate::domain::question::{Answer, DEFAULT, Entry, Index};
use crate::frontends::console::{Console, DONE, FAILED};

const NOTHING_FITS: &str = "Nothing here fits that question.";

/// Exits with 1 if nothing fits, as `grep` does, so that a script can tell by the exit code.
pub fn run(args: &AskArgs, catalog: &Catalog, index: &Index<'_>, console: &mut Console) -> u8 {
    let question = args.question.join(" ");
    let answer = index.ask(&question);
    if args.json {
        console.json(&ask_json(index, &question, &answer));
    } else {
        match answer.best.and_then(|found| index.entry(found)) {
            Some(entry) => write_answer(entry, catalog, console),
            None => write_default(catalog, index, console),
        }
        write_alternatives(&answer, catalog, index, console);
    }
    if answer.best.is_some() { DONE } else { FAILED }
}

fn write_answer(entry: &Entry<'_>, catalog: &Catalog, console: &mut Console) {
    let path = catalog.path(entry.path);
    console.data_wrapped("", &entry.question);
    write_claim("  ", entry.claim, catalog, console);
    console.data("");
    console.data_wrapped("Path: ", &format!("{} ({}). {}", path.title, entry.path, path.promise));
    console.data(&format!("  in full: notion-auth paths {}", entry.path));
}

/// Says that nothing fits, and suggests the default path and why.
fn write_default(catalog: &Catalog, index: &Index<'_>, console: &mut Console) {
    console.data_wrapped("", NOTHING_FITS);
    console.data("");
    console.data_wrapped("Not sure where to begin? ", &format!("{} ({DEFAULT}).", catalog.path(DEFAULT).title));
    if let Some(branch) = index.default_branch() {
        write_claim("  ", &branch.claim, catalog, console);
    }
    console.data(&format!("  in full: notion-auth paths {DEFAULT}"));
}

fn write_alternatives(answer: &Answer, catalog: &Catalog, index: &Index<'_>, console: &mut Console) {
    if answer.alternatives.is_empty() {
        return;
    }
    console.data("");
    console.data(if answer.best.is_some() { "Or did you mean" } else { "What comes nearest" });
    for entry in answer.alternatives.iter().filter_map(|found| index.entry(*found)) {
        console.data_wrapped("  - ", &format!("{} ({})", entry.question, catalog.path(entry.path).title));
    }
}
