//! Estimates the probability that the best entry answers the question.
//!
//! It is a logistic regression over what tells right answers from wrong: the lead of the best entry over the second, over all others,
//! and over the nearest subject that is not answered here; how much of the question it covers; and whose names the question has. Its
//! coefficients were fitted to phrasings and off-topic questions that were left out of the index; `docs/testing.md` says how, and
//! `tests/it/question.rs` measures the result.

use super::lexicon::Lexicon;
use super::score::{EntryScore, MIN_PHRASING_LIKENESS, Query};
use libm::exp;
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

/// Minimum probability for giving the best entry as the answer.
const SURE: f64 = 0.55;

/// Minimum probability for offering the nearest entries.
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

/// Returns the probability that the first of the sorted scores is the answer. `elsewhere` are the sorted scores of the subjects that are not
/// answered here.
pub(super) fn probability(scores: &[EntryScore], elsewhere: &[EntryScore], query: &Query, lexicon: &Lexicon<'_>) -> f64 {
    let Some(best) = scores.first() else { return 0.0 };
    if most_similar(elsewhere) >= MIN_PHRASING_LIKENESS && most_similar(elsewhere) > best.likeness {
        return 0.0;
    }
    let features = features(best, scores, elsewhere, query, lexicon);
    let logit = INTERCEPT + features.into_iter().map(|(coefficient, feature)| coefficient * feature).sum::<f64>();
    let probability = 1.0 / (1.0 + exp(-logit));
    // One word in common is a coincidence, unless it is nearly the whole phrasing; so are everyday words.
    let is_coincidence = query.terms().count() == 1 && best.likeness.max(best.error) < NEARLY_THE_SAME
        || !query.terms().any(|term| lexicon.is_significant(term));
    if is_coincidence { probability.min(COINCIDENCE_PROBABILITY) } else { probability }
}

/// The features of the regression, each with its coefficient.
fn features(
    best: &EntryScore,
    scores: &[EntryScore],
    elsewhere: &[EntryScore],
    query: &Query,
    lexicon: &Lexicon<'_>,
) -> [(f64, f64); 9] {
    let lead = best.total - scores.get(1).map_or(0.0, |second| second.total);
    let subject = elsewhere.first().map_or(0.0, |subject| subject.total);
    let all: f64 = scores.iter().chain(elsewhere).map(|score| exp(score.total - best.total)).sum();
    let is_foreign = !best.has_foreign && query.terms().any(|term| lexicon.is_foreign(term));
    let names_notion = lexicon.stem(OUR_NAME).is_some_and(|name| query.has_word(name));
    let flag = |is_set: bool| f64::from(u8::from(is_set));
    [
        (LEAD, lead),
        (SHARE, 1.0 / all),
        (COVERAGE, best.coverage),
        (SUBJECT, (best.total - subject).clamp(-MAX_SUBJECT_LEAD, MAX_SUBJECT_LEAD)),
        (LENGTH, query.log_length()),
        (SAME_WORDS, flag(best.likeness >= MIN_PHRASING_LIKENESS && lead >= PHRASING_LEAD)),
        (FOREIGN_BESIDE_NOTION, flag(is_foreign && names_notion)),
        (FOREIGN_ALONE, flag(is_foreign && !names_notion)),
        (CLAIM, flag(best.is_claim)),
    ]
}

/// Returns the likeness to the most similar off-topic question.
fn most_similar(elsewhere: &[EntryScore]) -> f64 {
    elsewhere.iter().map(|subject| subject.likeness).fold(0.0, f64::max)
}

/// A question that names it is hardly about something else, whatever other names are in it.
const OUR_NAME: &str = "notion";

const INTERCEPT: f64 = -2.36;
const LEAD: f64 = 0.1;
/// The best entry's share of the likelihood of all entries and subjects.
const SHARE: f64 = 2.35;
const COVERAGE: f64 = 1.61;
/// The lead of the best entry over the nearest subject that is not answered here.
const SUBJECT: f64 = 0.21;
const MAX_SUBJECT_LEAD: f64 = 8.0;
const LENGTH: f64 = -0.89;
/// The question has the same terms as a phrasing of this entry, and as no other entry's.
const SAME_WORDS: f64 = 2.0;
const PHRASING_LEAD: f64 = 0.5;
const FOREIGN_BESIDE_NOTION: f64 = -0.84;
const FOREIGN_ALONE: f64 = -1.54;
const CLAIM: f64 = -3.0;

const NEARLY_THE_SAME: f64 = 0.8;
const COINCIDENCE_PROBABILITY: f64 = 0.5;
