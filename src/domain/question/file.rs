//! The types of `assets/questions.toml`, the questions that people ask and the synonyms, and of `assets/phrasings`, other people's words
//! for the same questions.

use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::Claim;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of `assets/phrasings`: the phrasings of one author, by the id of their question, or off-topic questions by
/// their subject.
pub type PhrasingsToml = BTreeMap<String, Vec<String>>;

/// Everything in the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionsToml {
    /// Stop words, which say nothing about the question.
    pub stop: Vec<String>,
    /// Everyday words, which say little about the question.
    pub common: Vec<String>,
    /// Words that are close to one of ours but must not be corrected to it.
    pub english: Vec<String>,
    /// Names of other products.
    pub foreign: Vec<String>,
    /// Off-topic questions, many of which sound similar to the ones that are answered here, by their subject. They have a file of their own.
    #[serde(skip)]
    pub elsewhere: PhrasingsToml,
    pub synonyms: Vec<SynonymGroup>,
    #[serde(rename = "question")]
    pub topics: Vec<QuestionTopic>,
}

impl QuestionsToml {
    /// Adds an author's phrasings to the questions.
    pub fn add_phrasings(&mut self, phrasings: &PhrasingsToml) {
        for topic in &mut self.topics {
            topic.also.extend(phrasings.get(&topic.id).into_iter().flatten().cloned());
        }
    }
}

/// Words and phrases that are replaced by the same meaning.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SynonymGroup {
    pub means: String,
    pub words: Vec<String>,
}

/// One question, and the claim that answers it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionTopic {
    pub id: String,
    /// Absent if the answer has to do with none of the paths.
    #[serde(default)]
    pub path: Option<AuthPath>,
    /// Absent if the catalog's FAQ has the question.
    #[serde(default)]
    pub question: Option<String>,
    /// The beginning of the catalog's claim that answers it.
    #[serde(default)]
    pub answer: Option<String>,
    /// A claim that only this question has, instead of `answer`.
    #[serde(default)]
    pub claim: Option<Claim>,
    /// The command of this program that does it.
    pub command: String,
    /// True if Enter copies the command, because the path's page doesn't do it.
    #[serde(default)]
    pub copies: bool,
    /// Other phrasings.
    pub also: Vec<String>,
    /// Words in which people tell the story around this question. They count like words of the answer.
    #[serde(default)]
    pub hints: String,
    /// Error texts that are asked about. They are found inside any sentence.
    #[serde(default)]
    pub errors: Vec<String>,
}
