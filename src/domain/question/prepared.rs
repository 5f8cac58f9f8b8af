//! All entries, parsed into terms when the program is built. Doing that at the first question would take longer than the rest of
//! answering it.
//!
//! The build script generates it from `assets/paths.toml` and `assets/questions.toml`. A test checks that the binary matches them.

use super::entries::{self, QuestionEntry};
use super::file::QuestionsToml;
use super::index_builder::IndexBuilder;
use super::lexicon::Lexicon;
use super::synonyms::Term;
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::{Catalog, Claim};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct PreparedQuestions<'a> {
    #[serde(borrow)]
    pub(super) entries: Vec<PreparedEntry<'a>>,
    /// The terms of the off-topic questions.
    pub(super) off_topic: Vec<Vec<Term>>,
    #[serde(borrow)]
    pub(super) lexicon: Lexicon<'a>,
}

/// An entry with its terms; all lists of terms are sorted.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PreparedEntry<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    path: AuthPath,
    #[serde(borrow)]
    question: Cow<'a, str>,
    claim: ClaimReference,
    #[serde(borrow)]
    command: Option<Cow<'a, str>>,
    is_asked: bool,
    /// The terms of each phrasing.
    pub(super) phrasings: Vec<Vec<Term>>,
    /// The terms of the whole entry, its answer included.
    pub(super) terms: Vec<Term>,
}

/// A reference to the claim that answers.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum ClaimReference {
    /// A claim of the catalog, by its index.
    Catalog(usize),
    /// A claim that only this question has.
    Own(Claim),
}

impl PreparedQuestions<'static> {
    pub fn build(catalog: &Catalog, questions: &QuestionsToml) -> Self {
        let mut learner = IndexBuilder::new(questions);
        let claims = catalog.claims();
        let entries = entries::collect(catalog, questions).into_iter().map(|(entry, phrasings)| {
            let phrasings: Vec<Vec<Term>> = phrasings.iter().map(|phrasing| learner.add_text(phrasing)).collect();
            let today = entry.claim.today.as_ref().map(|today| learner.add_text(&today.text)).unwrap_or_default();
            let mut terms = [phrasings.concat(), learner.add_text(&entry.claim.text), today].concat();
            terms.sort_unstable();
            terms.dedup();
            let place = claims.iter().position(|(_, claim)| *claim == entry.claim);
            let claim = place.map_or_else(|| ClaimReference::Own(entry.claim.clone()), ClaimReference::Catalog);
            PreparedEntry {
                id: entry.id.into_owned().into(),
                path: entry.path,
                question: entry.question.into_owned().into(),
                claim,
                command: entry.command.map(|command| command.to_owned().into()),
                is_asked: entry.is_asked,
                phrasings,
                terms,
            }
        });
        let entries = entries.collect();
        let elsewhere = questions.elsewhere.iter().map(|text| learner.add_text(text)).collect();
        Self { entries, off_topic: elsewhere, lexicon: learner.into_lexicon() }
    }
}

impl PreparedEntry<'_> {
    /// Resolves the entry's claim; `None` if the entry was prepared from another catalog.
    pub(super) fn entry<'a>(&'a self, claims: &[(String, &'a Claim)]) -> Option<QuestionEntry<'a>> {
        let claim = match &self.claim {
            ClaimReference::Catalog(place) => claims.get(*place)?.1,
            ClaimReference::Own(claim) => claim,
        };
        let (id, question) = (Cow::Borrowed(&*self.id), Cow::Borrowed(&*self.question));
        Some(QuestionEntry { id, path: self.path, question, claim, command: self.command.as_deref(), is_asked: self.is_asked })
    }
}
