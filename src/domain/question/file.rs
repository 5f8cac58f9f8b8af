//! `assets/questions.toml`: what people ask, and the words that mean the same.

use crate::domain::catalog::{Claim, PathId};
use serde::Deserialize;

/// Everything in the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// Words that tell nothing about what is asked.
    pub stop: Vec<String>,
    /// Words of everyday talk, which tell little.
    pub common: Vec<String>,
    /// Words that are close to one of ours and are meant as they stand.
    pub english: Vec<String>,
    /// Names of what is not Notion.
    pub foreign: Vec<String>,
    /// What sounds like a question of ours and is none.
    pub elsewhere: Vec<String>,
    pub synonyms: Vec<Synonyms>,
    #[serde(rename = "question")]
    pub topics: Vec<Topic>,
}

/// Words, or several in a row, that are read as what they mean.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Synonyms {
    pub means: String,
    pub words: Vec<String>,
}

/// One question, and the statement that answers it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub id: String,
    pub path: PathId,
    /// Absent where the catalog's FAQ asks it.
    #[serde(default)]
    pub question: Option<String>,
    /// How a statement of the catalog begins.
    #[serde(default)]
    pub answer: Option<String>,
    /// Or a statement of its own.
    #[serde(default)]
    pub claim: Option<Claim>,
    /// Other ways to put it.
    pub also: Vec<String>,
}
