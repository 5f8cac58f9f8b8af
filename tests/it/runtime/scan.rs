//! Tokens that a scan has found are saved one after the other, and the wait for it can end.

use crate::support::fakes::{FakeWorld, MEMBER, ScriptedAnswer, member_identity};
use crate::support::rotation::NEW;
use notion_auth::domain::credentials::{Identity, StoreKind};
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::scan::{SaveProgress, SaveTokens, TokenResult, save_token_limit};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::accounts::Stop;
use notion_auth::runtime::scan::save_tokens;
use notion_auth::wizard::msg::Task;
use std::cell::RefCell;

async fn save(fakes: &FakeWorld, stop: &Stop, tell: impl Fn(SaveProgress)) -> Vec<Option<ProblemCode>> {
    let request = SaveTokens {
        tokens: vec![Secret::new(MEMBER), Secret::new(NEW)],
        profiles: Vec::new(),
        store: Some(StoreKind::File),
        today: jiff::civil::date(2026, 11, 22),
    };
    let (results, _) = save_tokens(request, &fakes.world(), stop, tell).await.unwrap();
    results.iter().map(|TokenResult { outcome, .. }| outcome.as_ref().err().map(|problem| problem.code)).collect()
}

#[tokio::test]
async fn stopping_leaves_the_rest_and_claims_nothing() {
    let fakes = FakeWorld::new();
    fakes.store.save.push(ScriptedAnswer::Never);
    let (stop, stopped) = Stop::new();
    let (codes, ()) = tokio::join!(save(&fakes, &stopped, |_| ()), async {
        while !fakes.store.calls.all().iter().any(|call| call.starts_with("keep ")) {
            tokio::task::yield_now().await;
        }
        stop.send(true).unwrap();
    });
    assert_eq!(codes, [Some(ProblemCode::Cancelled); 2]);
    assert_eq!(fakes.store.current_index().credentials, []);
}

#[tokio::test(start_paused = true)]
async fn a_keychain_that_never_answers_costs_one_token_its_time_and_not_the_others_their_result() {
    let fakes = FakeWorld::new();
    fakes.notion.accept(MEMBER, member_identity());
    fakes.notion.accept(NEW, Identity { bot_id: Some("bot-9".into()), ..member_identity() });
    fakes.store.save.push(ScriptedAnswer::Never);
    let told = RefCell::new(Vec::new());
    let begin = tokio::time::Instant::now();
    let codes = save(&fakes, &Stop::never(), |next| told.borrow_mut().push((next.number, next.count))).await;
    assert_eq!(codes, [Some(ProblemCode::KeychainSlow), None]);
    assert_eq!((told.into_inner(), begin.elapsed()), (vec![(1, 2), (2, 2)], save_token_limit()));
    assert_eq!(fakes.store.current_index().credentials.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_saved_token_that_cannot_be_read_costs_no_more_time_either() {
    let fakes = FakeWorld::new();
    fakes.notion.accept(NEW, Identity { bot_id: Some("bot-9".into()), ..member_identity() });
    save(&fakes, &Stop::never(), |_| ()).await;
    fakes.store.load.push(ScriptedAnswer::Never);
    let begin = tokio::time::Instant::now();
    let codes = save(&fakes, &Stop::never(), |_| ()).await;
    assert_eq!((codes, begin.elapsed()), (vec![Some(ProblemCode::KeychainSlow), None], save_token_limit()));
}

#[test]
fn the_task_has_time_for_every_token() {
    let tokens = |count: usize| vec![Secret::new(MEMBER); count];
    for count in [1, 20, 100] {
        let request =
            SaveTokens { tokens: tokens(count), profiles: Vec::new(), store: None, today: jiff::civil::date(2026, 11, 22) };
        let limit = Task::SaveFoundTokens(Box::new(request)).properties().time_limit(false);
        assert!(limit > save_token_limit() * u32::try_from(count).unwrap(), "{count}: {limit:?}");
    }
}
