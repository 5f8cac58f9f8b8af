//! The engine of a rotation, with each of its steps failing.

use crate::support::fakes::{FakeWorld, MEMBER, ScriptedAnswer, member_identity};
use crate::support::rotation::{NEW, record, variable};
use notion_auth::domain::credentials::{CredentialRecord, Identity};
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::rotation::{HeldToken, OtherHolder, ReachVerdict, RotationOutcome, RotationRequest};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::accounts::Stop;
use notion_auth::runtime::rotate;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

/// A machine with a token that was sent to a secret manager, at a Notion that knows a second token of the same person.
fn machine() -> FakeWorld {
    let fakes = FakeWorld::new();
    fakes.notion.accept(NEW, Identity { bot_id: Some("bot-9".into()), ..member_identity() });
    fakes.store.add(record(), MEMBER);
    fakes
}

async fn request(fakes: &FakeWorld) -> RotationRequest {
    let world = fakes.world();
    let plan = rotate::prepare(&world, &record()).await.unwrap();
    let check = rotate::check(&world, &plan, Secret::new(NEW)).await.unwrap();
    RotationRequest { plan, check, expires_on: None, today: TODAY }
}

async fn swap(fakes: &FakeWorld, request: &RotationRequest, stop: &Stop) -> RotationOutcome {
    rotate::swap(&fakes.world(), request, stop, |_| {}).await
}

fn failed(outcome: &RotationOutcome) -> Vec<&'static str> {
    outcome.results.iter().filter(|result| result.result.is_err()).map(|result| result.target.id()).collect()
}

#[tokio::test]
async fn every_place_is_replaced_and_the_copy_is_remembered_with_the_new_credential() {
    let fakes = machine();
    let outcome = swap(&fakes, &request(&fakes).await, &Stop::never()).await;
    assert_eq!((failed(&outcome), outcome.can_revoke()), (vec![], true));
    let index = fakes.store.current_index();
    let [saved] = index.credentials.as_slice() else { panic!("{index:?}") };
    assert_eq!((saved.account.actor(), index.active.as_ref()), (Some("bot-9"), Some(&saved.account)));
    assert_eq!((saved.saved_on, saved.sent_to[0].sent_on, saved.sent_to[0].is_outdated), (TODAY, TODAY, false));
    assert_eq!(fakes.store.secret(&saved.account), Some(Secret::new(NEW)));
}

#[tokio::test]
async fn if_the_store_fails_nothing_is_sent_and_the_old_token_stays() {
    for problem in [ProblemCode::KeychainLocked, ProblemCode::ReadBackMismatch, ProblemCode::StoreBusy] {
        let fakes = machine();
        let request = request(&fakes).await;
        fakes.store.replace.push_error(Problem::new(problem));
        let outcome = swap(&fakes, &request, &Stop::never()).await;
        assert_eq!((failed(&outcome), outcome.problem().unwrap().code), (vec!["store"], problem));
        assert!(fakes.managers.calls.is_empty() && !outcome.is_saved());
        assert_eq!(fakes.store.secret(&record().account), Some(Secret::new(MEMBER)));
    }
}

#[tokio::test]
async fn a_failing_manager_is_left_and_the_others_are_not() {
    let fakes = machine();
    let request = request(&fakes).await;
    fakes.managers.send.push_error(Problem::new(ProblemCode::SendUnconfirmed));
    let outcome = swap(&fakes, &request, &Stop::never()).await;
    assert_eq!((failed(&outcome), outcome.problem().unwrap().code), (vec!["secret_manager"], ProblemCode::RotationIncomplete));
    assert!(fakes.store.current_index().credentials[0].sent_to[0].is_outdated, "the record says what is left");

    // The same token again goes on there.
    let world = fakes.world();
    let plan = rotate::prepare(&world, &outcome.record).await;
    let plan = plan.map(|plan| (plan.pending_copies(true).count(), plan.pending_copies(false).count()));
    assert_eq!(plan, Ok((1, 1)));
}

#[tokio::test]
async fn that_a_copy_cannot_be_remembered_is_no_failure_because_it_was_sent() {
    let fakes = machine();
    let request = request(&fakes).await;
    fakes.store.remember_copy.push_error(Problem::new(ProblemCode::StoreBusy));
    let outcome = swap(&fakes, &request, &Stop::never()).await;
    assert_eq!((failed(&outcome), fakes.managers.calls.all().len()), (vec![], 1));
}

#[tokio::test]
async fn what_notion_does_not_say_about_the_old_token_is_unknown_and_no_obstacle() {
    for code in [ProblemCode::Unauthorized, ProblemCode::TimedOut, ProblemCode::NotionServerError] {
        let fakes = machine();
        fakes.store.add(CredentialRecord { person: Some("person-1".into()), ..record() }, MEMBER);
        fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(Problem::new(code))));
        let world = fakes.world();
        let known = CredentialRecord { person: Some("person-1".into()), ..record() };
        let plan = rotate::prepare(&world, &known).await.unwrap();
        let check = rotate::check(&world, &plan, Secret::new(NEW)).await.unwrap();
        assert_eq!(check.verdict(), ReachVerdict::Unknown, "{code:?}");
    }
}

#[tokio::test]
async fn a_token_that_the_store_has_lost_can_be_replaced() {
    let fakes = machine();
    fakes.store.load.push_error(Problem::new(ProblemCode::SecretMissing));
    let plan = rotate::prepare(&fakes.world(), &record()).await.unwrap();
    assert_eq!((plan.old.secret.is_none(), plan.old.reach.is_err(), plan.mcp), (true, true, None));
    fakes.store.load.push_error(Problem::new(ProblemCode::KeychainLocked));
    let refused = rotate::prepare(&fakes.world(), &record()).await;
    assert_eq!(refused.unwrap_err().code, ProblemCode::KeychainLocked, "a locked keychain is unlocked first");
}

#[tokio::test]
async fn stopping_ends_the_wait_for_the_store_and_nothing_is_claimed() {
    let fakes = machine();
    let request = request(&fakes).await;
    fakes.store.replace.push(ScriptedAnswer::Never);
    let (stop, stopped) = Stop::new();
    stop.send(true).unwrap();
    let outcome = swap(&fakes, &request, &stopped).await;
    assert_eq!((failed(&outcome), outcome.problem().unwrap().code), (vec!["store"], ProblemCode::Cancelled));
}

#[tokio::test]
async fn variables_that_hold_the_old_token_are_found_and_others_are_not() {
    let fakes = machine();
    fakes.machine.set_token_variable(MEMBER);
    fakes.machine.set_other_variable("NOTION_TOKEN", NEW);
    let plan = rotate::prepare(&fakes.world(), &record()).await.unwrap();
    assert_eq!(plan.other_holders(false), [variable("NOTION_API_TOKEN", HeldToken::Old)]);
    // Had an earlier rotation saved this token, the other variable might have the one before it.
    assert_eq!(plan.other_holders(true), [variable("NOTION_TOKEN", HeldToken::Unknown)]);
    fakes.store.load.push_error(Problem::new(ProblemCode::SecretMissing));
    let lost = rotate::prepare(&fakes.world(), &record()).await.unwrap();
    let tokens: Vec<HeldToken> = lost.other_holders(false).iter().map(OtherHolder::token).collect();
    assert_eq!(tokens, [HeldToken::Unknown; 2], "nothing is left to compare with");
}

#[tokio::test]
async fn the_end_of_the_old_token_is_proven_by_a_refusal_alone() {
    let fakes = machine();
    let world = fakes.world();
    assert_eq!(rotate::is_refused(&world, Secret::new(MEMBER)).await, Ok(false));
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(Problem::new(ProblemCode::Unauthorized))));
    assert_eq!(rotate::is_refused(&world, Secret::new(MEMBER)).await, Ok(true));
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(Problem::new(ProblemCode::NoNetwork))));
    assert_eq!(rotate::is_refused(&world, Secret::new(MEMBER)).await.unwrap_err().code, ProblemCode::NoNetwork);
}
