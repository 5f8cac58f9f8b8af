//! Guesses the word that an unknown word was meant to be.

use super::lexicon::LexiconWord;
use super::synonyms::Term;
use strsim::osa_distance;

/// Minimum length of a word that is corrected: one typo turns half of the three-letter words into another word.
const MIN_CORRECTED_LENGTH: usize = 4;

/// Minimum length of a word in which two mistakes are corrected.
const MIN_LENGTH_FOR_TWO_MISTAKES: usize = 8;

/// Minimum length of a prefix that is completed.
const MIN_PREFIX_LENGTH: usize = 3;

/// The certainty of a correction, by the number of mistakes.
const CERTAINTY: [f64; 3] = [1.0, 0.95, 0.85];

#[derive(Debug, PartialEq)]
pub(super) struct SpellingGuess {
    pub term: Term,
    pub certainty: f64,
}

/// Returns the word with the fewest mistakes: an extra, missing or wrong letter, or two swapped ones. On ties, significant words win
/// ("gest" is corrected to "guest", not to "gets"), and then the more frequent one, whose stem has the lower number.
pub(super) fn correct(words: &[LexiconWord<'_>], typed: &str, is_telling: impl Fn(Term) -> bool) -> Option<SpellingGuess> {
    let length = typed.chars().count();
    // Numbers are not corrected.
    if length < MIN_CORRECTED_LENGTH || has_digit(typed) {
        return None;
    }
    let most = if length < MIN_LENGTH_FOR_TWO_MISTAKES { 1 } else { 2 };
    let typed_letters = letter_set(typed);
    let first = typed.get(..typed.chars().next()?.len_utf8())?;
    let near = words_with_prefix(words, first).filter(|LexiconWord(word, _)| {
        let known_length = word.chars().count();
        // Computing the distance is slow. Each mistake changes the length by at most one and the set of letters by at most two.
        known_length >= MIN_CORRECTED_LENGTH
            && known_length.abs_diff(length) <= most
            && (letter_set(word) ^ typed_letters).count_ones() as usize <= 2 * most
    });
    let measured = near.map(|LexiconWord(word, term)| (osa_distance(word, typed), *term)).filter(|(mistakes, _)| *mistakes <= most);
    let (mistakes, term) = measured.min_by_key(|(mistakes, term)| (*mistakes, !is_telling(*term), *term))?;
    Some(SpellingGuess { term, certainty: CERTAINTY.get(mistakes).copied()? })
}

/// Returns the shortest word with this prefix.
pub(super) fn complete(words: &[LexiconWord<'_>], beginning: &str) -> Option<SpellingGuess> {
    if beginning.chars().count() < MIN_PREFIX_LENGTH {
        return None;
    }
    let LexiconWord(_, term) = words_with_prefix(words, beginning).min_by_key(|LexiconWord(word, _)| word.chars().count())?;
    Some(SpellingGuess { term: *term, certainty: CERTAINTY.get(1).copied()? })
}

/// Returns the words with this prefix from a sorted list, without numbers, which are never corrections.
fn words_with_prefix<'a>(words: &'a [LexiconWord<'a>], beginning: &str) -> impl Iterator<Item = &'a LexiconWord<'a>> {
    let from = words.partition_point(|LexiconWord(word, _)| **word < *beginning);
    let with_prefix = words.iter().skip(from).take_while(move |LexiconWord(word, _)| word.starts_with(beginning));
    with_prefix.filter(|LexiconWord(word, _)| !has_digit(word))
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// The set of letters of a word, with one bit for each.
fn letter_set(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |bits, letter| bits | 1 << (letter - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 9] = ["127", "authentication", "container", "env", "revoke", "revoked", "token", "tokens", "webhook"];

    fn known() -> Vec<LexiconWord<'static>> {
        WORDS.iter().enumerate().map(|(term, word)| LexiconWord((*word).into(), term)).collect()
    }

    fn word(guess: Option<SpellingGuess>) -> Option<&'static str> {
        guess.map(|guess| WORDS[guess.term])
    }

    #[test]
    fn a_mistyped_word_is_the_nearest_known_one() {
        for (typed, meant) in [
            ("tokn", Some("token")),
            ("tokem", Some("token")),
            ("tkoen", Some("token")),
            ("webhoook", Some("webhook")),
            ("authentcaton", Some("authentication")),
            ("contianer", Some("container")),
            // A word with another first letter is not a correction.
            ("woken", None),
            ("enw", None),
            ("weather", None),
            ("1278", None),
            ("日本語日", None),
        ] {
            assert_eq!(word(correct(&known(), typed, |_| true)), meant, "{typed}");
        }
    }

    #[test]
    fn of_words_equally_near_one_that_tells_something_was_meant() {
        let words: Vec<LexiconWord<'static>> =
            ["gets", "guest"].into_iter().enumerate().map(|(term, word)| LexiconWord(word.into(), term)).collect();
        let meant = |tells: Term| correct(&words, "gest", |term| term == tells).map(|guess| guess.term);
        assert_eq!((meant(0), meant(1)), (Some(0), Some(1)));
    }

    #[test]
    fn more_mistakes_are_less_certain() {
        let certainty = |typed: &str| correct(&known(), typed, |_| true).map(|guess| guess.certainty);
        assert_eq!(certainty("autentication"), Some(0.95));
        assert_eq!(certainty("autentcation"), Some(0.85));
    }

    #[test]
    fn a_beginning_stands_for_the_shortest_word_that_has_it() {
        assert_eq!(word(complete(&known(), "revo")), Some("revoke"));
        assert_eq!(word(complete(&known(), "re")), None);
        assert_eq!(word(complete(&known(), "xyz")), None);
    }
}
