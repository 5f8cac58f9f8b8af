//! Refresh and logout with a real Secret Service: the three entries that another program sees are renewed and finally deleted.

use super::{account, authorize, checked, record};
use crate::support::again::{RESULT, again, results};
use crate::support::binary::Home;
use crate::support::connections::CLIENT_SECRET;
use crate::support::oauth_server::OauthServer;
use crate::support::secret_service::SecretService;
use notion_auth::adapters::credential_store::LocalStore;
use notion_auth::adapters::folders::Folders;
use notion_auth::domain::credential::{CredentialRecord, Secrets, StoreKind};
use notion_auth::domain::secret::Secret;
use std::path::PathBuf;

/// Keeps a pair in the keychain, from a process that has the service in its environment.
fn keep(service: &SecretService, home: &Home, pair: &Secrets) {
    let mut child = again(&[], "refresh::keychain::keeps");
    child.envs(service.environment()).env("NOTION_AUTH_HOME", home.path().join(".config/notion-auth"));
    child.env("ACCESS", pair.token.expose()).env("REFRESH", pair.refresh.as_ref().unwrap().expose());
    assert_eq!(results(&mut child), ["Ok"]);
}

#[test]
#[ignore = "started by the other"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "its script and its answer")]
fn keeps() {
    let secret = |name: &str| Secret::new(std::env::var(name).unwrap());
    let folders = Folders::under(PathBuf::from(std::env::var_os("NOTION_AUTH_HOME").unwrap()));
    let record = CredentialRecord { store: StoreKind::Keychain, ..record() };
    let client_secret = Some(Secret::new(CLIENT_SECRET));
    let secrets = Secrets { token: secret("ACCESS"), refresh: Some(secret("REFRESH")), client_secret };
    let kept = LocalStore::new(&folders, None).keep_now(record, &secrets);
    println!("\n{RESULT}{}", kept.map_or_else(|problem| format!("{problem:?}"), |_| "Ok".into()));
}

#[test]
fn three_entries_are_seen_renewed_and_removed() {
    let (service, server) = (SecretService::start(), OauthServer::start());
    let home = Home::new().with("NOTION_API_BASE_URL", server.base_url()).with_keychain(&service);
    let seen = |name: &str| service.secret_tool(&["lookup", "service", "notion-auth", "username", name]);
    let names = account().as_text();
    let all = || [names.clone(), format!("{names}-refresh"), format!("{names}-client-secret")].map(|name| seen(&name));

    let first = authorize(&server);
    keep(&service, &home, &first);
    assert_eq!(all(), [first.token.expose(), first.refresh.as_ref().unwrap().expose(), CLIENT_SECRET]);

    let run = checked(home.run("refresh", ""));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.err.contains("it is kept in the keychain"), "{}", run.err);
    let [access, refresh, client_secret] = all();
    assert!(access != first.token.expose() && server.is_alive(&access), "a newer access token");
    assert!(server.is_alive(&refresh), "and a newer refresh token");
    assert_eq!(client_secret, CLIENT_SECRET);
    assert_eq!(home.run_showing_the_secret("token", "").out, format!("{access}\n"));

    let run = checked(home.run("logout", ""));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(all(), ["", "", ""]);
    let left = service.secret_tool(&["search", "--all", "service", "notion-auth"]);
    assert!(!left.contains("username"), "{left}");
    assert!(!server.is_alive(&refresh) && !server.is_alive(&access));
}
