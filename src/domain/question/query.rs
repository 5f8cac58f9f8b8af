//! Parses a question into terms: it stems the words, corrects typos and replaces synonyms.

use super::lexicon::Lexicon;
use super::spelling;
use super::synonyms::{QueryTerm, Term};
use super::words::{names, stem, words};

/// Maximum length of a question in words; the rest is ignored.
const MAX_QUESTION_WORDS: usize = 160;

impl Lexicon<'_> {
    /// Returns the terms of a question, each once.
    pub(super) fn parse_query(&self, question: &str) -> Vec<QueryTerm> {
        let words: Vec<String> = words(question).take(MAX_QUESTION_WORDS).collect();
        let last = words.len().saturating_sub(1);
        let terms: Vec<QueryTerm> = words.iter().enumerate().map(|(at, word)| self.resolve_word(word, at == last)).collect();
        let names = names(question).filter_map(|name| self.known(&name)).map(QueryTerm::exact);
        let mut once: Vec<QueryTerm> = Vec::new();
        for term in self.synonyms.expand(&terms).into_iter().chain(names) {
            if term.term.is_none() || once.iter().all(|before| before.term != term.term) {
                once.push(term);
            }
        }
        once
    }

    /// Returns the stem of each word in its order, stop words included; `None` for a word that no text has.
    pub(super) fn stems_of(&self, question: &str) -> Vec<Option<Term>> {
        words(question).take(MAX_QUESTION_WORDS).map(|word| self.known(&word)).collect()
    }

    fn known(&self, word: &str) -> Option<Term> {
        self.word(word).or_else(|| self.stem(word)).or_else(|| self.stem(&stem(word)))
    }

    /// Resolves one word to a term. The last word may be incomplete while a person is typing.
    fn resolve_word(&self, word: &str, is_last: bool) -> QueryTerm {
        if let Some(term) = self.known(word) {
            return QueryTerm::exact(term);
        }
        if self.is_english(word) {
            return QueryTerm::UNKNOWN;
        }
        // A word that is still being typed is more likely an incomplete word than a mistake.
        let completed = if is_last { spelling::complete(&self.words, word) } else { None };
        let guess = completed.or_else(|| spelling::correct(&self.words, word, |term| self.is_significant(term)));
        guess.map_or(QueryTerm::UNKNOWN, |guess| QueryTerm { term: Some(guess.term), certainty: guess.certainty })
    }
}
