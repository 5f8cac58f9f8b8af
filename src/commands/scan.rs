//! `scan`: finds tokens that lie in plain text, and moves them into the keychain on consent.

mod report;

use super::one_of_values;
use super::refresh::wait_for_termination_signal;
use crate::domain::auth_path::AuthMethod;
use crate::domain::catalog::Catalog;
use crate::domain::credentials::StoreKind;
use crate::domain::problem::{MissingInput, Problem, ProblemCode};
use crate::domain::scan::{
    GitSearch, ScanReport, ScanRequest, ShellProfileChange, ShellProfilePlan, ShellProfileResult, TokenResult, counted,
};
use crate::domain::secret::Secret;
use crate::frontends::console::{Console, EXIT_SUCCESS};
use crate::runtime::accounts::Stop;
use crate::runtime::ports::World;
use crate::runtime::scan::{replace_lines, save_tokens};
use clap::Args;
use jiff::civil::Date;
use std::path::PathBuf;
use std::pin::pin;

/// Exit code for a scan that found something. No other command has it, so a CI job can tell a leak from a failure.
pub const EXIT_TOKENS_FOUND: u8 = 7;

/// Find tokens in plain text, and move them into the keychain
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(after_help = AFTER_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
pub struct ScanArgs {
    /// Files and folders (default: your shell profiles and histories, the settings of editors and agents, and the current folder)
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Also search the commits of the repository's branches, tags, newest stash and work trees
    #[arg(long)]
    pub git: bool,
    /// Search only what the next commit would add, for a git hook
    #[arg(long, conflicts_with_all = ["git", "fix"])]
    pub staged: bool,
    /// Verify the tokens, save them, and replace their lines in shell profiles
    #[arg(long)]
    pub fix: bool,
    /// Where --fix saves the tokens (default: keychain)
    #[arg(long, value_name = "WHERE", requires = "fix", value_parser = one_of_values(&[StoreKind::Keychain, StoreKind::File], StoreKind::name))]
    pub store: Option<StoreKind>,
    /// Make the changes without confirmation (required without a terminal)
    #[arg(long, requires = "fix")]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The results for the tokens and the profiles.
#[derive(Default)]
struct Fixes {
    tokens: Vec<TokenResult>,
    profiles: Vec<ShellProfilePlan>,
    changes: Vec<ShellProfileResult>,
    /// The problem, such as a signal, that left tokens unsaved or lines as they were.
    problem: Option<Problem>,
}

pub async fn run(args: &ScanArgs, today: Date, catalog: &Catalog, world: &World, console: &mut Console) -> u8 {
    let (stop, stopped) = Stop::new();
    {
        let mut work = pin!(scan(args, today, catalog, &stopped, world, console));
        tokio::select! {
            biased;
            exit_code = &mut work => return exit_code,
            () = wait_for_termination_signal() => {}
        }
        // The command reports what was found and saved by now. A second signal ends it at once.
        let _ = stop.send(true);
        tokio::select! {
            biased;
            exit_code = &mut work => return exit_code,
            () = wait_for_termination_signal() => {}
        }
    }
    refuse(&ScanReport::default(), Problem::new(ProblemCode::Cancelled), args.json, console)
}

async fn scan(args: &ScanArgs, today: Date, catalog: &Catalog, stopped: &Stop, world: &World, console: &mut Console) -> u8 {
    let git = match (args.git, args.staged) {
        (_, true) => GitSearch::Staged,
        (true, false) => GitSearch::History,
        (false, false) => GitSearch::None,
    };
    if console.is_interactive && !args.json {
        console.write_message("Searching… Press Ctrl-C to stop.");
    }
    let request = ScanRequest { paths: args.paths.clone(), git };
    let report = match world.scan.scan(request, Box::new(|_| ()), stopped.signal()).await {
        Ok(report) => report,
        Err(problem) => return refuse(&ScanReport::default(), problem, args.json, console),
    };
    let page = catalog.path(AuthMethod::Token.path()).entry.revoke.as_str();
    if !args.json {
        report::write_findings(&report, console);
    }
    // What a search that ended early has found is listed, and not changed.
    if !args.fix || report.problem.is_some() {
        if args.json {
            console.write_json(&report::document(&report));
        } else {
            report::write_advice(&report, console);
            report::write_revocation(&report, page, console);
            report::write_next_command(&report, &args.paths, console);
        }
        return match &report.problem {
            Some(problem) if args.json => problem.exit_code(),
            Some(problem) => console.write_problem(problem),
            None if report.findings.is_empty() => EXIT_SUCCESS,
            None => EXIT_TOKENS_FOUND,
        };
    }
    match fix(args, &report, today, stopped, world, console).await {
        Ok(fixes) if args.json => {
            console.write_json(&report::fixed_document(&report, &fixes));
            exit_code(&report, &fixes)
        }
        Ok(fixes) => {
            report::write_advice(&report.without_replaced(&fixes.profiles, &fixes.changes), console);
            report::write_revocation(&report, page, console);
            if let Some(problem) = &fixes.problem {
                console.write_problem(problem);
            }
            exit_code(&report, &fixes)
        }
        Err(problem) => refuse(&report, problem, args.json, console),
    }
}

/// Writes the problem that ended the command; a JSON document has the findings too.
fn refuse(report: &ScanReport, problem: Problem, is_json: bool, console: &mut Console) -> u8 {
    if !is_json {
        return console.write_problem(&problem);
    }
    let exit_code = problem.exit_code();
    console.write_json(&report::document(&ScanReport { problem: Some(problem), ..report.clone() }));
    exit_code
}

/// Saves the tokens, then replaces the lines. Each step needs its own consent, because the lines are known only after the first. Once it is
/// stopped, no line is replaced.
async fn fix(
    args: &ScanArgs,
    report: &ScanReport,
    today: Date,
    stopped: &Stop,
    world: &World,
    console: &mut Console,
) -> Result<Fixes, Problem> {
    let tokens: Vec<Secret> = report.tokens().iter().map(|token| token.secret.clone()).collect();
    if tokens.is_empty() {
        return Ok(Fixes::default());
    }
    let count = counted(tokens.len(), "token");
    if !args.yes {
        if !console.is_interactive || args.json {
            return Err(Problem::needed(MissingInput::Consent, "Add --yes to save the tokens and change the shell profiles."));
        }
        let question = format!("Send {count} to Notion to verify, and save what works?");
        if !stopped.or(console.confirm(&question)).await? {
            return Err(Problem::new(ProblemCode::Cancelled));
        }
    }
    let (tokens, profiles) = save_tokens(report.save_request(tokens, args.store, today), world, stopped, |_| ()).await?;
    let problem = stopped.is_requested().then(|| Problem::new(ProblemCode::Cancelled));
    let mut fixes = Fixes { tokens, profiles, changes: Vec::new(), problem };
    if !args.json {
        report::write_tokens(&fixes.tokens, console);
        report::write_plans(&fixes.profiles, console);
    }
    let changes: Vec<ShellProfileChange> =
        fixes.profiles.iter().filter_map(|plan| plan.change.as_ref().ok()?.as_deref().cloned()).collect();
    if changes.is_empty() || fixes.problem.is_some() {
        return Ok(fixes);
    }
    let has_consent = if args.yes { Ok(true) } else { stopped.or(console.confirm("Make these changes?")).await };
    match has_consent {
        Ok(true) => {
            fixes.changes = replace_lines(changes, world).await;
            if !args.json {
                report::write_changes(&fixes.changes, console);
            }
        }
        Ok(false) => {}
        Err(problem) => fixes.problem = Some(problem),
    }
    Ok(fixes)
}

/// Returns 0 only if nothing that was found is left where it was.
fn exit_code(report: &ScanReport, fixes: &Fixes) -> u8 {
    let of_tokens = fixes.tokens.iter().filter_map(|token| token.outcome.as_ref().err());
    let of_plans = fixes.profiles.iter().filter_map(|plan| plan.change.as_ref().err());
    let of_changes = fixes.changes.iter().filter_map(|change| change.outcome.as_ref().err());
    let problem = of_tokens.chain(of_plans).chain(of_changes).chain(&fixes.problem).next().map(Problem::exit_code);
    let is_all_fixed = report.without_replaced(&fixes.profiles, &fixes.changes).findings.is_empty();
    problem.unwrap_or(if is_all_fixed { EXIT_SUCCESS } else { EXIT_TOKENS_FOUND })
}

const AFTER_HELP: &str = "\
Searches your shell profiles and histories, the settings of your editors and agents, and the current folder; with PATH, only what it names. \
Files that git ignores are searched too. Each finding is named by file, line and last four characters; the secret is never shown. Nothing is \
changed, and nothing is sent, unless you add --fix.

A value in the form that Notion issues is a token; another long one with Notion's prefix, or the value of a variable such as NOTION_TOKEN, \
is a possible token. Placeholders are ignored, and so is a line that contains notion-auth:allow.

--fix sends each token to Notion, saves the ones that work, and reads them back. Then it replaces them in shell profiles with \
$(notion-auth token), and keeps a copy of the file without the token. You see each change first. For all other places it says what to do; \
histories and CI files are never changed. Without a keychain, --store file saves the tokens in the private file.

--git also searches every commit that a branch, a tag, a remote-tracking branch, the newest stash or the HEAD of a work tree leads to. It \
does not search commits that only the reflog has, such as older stashes and amended commits.

If the search ends early, as when a repository can't be read or you press Ctrl-C, what was found until then is listed with the problem, and \
--fix changes nothing.

As a git hook, in .git/hooks/pre-commit:
  exec notion-auth scan --staged

Examples:
  notion-auth scan                                   shell profiles, agents and this folder
  notion-auth scan --git ~/src/app                   a folder and the history of its repository
  notion-auth scan --fix                             move the tokens into the keychain
  notion-auth scan --fix --yes ~/.zshrc              the same for one file, in a script
  notion-auth scan --staged                          what the next commit would add
  notion-auth scan --json .                          for CI

Exit status: 0 if nothing was found, or if --fix moved all of it; 7 if something was found; 1 if a repository can't be searched, 2 if a \
path can't, 3 if --yes is missing, 5 if Notion can't be reached, 6 if a token can't be saved, 130 if cancelled.";
