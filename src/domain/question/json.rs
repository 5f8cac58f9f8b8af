//! An answer as the `ask --json` document. Fields may be added to it, never renamed.
//!
//! If no entry fits, `path`, `answer` and `question` are null, so that no script takes the default for an answer; the default has a
//! field of its own.

use super::{Confidence, QuestionEntry, QuestionIndex, QuestionMatch, SearchResult};
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::json::{ClaimJson, claim_json};
use serde::Serialize;

/// Version of the JSON schema.
const SCHEMA_VERSION: u8 = 1;

#[derive(Debug, Serialize)]
pub struct AskJson<'a> {
    schema: u8,
    asked: &'a str,
    path: Option<AuthPath>,
    answer: Option<ClaimJson<'a>>,
    question: Option<&'a str>,
    id: Option<&'a str>,
    /// The command of this program that does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
    score: f64,
    confidence: Confidence,
    alternatives: Vec<AnswerJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<DefaultJson<'a>>,
}

#[derive(Debug, Serialize)]
struct AnswerJson<'a> {
    path: Option<AuthPath>,
    answer: ClaimJson<'a>,
    question: &'a str,
    id: &'a str,
    command: &'a str,
    score: f64,
}

#[derive(Debug, Serialize)]
struct DefaultJson<'a> {
    path: AuthPath,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<ClaimJson<'a>>,
}

pub fn ask_json<'a>(index: &'a QuestionIndex<'a>, asked: &'a str, answer: &SearchResult) -> AskJson<'a> {
    let best = answer.best.and_then(|found| index.entry(found));
    let alternatives = answer.alternatives.iter().filter_map(|found| Some(answer_json(index, index.entry(*found)?, *found)));
    let default = || DefaultJson {
        path: AuthPath::DEFAULT,
        answer: index.default_branch().map(|branch| claim_json(index.catalog, &branch.claim)),
    };
    AskJson {
        schema: SCHEMA_VERSION,
        asked,
        path: best.and_then(|best| best.path),
        answer: best.map(|best| claim_json(index.catalog, best.claim)),
        question: best.map(|best| &*best.question),
        id: best.map(|best| &*best.id),
        command: best.map(|best| &*best.command),
        score: answer.score,
        confidence: answer.confidence,
        alternatives: alternatives.collect(),
        default: best.is_none().then(default),
    }
}

fn answer_json<'a>(index: &'a QuestionIndex<'a>, entry: &'a QuestionEntry<'a>, found: QuestionMatch) -> AnswerJson<'a> {
    AnswerJson {
        path: entry.path,
        answer: claim_json(index.catalog, entry.claim),
        question: &entry.question,
        id: &entry.id,
        command: &entry.command,
        score: found.score,
    }
}
