//! A string that cannot be printed and is wiped when dropped.
//!
//! There is no `Display` and no serialisation. `expose` is the only way out; `tests/it/layers.rs` lists its call sites.

use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A token, refresh token or client secret.
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The plain text, for the adapter that must send or store it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Length in characters; shown beside the mask.
    pub fn len(&self) -> usize {
        self.0.chars().count()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last four characters, to recognise a token by, or nothing where four would give too much away.
    pub fn last_four(&self) -> Option<String> {
        let length = self.len();
        (length >= 20).then(|| self.0.chars().skip(length - 4).collect())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secret({} characters)", self.len())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

/// Whether it is this text, such as an example that is no secret.
impl PartialEq<Secret> for String {
    fn eq(&self, other: &Secret) -> bool {
        self.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_only_the_length() {
        assert_eq!(format!("{:?}", Secret::new("obviously-fake")), "Secret(14 characters)");
    }

    #[test]
    fn the_last_four_of_a_short_secret_stay_hidden() {
        assert_eq!(Secret::new("short-fake").last_four(), None);
        assert_eq!(Secret::new("ntn_fake_fake_fake_fake_WXYZ").last_four(), Some("WXYZ".into()));
    }

    #[test]
    fn secrets_compare_by_content() {
        assert_eq!(Secret::new("a"), Secret::new("a"));
        assert_ne!(Secret::new("a"), Secret::new("b"));
        assert_ne!(Secret::new("a"), Secret::new("aa"));
    }
}
