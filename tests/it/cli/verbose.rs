//! `-v`, with a controlled clock: it logs the target, the call, the result and the duration, and never the content.

use super::{Captured, Outcome, outcome};
use crate::support::connection_fakes::{client, pending};
use crate::support::fakes::{CONNECTION, FakeWorld, MEMBER, ScriptedAnswer, member_identity, token_record, workspace};
use notion_auth::adapters::traced::{Trace, traced};
use notion_auth::cli;
use notion_auth::commands::status::{self, StatusArgs};
use notion_auth::domain::credentials::Secrets;
use notion_auth::domain::link::Link;
use notion_auth::domain::oauth::RedirectUri;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::secret::Secret;
use notion_auth::runtime::ports::World;
use std::io::Write;
use std::time::Duration;

/// The world of these fakes, and what is told of it.
fn told(fakes: &FakeWorld) -> (World, Captured) {
    let lines = Captured::default();
    let sink = lines.clone();
    let trace = Trace::new(move |line| writeln!(sink.clone(), "{line}").unwrap());
    (traced(fakes.world(), &trace), lines)
}

async fn status(world: &World) -> Outcome {
    let args = StatusArgs { check: true, json: true };
    outcome(async |console| status::run(&args, jiff::civil::date(2026, 11, 22), world, console).await).await
}

/// The words of each line, with one space between them.
fn words(lines: &Captured) -> Vec<String> {
    lines.text().lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[tokio::test(start_paused = true)]
async fn each_call_is_a_line_once_it_has_ended() {
    let fakes = FakeWorld::new();
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::After(Duration::from_millis(84), Ok(member_identity())));
    let (world, lines) = told(&fakes);
    let shown = status(&world).await;
    assert_eq!((shown.exit_code, shown.err.as_str()), (0, ""));
    let words = words(&lines);
    assert!(words.contains(&"store identify answered 0 ms".to_owned()), "{words:?}");
    assert_eq!(words.last().unwrap(), "store look answered 0 ms");
    for call in
        ["notion whoami answered 84 ms", "store ledger answered 0 ms", "store load answered 0 ms", "machine existing answered 0 ms"]
    {
        assert!(words.iter().any(|line| line == call), "{call}: {words:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_command_itself_says_and_asks_the_same() {
    let fakes = [FakeWorld::new(), FakeWorld::new()];
    for fakes in &fakes {
        fakes.machine.set_token_variable(CONNECTION);
        fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    }
    let (plainly, told_of) = (status(&fakes[0].world()).await, status(&told(&fakes[1]).0).await);
    assert_eq!((plainly.out, plainly.err, plainly.exit_code), (told_of.out, told_of.err, told_of.exit_code));
    assert_eq!(fakes[0].notion.calls.all(), fakes[1].notion.calls.all());
    assert_eq!(fakes[0].store.calls.all(), fakes[1].store.calls.all());
}

#[tokio::test(start_paused = true)]
async fn neither_secrets_nor_names_nor_what_was_seen_are_told() {
    let fakes = FakeWorld::new();
    fakes.machine.set_token_variable(CONNECTION);
    fakes.store.add(token_record(workspace("ws-1", "Acme")), MEMBER);
    fakes
        .notion
        .queue_answer(MEMBER, ScriptedAnswer::Now(Err(Problem::new(ProblemCode::Unauthorized).with_evidence("what Notion said"))));
    let (world, lines) = told(&fakes);
    status(&world).await;
    let _ = world.notion.user_exists(Secret::new(MEMBER), "id-of-ada".into()).await;
    let _ = world.browser.open(Link::parse("https://example.com/?state=fake-state").unwrap()).await;
    let _ = world.clipboard.copy("ABCD-1234".into()).await;
    let _ = world.oauth.check_client(client(), RedirectUri { port: 18_923 }).await;
    let _ = world.loopback.wait_for_callback(pending(), Box::new(|_| {})).await;
    let text = lines.text();
    for call in ["notion     user", "browser    open", "clipboard  copy", "oauth      probe", "loopback   wait"] {
        assert!(text.lines().any(|line| line.starts_with(call)), "{call}: {text}");
    }
    let client = client();
    for part in
        [MEMBER, CONNECTION, "Acme", "Ada", "ada", "ws-1", "what Notion said", "example", "state", "ABCD", "18923", &client.id]
    {
        assert!(!text.contains(part), "{part:?} is told: {text}");
    }
    assert!(!text.contains(client.secret.expose()), "{text}");
}

/// The fakes write down the name of each call too.
#[tokio::test(start_paused = true)]
async fn every_call_is_told_by_its_own_name_and_reaches_what_it_was_for() {
    let fakes = FakeWorld::new();
    let ours = token_record(workspace("ws-1", "Acme"));
    let (account, secrets) = (ours.account.clone(), || Secrets::from_token(Secret::new(MEMBER)));
    let (world, lines) = told(&fakes);
    let World { notion, store, machine, oauth, loopback, ntn, .. } = &world;
    let token = || Secret::new(MEMBER);

    let _ = notion.whoami(token()).await;
    let _ = notion.list_users(token()).await;
    let _ = notion.user_exists(token(), "id".into()).await;
    let _ = notion.search(token()).await;
    let _ = notion.reach_host().await;

    let _ = store.probe_keychain().await;
    let _ = store.save(ours.clone(), secrets()).await;
    let _ = store.load_index().await;
    let lock = store.lock_account(account.clone()).await.unwrap();
    let _ = store.begin_renewal(lock.clone()).await;
    let _ = store.cancel_renewal(lock.clone()).await;
    let _ = store.renew(lock.clone(), secrets()).await;
    let _ = store.load(account.clone()).await;
    let _ = store.activate(account).await;
    let _ = store.delete(lock).await;
    let _ = store.record_ntn_login(ours).await;
    let _ = store.inspect_storage().await;
    let remains = store.find_stored_data().await.unwrap();
    let _ = store.remove_stored_data(remains).await;

    let _ = machine.detect_browser().await;
    let _ = machine.detect_ntn().await;
    let _ = machine.check_port(RedirectUri { port: 18_923 }).await;
    let _ = machine.inspect_host().await;
    let _ = machine.discover_credentials().await;
    let _ = machine.environment_token("NOTION_API_TOKEN").await;
    let _ = machine.ntn_token("ws-1".into()).await;

    let _ = oauth.check_client(client(), RedirectUri { port: 18_923 }).await;
    let _ = oauth.refresh(client(), token()).await;
    let _ = oauth.introspect(client(), token()).await;
    let _ = oauth.revoke(client(), token()).await;

    let _ = loopback.wait_for_callback(pending(), Box::new(|_| {})).await;
    let _ = ntn.list_installers().await;

    let ports = [
        ("notion", fakes.notion.calls.all()),
        ("store", fakes.store.calls.all()),
        ("machine", fakes.machine.calls.all()),
        ("oauth", fakes.oauth.calls.all()),
        ("loopback", fakes.loopback.calls.all()),
        ("ntn", fakes.ntn.calls.all()),
    ];
    let asked = ports.iter().flat_map(|(port, calls)| calls.iter().map(move |call| (*port, call.split(' ').next().unwrap())));
    let asked: Vec<String> = asked.map(|(port, call)| format!("{port} {call}")).collect();
    let told: Vec<String> = words(&lines).iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(told, asked);
    assert_eq!(told.len(), 32);
}

#[tokio::test(start_paused = true)]
async fn a_problem_is_told_by_its_code_and_a_missing_right_by_its_status() {
    let fakes = FakeWorld::new();
    let (world, lines) = told(&fakes);
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Now(Err(Problem::new(ProblemCode::RateLimited))));
    assert!(world.notion.whoami(Secret::new(MEMBER)).await.is_err());
    world.notion.list_users(Secret::new(MEMBER)).await.unwrap();
    assert_eq!(words(&lines), ["notion whoami rate_limited 0 ms", "notion users refused 403 0 ms"]);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_waited_for_any_longer_was_given_up() {
    let fakes = FakeWorld::new();
    fakes.notion.queue_answer(MEMBER, ScriptedAnswer::Never);
    let (world, lines) = told(&fakes);
    let asked = tokio::time::timeout(Duration::from_secs(7), world.notion.whoami(Secret::new(MEMBER)));
    assert!(asked.await.is_err());
    drop(world.notion.search(Secret::new(MEMBER)));
    assert_eq!(words(&lines), ["notion whoami given up 7000 ms"], "what was never begun is no line");
}

#[test]
fn the_wizard_takes_none_and_names_a_command_that_does() {
    for line in ["-v", "--verbose --demo", "--plain -v"] {
        let stop = cli::parse(["notion-auth"].into_iter().chain(line.split(' '))).unwrap_err();
        assert_eq!((stop.exit_code, stop.to_stdout), (2, false), "{line}");
        assert!(stop.text.contains("notion-auth status --check -v"), "{}", stop.text);
    }
    for line in ["-v status", "status --verbose", "run -v -- true"] {
        assert!(cli::parse(["notion-auth"].into_iter().chain(line.split(' '))).unwrap().verbose, "{line}");
    }
    assert!(!cli::parse(["notion-auth", "run", "--", "cat", "-v"]).unwrap().verbose, "it belongs to the command that is run");
}
