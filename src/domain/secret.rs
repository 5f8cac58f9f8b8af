//! A string that cannot be printed and is wiped when dropped.
//!
//! There is no `Display` and no serialisation. Only `expose` returns the text; `tests/it/layers.rs` lists its call sites.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;
use std::hash::{Hash, Hasher};
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

    /// Length in characters; shown next to the mask.
    pub fn len(&self) -> usize {
        self.0.chars().count()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last four characters, by which a person recognises a token; `None` if the secret is too short to reveal four.
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

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_bytes().hash(state);
    }
}

/// Deserializes straight into memory that is wiped: no plain string and no generic value holds the secret in between.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Secret;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
                Ok(Secret::new(text))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Secret, E> {
                Ok(Secret::new(text))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// A buffer for a secret that arrives in chunks. A plain `Vec` that grows would free its old memory with the secret still in it.
#[derive(Default)]
pub struct WipingBuffer(Zeroizing<Vec<u8>>);

impl WipingBuffer {
    const FIRST_CAPACITY: usize = 256;

    pub fn push(&mut self, byte: u8) {
        self.extend(&[byte]);
    }

    pub fn extend(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(self.0.capacity() * 2).max(Self::FIRST_CAPACITY));
            larger.extend_from_slice(&self.0);
            self.0 = Zeroizing::new(larger);
        }
        self.0.extend_from_slice(bytes);
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    /// Converts to text; invalid UTF-8 is replaced.
    pub fn into_secret(self) -> Secret {
        Secret::new(String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for WipingBuffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WipingBuffer({} bytes)", self.len())
    }
}

/// Compares a secret with a plain text, such as an example that is no secret.
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
    fn a_buffer_keeps_what_it_was_given_however_often_it_grows() {
        let mut buffer = WipingBuffer::default();
        let text = "obviously-fake-".repeat(1000);
        text.bytes().for_each(|byte| buffer.push(byte));
        assert_eq!(format!("{buffer:?}"), "WipingBuffer(15000 bytes)");
        assert_eq!(buffer.into_secret(), Secret::new(text));
    }

    #[test]
    fn secrets_compare_by_content() {
        assert_eq!(Secret::new("a"), Secret::new("a"));
        assert_ne!(Secret::new("a"), Secret::new("b"));
        assert_ne!(Secret::new("a"), Secret::new("aa"));
    }
}
