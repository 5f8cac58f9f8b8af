//! Silence, cancelling, and the end of the runtime.

use super::*;
use notion_auth::adapters::storage::time_limited_store::KeychainLimits;
use notion_auth::domain::credentials::Inventory;
use notion_auth::domain::machine::KEYCHAIN_DIALOG_TIMEOUT;

/// Returns the reply at the timeout, and after how many seconds it came.
async fn silence(fakes: &FakeWorld, task: Task) -> (u64, Reply) {
    let mut work = Work::on(fakes.world());
    let reply = work.reply(task).await;
    (work.began.elapsed().as_secs(), reply)
}

#[tokio::test(start_paused = true)]
async fn silence_becomes_the_reply_of_its_task_in_time() {
    let fakes = FakeWorld::new();
    let timed_out = || Problem::new(ProblemCode::TimedOut);
    let headline = timed_out().headline().to_owned();
    fakes.store.probe_keychain.push(ScriptedAnswer::Never);
    assert_eq!(
        silence(&fakes, Task::Probe(Probe::Keychain)).await,
        (6, Ok(probed(ProbeResult::Keychain(KeychainState::TimedOut))))
    );
    fakes.machine.browser.push(ScriptedAnswer::Never);
    let headless = BrowserState::Headless { reason: HeadlessReason::NoBrowser };
    assert_eq!(silence(&fakes, Task::Probe(Probe::Browser)).await, (6, Ok(probed(ProbeResult::Browser(headless)))));
    fakes.machine.ntn.push(ScriptedAnswer::Never);
    let broken = NtnState::Broken { path: "ntn".into(), evidence: headline };
    assert_eq!(silence(&fakes, Task::Probe(Probe::Ntn)).await, (6, Ok(probed(ProbeResult::Ntn(broken)))));
    fakes.machine.discover.push(ScriptedAnswer::Never);
    let trouble = Inventory { search_problem: Some(timed_out()), ..Inventory::default() };
    assert_eq!(silence(&fakes, Task::Probe(Probe::Inventory)).await, (6, Ok(probed(ProbeResult::Inventory(Box::new(trouble))))));
    fakes.notion.reach_host.push(ScriptedAnswer::Never);
    assert_eq!(silence(&fakes, Task::Probe(Probe::Network)).await, (20, Ok(probed(ProbeResult::Network(Err(timed_out()))))));
    fakes.browser.open.push(ScriptedAnswer::Never);
    assert_eq!(silence(&fakes, portal()).await, (8, Err(timed_out())));
    fakes.clipboard.copy.push(ScriptedAnswer::Never);
    assert_eq!(silence(&fakes, Task::Copy("a link".into())).await, (5, Ok(TaskOutcome::Copied(None))));
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Never);
    assert_eq!(silence(&fakes, pasted(MEMBER)).await, (150, Err(timed_out())));
    fakes.store.save.push(ScriptedAnswer::Never);
    assert_eq!(silence(&fakes, keep()).await, (160, Err(Problem::new(ProblemCode::KeychainSlow))));
    fakes.store.save.push(ScriptedAnswer::Never);
    let (_, reply) = silence(&fakes, keep_in(StoreKind::File)).await;
    assert!(matches!(reply, Err(problem) if problem.code == ProblemCode::FileFailed), "no keychain is in it");
}

#[tokio::test(start_paused = true)]
async fn a_silent_inspection_ends_with_what_it_has_learned() {
    let fakes = FakeWorld::new();
    fakes.notion.users.push(ScriptedAnswer::Never);
    let mut work = Work::on(fakes.world());
    let id = work.start(inspect());
    assert!(matches!(work.next().await, (0, Msg::Progress(from, Progress::Search(Ok(_)))) if from == id));
    assert_eq!(work.next().await, (100, Msg::Reply(id, Ok(TaskOutcome::Completed))));
}

#[tokio::test(start_paused = true)]
async fn an_answer_just_within_the_limit_counts() {
    let fakes = FakeWorld::new();
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::After(Duration::from_secs(149), Ok(member_identity())));
    assert_eq!(Work::on(fakes.world()).reply(pasted(MEMBER)).await, Ok(TaskOutcome::Verified(Box::new(verified()))));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_task_says_nothing() {
    let fakes = FakeWorld::new();
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::After(Duration::from_secs(10), Ok(member_identity())));
    let mut work = Work::on(fakes.world());
    let id = work.start(pasted(MEMBER));
    tokio::time::sleep(Duration::from_secs(1)).await;
    work.runtime.cancel(id);
    assert!(work.stays_silent().await);
}

#[tokio::test(start_paused = true)]
async fn one_cancelled_task_leaves_the_others_at_work() {
    let fakes = FakeWorld::new();
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::After(Duration::from_secs(10), Ok(member_identity())));
    fakes.notion.reach_host.push(ScriptedAnswer::After(Duration::from_secs(10), Err(Problem::new(ProblemCode::NoNetwork))));
    let mut work = Work::on(fakes.world());
    let (verifying, reaching) = (work.start(pasted(MEMBER)), work.start(Task::Probe(Probe::Network)));
    tokio::task::yield_now().await;
    work.runtime.cancel(verifying);
    assert!(
        matches!(work.next().await, (10, Msg::Reply(from, Ok(TaskOutcome::Probed(ProbeResult::Network(Err(_)))))) if from == reaching)
    );
    assert!(work.stays_silent().await);
}

#[tokio::test(start_paused = true)]
async fn nothing_outlives_the_runtime() {
    let fakes = FakeWorld::new();
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Never);
    let mut work = Work::on(fakes.world());
    work.start(pasted(MEMBER));
    tokio::task::yield_now().await;
    drop(work.runtime);
    assert_eq!(work.inbox.recv().await, None);
}

/// A failure that is reported while the write behind it still goes on would be untrue.
#[test]
fn a_task_that_uses_the_keychain_outlasts_the_dialogs_of_the_keychain() {
    assert_eq!(KeychainLimits::default().operation_timeout, KEYCHAIN_DIALOG_TIMEOUT);
    assert!(
        Task::Probe(Probe::Keychain).properties().time_limit(false)
            > KeychainLimits::default().probe_timeout + KeychainLimits::default().probe_delete_timeout
    );
    let record = Box::new(verified().record(StoreKind::Keychain, None, jiff::civil::date(2026, 11, 22)));
    for task in [keep(), pasted(MEMBER), Task::LogOut(record.clone()), Task::Refresh(record)] {
        assert!(task.properties().time_limit(false) >= KEYCHAIN_DIALOG_TIMEOUT + Duration::from_secs(30), "{task:?}");
    }
}
