//! The services a worker can sign in to, as `assets/providers.toml` gives them.

use serde::Deserialize;
use std::sync::LazyLock;

/// A provider, and everything its registration and its `worker.oauth` declaration need.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Also the suggested capability key.
    pub id: String,
    pub name: String,
    /// Empty for the custom one, which the person fills in.
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    /// The page where an app is registered; absent where there is none that serves everybody.
    #[serde(default)]
    pub registration_page: Option<String>,
    /// What to do there, in order: where the redirect address goes, what to choose. Each at most 76 cells.
    pub registration: Vec<String>,
    /// The narrowest scope that is of use; what the declaration starts with.
    pub scope: String,
    /// What that scope lets the worker do, in one line.
    pub scope_means: String,
    /// `authorizationParams` of the declaration, in order.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// `accessTokenExpireMs` of the declaration, where the provider does not say when its token ends.
    #[serde(default)]
    pub access_token_expires_ms: Option<u64>,
    /// What goes wrong here and nowhere else, with source and date.
    pub quirks: Vec<Quirk>,
    /// Ids of sources of the above, and its date.
    pub source: String,
    pub as_of: jiff::civil::Date,
}

impl Provider {
    /// The ids of all sources it rests on.
    pub fn cited(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.source.as_str()).chain(self.quirks.iter().map(|quirk| quirk.source.as_str()))
    }
}

/// Something to know about a provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quirk {
    pub text: String,
    pub source: String,
    pub as_of: jiff::civil::Date,
    /// Whoever passes over it ends without a sign-in, or without one that lasts.
    #[serde(default)]
    pub breaks: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    pub name: String,
    pub value: String,
}

/// Everything in `assets/providers.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderFile {
    #[serde(rename = "provider")]
    pub providers: Vec<Provider>,
}

/// Made from `assets/providers.toml` by the build script.
const SHIPPED: &str = shipped!("providers");

/// The build script holds that it parses.
static PROVIDERS: LazyLock<Vec<Provider>> =
    LazyLock::new(|| serde_json::from_str::<ProviderFile>(SHIPPED).map(|file| file.providers).unwrap_or_default());

pub fn providers() -> &'static [Provider] {
    &PROVIDERS
}

pub fn provider(id: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.id == id)
}
