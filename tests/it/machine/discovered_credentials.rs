//! Credentials that were there before us: in `NOTION_API_TOKEN`, and in the files that `ntn` keeps.

use super::{DEADLINE, Folder};
use notion_auth::adapters::demo::home::DemoHome;
use notion_auth::adapters::demo::ntn::DemoNtn;
use notion_auth::adapters::demo::simulated_notion::SimulatedNotion;
use notion_auth::adapters::machine::environment::Environment;
use notion_auth::adapters::machine::{DemoMachine, LocalMachine};
use notion_auth::domain::credentials::{CredentialSource, DiscoveredCredential, Unusable, Workspace};
use notion_auth::domain::login::{LoginRequest, LoginSteps, LoginTarget};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::runtime::ports::{Machine, NtnCli};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

const FAKE: &str = "ntn_fake_member_0000000000000000000000000000";

const WORKSPACES: &str = r#"{"version":"1","environments":{
    "prod":{"one":{"id":"one","name":"Acme"},"two":{"id":"two","name":"Side \u001b[31mProject"}},
    "dev":{"three":{"id":"three","name":"Sandbox","added":"later"}}}}"#;

fn local(environment: Environment) -> LocalMachine {
    LocalMachine::new(Arc::new(environment))
}

async fn existing(environment: Environment) -> (Vec<DiscoveredCredential>, Option<Problem>) {
    tokio::time::timeout(DEADLINE, local(environment).discover_credentials()).await.unwrap().unwrap()
}

fn login(workspace: &str, name: Option<&str>, place: &str, readable: bool) -> DiscoveredCredential {
    DiscoveredCredential {
        source: CredentialSource::Ntn { workspace: workspace.into() },
        place: place.into(),
        workspace: Some(Workspace { id: workspace.into(), name: name.map(str::to_owned) }),
        unusable: (!readable).then_some(Unusable::KeptByNtn),
    }
}

#[tokio::test]
async fn a_login_is_readable_where_its_token_is_in_a_file() {
    let folder = Folder::new();
    folder.file("workspaces.json", WORKSPACES);
    let auth = folder.file("auth.json", &format!(r#"{{"one":"{FAKE}","unnamed":"{FAKE}","three":""}}"#));
    let auth = auth.to_str().unwrap();
    let (found, trouble) = existing(folder.environment(&[("NOTION_HOME", folder.text())])).await;
    assert_eq!(trouble, None);
    assert_eq!(
        found,
        [
            login("one", Some("Acme"), auth, true),
            login("three", Some("Sandbox"), "listed by ntn, but its token was not found", false),
            login("two", Some("Side [31mProject"), "listed by ntn, but its token was not found", false),
            login("unnamed", None, auth, true),
        ]
    );
}

#[tokio::test]
async fn a_token_in_the_environment_comes_first_with_its_workspace() {
    let folder = Folder::new();
    folder.file(".notion/workspaces.json", WORKSPACES);
    let (found, _) = existing(folder.environment(&[("NOTION_API_TOKEN", FAKE), ("NOTION_WORKSPACE_ID", "one")])).await;
    assert_eq!(found.len(), 4);
    assert_eq!(
        found.first(),
        Some(&DiscoveredCredential {
            source: CredentialSource::Environment,
            place: "NOTION_API_TOKEN".into(),
            workspace: Some(Workspace { id: "one".into(), name: None }),
            unusable: None,
        })
    );
}

#[tokio::test]
async fn nothing_at_all_is_no_trouble() {
    assert_eq!(existing(Folder::new().environment(&[])).await, (vec![], None));
    assert_eq!(existing(Environment::default()).await, (vec![], None));
}

#[tokio::test]
async fn a_broken_file_is_named_with_its_position_and_hides_nothing_else() {
    let folder = Folder::new();
    folder.file("workspaces.json", WORKSPACES);
    let auth = folder.file("auth.json", &format!("{{\n  \"one\": [\"{FAKE}\"]\n}}"));
    let (found, trouble) = existing(folder.environment(&[("NOTION_HOME", folder.text()), ("NOTION_API_TOKEN", FAKE)])).await;
    assert_eq!(found.len(), 4);
    let trouble = trouble.unwrap();
    assert_eq!(trouble.code, ProblemCode::NtnFileUnreadable);
    assert_eq!(trouble.evidence, Some(format!("{}: line 2, column 9", auth.display())));
}

#[tokio::test]
async fn a_file_of_tokens_alone_counts_even_beside_a_broken_list() {
    let folder = Folder::new();
    folder.file("workspaces.json", "");
    folder.file("auth.json", &format!(r#"{{"one":"{FAKE}"}}"#));
    let (found, trouble) = existing(folder.environment(&[("NOTION_HOME", folder.text())])).await;
    assert_eq!(found.iter().filter(|login| login.unusable.is_none()).count(), 1);
    assert_eq!(trouble.unwrap().code, ProblemCode::NtnFileUnreadable);
}

#[tokio::test]
async fn what_is_no_file_of_reasonable_size_is_not_read() {
    for (make, why) in [
        ("mkfifo auth.json", "not a regular file"),
        ("mkdir auth.json", "not a regular file"),
        ("ln -s /dev/zero auth.json", "not a regular file"),
        ("head -c 2000000 /dev/zero >auth.json", "larger than 1048576 bytes"),
        ("printf '\\377' >auth.json", "line 1, column 1"),
    ] {
        let folder = Folder::new();
        super::run("/bin/sh", &["-c", &format!("cd \"$1\" && {make}"), "-", folder.text()]);
        let (_, trouble) = existing(folder.environment(&[("NOTION_HOME", folder.text())])).await;
        let evidence = trouble.and_then(|trouble| trouble.evidence).unwrap_or_default();
        assert!(evidence.ends_with(why), "{make}: {evidence}");
    }
}

#[tokio::test]
async fn the_folder_is_found_as_ntn_finds_it() {
    for (there, with_xdg, found_in) in [
        (vec!["xdg/notion", ".config/notion", ".notion"], true, "xdg/notion"),
        (vec!["xdg", ".config/notion", ".notion"], true, ""),
        (vec![".config/notion", ".notion"], true, ".config/notion"),
        (vec!["xdg/notion", ".config/notion", ".notion"], false, ".config/notion"),
        (vec![".config", ".notion"], false, ""),
        (vec![".notion"], false, ".notion"),
    ] {
        let folder = Folder::new();
        for place in &there {
            folder.file(&format!("{place}/auth.json"), &format!(r#"{{"{place}":"{FAKE}"}}"#));
        }
        let xdg = folder.path().join("xdg");
        let xdg = if with_xdg { xdg.to_str().unwrap() } else { "" };
        let (found, _) = existing(folder.environment(&[("XDG_CONFIG_HOME", xdg)])).await;
        let ids: Vec<String> = found.into_iter().filter_map(|login| Some(login.workspace?.id)).collect();
        assert_eq!(ids.concat(), found_in, "{there:?}");
    }
}

#[tokio::test]
async fn a_notion_home_that_does_not_exist_is_trouble_because_ntn_stops_at_it() {
    let folder = Folder::new();
    folder.file(".notion/workspaces.json", WORKSPACES);
    let (found, trouble) = existing(folder.environment(&[("NOTION_HOME", "/no/such/folder")])).await;
    assert_eq!(found, []);
    let trouble = trouble.unwrap();
    assert_eq!(
        (trouble.code, trouble.evidence.as_deref()),
        (ProblemCode::NtnFileUnreadable, Some("NOTION_HOME is not a folder: /no/such/folder"))
    );
}

#[tokio::test]
async fn secrets_are_read_only_when_asked_for() {
    let folder = Folder::new();
    let auth = folder.file("auth.json", &format!(r#"{{"one":"{FAKE}"}}"#));
    std::fs::set_permissions(&auth, std::fs::Permissions::from_mode(0o644)).unwrap();
    let variables = [("NOTION_HOME", folder.text()), ("NOTION_API_TOKEN", FAKE), ("NOTION_KEYRING", "0")];
    let machine = local(folder.environment(&variables));
    assert_eq!(machine.ntn_token("one".into()).await.unwrap().expose(), FAKE);
    assert_eq!(machine.environment_token("NOTION_API_TOKEN").await.unwrap().expose(), FAKE);
    assert_eq!(machine.ntn_token("two".into()).await.unwrap_err().code, ProblemCode::SecretMissing);
    assert_eq!(std::fs::metadata(auth).unwrap().permissions().mode() & 0o777, 0o644, "ntn's own file stays as it is");

    let nothing = local(Environment::from_pairs([("NOTION_KEYRING", "0")]));
    assert_eq!(nothing.ntn_token("one".into()).await.unwrap_err().code, ProblemCode::SecretMissing);
    assert_eq!(nothing.environment_token("NOTION_API_TOKEN").await.unwrap_err().code, ProblemCode::TokenMissing);
}

#[tokio::test]
async fn other_variables_are_found_by_name_and_an_unclear_one_is_not_handed_on() {
    let variables = [("NOTION_KEYRING", "0"), ("NOTION_TOKEN", FAKE), ("NOTION_KEY", "two values"), ("NOTION_TOKEN_V2", FAKE)];
    let machine = local(Environment::from_pairs(variables));
    let (found, _) = machine.discover_credentials().await.unwrap();
    let found: Vec<_> = found.iter().map(|found| (found.source.clone(), found.unusable.is_none())).collect();
    assert_eq!(
        found,
        [(CredentialSource::OtherVariable("NOTION_KEY"), false), (CredentialSource::OtherVariable("NOTION_TOKEN"), true)]
    );
    assert_eq!(machine.environment_token("NOTION_TOKEN").await.unwrap().expose(), FAKE);
    assert_eq!(machine.environment_token("NOTION_KEY").await.unwrap_err().code, ProblemCode::VariableUnclear);
    for never in ["NOTION_API_TOKEN", "NOTION_TOKEN_V2", "AUTH_TOKEN", "PATH"] {
        assert_eq!(machine.environment_token(never).await.unwrap_err().code, ProblemCode::TokenMissing, "{never}");
    }
}

/// The demo's invented home; nothing here needs its files.
fn home(folder: &Folder) -> Arc<DemoHome> {
    Arc::new(DemoHome::new(folder.text().as_ref()))
}

#[tokio::test]
async fn the_demo_sees_none_of_it() {
    let folder = Folder::new();
    folder.file("auth.json", &format!(r#"{{"one":"{FAKE}"}}"#));
    let environment = folder.environment(&[("NOTION_HOME", folder.text()), ("NOTION_API_TOKEN", FAKE)]);
    let notion = SimulatedNotion::bind().expect("a port");
    let demo = DemoMachine::new(Arc::new(environment), home(&folder), DemoNtn::new(&notion));
    assert_eq!(demo.discover_credentials().await, Ok((vec![], None)));
    assert_eq!(demo.environment_token("NOTION_API_TOKEN").await.unwrap_err().code, ProblemCode::SecretMissing);
    assert_eq!(demo.ntn_token("one".into()).await.unwrap_err().code, ProblemCode::SecretMissing);
}

#[tokio::test]
async fn the_ntn_of_the_demo_lists_its_login() {
    let folder = Folder::new();
    let notion = SimulatedNotion::bind().expect("a port");
    let ntn = DemoNtn::new(&notion);
    let demo = DemoMachine::new(Arc::new(folder.environment(&[])), home(&folder), ntn.clone());
    // The automatic approval comes after a delay, which a paused clock skips.
    tokio::time::pause();
    let request = LoginRequest { target: LoginTarget::New, use_file: false, steps: LoginSteps::Resume };
    let login = ntn.login(request, Box::new(drop)).await.unwrap().expect("a login");
    let (found, _) = demo.discover_credentials().await.unwrap();
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(found.source, CredentialSource::Ntn { workspace: login.workspace.id.clone() });
    assert!(found.unusable.is_none() && demo.ntn_token(login.workspace.id).await.is_ok());
}
