//! The result of each task, on success and on refusal.

use super::*;

#[tokio::test(start_paused = true)]
async fn every_look_ends_in_what_was_found() {
    let fakes = FakeWorld::new();
    let mut work = Work::on(fakes.world());
    let keychain = work.reply(Task::Probe(Probe::Keychain)).await;
    assert_eq!(keychain, Ok(probed(ProbeResult::Keychain(KeychainState::Available { name: "Fake keychain".into() }))));
    assert_eq!(work.reply(Task::Probe(Probe::Browser)).await, Ok(probed(ProbeResult::Browser(BrowserState::Ready { name: None }))));
    assert!(matches!(work.reply(Task::Probe(Probe::Ntn)).await, Ok(TaskOutcome::Probed(ProbeResult::Ntn(NtnState::Found { .. })))));
    assert!(matches!(work.reply(Task::Probe(Probe::Network)).await, Ok(TaskOutcome::Probed(ProbeResult::Network(Ok(_))))));
    assert_eq!(work.reply(Task::Probe(Probe::Inventory)).await, Ok(probed(ProbeResult::Inventory(Box::default()))));
}

#[tokio::test(start_paused = true)]
async fn opening_ends_when_a_browser_was_started() {
    let fakes = FakeWorld::new();
    assert_eq!(Work::on(fakes.world()).reply(portal()).await, Ok(TaskOutcome::Completed));
    assert_eq!(fakes.browser.calls.all(), ["https://app.notion.com/developers/tokens"]);
}

#[tokio::test(start_paused = true)]
async fn a_pasted_token_is_verified_on_its_path() {
    let fakes = FakeWorld::new();
    let reply = Work::on(fakes.world()).reply(pasted(MEMBER)).await;
    assert_eq!(reply, Ok(TaskOutcome::Verified(Box::new(verified()))));
}

#[tokio::test(start_paused = true)]
async fn a_found_token_is_read_from_where_it_was_found() {
    let fakes = FakeWorld::new();
    let ours = token_record(workspace("ws-1", "Acme"));
    fakes.machine.set_token_variable(MEMBER);
    fakes.machine.add_ntn_login(workspace("ws-3", "Gamma"), Some(MEMBER));
    fakes.store.add(ours.clone(), MEMBER);
    let mut work = Work::on(fakes.world());
    for (source, path) in [
        (CredentialSource::Environment, AuthPath::Cli),
        (CredentialSource::Ntn { workspace: "ws-3".into() }, AuthPath::Cli),
        (CredentialSource::Saved(ours.account), AuthPath::Token),
    ] {
        let expected = VerifiedCredential::new(Secret::new(MEMBER), member_identity(), path, Some(source.clone()));
        assert_eq!(work.reply(found(source)).await, Ok(TaskOutcome::Verified(Box::new(expected))));
    }
}

#[tokio::test(start_paused = true)]
async fn a_found_token_that_is_gone_is_never_asked_about() {
    let fakes = FakeWorld::new();
    let gone = CredentialSource::Saved(Account { workspace: "ws-9".into(), name: "token".into() });
    let reply = Work::on(fakes.world()).reply(found(gone)).await;
    assert_eq!(reply, Err(Problem::new(ProblemCode::SecretMissing).with_evidence("ws-9/token")));
    assert!(fakes.notion.calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_the_verified_secret() {
    let fakes = FakeWorld::new();
    let reply = Work::on(fakes.world()).reply(keep()).await;
    assert!(matches!(&reply, Ok(TaskOutcome::Saved(receipt)) if receipt.store == StoreKind::Keychain), "{reply:?}");
    assert_eq!(fakes.store.secret(&verified().account()), Some(Secret::new(MEMBER)));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_a_reply_too() {
    let fakes = FakeWorld::new();
    let problem = || Problem::new(ProblemCode::NoNetwork).with_evidence("unplugged");
    fakes.store.probe_keychain.push_error(problem());
    fakes.machine.browser.push_error(problem());
    fakes.machine.ntn.push_error(problem());
    fakes.notion.reach_host.push_error(problem());
    fakes.browser.open.push_error(problem());
    fakes.store.save.push_error(problem());
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(problem())));
    let mut work = Work::on(fakes.world());
    let keychain = work.reply(Task::Probe(Probe::Keychain)).await;
    assert_eq!(keychain, Ok(probed(ProbeResult::Keychain(KeychainState::Absent { evidence: "unplugged".into() }))));
    let headless = BrowserState::Headless { reason: HeadlessReason::NoBrowser };
    assert_eq!(work.reply(Task::Probe(Probe::Browser)).await, Ok(probed(ProbeResult::Browser(headless))));
    let broken = NtnState::Broken { path: "ntn".into(), evidence: "unplugged".into() };
    assert_eq!(work.reply(Task::Probe(Probe::Ntn)).await, Ok(probed(ProbeResult::Ntn(broken))));
    assert_eq!(work.reply(Task::Probe(Probe::Network)).await, Ok(probed(ProbeResult::Network(Err(problem())))));
    assert_eq!(work.reply(portal()).await, Err(problem()));
    assert_eq!(work.reply(keep()).await, Err(problem()));
    assert_eq!(work.reply(pasted(MEMBER)).await, Err(problem()));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_sees_nothing_is_searched_again_until_it_sees_a_page() {
    let fakes = FakeWorld::new();
    let reach = |pages| Ok(CapabilityResponse::Granted(Reach { pages, data_sources: 0, has_more: false }));
    fakes.notion.search.push(ScriptedAnswer::Now(reach(0)));
    fakes.notion.search.push_error(Problem::new(ProblemCode::NoNetwork));
    fakes.notion.search.push(ScriptedAnswer::Now(reach(1)));
    let mut work = Work::on(fakes.world());
    let id = work.start(Task::WatchReach(Box::new(verified())));
    assert_eq!(work.next().await, (15, Msg::Progress(id, Progress::Search(reach(1)))));
    assert_eq!(work.next().await, (15, Msg::Reply(id, Ok(TaskOutcome::Completed))));
    let id = work.start(Task::WatchReach(Box::new(verified())));
    work.runtime.cancel(id);
    assert!(work.stays_silent().await);
}
