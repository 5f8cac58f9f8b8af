//! The lexicon: every word of the content's texts.

use super::synonyms::{SynonymTable, Term};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Every list is sorted for binary search.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Lexicon<'a> {
    #[serde(borrow)]
    pub stems: Vec<LexiconWord<'a>>,
    #[serde(borrow)]
    pub words: Vec<LexiconWord<'a>>,
    /// Everyday words.
    pub common: Vec<Term>,
    pub foreign: Vec<Term>,
    /// Words of others that are close to one of ours.
    #[serde(borrow)]
    pub english: Vec<Cow<'a, str>>,
    pub synonyms: SynonymTable,
}

/// A word or a stem, with the number of the stem.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct LexiconWord<'a>(#[serde(borrow)] pub Cow<'a, str>, pub Term);

impl Lexicon<'_> {
    pub(super) fn word(&self, word: &str) -> Option<Term> {
        find(&self.words, word)
    }

    /// True if the term is neither a stop word nor an everyday word.
    pub(super) fn is_significant(&self, term: Term) -> bool {
        !self.synonyms.is_stop_word(term) && self.common.binary_search(&term).is_err()
    }

    /// A word that is spelled as it was meant to be, though no text here has it.
    pub(super) fn is_english(&self, word: &str) -> bool {
        self.english.binary_search_by(|known| (**known).cmp(word)).is_ok()
    }

    pub(super) fn is_foreign(&self, term: Term) -> bool {
        self.foreign.binary_search(&term).is_ok()
    }

    pub(super) fn stem(&self, stem: &str) -> Option<Term> {
        find(&self.stems, stem)
    }
}

fn find(words: &[LexiconWord<'_>], wanted: &str) -> Option<Term> {
    let place = words.binary_search_by(|LexiconWord(word, _)| (**word).cmp(wanted)).ok()?;
    words.get(place).map(|LexiconWord(_, term)| *term)
}
