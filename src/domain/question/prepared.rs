//! Everything that can be found, read to its terms once, when the program is built: to do that at the first question would take
//! longer than all else that answering needs.
//!
//! The build script makes it of `assets/paths.toml` and `assets/questions.toml`. A test holds that the binary carries what these say.

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
    /// The terms of what is asked elsewhere.
    pub(super) elsewhere: Vec<Vec<Term>>,
    #[serde(borrow)]
    pub(super) lexicon: Lexicon<'a>,
}

/// All terms are sorted.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PreparedEntry<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    path: PathId,
    #[serde(borrow)]
    question: Cow<'a, str>,
    claim: Answering,
    is_asked: bool,
    /// Of each way to put its question.
    pub(super) phrasings: Vec<Vec<Term>>,
    /// Of the whole entry, its answer included.
    pub(super) terms: Vec<Term>,
}

/// The statement that answers.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Answering {
    /// The catalog's, by its place among all of them.
    OfCatalog(usize),
    /// One that only a question brings up.
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
    /// With the statement that answers it; nothing where this was prepared of another catalog.
    pub(super) fn entry<'a>(&'a self, claims: &[(String, &'a Claim)]) -> Option<Entry<'a>> {
        let claim = match &self.claim {
            Answering::OfCatalog(place) => claims.get(*place)?.1,
            Answering::OfQuestion(claim) => claim,
        };
        let (id, question) = (Cow::Borrowed(&*self.id), Cow::Borrowed(&*self.question));
        Some(Entry { id, path: self.path, question, claim, is_asked: self.is_asked })
    }
}
