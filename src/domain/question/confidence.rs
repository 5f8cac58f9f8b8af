//! Estimates the probability that the best entry answers the question.
//!
//! It is a logistic regression over what tells a right answer from a wrong one: how well the best entry fits, its lead over the second,
//! how much of the question it covers, how near the question is to one that is not answered here, and whose names it has. Its
//! coefficients were fitted to phrasings that were left out of the index, and to off-topic questions; `docs/testing.md` says how, and
//! `tests/it/question.rs` measures what comes of it.

use super::lexicon::Lexicon;
use super::score::{EntryScore, OWN_WORDS, Query};
use serde::Serialize;

/// How sure the search is of its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It is likely that the best entry answers the question.
    Sure,
    /// The nearest entries may answer it.
    Unsure,
    /// Nothing fits.
    #[default]
    None,
}

/// From this probability on the best entry is given as the answer.
const SURE: f64 = 0.57;

/// From this probability on the nearest entries are offered.
const UNSURE: f64 = 0.12;

impl Confidence {
    pub(super) fn of(probability: f64) -> Self {
        match probability {
            sure if sure >= SURE => Self::Sure,
            unsure if unsure >= UNSURE => Self::Unsure,
            _ => Self::None,
        }
    }
}

/// Returns the probability that the first of the sorted scores is the answer. `off_topic` is the likeness to the most similar off-topic
/// question.
pub(super) fn probability(scores: &[EntryScore], off_topic: f64, query: &Query, lexicon: &Lexicon<'_>) -> f64 {
    let (Some(best), Some(features)) = (scores.first(), features(scores, off_topic, query, lexicon)) else { return 0.0 };
    if off_topic >= OWN_WORDS && off_topic > best.likeness {
        return 0.0;
    }
    let logit = INTERCEPT + std::iter::zip(features, COEFFICIENTS).map(|(feature, coefficient)| feature * coefficient).sum::<f64>();
    let probability = 1.0 / (1.0 + (-logit).exp());
    // One word in common is an accident, unless it is nearly all that a phrasing says; so are everyday words.
    let is_accident = query.terms().count() == 1 && best.likeness.max(best.error) < NEARLY_THE_SAME
        || !query.terms().any(|term| lexicon.is_significant(term));
    if is_accident { probability.min(ACCIDENT_PROBABILITY) } else { probability }
}

/// The features of the regression, in the order of [`COEFFICIENTS`].
pub(super) fn features(scores: &[EntryScore], off_topic: f64, query: &Query, lexicon: &Lexicon<'_>) -> Option<[f64; 12]> {
    let best = scores.first()?;
    let lead = best.total - scores.get(1).map_or(0.0, |second| second.total);
    let all: f64 = scores.iter().map(|score| (score.total - best.total).exp()).sum();
    let is_foreign = !best.has_foreign && query.terms().any(|term| lexicon.is_foreign(term));
    let names_notion = lexicon.stem(OUR_NAME).is_some_and(|name| query.has_word(name));
    let is_own_words = best.likeness >= OWN_WORDS && lead >= OWN_WORDS_LEAD;
    Some([
        best.total,
        lead,
        1.0 / all,
        best.likeness.max(best.error),
        best.coverage,
        off_topic,
        query.log_length(),
        f64::from(u8::from(is_own_words)),
        f64::from(u8::from(is_foreign && names_notion)),
        f64::from(u8::from(is_foreign && !names_notion)),
        f64::from(u8::from(names_notion)),
        f64::from(u8::from(best.is_claim)),
    ])
}

const INTERCEPT: f64 = -6.41;
const COEFFICIENTS: [f64; 12] = [0.19, 0.26, 1.21, 0.74, 3.4, -2.46, 1.36, 2.0, -1.16, -1.74, 0.19, -3.0];

/// A question that names it is hardly about something else, whatever other names are in it.
const OUR_NAME: &str = "notion";

/// The question has the same terms as a phrasing of this entry, and as none of another's.
const OWN_WORDS_LEAD: f64 = 0.5;

const NEARLY_THE_SAME: f64 = 0.8;
const ACCIDENT_PROBABILITY: f64 = 0.5;
