//! Credentials that are on this machine: their order, and trouble that hides none of them.

use super::*;
use crate::support::fakes::CONNECTION;
use crate::support::headline;
use notion_auth::domain::credentials::{Entry, Inventory, Unusable};
use notion_auth::domain::problem::ProblemCode;

fn sources(here: &Inventory) -> Vec<String> {
    let name = |entry: &&Entry| match &entry.source {
        CredentialSource::Environment => "environment".to_owned(),
        CredentialSource::OtherVariable(name) => (*name).to_owned(),
        CredentialSource::Saved(account) => format!("ours {}", account.key()),
        CredentialSource::Ntn { workspace } => format!("ntn {workspace}"),
    };
    here.by_precedence().iter().map(name).collect()
}

async fn look(fakes: &FakeWorld) -> Inventory {
    match Work::on(fakes.world()).reply(Task::Probe(Probe::Inventory)).await {
        Ok(TaskOutcome::Probed(ProbeResult::Inventory(here))) => *here,
        other => panic!("{other:?} tells of no credentials"),
    }
}

/// Two of ours, the first in use; one of `ntn`'s; and the variable.
fn full() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.store.add(token_record(workspace("ws-2", "Beta")), MEMBER);
    fakes.machine.set_other_variable("NOTION_TOKEN", CONNECTION);
    fakes.machine.set_token_variable(MEMBER);
    fakes.machine.add_ntn_login(workspace("ws-3", "Gamma"), None);
    fakes
}

#[tokio::test(start_paused = true)]
async fn the_environment_comes_first_then_the_active_one_then_the_rest() {
    let here = look(&full()).await;
    assert_eq!(sources(&here), ["environment", "ours ws-2/token", "ours ws-1/token", "ntn ws-3", "NOTION_TOKEN"]);
    let usable: Vec<_> = here.by_precedence().into_iter().map(Entry::is_usable).collect();
    assert_eq!((usable, here.index.credentials.len(), here.problem()), (vec![true, true, true, false, true], 2, None));
}

#[tokio::test(start_paused = true)]
async fn ours_keep_their_order_where_none_is_active() {
    let fakes = full();
    fakes.store.clear_active();
    assert_eq!(sources(&look(&fakes).await), ["environment", "ours ws-1/token", "ours ws-2/token", "ntn ws-3", "NOTION_TOKEN"]);
}

#[tokio::test(start_paused = true)]
async fn trouble_with_our_records_hides_nothing_else() {
    let fakes = full();
    let problem = Problem::new(ProblemCode::FileCorrupt).with_evidence("credentials.json");
    fakes.store.index.push_error(problem.clone());
    let here = look(&fakes).await;
    assert_eq!(
        (sources(&here), here.problem()),
        (vec!["environment".into(), "ntn ws-3".into(), "NOTION_TOKEN".into()], Some(problem))
    );
}

#[tokio::test(start_paused = true)]
async fn trouble_with_the_machine_hides_none_of_ours() {
    let fakes = full();
    let problem = Problem::new(ProblemCode::NtnFailed).with_evidence("auth.json");
    fakes.machine.discover.push_error(problem.clone());
    let here = look(&fakes).await;
    assert_eq!((sources(&here), here.problem()), (vec!["ours ws-2/token".into(), "ours ws-1/token".into()], Some(problem)));
}

#[tokio::test(start_paused = true)]
async fn one_unreadable_file_hides_nothing_found_beside_it() {
    let fakes = full();
    let problem = Problem::new(ProblemCode::NtnFailed).with_evidence("auth.json");
    let variable = DiscoveredCredential {
        source: CredentialSource::Environment,
        place: "NOTION_API_TOKEN".into(),
        workspace: None,
        unusable: None,
    };
    fakes.machine.discover.push(ScriptedAnswer::Now(Ok((vec![variable], Some(problem.clone())))));
    let here = look(&fakes).await;
    assert_eq!(sources(&here), ["environment", "ours ws-2/token", "ours ws-1/token"]);
    assert_eq!(here.problem(), Some(problem));
}

#[tokio::test(start_paused = true)]
async fn trouble_with_both_is_told_of_both() {
    let fakes = full();
    fakes.store.index.push_error(Problem::new(ProblemCode::FileCorrupt).with_evidence("credentials.json"));
    fakes.machine.discover.push_error(Problem::new(ProblemCode::NtnFailed));
    let trouble = look(&fakes).await.problem().unwrap();
    assert_eq!(trouble.code, ProblemCode::FileCorrupt);
    let both = format!("credentials.json; and {}", headline(ProblemCode::NtnFailed));
    assert_eq!(trouble.evidence, Some(both));
}

#[tokio::test(start_paused = true)]
async fn a_login_that_was_noted_is_one_with_ntns_own_and_stands_where_the_note_does() {
    let fakes = full();
    fakes.machine.add_ntn_login(workspace("ws-4", "Delta"), Some(MEMBER));
    fakes.store.add_ntn_login(ntn_record(workspace("WS4", "Delta Works")));
    let here = look(&fakes).await;
    assert_eq!(sources(&here), ["environment", "ntn ws-4", "ours ws-1/token", "ours ws-2/token", "ntn ws-3", "NOTION_TOKEN"]);
    let login = here.by_precedence()[1];
    assert_eq!((login.is_usable(), login.place.as_str()), (true, "ntn's auth.json"));
    assert_eq!(login.workspace.as_ref().and_then(|workspace| workspace.name.as_deref()), Some("Delta Works"));
}

#[tokio::test(start_paused = true)]
async fn a_note_of_a_login_that_ntn_has_no_more_is_ours_and_cannot_be_read() {
    let fakes = FakeWorld::new();
    fakes.store.add_ntn_login(ntn_record(workspace("ws-4", "Delta")));
    let here = look(&fakes).await;
    assert_eq!(sources(&here), ["ours ws-4/cli"]);
    assert_eq!((here.entries[0].unusable.as_ref(), here.entries[0].short_place()), (Some(&Unusable::Gone), "ntn"));
}
