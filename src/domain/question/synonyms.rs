//! The synonyms and stop words: phrases with a meaning of their own, words with the same meaning, and words without one.

use serde::{Deserialize, Serialize};

/// The number of a stem.
pub(super) type Term = usize;

/// Maximum length of a phrase in words; a longer one would never be found.
pub(super) const MAX_PHRASE_WORDS: usize = 5;

/// A term of a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct QueryTerm {
    /// `None` if no text of the content has the word.
    pub term: Option<Term>,
    /// The certainty from 0 to 1 that this word was meant.
    pub certainty: f64,
}

impl QueryTerm {
    pub(super) const UNKNOWN: Self = Self { term: None, certainty: 1.0 };

    pub(super) fn exact(term: Term) -> Self {
        Self { term: Some(term), certainty: 1.0 }
    }
}

/// Every list is sorted for binary search.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct SynonymTable {
    /// Stop words.
    stop_words: Vec<Term>,
    /// The meaning of each group of synonyms.
    groups: Vec<Vec<Term>>,
    /// Single words, each with its group.
    single_words: Vec<(Term, usize)>,
    /// Phrases, each with its group. The stems of a phrase are sorted, because their order does not matter.
    phrases: Vec<(Vec<Term>, usize)>,
    /// The words of all phrases.
    phrase_words: Vec<Term>,
}

impl SynonymTable {
    pub(super) fn add_stop_word(&mut self, stem: Term) {
        if let Err(place) = self.stop_words.binary_search(&stem) {
            self.stop_words.insert(place, stem);
        }
    }

    /// Adds a group of synonyms. A word or phrase of an earlier group keeps that group's meaning.
    pub(super) fn add_group(&mut self, means: Vec<Term>, ways: Vec<Vec<Term>>) {
        let group = self.groups.len();
        self.groups.push(means);
        for mut stems in ways {
            if let [stem] = *stems {
                if let Err(place) = self.single_words.binary_search_by_key(&stem, |(stem, _)| *stem) {
                    self.single_words.insert(place, (stem, group));
                }
                continue;
            }
            stems.sort_unstable();
            for stem in &stems {
                if let Err(place) = self.phrase_words.binary_search(stem) {
                    self.phrase_words.insert(place, *stem);
                }
            }
            if let Err(place) = self.phrases.binary_search_by(|(others, _)| others.cmp(&stems)) {
                self.phrases.insert(place, (stems, group));
            }
        }
    }

    /// Replaces phrases by their meaning, first as typed and then with stop words removed, and at last single words.
    pub(super) fn expand(&self, query: &[QueryTerm]) -> Vec<QueryTerm> {
        let mut significant = self.replace_phrases(query);
        significant.retain(|query_term| self.is_significant(query_term));
        let mut terms = Vec::new();
        for query_term in self.replace_phrases(&significant) {
            match query_term.term.and_then(|term| self.single_word_meaning(term)) {
                Some(means) => terms.extend(means.iter().map(|term| QueryTerm { term: Some(*term), ..query_term })),
                None => terms.push(query_term),
            }
        }
        terms
    }

    fn is_significant(&self, query_term: &QueryTerm) -> bool {
        query_term.term.is_none_or(|term| !self.is_stop_word(term))
    }

    pub(super) fn is_stop_word(&self, stem: Term) -> bool {
        self.stop_words.binary_search(&stem).is_ok()
    }

    fn single_word_meaning(&self, stem: Term) -> Option<&[Term]> {
        let place = self.single_words.binary_search_by_key(&stem, |(stem, _)| *stem).ok()?;
        self.group(self.single_words.get(place)?.1)
    }

    fn group(&self, group: usize) -> Option<&[Term]> {
        self.groups.get(group).map(Vec::as_slice)
    }

    /// Replaces each phrase by its meaning.
    fn replace_phrases(&self, query: &[QueryTerm]) -> Vec<QueryTerm> {
        let mut joined = Vec::new();
        let mut rest = query;
        while let [first, after @ ..] = rest {
            if let Some((length, means)) = self.longest_phrase(rest) {
                let (phrase, remaining) = rest.split_at(length);
                let certainty = phrase.iter().map(|query_term| query_term.certainty).fold(1.0, f64::min);
                joined.extend(means.iter().map(|term| QueryTerm { term: Some(*term), certainty }));
                rest = remaining;
            } else {
                joined.push(*first);
                rest = after;
            }
        }
        joined
    }

    /// Returns the longest phrase at the beginning of `words`: its length and its meaning.
    fn longest_phrase(&self, words: &[QueryTerm]) -> Option<(usize, &[Term])> {
        let is_phrase_word = |word: &&QueryTerm| word.term.is_some_and(|term| self.phrase_words.binary_search(&term).is_ok());
        let longest = words.iter().take(MAX_PHRASE_WORDS).take_while(is_phrase_word).count();
        (2..=longest).rev().find_map(|length| {
            let mut stems: Vec<Term> = words.get(..length)?.iter().map(|heard| heard.term).collect::<Option<_>>()?;
            stems.sort_unstable();
            let place = self.phrases.binary_search_by(|(others, _)| others.cmp(&stems)).ok()?;
            Some((length, self.group(self.phrases.get(place)?.1)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOP: Term = 0;

    /// The phrase 1 2 and the word 3 mean 7; the phrase 1 2 4 means 8 and 9.
    fn meanings() -> SynonymTable {
        let mut meanings = SynonymTable::default();
        meanings.add_stop_word(STOP);
        meanings.add_group(vec![7], vec![vec![1, 2], vec![3]]);
        meanings.add_group(vec![8, 9], vec![vec![1, 2, 4], vec![3], vec![2, 1]]);
        meanings
    }

    fn expanded(terms: &[Term]) -> Vec<Term> {
        let query: Vec<QueryTerm> = terms.iter().copied().map(QueryTerm::exact).collect();
        meanings().expand(&query).iter().filter_map(|query_term| query_term.term).collect()
    }

    #[test]
    fn the_longest_meaning_side_by_side_counts_in_any_order_and_across_words_that_tell_nothing() {
        for (terms, expected) in [
            (vec![1, 2], vec![7]),
            (vec![2, STOP, 1], vec![7]),
            (vec![4, 2, 1], vec![8, 9]),
            (vec![1, 5, 2], vec![1, 5, 2]),
            (vec![1, 1], vec![1, 1]),
            (vec![STOP, 5], vec![5]),
        ] {
            assert_eq!(expanded(&terms), expected, "{terms:?}");
        }
    }

    #[test]
    fn what_two_groups_say_means_the_first() {
        assert_eq!(expanded(&[3]), [7]);
        assert_eq!(expanded(&[1, 2]), [7]);
    }

    /// The phrases have equal sums, so that a lookup by sum would confuse them.
    #[test]
    fn no_way_of_saying_it_takes_the_place_of_another() {
        let mut meanings = SynonymTable::default();
        let ways: Vec<Vec<Term>> = (10..30).map(|stem| vec![stem, 100 - stem]).collect();
        for (group, way) in ways.iter().enumerate() {
            meanings.add_group(vec![group], vec![way.clone()]);
        }
        for (group, way) in ways.iter().enumerate() {
            let query: Vec<QueryTerm> = way.iter().copied().map(QueryTerm::exact).collect();
            assert_eq!(meanings.expand(&query).iter().filter_map(|query_term| query_term.term).collect::<Vec<_>>(), [group]);
        }
    }
}
