//! Finds the claim that answers a question in a person's own words, the path it belongs to, and how sure that is. It is pure and works
//! offline.
//!
//! A question is read as a set of terms: stems of its words, with typos corrected, synonyms merged and stop words
//! left out. `score.rs` compares each [`QuestionEntry`] with it, and `confidence.rs` estimates from the scores whether the
//! best entry is the answer. If it is likely, it is given; if it is possible, the nearest entries are only offered; otherwise nothing
//! fits. A wrong answer is worse than none.

mod confidence;
mod entries;
mod faults;
mod file;
mod index_builder;
pub mod json;
mod lexicon;
mod pairs;
mod prepared;
mod query;
mod score;
mod spelling;
mod synonyms;
mod words;

pub use confidence::Confidence;
pub use entries::QuestionEntry;
pub use file::{PhrasingsToml, QuestionsToml};
pub use prepared::PreparedQuestions;

use super::catalog::{Branch, Catalog};
use confidence::probability;
use score::{Query, TermWeights};
use std::sync::LazyLock;

/// The rule of the default branch in the decision tree.
const DEFAULT_RULE: &str = "default";

/// The number of entries that are offered besides the answer, or instead of it.
const MAX_ALTERNATIVES: usize = 3;

/// Minimum score of an alternative to an answer.
const MIN_ALTERNATIVE_SCORE: f64 = 0.15;

/// A matching entry, by its position in the index, with the probability from 0 to 1 that it answers the question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuestionMatch {
    entry: usize,
    pub score: f64,
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchResult {
    /// The answer; `None` if it is not likely enough.
    pub best: Option<QuestionMatch>,
    /// Other entries that may be meant, best first. Empty if nothing fits.
    pub alternatives: Vec<QuestionMatch>,
    /// The probability that the best entry answers the question, even if it is too low for an answer.
    pub score: f64,
    pub confidence: Confidence,
    /// True if the question had a word with a weight, so that there was something to search for.
    pub has_terms: bool,
}

impl SearchResult {
    /// All matches, the best first.
    pub fn all(&self) -> impl Iterator<Item = QuestionMatch> {
        self.best.into_iter().chain(self.alternatives.iter().copied())
    }
}

/// The search index over all entries.
pub struct QuestionIndex<'a> {
    catalog: &'a Catalog,
    entries: Vec<QuestionEntry<'a>>,
    prepared: &'a PreparedQuestions<'a>,
    weights: TermWeights,
}

/// The build script generates it from the catalog and `assets/questions.toml`.
const PREPARED: &[u8] = shipped!("prepared");

static SHIPPED_PREPARED: LazyLock<Result<PreparedQuestions<'static>, String>> =
    LazyLock::new(|| postcard::from_bytes(PREPARED).map_err(|error| error.to_string()));

static SHIPPED: LazyLock<Result<QuestionIndex<'static>, &'static str>> =
    LazyLock::new(|| Ok(QuestionIndex::new(Catalog::shipped()?, PreparedQuestions::shipped()?)));

impl PreparedQuestions<'static> {
    /// The prepared entries embedded in this binary. A test checks that they parse.
    pub fn shipped() -> Result<&'static Self, &'static str> {
        SHIPPED_PREPARED.as_ref().map_err(String::as_str)
    }
}

impl QuestionIndex<'static> {
    /// The index of the embedded content. It is built at the first use, not at the start of the program.
    pub fn shipped() -> Result<&'static Self, &'static str> {
        SHIPPED.as_ref().map_err(|fault| *fault)
    }
}

impl<'a> QuestionIndex<'a> {
    /// Builds the index from the entries that were prepared from this catalog.
    pub fn new(catalog: &'a Catalog, prepared: &'a PreparedQuestions<'a>) -> Self {
        let claims = catalog.claims();
        let entries = prepared.entries.iter().filter_map(|prepared| prepared.entry(&claims)).collect();
        Self { catalog, entries, prepared, weights: TermWeights::new(prepared) }
    }

    pub fn entries(&self) -> &[QuestionEntry<'a>] {
        &self.entries
    }

    /// The matching entry; `None` if the match is from another index.
    pub fn entry(&self, found: QuestionMatch) -> Option<&QuestionEntry<'a>> {
        self.entries.get(found.entry)
    }

    /// The branch of the decision tree that applies if no other does.
    pub fn default_branch(&self) -> Option<&'a Branch> {
        self.catalog.decision_tree.iter().find(|branch| branch.rule == DEFAULT_RULE)
    }

    pub fn search(&self, question: &str) -> SearchResult {
        let lexicon = &self.prepared.lexicon;
        let query = Query::new(&lexicon.parse_query(question), lexicon.stems_of(question), &self.weights);
        if query.is_empty() {
            return SearchResult::default();
        }
        if query.terms().next().is_none() {
            return SearchResult { has_terms: true, ..SearchResult::default() };
        }
        let (scores, elsewhere) = query.scores(self.prepared, &self.weights);
        let likelihood = probability(&scores, &elsewhere, &query, lexicon);
        let confidence = Confidence::of(likelihood);
        let matches = scores.iter().map(|score| score.as_match(likelihood, scores.first()));
        let mut found: Vec<QuestionMatch> = matches.take(MAX_ALTERNATIVES + 1).collect();
        let score = found.first().map(|found| found.score).unwrap_or_default();
        let (best, alternatives) = match confidence {
            Confidence::Sure => {
                let rest = found.split_off(1.min(found.len()));
                (found.first().copied(), rest.into_iter().filter(|found| found.score >= MIN_ALTERNATIVE_SCORE).collect())
            }
            Confidence::Unsure => {
                found.truncate(MAX_ALTERNATIVES);
                (None, found)
            }
            Confidence::None => (None, Vec::new()),
        };
        SearchResult { best, alternatives, score, confidence, has_terms: true }
    }
}
