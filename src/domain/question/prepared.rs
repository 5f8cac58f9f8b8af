//! All entries, parsed into terms and counted when the program is built. Doing that at the first question would take longer than the
//! rest of answering it.
//!
//! The build script generates it from `assets/paths.toml` and `assets/questions.toml`. A test checks that the binary matches them.

use super::entries::{self, EntryTexts, QuestionEntry};
use super::file::QuestionsToml;
use super::index_builder::IndexBuilder;
use super::lexicon::Lexicon;
use super::pairs::{PairCounts, WordPairs};
use super::synonyms::Term;
use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::{Catalog, Claim};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct PreparedQuestions<'a> {
    #[serde(borrow)]
    pub(super) entries: Vec<PreparedEntry<'a>>,
    /// The subjects that are not answered here.
    pub(super) elsewhere: Vec<EntryTerms>,
    #[serde(borrow)]
    pub(super) pairs: WordPairs<'a>,
    #[serde(borrow)]
    pub(super) lexicon: Lexicon<'a>,
}

/// An entry with its terms.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PreparedEntry<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    path: Option<AuthPath>,
    #[serde(borrow)]
    question: Cow<'a, str>,
    claim: ClaimReference,
    #[serde(borrow)]
    command: Cow<'a, str>,
    copies: bool,
    is_asked: bool,
    pub(super) terms: EntryTerms,
}

/// The terms of an entry, or of a subject that is not answered here; all lists are sorted, except the words of an error text.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct EntryTerms {
    /// The terms of each phrasing.
    pub(super) phrasings: TermLists,
    /// The number of phrasings that have a term.
    pub(super) counts: Vec<(Term, u16)>,
    /// The terms of at least half of the phrasings.
    pub(super) typical: Vec<Term>,
    /// The terms of the answer and of the hints.
    pub(super) answer: Vec<Term>,
    /// The words of each error text, in their order.
    pub(super) errors: TermLists,
}

/// Lists of terms, stored one after the other: thousands of lists of their own would take longer to load than a search does.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct TermLists {
    terms: Vec<Term>,
    lengths: Vec<u16>,
}

impl TermLists {
    pub(super) fn len(&self) -> usize {
        self.lengths.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[Term]> {
        let mut rest = self.terms.as_slice();
        self.lengths.iter().map(move |length| {
            let (list, after) = rest.split_at_checked(usize::from(*length)).unwrap_or((rest, &[]));
            rest = after;
            list
        })
    }

    /// The terms of all lists.
    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }
}

impl FromIterator<Vec<Term>> for TermLists {
    fn from_iter<I: IntoIterator<Item = Vec<Term>>>(lists: I) -> Self {
        let mut all = Self::default();
        for mut list in lists {
            list.truncate(usize::from(u16::MAX));
            all.lengths.push(u16::try_from(list.len()).unwrap_or(u16::MAX));
            all.terms.append(&mut list);
        }
        all
    }
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
        let mut builder = IndexBuilder::new(questions, []);
        let unordered = Self::build_with(&mut builder, catalog, questions);
        let mut builder = IndexBuilder::new(questions, unordered.stems_by_frequency(&builder));
        let prepared = Self::build_with(&mut builder, catalog, questions);
        let pairs = Self::pairs(&mut builder, catalog, questions);
        Self { pairs, lexicon: builder.into_lexicon(), ..prepared }
    }

    /// The pairs and the lexicon are still empty: it is complete when all texts were added.
    fn build_with(builder: &mut IndexBuilder, catalog: &Catalog, questions: &QuestionsToml) -> Self {
        let claims = catalog.claims();
        let entries = entries::collect(catalog, questions).into_iter().map(|EntryTexts { entry, phrasings, hints, errors }| {
            let today = entry.claim.today.as_ref().map_or(&entry.claim.text, |today| &today.text);
            let place = claims.iter().position(|(_, claim)| *claim == entry.claim);
            PreparedEntry {
                terms: EntryTerms::new(builder, &phrasings, &format!("{today} {hints}"), errors),
                claim: place.map_or_else(|| ClaimReference::Own(entry.claim.clone()), ClaimReference::Catalog),
                id: entry.id.into_owned().into(),
                path: entry.path,
                question: entry.question.into_owned().into(),
                command: entry.command.into_owned().into(),
                copies: entry.copies,
                is_asked: entry.is_asked,
            }
        });
        let entries = entries.collect();
        let elsewhere = questions.elsewhere.values().map(|phrasings| EntryTerms::new(builder, phrasings, "", &[])).collect();
        Self { entries, elsewhere, pairs: WordPairs::default(), lexicon: Lexicon::default() }
    }

    /// The pairs of words of every question that people ask; all texts were added before, so that no stem is new.
    fn pairs(builder: &mut IndexBuilder, catalog: &Catalog, questions: &QuestionsToml) -> WordPairs<'static> {
        let edge = builder.stems().count();
        let mut counts = PairCounts::default();
        let entries = entries::collect(catalog, questions);
        let asked = entries.iter().filter(|entry| entry.phrasings.len() > 1);
        let asked = asked.map(|entry| entry.phrasings.iter().map(|phrasing| &**phrasing).collect::<Vec<&str>>());
        let elsewhere = questions.elsewhere.values().map(|phrasings| phrasings.iter().map(String::as_str).collect());
        for (at, phrasings) in elsewhere.chain(asked).enumerate() {
            for phrasing in phrasings {
                counts.add(at, &builder.terms(phrasing), edge);
            }
        }
        counts.sorted(edge)
    }

    /// The stems of all texts, the most frequent first.
    fn stems_by_frequency(&self, builder: &IndexBuilder) -> Vec<String> {
        let mut uses: BTreeMap<Term, usize> = BTreeMap::new();
        for entry in self.entries.iter().map(|entry| &entry.terms).chain(&self.elsewhere) {
            let counted = entry.counts.iter().map(|(term, _)| term);
            let listed = entry.phrasings.terms().iter().chain(entry.errors.terms());
            for term in listed.chain(&entry.answer).chain(counted) {
                *uses.entry(*term).or_default() += 1;
            }
        }
        let mut stems: Vec<(usize, &str)> =
            builder.stems().map(|(stem, term)| (uses.get(&term).copied().unwrap_or_default(), stem)).collect();
        stems.sort_by(|(uses, stem), (others, other)| others.cmp(uses).then(stem.cmp(other)));
        stems.into_iter().map(|(_, stem)| stem.to_owned()).collect()
    }
}

fn count_terms(phrasings: &TermLists) -> Vec<(Term, u16)> {
    let mut counts: BTreeMap<Term, u16> = BTreeMap::new();
    for term in phrasings.terms() {
        *counts.entry(*term).or_default() += 1;
    }
    counts.into_iter().collect()
}

impl PreparedEntry<'_> {
    /// Resolves the entry's claim; `None` if the entry was prepared from another catalog.
    pub(super) fn entry<'a>(&'a self, claims: &[(String, &'a Claim)]) -> Option<QuestionEntry<'a>> {
        let claim = match &self.claim {
            ClaimReference::Catalog(place) => claims.get(*place)?.1,
            ClaimReference::Own(claim) => claim,
        };
        Some(QuestionEntry {
            id: Cow::Borrowed(&*self.id),
            path: self.path,
            question: Cow::Borrowed(&*self.question),
            claim,
            command: Cow::Borrowed(&*self.command),
            copies: self.copies,
            is_asked: self.is_asked,
        })
    }
}

impl EntryTerms {
    fn new(builder: &mut IndexBuilder, phrasings: &[impl AsRef<str>], answer: &str, errors: &[String]) -> Self {
        let phrasings: TermLists = phrasings.iter().map(|phrasing| builder.add_text(phrasing.as_ref())).collect();
        let counts = count_terms(&phrasings);
        let is_typical = |count: u16| usize::from(count) * 2 >= phrasings.len() && phrasings.len() > 1;
        Self {
            typical: counts.iter().filter(|(_, count)| is_typical(*count)).map(|(term, _)| *term).collect(),
            counts,
            answer: builder.add_text(answer),
            phrasings,
            errors: errors.iter().map(|error| builder.terms(error)).collect(),
        }
    }

    /// The number of phrasings that have the term.
    pub(super) fn count(&self, term: Term) -> u16 {
        let place = self.counts.binary_search_by_key(&term, |(term, _)| *term);
        place.ok().and_then(|place| self.counts.get(place)).map_or(0, |(_, count)| *count)
    }

    pub(super) fn answer_has(&self, term: Term) -> bool {
        self.answer.binary_search(&term).is_ok()
    }
}
