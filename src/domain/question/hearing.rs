//! Parses a question into terms: it stems the words, corrects typos and replaces synonyms.

use super::lexicon::Lexicon;
use super::meanings::Heard;
use super::spelling;
use super::words::{stem, words};

/// Maximum length of a question in words; the rest is ignored.
const LONGEST: usize = 64;

impl Lexicon<'_> {
    /// Returns the terms of a question, each once.
    pub(super) fn read(&self, question: &str) -> Vec<Heard> {
        let words: Vec<String> = words(question).take(LONGEST).collect();
        let last = words.len().saturating_sub(1);
        let heard: Vec<Heard> = words.iter().enumerate().map(|(at, word)| self.hear(word, at == last)).collect();
        let mut once: Vec<Heard> = Vec::new();
        for heard in self.meanings.meant(&heard) {
            match once.iter_mut().find(|before| heard.term.is_some() && before.term == heard.term) {
                Some(before) => before.words += heard.words,
                None => once.push(heard),
            }
        }
        once
    }

    /// Resolves one word to a term. The last word may be incomplete while a person is typing.
    fn hear(&self, word: &str, is_last: bool) -> Heard {
        let known = self.word(word).or_else(|| self.stem(word)).or_else(|| self.stem(&stem(word)));
        if let Some(term) = known {
            return Heard::clearly(term);
        }
        if self.is_english(word) {
            return Heard::UNKNOWN;
        }
        // What is still being typed is a beginning sooner than a mistake.
        let completed = if is_last { spelling::complete(&self.words, word) } else { None };
        let guess = completed.or_else(|| spelling::correct(&self.words, word, |term| self.is_telling(term)));
        guess.map_or(Heard::UNKNOWN, |guess| Heard { term: Some(guess.term), certainty: guess.certainty, words: 1 })
    }
}
