//! Words that are known, and what an unknown one was probably meant to be.

use strsim::osa_distance;

/// Shortest word that is corrected: of three letters, half are another word by one mistake.
const SHORTEST: usize = 4;

/// From this length on two mistakes are made good.
const LONG: usize = 8;

/// Shortest beginning of a word that stands for it.
const BEGINNING: usize = 3;

/// How sure a correction is, by its number of mistakes.
const CERTAINTY: [f64; 3] = [1.0, 0.85, 0.7];

#[derive(Debug, Default)]
pub(super) struct Spelling {
    /// Sorted.
    words: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    word: String,
    /// In letters.
    length: usize,
    letters: u32,
}

#[derive(Debug, PartialEq)]
pub(super) struct Guess {
    pub word: String,
    pub certainty: f64,
}

impl Spelling {
    pub(super) fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let known = |word: &str| Known { word: word.to_owned(), length: word.chars().count(), letters: letters(word) };
        let mut words: Vec<Known> = words.into_iter().filter(|word| !has_digit(word)).map(known).collect();
        words.sort_unstable_by(|one, other| one.word.cmp(&other.word));
        Self { words }
    }

    /// The word that is the fewest mistakes away: a letter too many, too few, another, or two that changed places.
    pub(super) fn correct(&self, word: &str) -> Option<Guess> {
        let length = word.chars().count();
        // A number is meant as it stands.
        if length < SHORTEST || has_digit(word) {
            return None;
        }
        let most = if length < LONG { 1 } else { 2 };
        let bits = letters(word);
        let near = self.words.iter().filter(|known| {
            // Measuring the distance is slow. Each mistake changes the length by one and the letters by two, at most.
            known.length >= SHORTEST
                && known.length.abs_diff(length) <= most
                && (known.letters ^ bits).count_ones() as usize <= 2 * most
                && known.word.chars().next() == word.chars().next()
        });
        let measured = near.map(|known| (osa_distance(&known.word, word), known)).filter(|(mistakes, _)| *mistakes <= most);
        let (mistakes, known) = measured.min_by_key(|(mistakes, _)| *mistakes)?;
        Some(Guess { word: known.word.clone(), certainty: CERTAINTY.get(mistakes).copied()? })
    }

    /// The shortest word that begins so.
    pub(super) fn complete(&self, beginning: &str) -> Option<Guess> {
        if beginning.chars().count() < BEGINNING {
            return None;
        }
        let from = self.words.partition_point(|known| known.word.as_str() < beginning);
        let begun = self.words.iter().skip(from).take_while(|known| known.word.starts_with(beginning));
        let known = begun.min_by_key(|known| known.length)?;
        Some(Guess { word: known.word.clone(), certainty: CERTAINTY.get(1).copied()? })
    }
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Which letters occur, a bit each.
fn letters(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |bits, letter| bits | 1 << (letter - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelling() -> Spelling {
        Spelling::of(["token", "tokens", "webhook", "authentication", "container", "env", "revoke", "revoked", "127"])
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
            // Another first letter, another word.
            ("woken", None),
            ("enw", None),
            ("weather", None),
            ("1278", None),
            ("日本語日", None),
        ] {
            assert_eq!(spelling().correct(typed).map(|guess| guess.word).as_deref(), meant, "{typed}");
        }
    }

    #[test]
    fn more_mistakes_are_less_certain() {
        let certainty = |typed: &str| spelling().correct(typed).map(|guess| guess.certainty);
        assert_eq!(certainty("autentication"), Some(0.85));
        assert_eq!(certainty("autentcation"), Some(0.7));
    }

    #[test]
    fn a_beginning_stands_for_the_shortest_word_that_has_it() {
        let complete = |typed: &str| spelling().complete(typed).map(|guess| guess.word);
        assert_eq!(complete("revo").as_deref(), Some("revoke"));
        assert_eq!(complete("re"), None);
        assert_eq!(complete("xyz"), None);
    }
}
