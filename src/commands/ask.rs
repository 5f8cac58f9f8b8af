//! `ask`: prints the answer that fits a question, as text or JSON. It works offline, from data in the binary.

use super::claim::write_claim;
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::Catalog;
use crate::domain::problem::Problem;
use crate::domain::question::json::ask_json;
use crate::domain::question::{Confidence, QuestionEntry, QuestionIndex, SearchResult};
use crate::frontends::console::{Console, EXIT_FAILURE, EXIT_SUCCESS};
use clap::Args;

/// Answer a question about signing in to Notion
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
pub struct AskArgs {
    /// The question, in your own words
    #[arg(value_name = "QUESTION", required = true)]
    pub question: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

const NO_MATCH: &str = "No answer found.";

const UNSURE: &str = "Not sure. The closest answers:";

pub fn run(args: &AskArgs, catalog: &Catalog, console: &mut Console) -> u8 {
    match QuestionIndex::shipped() {
        Ok(index) => answer(args, catalog, index, console),
        Err(fault) => console.write_problem(&Problem::bug(fault)),
    }
}

/// Exits with 1 unless there is an answer, as `grep` does, so that a script can tell by the exit code.
pub fn answer(args: &AskArgs, catalog: &Catalog, index: &QuestionIndex<'_>, console: &mut Console) -> u8 {
    let question = args.question.join(" ");
    let answer = index.search(&question);
    if args.json {
        console.write_json(&ask_json(index, &question, &answer));
    } else {
        match answer.best.and_then(|found| index.entry(found)) {
            Some(entry) => write_answer(entry, catalog, console),
            None if answer.confidence == Confidence::Unsure => return write_nearest(&answer, catalog, index, console),
            None => write_default(catalog, index, console),
        }
        write_related(&answer, catalog, index, console);
    }
    if answer.best.is_some() { EXIT_SUCCESS } else { EXIT_FAILURE }
}

fn write_answer(entry: &QuestionEntry<'_>, catalog: &Catalog, console: &mut Console) {
    console.write_data_wrapped("", &entry.question);
    write_claim("  ", entry.claim, catalog, console);
    console.write_data("");
    if let Some(id) = entry.leads_to() {
        let path = catalog.path(id);
        console.write_data_wrapped("Path: ", &format!("{} ({id}). {}", path.title, path.promise));
        console.write_data(&format!("  details: notion-auth paths {id}"));
    }
    console.write_data(&format!("Run: {}", entry.command));
}

/// Says that nothing fits, and suggests the default path and why.
fn write_default(catalog: &Catalog, index: &QuestionIndex<'_>, console: &mut Console) {
    console.write_data_wrapped("", NO_MATCH);
    console.write_data("");
    console.write_data_wrapped(
        "Not sure where to start? ",
        &format!("{} ({}).", catalog.path(AuthPath::DEFAULT).title, AuthPath::DEFAULT),
    );
    if let Some(branch) = index.default_branch() {
        write_claim("  ", &branch.claim, catalog, console);
    }
    console.write_data(&format!("  details: notion-auth paths {}", AuthPath::DEFAULT));
}

/// Writes the nearest answers in full: one of them is probably meant.
fn write_nearest(answer: &SearchResult, catalog: &Catalog, index: &QuestionIndex<'_>, console: &mut Console) -> u8 {
    console.write_data_wrapped("", UNSURE);
    for entry in answer.alternatives.iter().filter_map(|found| index.entry(*found)) {
        console.write_data("");
        console.write_data_wrapped("", &entry.question);
        write_claim("  ", entry.claim, catalog, console);
        console.write_data(&format!("  Run: {}", entry.command));
    }
    EXIT_FAILURE
}

fn write_related(answer: &SearchResult, catalog: &Catalog, index: &QuestionIndex<'_>, console: &mut Console) {
    if answer.alternatives.is_empty() {
        return;
    }
    console.write_data("");
    console.write_data("Related questions");
    for entry in answer.alternatives.iter().filter_map(|found| index.entry(*found)) {
        let path = entry.leads_to().map(|path| format!(" ({})", catalog.path(path).title)).unwrap_or_default();
        console.write_data_wrapped("  - ", &format!("{}{path}", entry.question));
    }
}

const AFTER_HELP: &str = "\
Works offline: nothing leaves this machine. Typos, synonyms and word order don't matter.
Every answer names its source and date. If the guide is out of date, the answer starts with
what is true today.

Examples:
  notion-auth ask how long does a token last
  notion-auth ask 'can I use ntn in docker?'
  notion-auth ask --json redirect mismatch

An error message can be pasted with the question, in quotes. Each answer ends with the command
that does it. If it isn't sure, it shows the three closest answers; if nothing fits, it suggests
where to start. In the JSON, confidence is sure, unsure or none; path and answer are null unless
it is sure.

Exit codes:
  0    an answer was found
  1    it isn't sure, or nothing fits";
