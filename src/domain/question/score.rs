//! Compares one entry with a question, in four ways that add up:
//!
//! * Evidence: naive Bayes over terms. A term counts as the logarithm of how much more frequent it is in the entry's phrasings than in
//!   all. Terms that say nothing about the entry hardly count, so a long question is not diluted. A term that is missing counts against
//!   the entry if most of its phrasings have it: what doesn't mention MCP is hardly about MCP.
//! * Pairs of words: the same for neighbouring words, small ones included, which say what kind of question it is (`pairs.rs`).
//! * Likeness: the Dice coefficient with the most similar phrasing, weighted by rarity.
//! * Error text: the longest run of an error text's words in the question, in their order. The sentence around it doesn't matter.

use super::QuestionMatch;
use super::lexicon::Lexicon;
use super::prepared::{EntryTerms, PreparedQuestions};
use super::synonyms::{QueryTerm, Term};
use libm::{exp, log, log1p};

const EVIDENCE: f64 = 0.6;
const PAIRS: f64 = 0.3;
const ABSENCE: f64 = 0.5;
const LIKENESS: f64 = 3.0;
const COVERAGE: f64 = 1.0;
const ERROR: f64 = 6.0;

/// Subtracted from entries that are only claims, not questions that people ask.
const CLAIM_PENALTY: f64 = 4.0;

/// Added to an entry one of whose phrasings has the same terms as the question.
const PHRASING_BONUS: f64 = 6.0;

/// The number of entries that are compared with their single phrasings.
const COMPARED: usize = 12;

/// The difference of scores that makes an alternative e times less likely.
const ALTERNATIVE_SCALE: f64 = 3.0;

/// Minimum likeness at which the question counts as worded like a phrasing, with at most one typo.
pub(super) const MIN_PHRASING_LIKENESS: f64 = 0.94;

/// The number of imagined phrasings with average terms that each entry starts from.
const SMOOTHING: f64 = 2.0;

/// The weight of a term of the answer or of a hint, relative to one of a phrasing.
const ANSWER_SHARE: f64 = 0.7;

/// The count at which a term counts by half: a rare one in a single phrasing is just as often a coincidence.
const UNRELIABLE_COUNT: f64 = 0.4;

/// The lowest evidence of one term: one word too many refutes no entry.
const MIN_EVIDENCE: f64 = -1.0;

/// The highest share of phrasings that a missing term counts for: none is indispensable.
const MAX_TYPICAL_SHARE: f64 = 0.95;

/// The weight of an everyday word, relative to a technical word that is as rare here.
const COMMON_WORD_FACTOR: f64 = 0.35;

/// The weight of a stop word within an error text, relative to a technical word that is as rare here.
const STOP_WORD_FACTOR: f64 = 0.15;

/// The weight of an unknown word, relative to the rarest known one.
const UNKNOWN_WORD_FACTOR: f64 = 0.7;

/// The least share of an error text, by weight, that has to be in the question.
const MIN_ERROR_SHARE: f64 = 0.8;

/// A run of words with at least this weight counts in full.
const FULL_RUN_WEIGHT: f64 = 5.0;

/// The weights of all terms.
pub(super) struct TermWeights {
    /// The weight, which is higher for terms that are rarer among the entries.
    rarity: Vec<f64>,
    /// The factor of everyday words.
    factor: Vec<f64>,
    /// The frequency among all phrasings.
    frequency: Vec<f64>,
    /// The weight as a word of an error text.
    error_word: Vec<f64>,
    unknown: f64,
    /// The number of phrasings of each subject that is not answered here, and then of each entry that is asked.
    phrasings: Vec<usize>,
}

impl TermWeights {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand phrasings")]
    pub(super) fn new(prepared: &PreparedQuestions<'_>) -> Self {
        let terms = prepared.lexicon.stems.len();
        let mut factor = vec![1.0; terms];
        for term in &prepared.lexicon.common {
            if let Some(factor) = factor.get_mut(*term) {
                *factor = COMMON_WORD_FACTOR;
            }
        }
        let mut entries = vec![0_u16; terms];
        let mut phrasings = vec![0_u16; terms];
        let asked = prepared.entries.iter().map(|entry| &entry.terms).filter(|terms| terms.phrasings.len() > 1);
        let mut all = 0;
        let mut asked_entries = 0.0;
        for entry in asked.clone() {
            asked_entries += 1.0;
            for (term, _) in &entry.counts {
                add(&mut entries, *term, 1);
            }
        }
        for entry in asked.clone().chain(&prepared.elsewhere) {
            all += entry.phrasings.len();
            for (term, count) in &entry.counts {
                add(&mut phrasings, *term, *count);
            }
        }
        let rarity_of = |count: u16| log(1.0 + asked_entries / f64::from(count.max(1)));
        let rarity: Vec<f64> = std::iter::zip(&entries, &factor).map(|(count, factor)| rarity_of(*count) * factor).collect();
        let error_word = rarity
            .iter()
            .enumerate()
            .map(|(term, weight)| if prepared.lexicon.synonyms.is_stop_word(term) { weight * STOP_WORD_FACTOR } else { *weight });
        let frequency = phrasings.iter().map(|count| (f64::from(*count) + 0.5) / all as f64).collect();
        let unknown = UNKNOWN_WORD_FACTOR * rarity_of(1);
        let phrasings = prepared.elsewhere.iter().chain(asked).map(|entry| entry.phrasings.len());
        Self { error_word: error_word.collect(), rarity, factor, frequency, unknown, phrasings: phrasings.collect() }
    }

    fn rarity(&self, term: Term) -> f64 {
        self.rarity.get(term).copied().unwrap_or_default()
    }

    fn sum(&self, terms: &[Term]) -> f64 {
        terms.iter().map(|term| self.rarity(*term)).sum()
    }

    fn error_word(&self, term: Term) -> f64 {
        self.error_word.get(term).copied().unwrap_or_default()
    }
}

fn add(counts: &mut [u16], term: Term, count: u16) {
    if let Some(before) = counts.get_mut(term) {
        *before += count;
    }
}

/// A question, ready to be compared.
pub(super) struct Query {
    /// The known terms, sorted, each with its certainty.
    terms: Vec<(Term, f64)>,
    /// All words in their order, stop words included.
    stems: Vec<Option<Term>>,
    /// The weight of all terms, the unknown ones included.
    weight: f64,
}

impl Query {
    pub(super) fn new(query: &[QueryTerm], stems: Vec<Option<Term>>, weights: &TermWeights) -> Self {
        let unknown: f64 = query.iter().filter(|term| term.term.is_none()).map(|_| weights.unknown).sum();
        let mut terms: Vec<(Term, f64)> = query.iter().filter_map(|term| Some((term.term?, term.certainty))).collect();
        terms.sort_unstable_by_key(|(term, _)| *term);
        terms.dedup_by_key(|(term, _)| *term);
        let known: f64 = terms.iter().map(|(term, _)| weights.rarity(*term)).sum();
        Self { terms, stems, weight: known + unknown }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.weight <= 0.0
    }

    /// The logarithm of the number of known terms.
    #[expect(clippy::cast_precision_loss, reason = "at most a few hundred terms")]
    pub(super) fn log_length(&self) -> f64 {
        log1p(self.terms.len() as f64)
    }

    /// True if the stem is among the words of the question, stop words included.
    pub(super) fn has_word(&self, stem: Term) -> bool {
        self.stems.contains(&Some(stem))
    }

    pub(super) fn terms(&self) -> impl Iterator<Item = Term> {
        self.terms.iter().map(|(term, _)| *term)
    }

    /// Returns the scores of the entries, and those of the subjects that are not answered here, each sorted, the best first.
    pub(super) fn scores(&self, prepared: &PreparedQuestions<'_>, weights: &TermWeights) -> (Vec<EntryScore>, Vec<EntryScore>) {
        let mut pairs = prepared.pairs.evidence(&self.stems, &weights.phrasings);
        let pairs_of_entries = pairs.split_off(prepared.elsewhere.len().min(pairs.len()));
        // Mere claims, which come last, have no pairs.
        let pairs_of_entries = pairs_of_entries.into_iter().chain(std::iter::repeat(0.0));
        let entries = prepared.entries.iter().map(|entry| &entry.terms).zip(pairs_of_entries);
        let elsewhere = prepared.elsewhere.iter().zip(pairs);
        (self.sorted(entries, weights, &prepared.lexicon), self.sorted(elsewhere, weights, &prepared.lexicon))
    }

    /// Scores each entry, and compares the best ones with their single phrasings, which takes longer than all the rest.
    fn sorted<'a>(
        &self,
        entries: impl Iterator<Item = (&'a EntryTerms, f64)>,
        weights: &TermWeights,
        lexicon: &Lexicon<'_>,
    ) -> Vec<EntryScore> {
        let entries: Vec<(&EntryTerms, f64)> = entries.collect();
        let scores = entries.iter().enumerate().map(|(at, (entry, pairs))| self.score(at, entry, *pairs, 0.0, weights, lexicon));
        let mut scores: Vec<EntryScore> = scores.collect();
        sort(&mut scores);
        for score in scores.iter_mut().take(COMPARED) {
            if let Some((entry, pairs)) = entries.get(score.entry) {
                let likeness = entry.phrasings.iter().map(|phrasing| self.likeness(phrasing, weights)).fold(0.0, f64::max);
                *score = self.score(score.entry, entry, *pairs, likeness, weights, lexicon);
            }
        }
        sort(&mut scores);
        scores
    }

    fn score(
        &self,
        at: usize,
        entry: &EntryTerms,
        pairs: f64,
        likeness: f64,
        weights: &TermWeights,
        lexicon: &Lexicon<'_>,
    ) -> EntryScore {
        let (evidence, coverage) = self.evidence(entry, weights);
        let error = entry.errors.iter().map(|error| self.error_share(error, weights)).fold(0.0, f64::max);
        let is_claim = entry.phrasings.len() == 1;
        let bonus = if likeness >= MIN_PHRASING_LIKENESS { PHRASING_BONUS } else { 0.0 };
        let absence = if likeness >= MIN_PHRASING_LIKENESS { 0.0 } else { ABSENCE * (1.0 - error) * self.absence(entry) };
        let penalty = if is_claim { CLAIM_PENALTY } else { 0.0 };
        let total = EVIDENCE * evidence
            + PAIRS * pairs
            + LIKENESS * likeness
            + COVERAGE * coverage
            + ERROR * error * error
            + bonus
            + absence
            - penalty;
        let has_foreign = self.terms().any(|term| lexicon.is_foreign(term) && entry.count(term) > 0);
        EntryScore { entry: at, total, bonus, likeness, coverage, error, has_foreign, is_claim }
    }

    /// Returns the evidence for the entry, and the share of the question's weight that the entry knows.
    fn evidence(&self, entry: &EntryTerms, weights: &TermWeights) -> (f64, f64) {
        #[expect(clippy::cast_precision_loss, reason = "a few dozen phrasings")]
        let phrasings = entry.phrasings.len() as f64;
        let (mut evidence, mut known) = (0.0, 0.0);
        for (term, certainty) in &self.terms {
            let answer = if entry.answer_has(*term) { ANSWER_SHARE } else { 0.0 };
            let count = f64::from(entry.count(*term)) + answer;
            let average = weights.frequency.get(*term).copied().unwrap_or(1.0);
            let ratio = (count + SMOOTHING * average) / ((phrasings + SMOOTHING) * average);
            let factor = weights.factor.get(*term).copied().unwrap_or(1.0);
            let reliability = if ratio > 1.0 { count / (count + UNRELIABLE_COUNT) } else { 1.0 };
            evidence += certainty * factor * reliability * log(ratio).max(MIN_EVIDENCE);
            if count > 0.0 {
                known += certainty * weights.rarity(*term);
            }
        }
        (evidence, known / self.weight)
    }

    /// Returns the evidence against the entry of the terms that are missing in the question.
    fn absence(&self, entry: &EntryTerms) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few dozen phrasings")]
        let phrasings = entry.phrasings.len() as f64;
        let missing = entry.typical.iter().filter(|typical| self.terms().all(|term| term != **typical));
        missing.map(|term| log(1.0 - (f64::from(entry.count(*term)) / phrasings).min(MAX_TYPICAL_SHARE))).sum()
    }

    /// Returns the Dice coefficient: twice the weight of the shared terms, compared with the weight of both texts.
    fn likeness(&self, phrasing: &[Term], weights: &TermWeights) -> f64 {
        let shared = self.terms.iter().filter(|(term, _)| phrasing.binary_search(term).is_ok());
        let shared: f64 = shared.map(|(term, certainty)| certainty * weights.rarity(*term)).sum();
        if shared > 0.0 { 2.0 * shared / (self.weight + weights.sum(phrasing)) } else { 0.0 }
    }

    /// Returns how much of an error text is in the question, from 0 to 1. A short run of frequent words counts less.
    fn error_share(&self, error: &[Term], weights: &TermWeights) -> f64 {
        let whole: f64 = error.iter().map(|term| weights.error_word(*term)).sum();
        let mut best = 0.0_f64;
        for start in 0..error.len() {
            for at in 0..self.stems.len() {
                let run = std::iter::zip(error.iter().skip(start), self.stems.iter().skip(at));
                let run = run.take_while(|(wanted, stem)| **stem == Some(**wanted)).map(|(term, _)| weights.error_word(*term));
                let (words, weight) = run.fold((0, 0.0), |(words, sum), weight| (words + 1, sum + weight));
                // One word of several is a coincidence.
                if words >= error.len().min(2) {
                    best = best.max(weight);
                }
            }
        }
        if whole > 0.0 && best >= MIN_ERROR_SHARE * whole { best / whole * (best / FULL_RUN_WEIGHT).min(1.0) } else { 0.0 }
    }
}

/// The sort is stable: of equal scores the earlier entry comes first, and questions come before mere claims.
fn sort(scores: &mut [EntryScore]) {
    scores.sort_by(|one, other| other.total.total_cmp(&one.total));
}

/// The result of one comparison.
pub(super) struct EntryScore {
    entry: usize,
    pub total: f64,
    /// The part of the total that is for the same words.
    bonus: f64,
    pub likeness: f64,
    pub coverage: f64,
    pub error: f64,
    /// True if the question names another product, and the entry names it too.
    pub has_foreign: bool,
    /// True for a mere claim of the catalog.
    pub is_claim: bool,
}

impl EntryScore {
    /// Returns the match, with its share of the best one's probability. The bonus of a best one in its own words
    /// counts by half: it says that this is the answer, and less that the others are of no interest.
    pub(super) fn as_match(&self, probability: f64, best: Option<&Self>) -> QuestionMatch {
        let ratio = best.map_or(1.0, |best| exp((self.total - best.total + best.bonus / 2.0) / ALTERNATIVE_SCALE).min(1.0));
        QuestionMatch { entry: self.entry, score: round_score(probability * ratio) }
    }
}

/// Rounds to two digits: more would be false precision and would differ between machines.
fn round_score(score: f64) -> f64 {
    (score * 100.0).round() / 100.0
}
