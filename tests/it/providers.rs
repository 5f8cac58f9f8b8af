//! The shipped providers: every address leads to the provider itself, every statement has its source, everything fits.

use jiff::civil::Date;
use notion_auth::domain::catalog::Catalog;
use notion_auth::domain::link::Link;
use notion_auth::domain::sanitize::{sanitize, width};
use notion_auth::domain::workers::commands::is_valid_key;
use notion_auth::domain::workers::declaration::declaration;
use notion_auth::domain::workers::provider::{Provider, ProvidersToml, provider, providers};

const SHIPPED: &str = include_str!("../../assets/providers.toml");

/// A line of what to do, and a word that must survive 40 columns.
const LINE: usize = 76;
const WORD: usize = 36;

/// The hosts of each provider that people may be sent to, and that may receive a worker's secret.
const HOSTS: [(&str, &[&str]); 4] = [
    ("github", &["github.com"]),
    ("google", &["accounts.google.com", "oauth2.googleapis.com", "console.cloud.google.com"]),
    ("salesforce", &["login.salesforce.com"]),
    ("custom", &[]),
];

/// The exact scopes of each provider, so that widening one requires a change here.
const SCOPES: [(&str, &str); 4] = [
    ("github", "read:user"),
    ("google", "https://www.googleapis.com/auth/calendar.events.readonly"),
    ("salesforce", "api refresh_token"),
    ("custom", ""),
];

fn shipped(id: &str) -> &'static Provider {
    provider(id).unwrap_or_else(|| panic!("there is no provider {id}"))
}

fn is_custom(provider: &Provider) -> bool {
    provider.id == "custom"
}

#[test]
fn the_binary_carries_what_the_file_says() {
    let file: ProvidersToml = toml::from_str(SHIPPED).expect("the shipped providers parse");
    assert_eq!(file.providers, providers());
}

#[test]
fn each_is_there_once_and_its_id_is_a_key() {
    let ids: Vec<&str> = providers().iter().map(|provider| provider.id.as_str()).collect();
    assert_eq!(ids, HOSTS.map(|(id, _)| id));
    for id in ids {
        assert!(is_valid_key(id), "{id}");
    }
}

#[test]
fn a_key_that_no_type_knows_is_refused_and_its_line_named() {
    let damaged = SHIPPED.replacen("\nscope = ", "\nscopes = ", 1);
    let error = toml::from_str::<ProvidersToml>(&damaged).expect_err("an unknown key").to_string();
    assert!(error.contains("unknown field") && error.contains("line"), "{error}");
}

#[test]
fn every_address_is_https_and_the_providers_own() {
    for (id, hosts) in HOSTS {
        let provider = shipped(id);
        let endpoints = [&provider.authorization_endpoint, &provider.token_endpoint];
        let endpoints = endpoints.into_iter().filter(|_| !is_custom(provider));
        for address in endpoints.chain(&provider.registration_page) {
            assert!(address.starts_with("https://"), "{id}: {address}");
            let link = Link::parse(address).unwrap_or_else(|error| panic!("{id}: {address}: {error}"));
            assert!(hosts.contains(&link.host().as_str()), "{id}: {address}");
        }
    }
}

#[test]
fn every_statement_has_a_source_that_is_no_older() {
    let catalog = Catalog::shipped().expect("the shipped catalog parses");
    let holds = |id: &str, as_of: Date| catalog.source(id).is_some_and(|source| as_of <= source.as_of);
    for provider in providers() {
        assert!(holds(&provider.source, provider.as_of), "{}", provider.id);
        assert!(!provider.quirks.is_empty(), "{} has no quirks", provider.id);
        for quirk in &provider.quirks {
            assert!(holds(&quirk.source, quirk.as_of), "{}: {quirk:?}", provider.id);
        }
    }
}

#[test]
fn every_text_fits_the_narrowest_screen() {
    for provider in providers() {
        let lines = provider.registration.iter().chain([&provider.scope_means]);
        for line in lines.clone() {
            assert!(width(line) <= LINE, "{} cells: {line}", width(line));
        }
        for text in lines.chain([&provider.name]).chain(provider.quirks.iter().map(|quirk| &quirk.text)) {
            assert_eq!(&sanitize(text), text, "too long, or stray characters");
            assert!(text.split_whitespace().all(|word| width(word) <= WORD) && !text.is_empty(), "{text}");
        }
    }
}

#[test]
fn no_scope_is_wider_than_named_here() {
    for (id, scope) in SCOPES {
        assert_eq!(shipped(id).scope, scope, "{id}");
    }
}

#[test]
fn the_redirect_address_has_its_place_in_every_registration() {
    for provider in providers() {
        assert!(provider.registration.iter().any(|line| line.contains("redirect URI shown above")), "{}", provider.id);
    }
}

#[test]
fn what_goes_wrong_with_each_is_said() {
    let said: [(&str, &[&str]); 3] = [
        ("github", &["one callback URL", "at most 10 tokens", "do not expire", "repo and user"]),
        ("google", &["7 days", "access_type=offline", "prompt=consent"]),
        ("salesforce", &["Connected Apps", "External Client App", "PKCE", "not documented", "accessTokenExpireMs"]),
    ];
    for (id, phrases) in said {
        let quirks: Vec<&str> = shipped(id).quirks.iter().map(|quirk| quirk.text.as_str()).collect();
        for phrase in phrases {
            assert!(quirks.iter().any(|quirk| quirk.contains(phrase)), "{id} says nothing of {phrase}");
        }
    }
}

/// A mark of warning on everything warns of nothing.
#[test]
fn only_what_breaks_a_sign_in_is_a_warning() {
    let breaking = [("github", None), ("google", Some("7 days")), ("salesforce", Some("PKCE")), ("custom", None)];
    for (id, phrase) in breaking {
        let quirks: Vec<&str> = shipped(id).quirks.iter().filter(|quirk| quirk.breaks).map(|quirk| quirk.text.as_str()).collect();
        assert_eq!(quirks.len(), usize::from(phrase.is_some()), "{id}");
        assert!(quirks.iter().all(|text| phrase.is_some_and(|phrase| text.contains(phrase))), "{id}: {quirks:?}");
    }
}

#[test]
fn a_declaration_carries_what_its_provider_needs() {
    let needs: [(&str, &[&str]); 3] = [
        ("github", &["scope: \"read:user\",", "tokenEndpoint: \"https://github.com/login/oauth/access_token\","]),
        ("google", &[r#"authorizationParams: { "access_type": "offline", "prompt": "consent" },"#]),
        ("salesforce", &["accessTokenExpireMs: 3600000,", "SALESFORCE_CLIENT_SECRET"]),
    ];
    for (id, phrases) in needs {
        let text = declaration(shipped(id), id);
        assert!(phrases.iter().all(|phrase| text.contains(phrase)), "{text}");
    }
    assert!(!declaration(shipped("github"), "github").contains("accessTokenExpireMs"), "its tokens do not expire");
}
