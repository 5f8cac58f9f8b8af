//! Finds the claim that answers a question in a person's own words, and the path it belongs to. It is pure and works offline.
//!
//! A question is read as a set of terms: stems of its words, mistyped words corrected, words of one meaning made one, words that
//! tell nothing left out. Each [`QuestionEntry`] is held against it: by the way of putting it that comes nearest, and by how much of the
//! question the entry speaks of at all. Rare terms count more than frequent ones, and a word that nothing here knows counts
//! against every entry. What does not come near enough, or hardly nearer than something else, is no answer, and is not passed off
//! as one.

mod entries;
mod faults;
mod file;
mod index_builder;
pub mod json;
mod lexicon;
mod prepared;
mod query;
mod spelling;
mod synonyms;
mod words;

pub use entries::QuestionEntry;
pub use file::QuestionsToml;
pub use prepared::PreparedQuestions;

use super::catalog::{Branch, Catalog};
use lexicon::Lexicon;
use std::slice;
use std::sync::LazyLock;
use synonyms::{QueryTerm, Term};

/// The rule of the default branch in the decision tree.
const DEFAULT_RULE: &str = "default";

/// From this score on an entry answers the question.
pub const MIN_ANSWER_SCORE: f64 = 0.56;

/// Minimum score of an alternative.
const MIN_ALTERNATIVE_SCORE: f64 = 0.3;

/// Minimum score of an alternative as a share of the best score.
const MIN_ALTERNATIVE_RATIO: f64 = 0.55;

/// From this likeness on, one word in common with a phrasing is no accident.
const NEARLY_THE_SAME: f64 = 0.8;

/// The least share of a question, by weight, that the phrasings of its answer have to cover.
const COVERED: f64 = 0.5;

/// The least lead over the second best entry. With less, the question may as well mean the other one.
const LEAD: f64 = 0.08;

/// From this score on the question is put in the entry's own words, and needs no lead.
const OWN_WORDS: f64 = 0.95;

/// Score factor for entries that are only claims, not questions that people ask.
const CLAIM_FACTOR: f64 = 0.9;

const MAX_ALTERNATIVES: usize = 4;

/// The weight of an everyday word, relative to a technical word that is as rare here.
const COMMON_WORD_FACTOR: f64 = 0.35;

/// The weight of an unknown word, relative to the rarest known one.
const UNKNOWN_WORD_FACTOR: f64 = 0.7;

/// The share of a score that the most similar phrasing decides. The entry's coverage of the question, its answer included, decides the
/// rest and counts less, because an answer also contains much that was not asked.
const PHRASING_SHARE: f64 = 0.6;

/// A matching entry, by its position in the index, with a score from 0 to 1, where 1 is the same question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuestionMatch {
    entry: usize,
    pub score: f64,
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchResult {
    /// The answer; `None` if no entry reaches the minimum score.
    pub best: Option<QuestionMatch>,
    /// Other entries that may be meant, best first. Without an answer they are only similar to the question.
    pub alternatives: Vec<QuestionMatch>,
    /// The highest score of all entries, even if it is too low for an answer.
    pub score: f64,
    /// True if the question had a word with a weight, so that there was something to search for.
    pub has_terms: bool,
}

impl SearchResult {
    /// All matches, the best first.
    pub fn all(&self) -> impl Iterator<Item = QuestionMatch> {
        self.best.into_iter().chain(self.alternatives.iter().copied())
    }
}

/// One phrasing of an entry's question, with the total weight of its terms.
#[derive(Debug)]
struct Phrasing<'a> {
    terms: &'a [Term],
    weight: f64,
}

#[derive(Debug)]
struct IndexedEntry<'a> {
    phrasings: Vec<Phrasing<'a>>,
    /// The terms of all phrasings; sorted.
    asked: Vec<Term>,
    /// All terms of the entry, its answer's included; sorted.
    terms: &'a [Term],
    /// The factor of its score.
    factor: f64,
}

impl<'a> IndexedEntry<'a> {
    fn new(phrasings: &'a [Vec<Term>], terms: &'a [Term], standing: f64, weights: &[f64]) -> Self {
        let weight = |terms: &[Term]| terms.iter().filter_map(|term| weights.get(*term)).sum();
        let mut asked = phrasings.concat();
        asked.sort_unstable();
        asked.dedup();
        let phrasings = phrasings.iter().map(|terms| Phrasing { terms, weight: weight(terms) }).collect();
        Self { phrasings, asked, terms, factor: standing }
    }
}

/// The search index over all entries.
pub struct QuestionIndex<'a> {
    catalog: &'a Catalog,
    entries: Vec<QuestionEntry<'a>>,
    indexed: Vec<IndexedEntry<'a>>,
    /// Off-topic questions: if one scores higher than every entry, there is no answer.
    off_topic: Vec<IndexedEntry<'a>>,
    lexicon: &'a Lexicon<'a>,
    /// The weight of each term: the rarer, the higher.
    weights: Vec<f64>,
    /// The weight of an unknown word.
    unknown_weight: f64,
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
        let (entries, found): (Vec<_>, Vec<_>) =
            prepared.entries.iter().filter_map(|found| Some((found.entry(&claims)?, found))).unzip();
        let weights = term_weights(prepared);
        let standing = |entry: &QuestionEntry| if entry.is_asked { 1.0 } else { CLAIM_FACTOR };
        let indexed = std::iter::zip(&entries, found)
            .map(|(entry, found)| IndexedEntry::new(&found.phrasings, &found.terms, standing(entry), &weights))
            .collect();
        let elsewhere =
            prepared.off_topic.iter().map(|terms| IndexedEntry::new(slice::from_ref(terms), terms, 1.0, &weights)).collect();
        let unknown = UNKNOWN_WORD_FACTOR * rarity(entries.len(), 1);
        Self { catalog, entries, indexed, off_topic: elsewhere, lexicon: &prepared.lexicon, weights, unknown_weight: unknown }
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
        let heard = self.lexicon.parse_query(question);
        let whole: f64 = heard.iter().map(|heard| self.weight(heard)).sum();
        if whole <= 0.0 {
            return SearchResult::default();
        }
        let scores = self.indexed.iter().map(|entry| self.score(entry, &heard, whole)).enumerate();
        let mut found: Vec<QuestionMatch> = scores.map(|(entry, score)| QuestionMatch { entry, score }).collect();
        // The sort is stable: of equal scores the earlier entry comes first, and questions come before mere claims.
        found.sort_by(|one, other| other.score.total_cmp(&one.score));
        let score = found.first().map(|found| found.score).unwrap_or_default();
        let is_elsewhere = || self.off_topic.iter().any(|entry| self.score(entry, &heard, whole) >= score);
        let second = found.get(1).map(|found| found.score).unwrap_or_default();
        let fits = score >= MIN_ANSWER_SCORE && (score >= OWN_WORDS || score - second >= LEAD) && !is_elsewhere();
        let (best, rest) = found.split_at(usize::from(fits).min(found.len()));
        let beside = |found: &&QuestionMatch| found.score >= MIN_ALTERNATIVE_SCORE.max(score * MIN_ALTERNATIVE_RATIO);
        let alternatives = rest.iter().take_while(beside).take(MAX_ALTERNATIVES).copied().collect();
        SearchResult { best: best.first().copied(), alternatives, score, has_terms: true }
    }

    fn weight(&self, heard: &QueryTerm) -> f64 {
        heard.term.map_or(self.unknown_weight, |term| self.weights.get(term).copied().unwrap_or_default())
    }

    /// Scores an entry. A phrasing counts by its Dice coefficient, the weight of the shared terms compared with the weight of both, and
    /// the entry as a whole by the share of the question's weight that it contains.
    fn score(&self, entry: &IndexedEntry<'_>, heard: &[QueryTerm], whole: f64) -> f64 {
        let shared = |terms: &[Term]| -> f64 {
            let known = heard.iter().filter(|heard| heard.term.is_some_and(|term| terms.binary_search(&term).is_ok()));
            known.map(|heard| self.weight(heard) * heard.certainty).sum()
        };
        let covered = shared(&entry.asked);
        // Most entries share nothing with a question.
        let phrasings = if covered > 0.0 { &*entry.phrasings } else { &[] };
        let spoken_of = shared(entry.terms) / whole;
        let is_known = |heard: &&QueryTerm| heard.term.is_some_and(|term| entry.terms.binary_search(&term).is_ok());
        let in_common: usize = heard.iter().filter(is_known).map(|heard| heard.words).sum();
        // One word in common is an accident, unless it is nearly all that a phrasing says. A question of which too little is covered,
        // or only everyday talk, or which names something else, means something else.
        let is_asked = |term: Term| entry.asked.binary_search(&term).is_ok();
        let is_of_the_trade =
            |heard: &QueryTerm| heard.term.is_some_and(|term| self.lexicon.is_significant(term) && is_asked(term));
        let is_foreign = |heard: &QueryTerm| heard.term.is_some_and(|term| self.lexicon.is_foreign(term) && !is_asked(term));
        let likeness = |phrasing: &Phrasing<'_>| 2.0 * shared(phrasing.terms) / (whole + phrasing.weight);
        let nearest = phrasings.iter().map(likeness).fold(0.0, f64::max);
        let is_accident = (in_common < 2 && nearest < NEARLY_THE_SAME)
            || covered < COVERED * whole
            || !heard.iter().any(is_of_the_trade)
            || heard.iter().any(is_foreign);
        let score = entry.factor * (PHRASING_SHARE * nearest + (1.0 - PHRASING_SHARE) * spoken_of);
        round_score(if is_accident { score.min(MIN_ANSWER_SCORE - 0.01) } else { score })
    }
}

/// Rounds to two digits: more would be false precision and would differ between machines.
fn round_score(score: f64) -> f64 {
    (score * 100.0).round() / 100.0
}

fn term_weights(prepared: &PreparedQuestions<'_>) -> Vec<f64> {
    let mut speak_of_it = vec![0_usize; prepared.lexicon.stems.len()];
    for term in prepared.entries.iter().flat_map(|entry| &entry.terms) {
        if let Some(count) = speak_of_it.get_mut(*term) {
            *count += 1;
        }
    }
    // The weight depends only on the count, so it is computed once for each count.
    let rarities: Vec<f64> = (0..=prepared.entries.len()).map(|count| rarity(prepared.entries.len(), count.max(1))).collect();
    let weight = |count: usize| rarities.get(count).copied().unwrap_or_default();
    let mut weights: Vec<f64> = speak_of_it.into_iter().map(weight).collect();
    for term in &prepared.lexicon.common {
        if let Some(weight) = weights.get_mut(*term) {
            *weight *= COMMON_WORD_FACTOR;
        }
    }
    weights
}

/// The inverse document frequency of a term that `count` of all entries contain.
#[expect(clippy::cast_precision_loss, reason = "a few hundred entries")]
fn rarity(entries: usize, count: usize) -> f64 {
    (1.0 + entries as f64 / count as f64).ln()
}
