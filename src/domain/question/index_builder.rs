//! Parses the content's texts into terms, and builds the lexicon from them.

use super::file::QuestionsToml;
use super::lexicon::{Lexicon, LexiconWord};
use super::synonyms::{QueryTerm, SynonymTable, Term};
use super::words::{names, stem, words};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub(super) struct IndexBuilder {
    stems: BTreeMap<String, Term>,
    /// Every word of the texts, with its stem.
    words: BTreeMap<String, Term>,
    common: BTreeSet<Term>,
    foreign: BTreeSet<Term>,
    english: BTreeSet<String>,
    synonyms: SynonymTable,
}

impl IndexBuilder {
    /// `frequent` are the stems that get the lowest numbers, which take the fewest bytes.
    pub(super) fn new(questions: &QuestionsToml, frequent: impl IntoIterator<Item = String>) -> Self {
        let stems = frequent.into_iter().zip(0..).collect();
        let mut builder = Self { stems, ..Self::default() };
        for word in &questions.stop {
            let term = builder.term(word);
            builder.synonyms.add_stop_word(term);
        }
        builder.common = questions.common.iter().map(|word| builder.term(word)).collect();
        builder.foreign = questions.foreign.iter().map(|word| builder.term(word)).collect();
        builder.english = questions.english.iter().cloned().collect();
        for group in &questions.synonyms {
            let means = builder.terms(&group.means);
            let ways = group.words.iter().map(|phrase| builder.terms(phrase)).collect();
            builder.synonyms.add_group(means, ways);
        }
        builder
    }

    /// The terms of a text, sorted.
    pub(super) fn add_text(&mut self, text: &str) -> Vec<Term> {
        let query: Vec<QueryTerm> = self.terms(text).into_iter().map(QueryTerm::exact).collect();
        let mut terms: BTreeSet<Term> = self.synonyms.expand(&query).iter().filter_map(|term| term.term).collect();
        terms.extend(names(text).map(|name| self.term(&name)));
        terms.into_iter().collect()
    }

    /// Returns the lexicon, once all texts were added.
    pub(super) fn into_lexicon(self) -> Lexicon<'static> {
        let sorted = |terms: BTreeMap<String, Term>| terms.into_iter().map(|(word, term)| LexiconWord(word.into(), term)).collect();
        Lexicon {
            stems: sorted(self.stems),
            words: sorted(self.words),
            common: self.common.into_iter().collect(),
            foreign: self.foreign.into_iter().collect(),
            english: self.english.into_iter().map(Cow::Owned).collect(),
            synonyms: self.synonyms,
        }
    }

    /// The stems, with their terms.
    pub(super) fn stems(&self) -> impl Iterator<Item = (&str, Term)> {
        self.stems.iter().map(|(stem, term)| (stem.as_str(), *term))
    }

    /// Returns the stems of a text in their order, stop words included.
    pub(super) fn terms(&mut self, text: &str) -> Vec<Term> {
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
