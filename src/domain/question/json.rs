//! An answer as the `ask --json` document. Fields may be added to it, never renamed.
//!
//! If no entry fits, `path`, `answer` and `question` are null, so that no script takes the default for an answer; the default has a
//! field of its own.

use super::{Answer, DEFAULT, Entry, Found, Index};
use crate::domain::catalog::PathId;
use crate::domain::catalog::json::{Fact, fact};
use serde::Serialize;

/// Version of the JSON schema.
const SCHEMA: u8 = 1;

#[derive(Debug, Serialize)]
pub struct AskDocument<'a> {
    schema: u8,
    asked: &'a str,
    path: Option<PathId>,
    answer: Option<Fact<'a>>,
    question: Option<&'a str>,
    id: Option<&'a str>,
    score: f64,
    alternatives: Vec<AnswerEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<DefaultEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct AnswerEntry<'a> {
    path: PathId,
    answer: Fact<'a>,
    question: &'a str,
    id: &'a str,
    score: f64,
}

#[derive(Debug, Serialize)]
struct DefaultEntry<'a> {
    path: PathId,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Fact<'a>>,
}

pub fn ask_json<'a>(index: &'a Index<'a>, asked: &'a str, answer: &Answer) -> AskDocument<'a> {
    let best = answer.best.and_then(|found| index.entry(found));
    let alternatives = answer.alternatives.iter().filter_map(|found| Some(entry(index, index.entry(*found)?, *found)));
    let default =
        || DefaultEntry { path: DEFAULT, answer: index.default_branch().map(|branch| fact(index.catalog, &branch.claim)) };
    AskDocument {
        schema: SCHEMA,
        asked,
        path: best.map(|best| best.path),
        answer: best.map(|best| fact(index.catalog, best.claim)),
        question: best.map(|best| &*best.question),
        id: best.map(|best| &*best.id),
        score: answer.score,
        alternatives: alternatives.collect(),
        default: best.is_none().then(default),
    }
}

fn entry<'a>(index: &'a Index<'a>, entry: &'a Entry<'a>, found: Found) -> AnswerEntry<'a> {
    AnswerEntry {
        path: entry.path,
        answer: fact(index.catalog, entry.claim),
        question: &entry.question,
        id: &entry.id,
        score: found.score,
    }
}
