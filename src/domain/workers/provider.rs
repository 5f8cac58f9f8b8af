//! The services that a worker can sign in to, from `assets/providers.toml`.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A provider, with everything that its registration and its `worker.oauth` declaration need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Also the suggested capability key.
    pub id: String,
    pub name: String,
    /// Empty for the custom provider, where the person fills it in.
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    /// The page where an app is registered; absent if every organization has its own.
    #[serde(default)]
    pub registration_page: Option<String>,
    /// The steps of the registration, in order; each has at most 76 cells.
    pub registration: Vec<String>,
    /// The narrowest useful scope, which the declaration starts with.
    pub scope: String,
    /// The permission that the scope gives the worker, in one line.
    pub scope_means: String,
    /// `authorizationParams` of the declaration, in order.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// `accessTokenExpireMs` of the declaration, for a provider that does not report when its token expires.
    #[serde(default)]
    pub access_token_expires_ms: Option<u64>,
    /// Problems specific to this provider, each with source and date.
    pub quirks: Vec<Quirk>,
    /// Id of the source for all of this; `as_of` is its date.
    pub source: String,
    pub as_of: jiff::civil::Date,
}

impl Provider {
    /// The ids of all sources that the provider cites.
    pub fn source_ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.source.as_str()).chain(self.quirks.iter().map(|quirk| quirk.source.as_str()))
    }
}

/// A peculiarity of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quirk {
    pub text: String,
    pub source: String,
    pub as_of: jiff::civil::Date,
    /// True if ignoring it makes the sign-in fail, or makes it expire early.
    #[serde(default)]
    pub breaks: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    pub name: String,
    pub value: String,
}

/// Everything in `assets/providers.toml`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvidersToml {
    #[serde(rename = "provider")]
    pub providers: Vec<Provider>,
}

impl Provider {
    /// True for the one that stands for every service without an entry of its own.
    pub fn is_custom(&self) -> bool {
        self.id == "custom"
    }

    /// The name within a sentence.
    pub fn name_in_sentence(&self) -> String {
        if self.is_custom() { self.name.to_lowercase() } else { self.name.clone() }
    }
}

/// The build script generates it from `assets/providers.toml`.
const SHIPPED: &[u8] = shipped!("providers");

/// The build script has checked that it parses.
static PROVIDERS: LazyLock<Vec<Provider>> =
    LazyLock::new(|| postcard::from_bytes::<ProvidersToml>(SHIPPED).map(|file| file.providers).unwrap_or_default());

pub fn providers() -> &'static [Provider] {
    &PROVIDERS
}

pub fn provider(id: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.id == id)
}
