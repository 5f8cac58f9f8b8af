//! Tokens in plain text: what is found is listed, saving and replacing are agreed to one by one, and nothing happens without a yes.

use crate::support::fakes::MEMBER;
use crate::support::harness::{Harness, TestEffect, probed, setup};
use notion_auth::domain::credentials::{Account, CredentialIndex, StoreKind, TokenOutcome};
use notion_auth::domain::diff::diff;
use notion_auth::domain::machine::KeychainState;
use notion_auth::domain::problem::{Problem, ProblemCode};
use notion_auth::domain::scan::{
    Certainty, Origin, PlainTextPlace, SaveProgress, ScanProgress, ScanReport, ScanRequest, SecretFinding, SecretKind,
    ShellProfileChange, ShellProfilePlan, ShellProfileResult, Skipped, TokenResult,
};
use notion_auth::domain::secret::Secret;
use notion_auth::wizard::msg::{Outcome, Probe, ProbeResult, Progress, Prompt, PromptId, Task, TaskOutcome};
use std::path::Path;

const OTHER: &str = "ntn_fake_other_11111111111111111111111111111";

pub(crate) fn finding(name: &str, line: usize, secret: &str, origin: Origin) -> SecretFinding {
    SecretFinding {
        secret: Secret::new(secret),
        kind: if secret.starts_with("secret_") { SecretKind::ClientSecret } else { SecretKind::Token },
        certainty: Certainty::Certain,
        variable: Some("NOTION_TOKEN".into()),
        path: format!("/home/fake/{name}").into(),
        short_path: format!("~/{name}"),
        place: PlainTextPlace::of(Path::new(name)),
        line,
        column: 8,
        origin,
    }
}

fn in_file() -> Origin {
    Origin::File { is_tracked: None }
}

/// A token in a profile, an env file and a commit; another in a history; and a client secret, which is no token.
pub(crate) fn report() -> ScanReport {
    ScanReport {
        findings: vec![
            finding(".zshrc", 12, MEMBER, in_file()),
            finding("app/.env", 3, MEMBER, Origin::File { is_tracked: Some(true) }),
            finding("app/.env", 3, MEMBER, Origin::Commit { hash: "0123456789abcdef0123".into() }),
            finding(".bash_history", 40, OTHER, in_file()),
            finding("app/config.yml", 7, "secret_fake_client_000000000000000", in_file()),
        ],
        files: 1234,
        skipped: vec![Skipped { path: "~/app/dump.sql".into(), reason: "larger than 16 MiB".into() }],
        ..ScanReport::default()
    }
}

fn account() -> Account {
    Account { workspace: "ws-1".into(), name: "token@bot-1".into() }
}

pub(crate) fn results() -> Vec<TokenResult> {
    let saved = TokenOutcome::Saved { account: account(), workspace: "Acme".into(), place: "keychain".into() };
    vec![
        TokenResult { secret: Secret::new(MEMBER), outcome: Ok(saved) },
        TokenResult { secret: Secret::new(OTHER), outcome: Ok(TokenOutcome::Rejected) },
    ]
}

fn change() -> ShellProfileChange {
    let (before, after) = (
        format!("# mine\nexport NOTION_TOKEN={MEMBER}\n"),
        "# mine\nexport NOTION_TOKEN=\"$(notion-auth token --workspace ws-1/token@bot-1)\"\n",
    );
    ShellProfileChange {
        path: "/home/fake/.zshrc".into(),
        found_path: "/home/fake/.zshrc".into(),
        short_path: "~/.zshrc".into(),
        diff: diff(&before, after, &["ws-1/token@bot-1"]),
        before: Secret::new(before),
        after: Secret::new(after),
        backup: Secret::new("# mine\nexport NOTION_TOKEN=…0000\n"),
        lines: vec![12],
    }
}

pub(crate) fn plans() -> Vec<ShellProfilePlan> {
    vec![ShellProfilePlan { short_path: "~/.zshrc".into(), change: Ok(Some(Box::new(change()))) }]
}

pub(crate) fn replaced() -> Vec<ShellProfileResult> {
    vec![ShellProfileResult { short_path: "~/.zshrc".into(), outcome: Ok("~/.zshrc.before-notion-auth".into()), lines: vec![12] }]
}

pub(crate) fn at_the_list(wizard: &mut Harness) {
    wizard.press("w");
    wizard.reply(TaskOutcome::Scanned(Box::new(report())));
}

fn started(wizard: &mut Harness) -> Vec<TestEffect> {
    wizard.take_effects()
}

#[test]
fn all_tokens_are_moved_after_two_consents() {
    let mut wizard = Harness::new();
    wizard.take_effects();
    wizard.press("w");
    assert_eq!((wizard.screen_name(), started(&mut wizard)), ("scan", vec![TestEffect::Start(Task::Scan(ScanRequest::default()))]));
    wizard.send_progress(Progress::Scanned(ScanProgress { files: 1000, findings: 2 }));
    record!(wizard);
    wizard.reply(TaskOutcome::Scanned(Box::new(report())));
    record!(wizard);
    wizard.press("Enter");
    record!(wizard);
    assert_eq!(started(&mut wizard), [], "nothing is sent before a yes");
    wizard.press("n");
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::FoundSecret, .. }));
    wizard.press("Enter y");
    let request = report().save_request(vec![Secret::new(MEMBER), Secret::new(OTHER)], None, setup().today);
    assert_eq!(request.profiles.len(), 1);
    assert_eq!(started(&mut wizard), [TestEffect::Start(Task::SaveFoundTokens(Box::new(request)))]);
    wizard.reply(TaskOutcome::FoundTokensSaved(results(), plans()));
    assert_eq!(started(&mut wizard), [TestEffect::Start(Task::Probe(Probe::Inventory))], "the accounts are listed again");
    record!(wizard);
    wizard.press("y");
    assert_eq!(started(&mut wizard), [TestEffect::Start(Task::ReplaceLines(vec![change()]))]);
    wizard.reply(TaskOutcome::LinesReplaced(replaced()));
    record!(wizard);
    wizard.press("q");
    assert!(
        matches!(wizard.outcome(), Some(Outcome::Finished(line)) if line.contains("1 of 2 tokens saved")),
        "{:?}",
        wizard.outcome()
    );
}

#[test]
fn a_secret_is_shown_with_what_to_do_and_can_be_saved_alone() {
    let mut wizard = Harness::new();
    at_the_list(&mut wizard);
    wizard.press("2");
    record!(wizard);
    wizard.take_effects();
    wizard.press("o");
    assert!(matches!(wizard.take_effects().as_slice(), [TestEffect::Start(Task::OpenLink(_))]));
    wizard.press("1 y");
    let request = report().save_request(vec![Secret::new(MEMBER)], None, setup().today);
    assert_eq!(started(&mut wizard), [TestEffect::Start(Task::SaveFoundTokens(Box::new(request)))]);
}

#[test]
fn a_client_secret_is_never_sent_as_a_token() {
    let mut wizard = Harness::new();
    at_the_list(&mut wizard);
    wizard.press("4");
    let options = wizard.options();
    assert!(options[0].1.is_some() && options[1].1.is_none(), "{options:?}");
    wizard.take_effects();
    wizard.press("1 y");
    assert_eq!(wizard.take_effects(), []);
    wizard.press("Esc");
    assert!(matches!(wizard.prompt(), Prompt::Choice { id: PromptId::FoundSecret, .. }));
}

#[test]
fn lines_stay_as_they_are_after_a_no() {
    let mut wizard = Harness::new();
    at_the_list(&mut wizard);
    wizard.press("Enter y");
    wizard.reply(TaskOutcome::FoundTokensSaved(results(), plans()));
    wizard.take_effects();
    wizard.press("n");
    assert_eq!(wizard.take_effects(), []);
    wizard.assert_shows("0 lines replaced");
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "compare");
}

#[test]
fn what_can_not_be_replaced_is_said() {
    let mut wizard = Harness::new();
    at_the_list(&mut wizard);
    wizard.press("Enter y");
    let refused = Problem::new(ProblemCode::ShellProfileRefused).with_evidence("/home/fake/.bashrc: it is read-only");
    let plans = vec![
        ShellProfilePlan { short_path: "~/.zshrc".into(), change: Ok(None) },
        ShellProfilePlan { short_path: "~/.bashrc".into(), change: Err(refused) },
    ];
    let taken = Problem::new(ProblemCode::AccountTaken).with_evidence("ws-1/token@bot-1");
    let results = vec![TokenResult { secret: Secret::new(MEMBER), outcome: Err(taken) }];
    wizard.reply(TaskOutcome::FoundTokensSaved(results, plans));
    record!(wizard);
}

#[test]
fn a_scan_can_be_cancelled_fail_and_be_tried_again() {
    let mut wizard = Harness::new();
    wizard.press("w");
    wizard.take_effects();
    wizard.press("Esc");
    assert_eq!(
        (wizard.screen_name(), wizard.take_effects()),
        ("compare", vec![TestEffect::Cancel(Task::Scan(ScanRequest::default()))])
    );
    wizard.press("w");
    wizard.fail(Problem::new(ProblemCode::TimedOut));
    record!(wizard);
    wizard.take_effects();
    wizard.press("r");
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Scan(ScanRequest::default()))]);
    wizard.reply(TaskOutcome::Scanned(Box::new(ScanReport { files: 7, ..ScanReport::default() })));
    record!(wizard);
    wizard.press("Enter");
    assert_eq!(wizard.screen_name(), "compare");
}

#[test]
fn saving_that_fails_is_asked_about_again() {
    let mut wizard = Harness::new();
    at_the_list(&mut wizard);
    wizard.press("Enter y");
    wizard.fail(Problem::new(ProblemCode::KeychainSlow));
    wizard.take_effects();
    wizard.press("r");
    assert_eq!(wizard.take_effects(), []);
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::SaveTokens, .. }));
}

#[test]
fn esc_while_tokens_are_saved_ends_the_wait_and_shows_what_was_saved() {
    let mut wizard = Harness::new();
    at_the_list(&mut wizard);
    wizard.press("Enter y");
    wizard.take_effects();
    wizard.send_progress(Progress::SavingToken(SaveProgress { number: 2, count: 2 }));
    record!(wizard);
    wizard.press("Esc");
    assert!(matches!(wizard.take_effects().as_slice(), [TestEffect::EndWait(Task::SaveFoundTokens(_))]));
    assert_eq!(wizard.screen_name(), "scan", "what is being written is waited for");
    let mut stopped = results();
    stopped[1].outcome = Err(Problem::new(ProblemCode::Cancelled));
    wizard.reply(TaskOutcome::FoundTokensSaved(stopped, Vec::new()));
    assert_eq!(wizard.take_effects(), [TestEffect::Start(Task::Probe(Probe::Inventory))]);
    record!(wizard);
    wizard.press("q");
    assert!(
        matches!(wizard.outcome(), Some(Outcome::Finished(line)) if line.contains("1 of 2 tokens saved")),
        "{:?}",
        wizard.outcome()
    );
}

#[test]
fn the_accounts_lead_to_it() {
    let mut wizard = Harness::new();
    wizard.reply_discovered(Vec::new(), CredentialIndex::default());
    wizard.press("s w");
    assert_eq!(wizard.screen_name(), "scan");
}

#[test]
fn without_a_keychain_the_file_is_asked_about() {
    let mut wizard = Harness::new();
    wizard.reply(probed(ProbeResult::Keychain(KeychainState::Absent { evidence: "no bus".into() })));
    at_the_list(&mut wizard);
    wizard.press("2 1 y");
    wizard.take_effects();
    assert!(matches!(wizard.prompt(), Prompt::Consent { id: PromptId::Plaintext, .. }));
    wizard.press("y");
    let request = report().save_request(vec![Secret::new(MEMBER)], Some(StoreKind::File), setup().today);
    assert_eq!(started(&mut wizard), [TestEffect::Start(Task::SaveFoundTokens(Box::new(request)))]);
}
