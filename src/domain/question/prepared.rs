//! All entries, parsed into terms when the program is built. Doing that at the first question would take longer than the rest of
//! answering it.
//!
//! The build script generates it from `assets/paths.toml` and `assets/questions.toml`. A test checks that the binary matches them.

use super::entries::{self, Entry};
use super::file::Questions;
use super::learner::Learner;
use super::lexicon::Lexicon;
use super::meanings::Term;
use crate::domain::catalog::{Catalog, Claim, PathId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Prepared<'a> {
    #[serde(borrow)]
    pub(super) entries: Vec<PreparedEntry<'a>>,
    /// The terms of the off-topic questions.
    pub(super) elsewhere: Vec<Vec<Term>>,
    #[serde(borrow)]
    pub(super) lexicon: Lexicon<'a>,
}

/// An entry with its terms; all lists of terms are sorted.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PreparedEntry<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    path: PathId,
    #[serde(borrow)]
    question: Cow<'a, str>,
    claim: Answering,
    is_asked: bool,
    /// The terms of each phrasing.
    pub(super) phrasings: Vec<Vec<Term>>,
    /// The terms of the whole entry, its answer included.
    pub(super) terms: Vec<Term>,
}

/// A reference to the claim that answers.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Answering {
    /// A claim of the catalog, by its index.
    OfCatalog(usize),
    /// A claim that only this question has.
    OfQuestion(Claim),
}

impl Prepared<'static> {
    pub fn of(catalog: &Catalog, questions: &Questions) -> Self {
        let mut learner = Learner::new(questions);
        let claims = catalog.claims();
        let entries = entries::collect(catalog, questions).into_iter().map(|(entry, phrasings)| {
            let phrasings: Vec<Vec<Term>> = phrasings.iter().map(|phrasing| learner.learn(phrasing)).collect();
            let today = entry.claim.today.as_ref().map(|today| learner.learn(&today.text)).unwrap_or_default();
            let mut terms = [phrasings.concat(), learner.learn(&entry.claim.text), today].concat();
            terms.sort_unstable();
            terms.dedup();
            let place = claims.iter().position(|(_, claim)| *claim == entry.claim);
            let claim = place.map_or_else(|| Answering::OfQuestion(entry.claim.clone()), Answering::OfCatalog);
            PreparedEntry {
                id: entry.id.into_owned().into(),
                path: entry.path,
                question: entry.question.into_owned().into(),
                claim,
                is_asked: entry.is_asked,
                phrasings,
                terms,
            }
        });
        let entries = entries.collect();
        let elsewhere = questions.elsewhere.iter().map(|text| learner.learn(text)).collect();
        Self { entries, elsewhere, lexicon: learner.learned() }
    }
}

impl PreparedEntry<'_> {
    /// Resolves the entry's claim; `None` if the entry was prepared from another catalog.
    pub(super) fn entry<'a>(&'a self, claims: &[(String, &'a Claim)]) -> Option<Entry<'a>> {
        let claim = match &self.claim {
            Answering::OfCatalog(place) => claims.get(*place)?.1,
            Answering::OfQuestion(claim) => claim,
        };
        let (id, question) = (Cow::Borrowed(&*self.id), Cow::Borrowed(&*self.question));
        Some(Entry { id, path: self.path, question, claim, is_asked: self.is_asked })
    }
}
