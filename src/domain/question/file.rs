//! `assets/questions.toml`: what people ask, and the words that mean the same.

use crate::domain::catalog::{Catalog, Claim, PathId};
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Everything in the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// Words that tell nothing about what is asked.
    pub stop: Vec<String>,
    /// Words of everyday talk, which tell little.
    pub common: Vec<String>,
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

/// Made from `assets/questions.toml` by the build script.
const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/questions.json"));

static QUESTIONS: LazyLock<Result<Questions, String>> =
    LazyLock::new(|| serde_json::from_str(SHIPPED).map_err(|error| error.to_string()));

impl Questions {
    /// What this binary carries. A test holds that it parses.
    pub fn shipped() -> Result<&'static Self, &'static str> {
        QUESTIONS.as_ref().map_err(String::as_str)
    }

    /// Everything that is wrong with them beside this catalog, a line each. Nothing checks it at run time.
    pub fn faults(&self, catalog: &Catalog) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen = HashSet::new();
        for topic in &self.topics {
            let id = &topic.id;
            if !seen.insert(id) {
                faults.push(format!("{id} stands twice"));
            }
            if topic.also.is_empty() {
                faults.push(format!("{id} can be put in one way only"));
            }
            faults.extend(topic.answer_fault(catalog).map(|fault| format!("{id}: {fault}")));
            faults.extend(topic.claim.iter().flat_map(|claim| catalog.claim_faults(id, claim)));
        }
        faults
    }
}

impl Topic {
    fn answer_fault(&self, catalog: &Catalog) -> Option<String> {
        let asked_by_the_guide = |beginning: &str| catalog.faq.iter().any(|faq| faq.answer.text.starts_with(beginning));
        match (&self.answer, &self.claim, &self.question) {
            (Some(_), Some(_), _) => Some("it has an answer and a claim".into()),
            (None, None, _) => Some("it has neither an answer nor a claim".into()),
            (None, Some(_), None) => Some("nothing asks it".into()),
            (None, Some(_), Some(_)) => None,
            (Some(beginning), None, question) => {
                let claims = catalog.claims();
                let begun = claims.iter().filter(|(_, claim)| claim.text.starts_with(beginning.as_str()));
                let texts: HashSet<&str> = begun.map(|(_, claim)| claim.text.as_str()).collect();
                match (texts.len(), question) {
                    (0, _) => Some(format!("no statement begins with {beginning:?}")),
                    (1, Some(_)) => None,
                    (1, None) if asked_by_the_guide(beginning) => None,
                    (1, None) => Some("nothing asks it".into()),
                    (_, _) => Some(format!("several statements begin with {beginning:?}")),
                }
            }
        }
    }
}
