//! Suggests saved names that are similar to an unknown one.

use super::index::CredentialIndex;
use super::record::workspace_name;
use crate::domain::sanitize::normalize_name;
use strsim::osa_distance;

/// Limit of suggestions.
const MAX_SUGGESTIONS: usize = 3;

/// Minimum length of a part of a name that suggests the whole name.
const MIN_PART_LENGTH: usize = 2;

/// Returns similar names, the most similar first: names that start with `wanted`, contain it, or differ by a few letters.
pub(super) fn similar_names<'a>(index: &'a CredentialIndex, wanted: &str) -> Vec<&'a str> {
    let wanted = normalize_name(wanted);
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in index.credentials.iter().map(workspace_name) {
        if let Some(distance) = distance(&normalize_name(name), &wanted).filter(|_| near.iter().all(|(_, known)| *known != name)) {
            near.push((distance, name));
        }
    }
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().take(MAX_SUGGESTIONS).map(|(_, name)| name).collect()
}

/// Returns `None` if the two are not similar.
fn distance(name: &str, wanted: &str) -> Option<usize> {
    let length = wanted.chars().count();
    if length >= MIN_PART_LENGTH && name.starts_with(wanted) {
        return Some(0);
    }
    if length >= MIN_PART_LENGTH && (name.contains(wanted) || (!name.is_empty() && wanted.starts_with(name))) {
        return Some(1);
    }
    let allowed = match length {
        0..3 => 0,
        3..6 => 1,
        6..10 => 2,
        _ => 3,
    };
    // Compare with the whole name and with each word of it.
    let mistakes = std::iter::once(name).chain(name.split(' ')).map(|part| osa_distance(part, wanted)).min()?;
    (mistakes <= allowed).then_some(mistakes + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_and_a_mistake_suggest_the_whole_and_a_stranger_does_not() {
        for (wanted, name, is_near) in [
            ("acm", "acme test", true),
            ("test", "acme test", true),
            ("acme tset", "acme test", true),
            ("acne", "acme test", true),
            ("acme test gmbh", "acme test", true),
            ("beta", "acme test", false),
            ("a", "acme test", false),
            ("", "acme test", false),
            ("xyz", "", false),
        ] {
            assert_eq!(distance(name, wanted).is_some(), is_near, "{wanted:?} and {name:?}");
        }
    }
}
