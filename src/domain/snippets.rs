//! What a developer's own server needs, as `assets/snippets.toml` gives it, filled in with the values of a connection.
//!
//! There is no secret in a snippet: it names the environment variable that holds it.

mod content;

pub use content::Language;

use super::oauth::ConnectionNote;
use content::Snippets;
use std::sync::LazyLock;

impl Language {
    /// Ready to be used.
    pub fn filled_in(&self, connection: &ConnectionNote) -> String {
        let redirect = connection.redirect.to_string();
        // A port is all that varies in it: these are its only characters that a query must not hold.
        let encoded = redirect.replace(':', "%3A").replace('/', "%2F");
        let id = harmless(&connection.client_id);
        let code = self.code.replace("{client_id}", &id).replace("{redirect}", &redirect);
        code.replace("{redirect_encoded}", &encoded)
    }
}

/// Notion's client ids are UUIDs. Whatever else stands in one is left out, so that it cannot end a string in any of these languages,
/// nor be a parameter of its own in an address.
fn harmless(client_id: &str) -> String {
    client_id.chars().filter(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')).collect()
}

/// Made from `assets/snippets.toml` by the build script.
const SHIPPED: &str = shipped!("snippets");

/// The build script holds that it parses.
static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| serde_json::from_str::<Snippets>(SHIPPED).map(|file| file.languages).unwrap_or_default());

pub fn languages() -> &'static [Language] {
    &LANGUAGES
}
