//! A report can be pasted: nobody and no workspace is named, unless that is asked for.

use super::*;
use crate::support::fakes::connection_identity;

const NAMES: [&str; 8] = ["Ada", "ada@", "Acme", "Beta", "Gamma", "Nightly", "ws-", "/home/fake"];

#[tokio::test]
async fn neither_people_nor_workspaces_nor_the_home_folder_are_named() {
    for fakes in [well(), troubled()] {
        let shown = report(&fakes).await;
        for name in NAMES {
            assert!(!shown.out.contains(name) && !shown.err.contains(name), "{name}: {}", shown.out);
        }
        let (_, document) = document(&fakes, false).await;
        for name in NAMES {
            assert!(!document.to_string().contains(name), "{name}: {document:#}");
        }
    }
}

#[tokio::test]
async fn the_same_one_has_the_same_number_everywhere() {
    let fakes = well();
    fakes.machine.set_token_variable(CONNECTION);
    fakes.machine.surroundings.push(ScriptedAnswer::Now(Ok(HostDetails { workspace_id: Some("ws-1".into()), ..surroundings() })));
    let (_, document) = document(&fakes, false).await;
    let evidence = |id| the(&document, id)["evidence"].as_str().unwrap().to_owned();
    let own = evidence("credential.workspace");
    let kept = evidence("credential.shadows");
    let kept = kept.split_once("instead of: ").unwrap().1.split_once(" (").unwrap().0.to_owned();
    assert_ne!(own, kept);
    let names = format!("NOTION_WORKSPACE_ID is {kept}, but the credential in use belongs to {own}.");
    assert_eq!(evidence("credential.workspace_variable"), names);
}

#[tokio::test]
async fn names_are_shown_to_who_asks_for_them_and_secrets_to_nobody() {
    let (_, document) = document(&troubled(), true).await;
    assert_eq!(document["redacted"], false);
    let text = document.to_string();
    for name in ["Acme", "Beta", "Gamma", "Nightly sync"] {
        assert!(text.contains(name), "{name}: {document:#}");
    }
    assert!(!text.contains("/home/fake"), "{document:#}");
}

#[tokio::test]
async fn a_workspace_of_an_awkward_name_garbles_no_sentence() {
    let fakes = FakeWorld::new();
    let mut identity = connection_identity();
    identity.workspace = Some(workspace("ws-2", "Notion"));
    fakes.notion.accept(CONNECTION, identity);
    fakes.store.add(token_record(workspace("ws-2", "Notion")), CONNECTION);
    let shown = report(&fakes).await;
    assert!(shown.out.contains("Notion accepted the token."), "{}", shown.out);
    assert!(shown.out.contains("Credential: workspace 1 (notion-auth)"), "{}", shown.out);
}
