//! The `worker.oauth(…)` declaration for a provider, to be copied into the worker's source.

use super::provider::Provider;

/// TypeScript, as `@notionhq/workers` 0.9.2 takes it (facts D.1).
pub fn declaration(provider: &Provider, key: &str) -> String {
    let _ = (provider, key);
    String::new()
}

/// The names under which id and secret stand in the worker's environment: `GITHUB_CLIENT_ID` and `GITHUB_CLIENT_SECRET`.
pub fn variable_names(key: &str) -> (String, String) {
    let stem: String =
        key.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' }).collect();
    (format!("{stem}_CLIENT_ID"), format!("{stem}_CLIENT_SECRET"))
}
