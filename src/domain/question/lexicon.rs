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
    /// How many telling words said it.
    pub words: usize,
}

impl Heard {
    const UNKNOWN: Self = Self { term: None, certainty: 1.0, words: 1 };

    fn clearly(term: Term) -> Self {
        Self { term: Some(term), certainty: 1.0, words: 1 }
    }
}

/// Stems side by side, in any order, and the terms that they are read as.
#[derive(Debug)]
struct Synonym {
    stems: Vec<Term>,
    means: Vec<Term>,
}

impl Synonym {
    /// Whether the words begin with it, whatever the order.
    fn is_said_first_in(&self, words: &[Heard]) -> bool {
        let Some(spoken) = words.get(..self.stems.len()) else { return false };
        let count = |stem: Term| self.stems.iter().filter(|other| **other == stem).count();
        let said = |stem: Term| spoken.iter().filter(|heard| heard.term == Some(stem)).count();
        self.stems.iter().all(|stem| count(*stem) == said(*stem))
    }
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
    /// The longest first.
    synonyms: Vec<Synonym>,
    /// Which of them have a stem.
    with_stem: HashMap<Term, Vec<usize>>,
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
            synonyms: Vec::new(),
            with_stem: HashMap::new(),
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
                lexicon.synonyms.push(Synonym { stems, means: means.clone() });
            }
        }
        lexicon.synonyms.sort_by_key(|synonym| std::cmp::Reverse(synonym.stems.len()));
        for (at, synonym) in lexicon.synonyms.iter().enumerate() {
            for stem in &synonym.stems {
                lexicon.with_stem.entry(*stem).or_default().push(at);
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
        let together = self.replaced(heard, |synonym| synonym.stems.len() > 1);
        let is_telling = |heard: &Heard| heard.term.is_none_or(|term| !self.stop.contains(&term));
        let telling: Vec<Heard> = together.into_iter().filter(is_telling).collect();
        let together = self.replaced(&telling, |synonym| synonym.stems.len() > 1);
        self.replaced(&together, |synonym| synonym.stems.len() == 1)
    }

    fn replaced(&self, heard: &[Heard], applies: impl Fn(&Synonym) -> bool) -> Vec<Heard> {
        let mut replaced = Vec::new();
        let mut rest = heard;
        while let [first, after @ ..] = rest {
            let with_it = first.term.and_then(|term| self.with_stem.get(&term)).map(Vec::as_slice).unwrap_or_default();
            let mut synonyms = with_it.iter().filter_map(|at| self.synonyms.get(*at)).filter(|synonym| applies(synonym));
            if let Some(synonym) = synonyms.find(|synonym| synonym.is_said_first_in(rest)) {
                let (spoken, unspoken) = rest.split_at(synonym.stems.len());
                let certainty = spoken.iter().map(|heard| heard.certainty).fold(1.0, f64::min);
                let words = spoken.iter().filter(|heard| heard.term.is_some_and(|term| !self.stop.contains(&term))).count();
                replaced.extend(synonym.means.iter().map(|term| Heard { term: Some(*term), certainty, words }));
                rest = unspoken;
            } else {
                replaced.push(*first);
                rest = after;
            }
        }
        replaced
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
