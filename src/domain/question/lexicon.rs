//! Text → terms: words, their stems, what they mean, without those that tell nothing.

use super::file::Questions;
use super::spelling::Spelling;
use frostem::{Algorithm, Stemmer};
use std::collections::{HashMap, HashSet};

/// The number of a stem.
pub(super) type Term = usize;

/// Longest question that is read, in words.
const LONGEST: usize = 64;

/// A word of a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Heard {
    /// Nothing where no text here has the word.
    pub term: Option<Term>,
    /// From 0 to 1: how sure it is that this word was meant.
    pub certainty: f64,
}

impl Heard {
    const UNKNOWN: Self = Self { term: None, certainty: 1.0 };

    fn clearly(term: Term) -> Self {
        Self { term: Some(term), certainty: 1.0 }
    }
}

/// Stems in a row, and the terms that they are read as.
#[derive(Debug)]
struct Synonym {
    stems: Vec<Term>,
    means: Vec<Term>,
}

pub(super) struct Lexicon {
    stemmer: Stemmer,
    stems: HashMap<String, Term>,
    /// Every word that stands in some text, with its stem: stemming costs more than looking up.
    words: HashMap<String, Term>,
    stop: HashSet<Term>,
    /// By their first stem, the longest first.
    synonyms: HashMap<Term, Vec<Synonym>>,
    spelling: Spelling,
}

impl Lexicon {
    pub(super) fn new(questions: &Questions) -> Self {
        let mut lexicon = Self {
            stemmer: Stemmer::new(Algorithm::English),
            stems: HashMap::new(),
            words: HashMap::new(),
            stop: HashSet::new(),
            synonyms: HashMap::new(),
            spelling: Spelling::default(),
        };
        for word in &questions.stop {
            let term = lexicon.stem(word);
            lexicon.stop.insert(term);
        }
        for group in &questions.synonyms {
            let means = lexicon.stems_of(&group.means);
            for phrase in &group.words {
                let stems = lexicon.stems_of(phrase);
                if let Some(first) = stems.first() {
                    lexicon.synonyms.entry(*first).or_default().push(Synonym { stems, means: means.clone() });
                }
            }
        }
        for synonyms in lexicon.synonyms.values_mut() {
            synonyms.sort_by_key(|synonym| std::cmp::Reverse(synonym.stems.len()));
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
            if heard.term.is_none() || once.iter().all(|before| before.term != heard.term) {
                once.push(heard);
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
        let guess = self.spelling.correct(word).or_else(|| self.spelling.complete(word).filter(|_| is_last));
        guess.map_or(Heard::UNKNOWN, |guess| Heard { term: known(&guess.word), certainty: guess.certainty })
    }

    /// What is meant by words: those in a row that have a meaning together first, and nothing of those that tell nothing.
    fn meant(&self, heard: &[Heard]) -> Vec<Heard> {
        let mut meant = Vec::new();
        let mut rest = heard;
        while let [first, after @ ..] = rest {
            let synonyms = first.term.and_then(|term| self.synonyms.get(&term)).map(Vec::as_slice).unwrap_or_default();
            let fitting = synonyms.iter().find(|synonym| {
                let spoken = rest.get(..synonym.stems.len());
                spoken.is_some_and(|spoken| spoken.iter().zip(&synonym.stems).all(|(heard, stem)| heard.term == Some(*stem)))
            });
            match fitting {
                Some(synonym) => {
                    let (spoken, unspoken) = rest.split_at(synonym.stems.len());
                    let certainty = spoken.iter().map(|heard| heard.certainty).fold(1.0, f64::min);
                    meant.extend(synonym.means.iter().map(|term| Heard { term: Some(*term), certainty }));
                    rest = unspoken;
                }
                None => {
                    if first.term.is_none_or(|term| !self.stop.contains(&term)) {
                        meant.push(*first);
                    }
                    rest = after;
                }
            }
        }
        meant
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
