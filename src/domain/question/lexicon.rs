//! Text → terms: words, their stems, what they mean, without those that tell nothing.

use super::file::Questions;
use super::spelling::Spelling;
use frostem::{Algorithm, Stemmer};
use std::collections::{HashMap, HashSet};

/// The number of a stem.
pub(super) type Term = usize;

/// Longest question that is read, in words.
const LONGEST: usize = 64;

/// Most words that have a meaning together.
const LONGEST_SYNONYM: usize = 8;

/// A word of a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Heard {
    /// Nothing where no text here has the word.
    pub term: Option<Term>,
    /// From 0 to 1: how sure it is that this word was meant.
    pub certainty: f64,
    /// How many telling words said it.
    pub words: usize,
}

impl Heard {
    const UNKNOWN: Self = Self { term: None, certainty: 1.0, words: 1 };

    fn clearly(term: Term) -> Self {
        Self { term: Some(term), certainty: 1.0, words: 1 }
    }
}

/// What words are read as, alone or side by side.
#[derive(Debug, Default)]
struct Synonyms {
    alone: HashMap<Term, Vec<Term>>,
    /// By a key that does not depend on the order of the stems.
    together: HashMap<u64, Together>,
    /// For every stem, a bit for each number of words that it has a meaning with.
    lengths: Vec<u32>,
}

/// Stems in any order, and the terms that they are read as.
#[derive(Debug)]
struct Together {
    stems: Vec<Term>,
    means: Vec<Term>,
}

impl Synonyms {
    fn add(&mut self, stems: Vec<Term>, means: Vec<Term>) {
        if let [stem] = *stems {
            self.alone.entry(stem).or_insert(means);
            return;
        }
        for stem in &stems {
            if self.lengths.len() <= *stem {
                self.lengths.resize(stem + 1, 0);
            }
            if let Some(lengths) = self.lengths.get_mut(*stem) {
                *lengths |= 1 << stems.len();
            }
        }
        let key = key(stems.iter().copied());
        self.together.entry(key).or_insert(Together { stems, means });
    }

    /// The longest meaning that the first of these words have together, and how many they are.
    fn first_in(&self, words: &[Heard]) -> Option<(usize, &[Term])> {
        let lengths = words.first()?.term.and_then(|term| self.lengths.get(term)).copied().unwrap_or_default();
        let possible = (2..=words.len().min(LONGEST_SYNONYM)).rev().filter(|length| lengths & 1 << length != 0);
        possible.into_iter().find_map(|length| {
            let spoken = words.get(..length)?;
            let terms: Vec<Term> = spoken.iter().map(|heard| heard.term).collect::<Option<_>>()?;
            let together = self.together.get(&key(terms.iter().copied()))?;
            let count = |terms: &[Term], stem: Term| terms.iter().filter(|term| **term == stem).count();
            let is_it = together.stems.len() == length
                && together.stems.iter().all(|stem| count(&together.stems, *stem) == count(&terms, *stem));
            is_it.then_some((length, &*together.means))
        })
    }
}

/// The same for the same stems in any order.
fn key(stems: impl Iterator<Item = Term>) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    stems.map(|stem| (stem as u64 + 1).wrapping_mul(SPREAD).rotate_left(23).wrapping_mul(SPREAD)).fold(0, u64::wrapping_add)
}

pub(super) struct Lexicon {
    stemmer: Stemmer,
    stems: HashMap<String, Term>,
    /// Every word that stands in some text, with its stem: stemming costs more than looking up.
    words: HashMap<String, Term>,
    stop: HashSet<Term>,
    /// Of everyday talk.
    common: HashSet<Term>,
    foreign: HashSet<Term>,
    synonyms: Synonyms,
    spelling: Spelling,
}

impl Lexicon {
    pub(super) fn new(questions: &Questions) -> Self {
        let mut lexicon = Self {
            stemmer: Stemmer::new(Algorithm::English),
            stems: HashMap::new(),
            words: HashMap::new(),
            stop: HashSet::new(),
            common: HashSet::new(),
            foreign: HashSet::new(),
            synonyms: Synonyms::default(),
            spelling: Spelling::default(),
        };
        for word in &questions.stop {
            let term = lexicon.stem(word);
            lexicon.stop.insert(term);
        }
        for word in &questions.common {
            let term = lexicon.stem(word);
            lexicon.common.insert(term);
        }
        for word in &questions.foreign {
            let term = lexicon.stem(word);
            lexicon.foreign.insert(term);
        }
        for group in &questions.synonyms {
            let means = lexicon.stems_of(&group.means);
            for phrase in &group.words {
                let stems = lexicon.stems_of(phrase);
                lexicon.synonyms.add(stems, means.clone());
            }
        }
        lexicon
    }

    /// The terms of a text of ours, sorted.
    pub(super) fn learn(&mut self, text: &str) -> Vec<Term> {
        let heard: Vec<Heard> = self.stems_of(text).into_iter().map(Heard::clearly).collect();
        let mut terms: Vec<Term> = self.meant(&heard).iter().filter_map(|heard| heard.term).collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// All texts have been learned; from now on mistakes can be told.
    pub(super) fn learned(&mut self) {
        self.spelling = Spelling::of(self.words.keys().map(String::as_str));
    }

    pub(super) fn is_common(&self, term: Term) -> bool {
        self.common.contains(&term)
    }

    pub(super) fn is_foreign(&self, term: Term) -> bool {
        self.foreign.contains(&term)
    }

    /// How many terms there are.
    pub(super) fn terms(&self) -> usize {
        self.stems.len()
    }

    /// The terms of a question, each once.
    pub(super) fn read(&self, question: &str) -> Vec<Heard> {
        let words: Vec<String> = words(question).take(LONGEST).collect();
        let last = words.len().saturating_sub(1);
        let heard: Vec<Heard> = words.iter().enumerate().map(|(at, word)| self.hear(word, at == last)).collect();
        let mut once: Vec<Heard> = Vec::new();
        for heard in self.meant(&heard) {
            match once.iter_mut().find(|before| heard.term.is_some() && before.term == heard.term) {
                Some(before) => before.words += heard.words,
                None => once.push(heard),
            }
        }
        once
    }

    /// The last word may not be written to its end yet.
    fn hear(&self, word: &str, is_last: bool) -> Heard {
        let known = |word: &str| self.words.get(word).or_else(|| self.stems.get(word)).copied();
        let term = known(word).or_else(|| self.stems.get(&*self.stemmer.stem(word)).copied());
        if let Some(term) = term {
            return Heard::clearly(term);
        }
        // What is still being typed is a beginning sooner than a mistake.
        let completed = if is_last { self.spelling.complete(word) } else { None };
        let guess = completed.or_else(|| self.spelling.correct(word));
        guess.map_or(Heard::UNKNOWN, |guess| Heard { term: known(&guess.word), certainty: guess.certainty, words: 1 })
    }

    /// What is meant by words: those that have a meaning together first, also across words that tell nothing; then each alone.
    fn meant(&self, heard: &[Heard]) -> Vec<Heard> {
        let is_telling = |heard: &Heard| heard.term.is_none_or(|term| !self.stop.contains(&term));
        let telling: Vec<Heard> = self.joined(heard).into_iter().filter(is_telling).collect();
        let mut terms = Vec::new();
        for heard in self.joined(&telling) {
            match heard.term.and_then(|term| self.synonyms.alone.get(&term)) {
                Some(means) => terms.extend(means.iter().map(|term| Heard { term: Some(*term), ..heard })),
                None => terms.push(heard),
            }
        }
        terms
    }

    /// With what they mean in place of words that have a meaning together.
    fn joined(&self, heard: &[Heard]) -> Vec<Heard> {
        let mut joined = Vec::new();
        let mut rest = heard;
        while let [first, after @ ..] = rest {
            if let Some((length, means)) = self.synonyms.first_in(rest) {
                let (spoken, unspoken) = rest.split_at(length);
                let certainty = spoken.iter().map(|heard| heard.certainty).fold(1.0, f64::min);
                let words = spoken.iter().filter(|heard| heard.term.is_some_and(|term| !self.stop.contains(&term))).count();
                joined.extend(means.iter().map(|term| Heard { term: Some(*term), certainty, words }));
                rest = unspoken;
            } else {
                joined.push(*first);
                rest = after;
            }
        }
        joined
    }

    fn stems_of(&mut self, text: &str) -> Vec<Term> {
        words(text).map(|word| self.stem(&word)).collect()
    }

    fn stem(&mut self, word: &str) -> Term {
        if let Some(term) = self.words.get(word) {
            return *term;
        }
        let stem = self.stemmer.stem(word).into_owned();
        let next = self.stems.len();
        let term = *self.stems.entry(stem).or_insert(next);
        self.words.insert(word.to_owned(), term);
        term
    }
}

/// Letters and digits in a row, in lower case. An apostrophe is left out and divides nothing, nor does a comma within a number.
fn words(text: &str) -> impl Iterator<Item = String> {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '\'' | '’' | ',');
    text.split(move |character: char| !is_part(character)).flat_map(|run| {
        let parts: Vec<&str> = if run.chars().all(|character| character.is_ascii_digit() || character == ',') {
            vec![run]
        } else {
            run.split(',').collect()
        };
        parts.into_iter().map(plain).filter(|word| !word.is_empty()).collect::<Vec<_>>()
    })
}

fn plain(word: &str) -> String {
    word.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_in_a_row() {
        for (text, expected) in [
            ("Don't I need NOTION_API_TOKEN?", "dont i need notion api token"),
            ("1,000 blocks, or 127.0.0.1", "1000 blocks or 127 0 0 1"),
            ("CI/CD,docker", "ci cd docker"),
            (" \u{1b}[31m?! ", "31m"),
            ("", ""),
        ] {
            assert_eq!(words(text).collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }
}
