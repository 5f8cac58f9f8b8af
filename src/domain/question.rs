//! Finds the claim that answers a question in a person's own words, and the path it belongs to. It is pure and works offline.
//!
//! A question is read as a set of terms: stems of its words, mistyped words corrected, words of one meaning made one, words that
//! tell nothing left out. Each [`Entry`] is held against it: by the way of putting it that comes nearest, and by how much of the
//! question the entry speaks of at all. Rare terms count more than frequent ones, and a word that nothing here knows counts
//! against every entry. What does not come near enough, or hardly nearer than something else, is no answer, and is not passed off
//! as one.

mod entries;
mod faults;
mod file;
mod hearing;
pub mod json;
mod learner;
mod lexicon;
mod meanings;
mod prepared;
mod spelling;
mod words;

pub use entries::Entry;
pub use file::Questions;
pub use prepared::Prepared;

use super::catalog::{Branch, Catalog, PathId};
use lexicon::Lexicon;
use meanings::{Heard, Term};
use std::slice;
use std::sync::LazyLock;

/// The path to start with if no entry fits: the default of the decision tree.
pub const DEFAULT: PathId = PathId::Cli;

/// The rule of the default branch in the decision tree.
const DEFAULT_RULE: &str = "default";

/// From this score on an entry answers the question.
pub const ENOUGH: f64 = 0.56;

/// Minimum score of an alternative.
const RELATED: f64 = 0.3;

/// Minimum score of an alternative as a share of the best score.
const BESIDE: f64 = 0.55;

/// From this likeness on, one word in common with a phrasing is no accident.
const NEARLY_THE_SAME: f64 = 0.8;

/// The least share of a question, by weight, that the phrasings of its answer have to cover.
const COVERED: f64 = 0.5;

/// The least lead over the second best entry. With less, the question may as well mean the other one.
const LEAD: f64 = 0.08;

/// From this score on the question is put in the entry's own words, and needs no lead.
const OWN_WORDS: f64 = 0.95;

/// Score factor for entries that are only claims, not questions that people ask.
const ONLY_STATED: f64 = 0.9;

const MOST_ALTERNATIVES: usize = 4;

/// How much a word of everyday talk counts, beside one of the trade that is as rare here.
const COMMON: f64 = 0.35;

/// How much a word that nothing here knows counts, beside the rarest that is known.
const UNKNOWN: f64 = 0.7;

/// The share of a score that the most similar phrasing decides. The entry's coverage of the question, its answer included, decides the
/// rest and counts less, because an answer also contains much that was not asked.
const BY_PHRASING: f64 = 0.6;

/// A matching entry, by its position in the index, with a score from 0 to 1, where 1 is the same question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    entry: usize,
    pub score: f64,
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The answer; `None` if no entry reaches the minimum score.
    pub best: Option<Found>,
    /// Other entries that may be meant, best first. Without an answer they are only similar to the question.
    pub alternatives: Vec<Found>,
    /// The highest score of all entries, even if it is too low for an answer.
    pub score: f64,
    /// True if the question had a word with a weight, so that there was something to search for.
    pub says_something: bool,
}

impl Answer {
    /// All matches, the best first.
    pub fn all(&self) -> impl Iterator<Item = Found> {
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
struct Indexed<'a> {
    phrasings: Vec<Phrasing<'a>>,
    /// The terms of all phrasings; sorted.
    asked: Vec<Term>,
    /// All terms of the entry, its answer's included; sorted.
    terms: &'a [Term],
    /// The factor of its score.
    standing: f64,
}

impl<'a> Indexed<'a> {
    fn of(phrasings: &'a [Vec<Term>], terms: &'a [Term], standing: f64, weights: &[f64]) -> Self {
        let weight = |terms: &[Term]| terms.iter().filter_map(|term| weights.get(*term)).sum();
        let mut asked = phrasings.concat();
        asked.sort_unstable();
        asked.dedup();
        let phrasings = phrasings.iter().map(|terms| Phrasing { terms, weight: weight(terms) }).collect();
        Self { phrasings, asked, terms, standing }
    }
}

/// The search index over all entries.
pub struct Index<'a> {
    catalog: &'a Catalog,
    entries: Vec<Entry<'a>>,
    indexed: Vec<Indexed<'a>>,
    /// Off-topic questions: if one scores higher than every entry, there is no answer.
    elsewhere: Vec<Indexed<'a>>,
    lexicon: &'a Lexicon<'a>,
    /// The weight of each term: the rarer, the higher.
    weights: Vec<f64>,
    /// The weight of an unknown word.
    unknown: f64,
}

/// The build script generates it from the catalog and `assets/questions.toml`.
const PREPARED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/prepared.postcard"));

static SHIPPED_PREPARED: LazyLock<Result<Prepared<'static>, String>> =
    LazyLock::new(|| postcard::from_bytes(PREPARED).map_err(|error| error.to_string()));

static SHIPPED: LazyLock<Result<Index<'static>, &'static str>> =
    LazyLock::new(|| Ok(Index::new(Catalog::shipped()?, Prepared::shipped()?)));

impl Prepared<'static> {
    /// The prepared entries embedded in this binary. A test checks that they parse.
    pub fn shipped() -> Result<&'static Self, &'static str> {
        SHIPPED_PREPARED.as_ref().map_err(String::as_str)
    }
}

impl Index<'static> {
    /// The index of the embedded content. It is built at the first use, not at the start of the program.
    pub fn shipped() -> Result<&'static Self, &'static str> {
        SHIPPED.as_ref().map_err(|fault| *fault)
    }
}

impl<'a> Index<'a> {
    /// Builds the index from the entries that were prepared from this catalog.
    pub fn new(catalog: &'a Catalog, prepared: &'a Prepared<'a>) -> Self {
        let claims = catalog.claims();
        let (entries, found): (Vec<_>, Vec<_>) =
            prepared.entries.iter().filter_map(|found| Some((found.entry(&claims)?, found))).unzip();
        let weights = weigh(prepared);
        let standing = |entry: &Entry| if entry.is_asked { 1.0 } else { ONLY_STATED };
        let indexed = std::iter::zip(&entries, found)
            .map(|(entry, found)| Indexed::of(&found.phrasings, &found.terms, standing(entry), &weights))
            .collect();
        let elsewhere = prepared.elsewhere.iter().map(|terms| Indexed::of(slice::from_ref(terms), terms, 1.0, &weights)).collect();
        let unknown = UNKNOWN * rarity(entries.len(), 1);
        Self { catalog, entries, indexed, elsewhere, lexicon: &prepared.lexicon, weights, unknown }
    }

    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// The matching entry; `None` if the match is from another index.
    pub fn entry(&self, found: Found) -> Option<&Entry<'a>> {
        self.entries.get(found.entry)
    }

    /// The branch of the decision tree that applies if no other does.
    pub fn default_branch(&self) -> Option<&'a Branch> {
        self.catalog.decision_tree.iter().find(|branch| branch.rule == DEFAULT_RULE)
    }

    pub fn ask(&self, question: &str) -> Answer {
        let heard = self.lexicon.read(question);
        let whole: f64 = heard.iter().map(|heard| self.weight(heard)).sum();
        if whole <= 0.0 {
            return Answer::default();
        }
        let scores = self.indexed.iter().map(|entry| self.score(entry, &heard, whole)).enumerate();
        let mut found: Vec<Found> = scores.map(|(entry, score)| Found { entry, score }).collect();
        // The sort is stable: of equal scores the earlier entry comes first, and questions come before mere claims.
        found.sort_by(|one, other| other.score.total_cmp(&one.score));
        let score = found.first().map(|found| found.score).unwrap_or_default();
        let is_elsewhere = || self.elsewhere.iter().any(|entry| self.score(entry, &heard, whole) >= score);
        let second = found.get(1).map(|found| found.score).unwrap_or_default();
        let fits = score >= ENOUGH && (score >= OWN_WORDS || score - second >= LEAD) && !is_elsewhere();
        let (best, rest) = found.split_at(usize::from(fits).min(found.len()));
        let beside = |found: &&Found| found.score >= RELATED.max(score * BESIDE);
        let alternatives = rest.iter().take_while(beside).take(MOST_ALTERNATIVES).copied().collect();
        Answer { best: best.first().copied(), alternatives, score, says_something: true }
    }

    fn weight(&self, heard: &Heard) -> f64 {
        heard.term.map_or(self.unknown, |term| self.weights.get(term).copied().unwrap_or_default())
    }

    /// Scores an entry. A phrasing counts by its Dice coefficient, the weight of the shared terms compared with the weight of both, and
    /// the entry as a whole by the share of the question's weight that it contains.
    fn score(&self, entry: &Indexed<'_>, heard: &[Heard], whole: f64) -> f64 {
        let shared = |terms: &[Term]| -> f64 {
            let known = heard.iter().filter(|heard| heard.term.is_some_and(|term| terms.binary_search(&term).is_ok()));
            known.map(|heard| self.weight(heard) * heard.certainty).sum()
        };
        let covered = shared(&entry.asked);
        // Most entries share nothing with a question.
        let phrasings = if covered > 0.0 { &*entry.phrasings } else { &[] };
        let spoken_of = shared(entry.terms) / whole;
        let is_known = |heard: &&Heard| heard.term.is_some_and(|term| entry.terms.binary_search(&term).is_ok());
        let in_common: usize = heard.iter().filter(is_known).map(|heard| heard.words).sum();
        // One word in common is an accident, unless it is nearly all that a phrasing says. A question of which too little is covered,
        // or only everyday talk, or which names something else, means something else.
        let is_asked = |term: Term| entry.asked.binary_search(&term).is_ok();
        let is_of_the_trade = |heard: &Heard| heard.term.is_some_and(|term| self.lexicon.is_telling(term) && is_asked(term));
        let is_foreign = |heard: &Heard| heard.term.is_some_and(|term| self.lexicon.is_foreign(term) && !is_asked(term));
        let likeness = |phrasing: &Phrasing<'_>| 2.0 * shared(phrasing.terms) / (whole + phrasing.weight);
        let nearest = phrasings.iter().map(likeness).fold(0.0, f64::max);
        let is_accident = (in_common < 2 && nearest < NEARLY_THE_SAME)
            || covered < COVERED * whole
            || !heard.iter().any(is_of_the_trade)
            || heard.iter().any(is_foreign);
        let score = entry.standing * (BY_PHRASING * nearest + (1.0 - BY_PHRASING) * spoken_of);
        rounded(if is_accident { score.min(ENOUGH - 0.01) } else { score })
    }
}

/// Rounds to two digits: more would be false precision and would differ between machines.
fn rounded(score: f64) -> f64 {
    (score * 100.0).round() / 100.0
}

fn weigh(prepared: &Prepared<'_>) -> Vec<f64> {
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
            *weight *= COMMON;
        }
    }
    weights
}

/// The inverse document frequency of a term that `count` of all entries contain.
#[expect(clippy::cast_precision_loss, reason = "a few hundred entries")]
fn rarity(entries: usize, count: usize) -> f64 {
    (1.0 + entries as f64 / count as f64).ln()
}
