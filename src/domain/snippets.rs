//! The snippets for a developer's own server from `assets/snippets.toml`, filled in with the values of a connection.
//!
//! A snippet contains no secret: it names the environment variable that holds it.

mod content;

pub use content::Snippet;

use super::oauth::ConnectionRecord;
use content::SnippetsToml;
use std::sync::LazyLock;

impl Snippet {
    /// Returns the code with all placeholders replaced.
    pub fn filled_in(&self, connection: &ConnectionRecord) -> String {
        let redirect = connection.redirect.to_string();
        // Only the port varies in it, so these are its only characters that have to be encoded in a query.
        let encoded = redirect.replace(':', "%3A").replace('/', "%2F");
        let id = safe_client_id(&connection.client_id);
        let code = self.code.replace("{client_id}", &id).replace("{redirect}", &redirect);
        code.replace("{redirect_encoded}", &encoded)
    }
}

/// Removes all characters that a client id, a UUID, cannot have, so that it cannot end a string in any of the languages or add a
/// parameter to an address.
fn safe_client_id(client_id: &str) -> String {
    client_id.chars().filter(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')).collect()
}

/// The build script generates it from `assets/snippets.toml`.
const SHIPPED: &[u8] = shipped!("snippets");

/// The build script has checked that it parses.
static SNIPPETS: LazyLock<Vec<Snippet>> =
    LazyLock::new(|| postcard::from_bytes::<SnippetsToml>(SHIPPED).map(|file| file.snippets).unwrap_or_default());

pub fn snippets() -> &'static [Snippet] {
    &SNIPPETS
}
