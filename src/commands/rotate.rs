//! `rotate`: replaces a saved token with a new one, everywhere the old one was put, and opens the page where the old one is revoked last.
//! With `--ics`, it only writes the reminder of the expiry date.

mod report;

use super::login::Lifetime;
use super::refresh::wait_for_termination_signal;
use super::selection::resolve_ambiguity;
use crate::domain::calendar::ReminderFile;
use crate::domain::catalog::Catalog;
use crate::domain::command_line::operand;
use crate::domain::credentials::{
    CredentialIndex, CredentialRecord, TokenPurpose, active_credential, find_credential, revoke_path, workspace_name,
};
use crate::domain::link::Link;
use crate::domain::machine::BrowserState;
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::rotation::{
    ReachVerdict, RotationCheck, RotationOutcome, RotationPlan, RotationRequest, check_lines, left_lines, plan_lines,
    rotation_blocker,
};
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, EXIT_SUCCESS, problem_json};
use crate::frontends::headless::parse_token;
use crate::frontends::stdin;
use crate::runtime::accounts::{self, Stop};
use crate::runtime::ports::World;
use crate::runtime::rotate;
use clap::Args;
use jiff::civil::Date;
use serde_json::json;
use std::cell::Cell;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

/// Replace a saved token with a new one, everywhere it was put
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is given or not")]
pub struct RotateArgs {
    /// Replace this workspace's token instead of the active one (name, ID or key)
    #[arg(value_name = "W")]
    pub workspace: Option<String>,
    /// Read the new token from stdin; without this, you are asked for it
    #[arg(long)]
    pub token_stdin: bool,
    /// When the new token expires: 7d, 30d, 90d, 180d, 1y, unknown or YYYY-MM-DD
    #[arg(long, value_name = "WHEN", value_parser = Lifetime::parse)]
    pub expires: Option<Lifetime>,
    /// Replace it without confirmation, even if the new token can do less
    #[arg(long)]
    pub yes: bool,
    /// Show what would be replaced; no new token is needed
    #[arg(long, conflicts_with_all = ["token_stdin", "yes"])]
    pub dry_run: bool,
    /// Print the page where you revoke the old token, without opening it
    #[arg(long)]
    pub no_browser: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Only write a calendar file with a reminder of the expiry date; - writes to stdout
    #[arg(long, value_name = "FILE", conflicts_with_all = ["token_stdin", "yes", "dry_run", "no_browser", "json"])]
    pub ics: Option<PathBuf>,
}

/// Facts about this run that are not arguments.
#[derive(Clone, Debug)]
pub struct RotateContext {
    pub today: Date,
    pub catalog: &'static Catalog,
    /// The simulated portal of the demo, which replaces Notion's pages.
    pub demo_portal: Option<Link>,
}

impl RotateContext {
    fn revoke_page(&self, record: &CredentialRecord) -> String {
        let page = || self.catalog.path(revoke_path(record)).entry.revoke.clone();
        self.demo_portal.as_ref().map_or_else(page, |portal| portal.as_str().to_owned())
    }
}

pub async fn run(args: RotateArgs, context: &RotateContext, world: &World, console: &mut Console) -> u8 {
    let is_json = args.json;
    let outcome = match &args.ics {
        Some(file) => write_reminder(&args, file, context.today, world, console).await.map_err(RotationFailure::from),
        None => rotate_or_cancel(&args, context, world, console).await,
    };
    match outcome {
        Ok(exit_code) => exit_code,
        Err(RotationFailure { problem, rotated }) if is_json => {
            console.write_json(&json!({ "schema": 1, "rotated": rotated, "problem": problem_json(&problem) }));
            problem.exit_code()
        }
        Err(RotationFailure { problem, .. }) => console.write_problem(&problem),
    }
}

/// A rotation that ended without an outcome.
struct RotationFailure {
    problem: Problem,
    /// `None` if it was stopped while it wrote, so that nobody knows.
    rotated: Option<bool>,
}

impl From<Problem> for RotationFailure {
    fn from(problem: Problem) -> Self {
        Self { problem, rotated: Some(false) }
    }
}

async fn rotate_or_cancel(
    args: &RotateArgs,
    context: &RotateContext,
    world: &World,
    console: &mut Console,
) -> Result<u8, RotationFailure> {
    check_input(args, console)?;
    last_day(args, context.today)?;
    let record = select_record(args.workspace.as_deref(), world, console).await?;
    let (stop, stopped) = Stop::new();
    let is_swapping = Cell::new(false);
    let mut work = pin!(rotate_record(args, context, record, &is_swapping, &stopped, world, console));
    tokio::select! {
        biased;
        outcome = &mut work => return outcome.map_err(RotationFailure::from),
        () = wait_for_termination_signal() => {}
    }
    if !is_swapping.get() {
        return Err(Problem::new(ProblemCode::Cancelled).into());
    }
    // The command reports everything that was replaced by now. A second signal stops it at once.
    let _ = stop.send(true);
    tokio::select! {
        biased;
        outcome = &mut work => outcome.map_err(RotationFailure::from),
        () = wait_for_termination_signal() => {
            let next = "It was stopped while it wrote. To finish it, run it again with the same new token.";
            Err(RotationFailure { problem: Problem::new(ProblemCode::Cancelled).with_evidence(next), rotated: None })
        }
    }
}

/// Checks that all required input can be given, before anything is sent.
fn check_input(args: &RotateArgs, console: &Console) -> Result<(), Problem> {
    let needs = |missing, text: &str| Err(Problem::needed(missing, text));
    match (args.dry_run, args.token_stdin, args.yes) {
        (true, ..) | (false, true, true) => Ok(()),
        (false, false, _) if console.is_interactive && !args.json => Ok(()),
        (false, false, _) => {
            needs(MissingInput::Option, "Add --token-stdin: notion-auth rotate --token-stdin --yes < token.txt. Nothing was sent.")
        }
        (false, true, false) => {
            needs(MissingInput::Consent, "Add --yes to replace the token everywhere, or use --dry-run to see where that is.")
        }
    }
}

/// Prefers a token that can be rotated to other credentials of the same name. For another credential, the problem says what replaces it.
async fn select_record(wanted: Option<&str>, world: &World, console: &mut Console) -> Result<CredentialRecord, Problem> {
    let index = accounts::load_index(world).await?;
    let Some(wanted) = wanted else {
        return resolve_ambiguity(active_credential(&index, TokenPurpose::Any), &index, console).cloned();
    };
    let mut rotatable = index.credentials.clone();
    rotatable.retain(|record| rotation_blocker(record).is_none());
    let rotatable = CredentialIndex { credentials: rotatable, ..index.clone() };
    let found = find_credential(&rotatable, wanted, TokenPurpose::Any);
    let is_there = found.is_ok() || found.as_ref().is_err_and(|error| !error.candidates.is_empty());
    if is_there || find_credential(&index, wanted, TokenPurpose::Any).is_err_and(|error| error.candidates.is_empty()) {
        return resolve_ambiguity(found, &rotatable, console).cloned();
    }
    resolve_ambiguity(find_credential(&index, wanted, TokenPurpose::Any), &index, console).cloned()
}

async fn rotate_record(
    args: &RotateArgs,
    context: &RotateContext,
    record: CredentialRecord,
    is_swapping: &Cell<bool>,
    stopped: &Stop,
    world: &World,
    console: &mut Console,
) -> Result<u8, Problem> {
    let plan = rotate::prepare(world, &record).await?;
    if args.dry_run {
        report::write_plan(&plan, args.json, console);
        return Ok(EXIT_SUCCESS);
    }
    let token = read_token(args, &plan, console).await?;
    let check = rotate::check(world, &plan, token).await?;
    let expires_on =
        if args.json { last_day(args, context.today)? } else { confirm(args, context, &plan, &check, console).await? };
    let request = RotationRequest { plan, check, expires_on, today: context.today };
    is_swapping.set(true);
    let outcome = swap(&request, stopped, args.json, world, console).await;
    is_swapping.set(false);
    let page = context.revoke_page(&outcome.record);
    if !args.json {
        console.write_lines(&left_lines(&outcome, &page, console.shell_syntax));
    }
    let may_open = outcome.can_revoke() && console.shows_messages && !args.no_browser;
    let is_open = may_open && open_page(&page, world).await;
    if args.json {
        console.write_json(&report::outcome_json(&request, &outcome, console.shell_syntax, &page, is_open));
    } else if outcome.can_revoke() && console.is_interactive && !args.token_stdin {
        confirm_revocation(&request, world, console).await?;
    }
    Ok(outcome.problem().map_or(EXIT_SUCCESS, |problem| problem.exit_code()))
}

fn last_day(args: &RotateArgs, today: Date) -> Result<Option<Date>, Problem> {
    args.expires.map_or(Ok(None), |lifetime| lifetime.last_day(today))
}

async fn read_token(args: &RotateArgs, plan: &RotationPlan, console: &mut Console) -> Result<Secret, Problem> {
    if args.token_stdin {
        if io::stdin().is_terminal() {
            console.write_message(
                "Paste the new token, then press Enter and Ctrl-D. It will be visible on this terminal; without --token-stdin it is not.",
            );
        }
        return parse_token(&stdin::read_all()?);
    }
    console.write_message(&format!("Replaces the token of {}:", workspace_name(&plan.record)));
    console.write_lines(&plan_lines(plan, false));
    console.write_message("Create a new token, paste it here and press Enter. It is not shown.");
    parse_token(&stdin::ask_hidden().await?)
}

/// Shows what was found out, asks for the expiry date, and asks for consent. Returns the date.
async fn confirm(
    args: &RotateArgs,
    context: &RotateContext,
    plan: &RotationPlan,
    check: &RotationCheck,
    console: &mut Console,
) -> Result<Option<Date>, Problem> {
    console.write_lines(&check_lines(plan, check));
    let expires_on = match args.expires {
        None if !args.token_stdin && !check.is_saved => ask_expiry(context.today, console).await?,
        _ => last_day(args, context.today)?,
    };
    if args.yes {
        return Ok(expires_on);
    }
    if check.is_saved {
        console.write_lines(&plan_lines(plan, true));
    }
    let question = match check.verdict() {
        ReachVerdict::Less => "The new token can do less. Replace the old one everywhere?",
        _ if check.is_saved => "Continue with what is left?",
        _ => "Replace the old token everywhere?",
    };
    if console.confirm(question).await? { Ok(expires_on) } else { Err(Problem::new(ProblemCode::Cancelled)) }
}

/// Asks until the answer is a date; an empty one leaves it unknown.
async fn ask_expiry(today: Date, console: &mut Console) -> Result<Option<Date>, Problem> {
    loop {
        console.write_message("When does it expire? Type 7d, 30d, 90d, 180d, 1y or YYYY-MM-DD, or press Enter if you don't know.");
        let answer = stdin::ask().await?;
        if answer.is_empty() {
            return Ok(None);
        }
        match Lifetime::parse(&answer).map(|lifetime| lifetime.last_day(today)) {
            Ok(Ok(last_day)) => return Ok(last_day),
            Ok(Err(_)) => console.write_message("That date is in the past."),
            Err(why) => console.write_message(&format!("That isn't a date: {why}.")),
        }
    }
}

async fn swap(request: &RotationRequest, stopped: &Stop, is_json: bool, world: &World, console: &mut Console) -> RotationOutcome {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let on_line = {
        let lines = Arc::clone(&lines);
        move |line| lines.lock().unwrap_or_else(PoisonError::into_inner).push(line)
    };
    let outcome = rotate::swap(world, request, stopped, on_line).await;
    if !is_json {
        for line in lines.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let line: String = line;
            console.write_message_under("  ", &line);
        }
    }
    outcome
}

async fn open_page(page: &str, world: &World) -> bool {
    let has_browser = matches!(world.machine.detect_browser().await, Ok(BrowserState::Ready { .. }));
    let (true, Ok(link)) = (has_browser, Link::parse(page)) else { return false };
    world.browser.open(link).await.is_ok()
}

/// Asks Notion about the old token, once the person says that it is revoked. This proves that the rotation has ended.
async fn confirm_revocation(request: &RotationRequest, world: &World, console: &mut Console) -> Result<(), Problem> {
    let Some(old) = request.plan.old.secret.clone().filter(|_| !request.check.is_saved) else { return Ok(()) };
    while console.confirm("Check now that Notion refuses the old token?").await? {
        match rotate::is_refused(world, old.clone()).await {
            Ok(true) => {
                console.write_message("Notion refuses the old token. The rotation is complete.");
                return Ok(());
            }
            Ok(false) => console.write_message("Notion still accepts the old token. Revoke it on the page above."),
            Err(problem) => {
                console.write_problem(&problem);
            }
        }
    }
    Ok(())
}

async fn write_reminder(args: &RotateArgs, file: &Path, today: Date, world: &World, console: &mut Console) -> Result<u8, Problem> {
    let record = select_record(args.workspace.as_deref(), world, console).await?;
    let Some(end) = last_day(args, today)?.or(record.expires_on) else {
        let command = format!("notion-auth rotate {} --ics FILE", operand(&record.account.key()));
        return Err(Problem::new(ProblemCode::ExpiryUnknown)
            .with_evidence(format!("{}: {command} --expires YYYY-MM-DD", workspace_name(&record))));
    };
    let reminder = ReminderFile::new(&record, end, today);
    if file.as_os_str() == "-" {
        console.write_document(&reminder.text);
        return Ok(EXIT_SUCCESS);
    }
    let place = world.calendar.create(file.to_owned(), reminder.text).await?;
    console.write_message(&format!("Wrote a reminder of {end} for {}.", workspace_name(&record)));
    console.write_data(&place);
    Ok(EXIT_SUCCESS)
}

const AFTER_HELP: &str = "\
Create the new token in Notion first. rotate checks that it works, that it belongs to the same workspace and the same person or \
connection, and compares what both tokens can do. It then replaces the old token in the keychain or file, in the entry for Notion MCP if \
it is the same token, and in every secret manager that send-to has sent it to; each is read back. Last, it opens the page where you \
revoke the old token. If something could not be replaced, it says what is left, and to revoke the old token later. To continue, run it \
again with the same new token.

OAuth connections and Notion MCP sign-ins are replaced with `notion-auth refresh`, ntn logins with ntn.

--ics writes a calendar event on the expiry date with alarms 14 days and 1 day before. It contains no secret. An existing file is never \
overwritten.

Examples:
  notion-auth rotate Acme                            you are asked for the new token
  notion-auth rotate --dry-run                       show what would be replaced
  notion-auth rotate Acme --token-stdin --expires 90d --yes < token.txt
  notion-auth rotate Acme --ics reminder.ics         only a reminder for your calendar

Exit status: 0 if the token was replaced everywhere, 1 if a place is left or the credential can't be rotated, 2 if it is the same token, \
3 if an option or the expiry date is missing, 4 if Notion refuses the new token or it belongs to someone else, 6 if it could not be \
saved, 130 if cancelled.";
