//! One change in a text: what was replaced by what, and where. Everything before and after it stays the same, byte for byte.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextChange {
    /// The byte at which the change begins.
    pub start: usize,
    pub removed: String,
    pub inserted: String,
}

impl TextChange {
    /// Returns the smallest change that turns `old` into `new`.
    pub fn between(old: &str, new: &str) -> Self {
        let is_boundary = |at: &usize| old.is_char_boundary(*at) && new.is_char_boundary(*at);
        let common = old.bytes().zip(new.bytes()).take_while(|(left, right)| left == right).count();
        let start = (0..=common).rev().find(is_boundary).unwrap_or_default();
        let (old_rest, new_rest) = (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
        let common = old_rest.bytes().rev().zip(new_rest.bytes().rev()).take_while(|(left, right)| left == right).count();
        let ends = |length: usize| {
            Some((old_rest.split_at_checked(old_rest.len() - length)?, new_rest.split_at_checked(new_rest.len() - length)?))
        };
        let ((removed, _), (inserted, _)) = (0..=common).rev().find_map(ends).unwrap_or(((old_rest, ""), (new_rest, "")));
        Self { start, removed: removed.into(), inserted: inserted.into() }
    }

    /// Applies the change. Returns `None` if the replaced text is not in its place.
    pub fn apply(&self, text: &str) -> Option<String> {
        replace_at(text, self.start, &self.removed, &self.inserted)
    }

    /// Undoes the change, even if the text before or after it has changed since. Returns `None` if the change is no longer there,
    /// or if it could be in several places.
    pub fn undo(&self, text: &str) -> Option<String> {
        let moved = || {
            let mut places = text.match_indices(&self.inserted).map(|(at, _)| at);
            places.next().filter(|_| !self.inserted.is_empty() && places.next().is_none())
        };
        let undone = replace_at(text, self.start, &self.inserted, &self.removed);
        undone.or_else(|| replace_at(text, moved()?, &self.inserted, &self.removed))
    }
}

fn replace_at(text: &str, start: usize, old: &str, new: &str) -> Option<String> {
    let (before, rest) = text.split_at_checked(start)?;
    Some([before, new, rest.strip_prefix(old)?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_change_is_the_smallest() {
        let change = TextChange::between("[a, b]", "[a, x, b]");
        assert_eq!((change.start, change.removed.as_str(), change.inserted.as_str()), (4, "", "x, "));
        assert_eq!(TextChange::between("same", "same").inserted, "");
        // The two letters share their first byte.
        assert_eq!(TextChange::between("ä", "ö"), TextChange { start: 0, removed: "ä".into(), inserted: "ö".into() });
    }

    #[test]
    fn a_change_is_taken_back_from_where_it_is_now() {
        let change = TextChange::between("a\nz\n", "a\nours\nz\n");
        assert_eq!(change.undo("more\na\nours\nz\n").as_deref(), Some("more\na\nz\n"));
        for text in ["a\nz\n", "more\nours\nx\nours\n", ""] {
            assert_eq!(change.undo(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn apply_and_undo_are_inverse(old in "[aäö\n]{0,12}", new in "[aäö\n]{0,12}") {
            let change = TextChange::between(&old, &new);
            prop_assert_eq!(change.apply(&old), Some(new.clone()));
            prop_assert_eq!(change.undo(&new), Some(old));
        }
    }
}
