//! Splits a text into words, and stems words.

use frostem::{Algorithm, Stemmer};

/// Letters and digits in a row, in lower case. An apostrophe is dropped without splitting the word, and so is a comma within a number. An
/// underscore at the end stays: the prefix ntn_ is a different word from the program ntn.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '\'' | '’' | ',' | '_');
    text.split(move |character: char| !is_part(character)).flat_map(|run| {
        let parts: Vec<&str> = if run.chars().all(|character| character.is_ascii_digit() || character == ',') {
            vec![run]
        } else {
            run.split(',').collect()
        };
        parts.into_iter().flat_map(split_at_underscores).collect::<Vec<_>>()
    })
}

/// Names of variables and error codes, such as `object_not_found`, in lower case. Their words alone are ordinary ones.
pub(super) fn names(text: &str) -> impl Iterator<Item = String> {
    let runs = text.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
    runs.map(|run| run.trim_matches('_')).filter(|name| name.contains('_')).map(str::to_lowercase)
}

fn split_at_underscores(run: &str) -> Vec<String> {
    let mut words: Vec<String> = run.split('_').map(normalize).filter(|word| !word.is_empty()).collect();
    if let Some(last) = words.last_mut().filter(|_| run.ends_with('_')) {
        last.push('_');
    }
    words
}

fn normalize(word: &str) -> String {
    word.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

pub(super) fn stem(word: &str) -> String {
    Stemmer::new(Algorithm::English).stem(word).into_owned()
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
            ("ntn_… or ntn_v2, token_v2, __init__", "ntn_ or ntn v2 token v2 init_"),
            (" \u{1b}[31m?! ", "31m"),
            ("", ""),
        ] {
            assert_eq!(words(text).collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }

    #[test]
    fn names_are_joined_by_underscores() {
        for (text, expected) in [
            ("is it NOTION_TOKEN? or \"object_not_found\",", "notion_token object_not_found"),
            ("ntn_… or secret_ or plain words", ""),
        ] {
            assert_eq!(names(text).collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }
}
