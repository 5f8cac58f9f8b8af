//! Refresh and logout with a real Secret Service: the three entries that another program sees are renewed and finally deleted.

use crate::installed::secret_service::SecretService;
use crate::support::connection_fakes::CLIENT_SECRET;
use crate::support::connection_life::{account, authorize, checked, record};
use crate::support::oauth_server::OauthServer;
use crate::support::sandbox::Sandbox;
use crate::support::subprocess::{RESULT_PREFIX, run_for_results, test_in_subprocess};
use notion_auth::adapters::storage::credential_store::LocalStore;
use notion_auth::adapters::storage::folders::Folders;
use notion_auth::domain::credentials::{CredentialRecord, Secrets, StoreKind};
use notion_auth::domain::secret::Secret;
use std::path::PathBuf;

/// Keeps a pair in the keychain, from a process that has the service in its environment.
fn keep(service: &SecretService, home: &Sandbox, pair: &Secrets) {
    let mut child = test_in_subprocess(&[], "refresh::keeps");
    child.envs(service.environment()).env("NOTION_AUTH_HOME", home.path().join(".config/notion-auth"));
    child.env("ACCESS", pair.token.expose()).env("REFRESH", pair.refresh.as_ref().unwrap().expose());
    assert_eq!(run_for_results(&mut child), ["Ok"]);
}

#[test]
#[ignore = "started by the other"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "its script and its answer")]
fn keeps() {
    let secret = |name: &str| Secret::new(std::env::var(name).unwrap());
    let folders = Folders::under(PathBuf::from(std::env::var_os("NOTION_AUTH_HOME").unwrap()));
    let record = CredentialRecord { store: StoreKind::Keychain, ..record() };
    let client_secret = Some(Secret::new(CLIENT_SECRET));
    let secrets = Secrets { token: secret("ACCESS"), refresh: Some(secret("REFRESH")), client_secret, ..Secrets::default() };
    let kept = LocalStore::new(&folders, None).save_blocking(record, &secrets);
    println!("\n{RESULT_PREFIX}{}", kept.map_or_else(|problem| format!("{problem:?}"), |_| "Ok".into()));
}

#[test]
fn three_entries_are_seen_renewed_and_removed() {
    let (service, server) = (SecretService::start(), OauthServer::start());
    let home = Sandbox::new().with_variable("NOTION_API_BASE_URL", server.base_url()).with_keychain(&service);
    let seen = |name: &str| service.run_secret_tool(&["lookup", "service", "notion-auth", "username", name]);
    let names = account().key();
    let all = || [names.clone(), format!("{names}-refresh"), format!("{names}-client-secret")].map(|name| seen(&name));

    let first = authorize(&server);
    keep(&service, &home, &first);
    assert_eq!(all(), [first.token.expose(), first.refresh.as_ref().unwrap().expose(), CLIENT_SECRET]);

    let run = checked(home.run("refresh", ""));
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert!(run.stderr.contains("saved in the keychain"), "{}", run.stderr);
    let [access, refresh, client_secret] = all();
    assert!(access != first.token.expose() && server.is_token_valid(&access), "a newer access token");
    assert!(server.is_token_valid(&refresh), "and a newer refresh token");
    assert_eq!(client_secret, CLIENT_SECRET);
    assert_eq!(home.run_allowing_secret("token", "").stdout, format!("{access}\n"));

    let run = checked(home.run("logout", ""));
    assert_eq!(run.exit_code, Some(0), "{run:?}");
    assert_eq!(all(), ["", "", ""]);
    let left = service.run_secret_tool(&["search", "--all", "service", "notion-auth"]);
    assert!(!left.contains("username"), "{left}");
    assert!(!server.is_token_valid(&refresh) && !server.is_token_valid(&access));
}
