//! Tokens that a scan has found are saved one after the other, and the wait for it can end.

use crate::support::fakes::{FakeWorld, MEMBER, ScriptedAnswer};
use crate::support::rotation::NEW;
use notion_auth::domain::credentials::StoreKind;
use notion_auth::domain::problem::ProblemCode;
use notion_auth::domain::scan::{SaveTokens, TokenResult};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::accounts::Stop;
use notion_auth::runtime::scan::save_tokens;

async fn save(fakes: &FakeWorld, stop: &Stop) -> Vec<Option<ProblemCode>> {
    let request = SaveTokens {
        tokens: vec![Secret::new(MEMBER), Secret::new(NEW)],
        profiles: Vec::new(),
        store: Some(StoreKind::File),
        today: jiff::civil::date(2026, 11, 22),
    };
    let (results, _) = save_tokens(request, &fakes.world(), stop).await.unwrap();
    results.iter().map(|TokenResult { outcome, .. }| outcome.as_ref().err().map(|problem| problem.code)).collect()
}

#[tokio::test]
async fn stopping_leaves_the_rest_and_claims_nothing() {
    let fakes = FakeWorld::new();
    fakes.store.save.push(ScriptedAnswer::Never);
    let (stop, stopped) = Stop::new();
    let (codes, ()) = tokio::join!(save(&fakes, &stopped), async {
        while !fakes.store.calls.all().iter().any(|call| call.starts_with("keep ")) {
            tokio::task::yield_now().await;
        }
        stop.send(true).unwrap();
    });
    assert_eq!(codes, [Some(ProblemCode::Cancelled); 2]);
    assert_eq!(fakes.store.current_index().credentials, []);
}
