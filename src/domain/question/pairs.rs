//! Pairs of neighbouring words, such as "how long" or "which one". The small words of a question, which are not terms themselves, show what
//! kind of question it is.

use super::synonyms::Term;
use libm::log;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The number of imagined phrasings with average pairs that each entry starts from.
const SMOOTHING: f64 = 2.0;

/// The count at which a pair counts by half.
const UNRELIABLE_COUNT: f64 = 0.4;

/// The evidence of a pair against an entry that lacks it.
const MISSING: f64 = -1.0;

/// The bytes of a record.
const RECORD: usize = 4;

/// The bits of a record for the number of phrasings. A higher number is stored as the maximum.
const COUNT_BITS: u32 = 4;
const MAX_COUNT: usize = (1 << COUNT_BITS) - 1;

/// The pairs of all phrasings.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct WordPairs<'a> {
    /// The number of records whose pair begins with a stem: one number for each stem, and the last one for the edge of a text.
    lengths: Vec<u16>,
    /// Sorted by pair and entry: two bytes for the second word, and two for the entry and the number of its phrasings that have the pair.
    /// They are read in place: tens of thousands of numbers would take longer to load than a search does.
    #[serde(borrow)]
    records: Cow<'a, [u8]>,
}

/// Counts pairs before they are sorted.
#[derive(Default)]
pub(super) struct PairCounts(BTreeMap<(Term, Term, usize), usize>);

impl PairCounts {
    /// Adds a phrasing of an entry: all of its stems in their order. `edge` is the number that stands for its beginning and its end.
    pub(super) fn add(&mut self, entry: usize, stems: &[Term], edge: Term) {
        for (first, second) in pairs(stems.iter().copied().map(Some), edge) {
            *self.0.entry((first, second, entry)).or_default() += 1;
        }
    }

    /// Numbers that a record has no room for are left out: entries from the 4,096th on, stems from the 65,536th on, and more than 65,535
    /// records that begin with one stem.
    pub(super) fn sorted(self, edge: Term) -> WordPairs<'static> {
        let mut lengths = vec![0_u16; edge + 1];
        let mut records = Vec::with_capacity(RECORD * self.0.len());
        for ((first, second, entry), count) in self.0 {
            let counted = (entry << COUNT_BITS) + count.min(MAX_COUNT);
            let (Ok(second), Ok(counted), Some(length)) = (u16::try_from(second), u16::try_from(counted), lengths.get_mut(first))
            else {
                continue;
            };
            let Some(longer) = length.checked_add(1) else { continue };
            *length = longer;
            records.extend(second.to_le_bytes().into_iter().chain(counted.to_le_bytes()));
        }
        WordPairs { lengths, records: records.into() }
    }
}

impl WordPairs<'_> {
    /// Returns the evidence for each entry. `phrasings` are their numbers of phrasings.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand phrasings")]
    pub(super) fn evidence(&self, stems: &[Option<Term>], phrasings: &[usize]) -> Vec<f64> {
        let mut evidence = vec![0.0; phrasings.len()];
        let all = phrasings.iter().sum::<usize>() as f64;
        let edge = self.lengths.len().saturating_sub(1);
        for (first, second) in pairs(stems.iter().copied(), edge) {
            let counts: Vec<(usize, f64)> = self.counts(first, second).map(|(entry, count)| (entry, count as f64)).collect();
            let average = (counts.iter().map(|(_, count)| count).sum::<f64>() + 0.5) / all;
            for (entry, count) in counts {
                let own = phrasings.get(entry).copied().unwrap_or_default() as f64;
                let ratio = (count + SMOOTHING * average) / ((own + SMOOTHING) * average);
                if let Some(evidence) = evidence.get_mut(entry) {
                    // Only the difference from an entry that lacks the pair matters.
                    *evidence += count / (count + UNRELIABLE_COUNT) * log(ratio) - MISSING;
                }
            }
        }
        evidence
    }

    /// Returns the entries that have the pair, each with the number of its phrasings that have it.
    fn counts(&self, first: Term, second: Term) -> impl Iterator<Item = (usize, usize)> {
        let before: usize = self.lengths.iter().take(first).map(|length| usize::from(*length)).sum();
        let length = self.lengths.get(first).map_or(0, |length| usize::from(*length));
        let (records, _) = self.records.as_chunks::<RECORD>();
        let records = records.get(before..before + length).unwrap_or_default();
        let number = |low: u8, high: u8| usize::from(u16::from_le_bytes([low, high]));
        let from = records.partition_point(|[low, high, ..]| number(*low, *high) < second);
        let equal = records.iter().skip(from).take_while(move |[low, high, ..]| number(*low, *high) == second);
        equal.map(move |[.., low, high]| number(*low, *high)).map(|counted| (counted >> COUNT_BITS, counted & MAX_COUNT))
    }
}

/// Returns each pair of neighbours once, sorted. A word that no text has is in no pair.
fn pairs(stems: impl Iterator<Item = Option<Term>>, edge: Term) -> Vec<(Term, Term)> {
    let words: Vec<Option<Term>> = [Some(edge)].into_iter().chain(stems).chain([Some(edge)]).collect();
    let neighbours = words.iter().zip(words.iter().skip(1));
    let mut pairs: Vec<(Term, Term)> = neighbours.filter_map(|(first, second)| Some(((*first)?, (*second)?))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGE: Term = 9;

    fn counted(phrasings: &[(usize, &[Term])]) -> WordPairs<'static> {
        let mut counts = PairCounts::default();
        for (entry, stems) in phrasings {
            counts.add(*entry, stems, EDGE);
        }
        counts.sorted(EDGE)
    }

    #[test]
    fn neighbours_and_edges_are_counted_by_entry() {
        let pairs = counted(&[(0, &[1, 2]), (0, &[1, 2, 1, 2]), (3, &[2, 1])]);
        let counts = |first, second| pairs.counts(first, second).collect::<Vec<_>>();
        assert_eq!(counts(1, 2), [(0, 2)]);
        assert_eq!(counts(2, 1), [(0, 1), (3, 1)]);
        assert_eq!(counts(EDGE, 2), [(3, 1)]);
        assert_eq!(counts(2, EDGE), [(0, 2)]);
        assert_eq!(counts(2, 2), []);
        assert_eq!(counts(50, 1), []);
    }

    #[test]
    fn damaged_data_give_no_evidence_and_no_panic() {
        for (lengths, records) in [
            (vec![u16::MAX; 3], vec![1, 0]),
            (vec![2, 0], vec![0; 7]),
            (vec![1], vec![0, 0, 0xff, 0xff]),
            (Vec::new(), vec![0xff; 64]),
        ] {
            let pairs = WordPairs { lengths, records: records.into() };
            for phrasings in [&[][..], &[0, 0]] {
                assert_eq!(pairs.evidence(&[Some(0), Some(1), Some(usize::MAX)], phrasings), vec![0.0; phrasings.len()]);
            }
        }
    }

    #[test]
    fn a_pair_of_one_entry_counts_for_it_and_an_unknown_word_for_none() {
        let pairs = counted(&[(0, &[1, 2]), (1, &[2, 1])]);
        let evidence = pairs.evidence(&[Some(1), Some(2)], &[1, 1]);
        assert!(evidence[0] > evidence[1], "{evidence:?}");
        assert_eq!(pairs.evidence(&[None, Some(5), None], &[1, 1]), [0.0, 0.0]);
    }
}
