//! Parses the content's texts into terms, and builds the lexicon from them.

use super::file::Questions;
use super::lexicon::{Lexicon, Word};
use super::meanings::{Heard, Meanings, Term};
use super::words::{stem, words};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub(super) struct Learner {
    stems: BTreeMap<String, Term>,
    /// Every word of the texts, with its stem.
    words: BTreeMap<String, Term>,
    common: BTreeSet<Term>,
    foreign: BTreeSet<Term>,
    english: BTreeSet<String>,
    meanings: Meanings,
}

impl Learner {
    pub(super) fn new(questions: &Questions) -> Self {
        let mut learner = Self::default();
        for word in &questions.stop {
            let term = learner.term(word);
            learner.meanings.add_stop(term);
        }
        learner.common = questions.common.iter().map(|word| learner.term(word)).collect();
        learner.foreign = questions.foreign.iter().map(|word| learner.term(word)).collect();
        learner.english = questions.english.iter().cloned().collect();
        for group in &questions.synonyms {
            let means = learner.terms(&group.means);
            let ways = group.words.iter().map(|phrase| learner.terms(phrase)).collect();
            learner.meanings.add_group(means, ways);
        }
        learner
    }

    /// The terms of a text, sorted.
    pub(super) fn learn(&mut self, text: &str) -> Vec<Term> {
        let heard: Vec<Heard> = self.terms(text).into_iter().map(Heard::clearly).collect();
        let terms: BTreeSet<Term> = self.meanings.meant(&heard).iter().filter_map(|heard| heard.term).collect();
        terms.into_iter().collect()
    }

    /// Returns the lexicon, once all texts were added.
    pub(super) fn learned(self) -> Lexicon<'static> {
        let sorted = |terms: BTreeMap<String, Term>| terms.into_iter().map(|(word, term)| Word(word.into(), term)).collect();
        Lexicon {
            stems: sorted(self.stems),
            words: sorted(self.words),
            common: self.common.into_iter().collect(),
            foreign: self.foreign.into_iter().collect(),
            english: self.english.into_iter().map(Cow::Owned).collect(),
            meanings: self.meanings,
        }
    }

    fn terms(&mut self, text: &str) -> Vec<Term> {
        words(text).map(|word| self.term(&word)).collect()
    }

    fn term(&mut self, word: &str) -> Term {
        if let Some(term) = self.words.get(word) {
            return *term;
        }
        let next = self.stems.len();
        let term = *self.stems.entry(stem(word)).or_insert(next);
        self.words.insert(word.to_owned(), term);
        term
    }
}
