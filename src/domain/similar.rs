//! Finds the name that a mistyped one most likely means, among a few known ones.

use strsim::osa_distance;

/// Maximum mistakes in a name that is still recognised.
const MAX_MISTAKES: usize = 3;

/// Returns the known name that is most similar, or `None` if none is similar enough. The beginning of a name counts as that name.
pub fn most_similar<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |known: &str| if wanted.len() > 1 && known.starts_with(wanted) { 0 } else { osa_distance(known, wanted) };
    // Three letters would be the whole of a short name.
    let allowed = MAX_MISTAKES.min(wanted.chars().count() / 2);
    let nearest = names.into_iter().map(|name| (distance(name), name)).min_by_key(|(distance, _)| *distance);
    nearest.filter(|(distance, _)| *distance <= allowed).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_or_a_beginning_is_recognised_and_a_stranger_is_not() {
        let names = ["role", "plan", "policy", "path", "store", "agents"];
        for (wanted, meant) in [
            ("rol", Some("role")),
            ("roles", Some("role")),
            ("agent", Some("agents")),
            ("stroe", Some("store")),
            ("polcy", Some("policy")),
            ("url", None),
            ("x", None),
            ("", None),
            ("workspace", None),
        ] {
            assert_eq!(most_similar(wanted, names), meant, "{wanted}");
        }
    }
}
