//! A login through `ntn` 0.4.0: one command that needs a terminal, opens a browser itself and waits.

use super::code_reader::{CodeReader, ScreenCode};
use super::invitation::{check_link, first_url};
use super::opener_shim::OpenerShim;
use super::update_check::UpdateCheckGuard;
use super::workspace_picker::WorkspacePicker;
use super::{LoginProgram, failure};
use crate::adapters::machine::clock::Clock;
use crate::adapters::ntn_cli::files;
use crate::adapters::process::program::Program;
use crate::adapters::process::terminal_session::TerminalSession;
use crate::domain::login::{ApprovalRequest, LoginTarget, NtnStorage};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::ProgressCallback;
use std::ffi::OsStr;
use std::time::Duration;

/// Rows and columns of the terminal: enough for every list to be drawn whole.
const TERMINAL_SIZE: (u16, u16) = (1000, 1000);

/// Time limit from the start to the code: one request, and perhaps a list to choose from.
const CODE_TIMEOUT: Duration = Duration::from_secs(30);

/// Time that it waits for the approval, by its own count.
const APPROVAL_TIMEOUT: Duration = Duration::from_secs(300);

/// `-v` adds the cause of a failure.
const LOGIN_ARGUMENTS: [&str; 2] = ["login", "-v"];

pub async fn login(
    program: &LoginProgram<'_>,
    clock: Clock,
    target: &LoginTarget,
    invite: &ProgressCallback<ApprovalRequest>,
) -> Result<(), Problem> {
    let mut picker = WorkspacePicker::new(program.environment, target)?;
    if program.in_file || matches!(program.storage, NtnStorage::File { .. }) {
        // ntn reads its file only once it has a token to add: an approval would be lost.
        files::read_logins(program.environment).1.map_or(Ok(()), Err)?;
    }
    let opener = OpenerShim::create()?;
    let _postponed = UpdateCheckGuard::postpone(program.environment);
    let path = opener.search_path(program.environment.search_path());
    // `ntn` creates `auth.json` readable for everyone, and only its umask can prevent that: there is no moment in between.
    let ntn = Program::with_private_umask(&program.path).args(LOGIN_ARGUMENTS).environment(program.variables());
    // A dumb terminal has no spinner, which would wake us twelve times a second; the list is still drawn.
    let ntn = ntn.environment([("PATH", path.as_os_str()), ("TERM", OsStr::new("dumb"))]);
    let mut session = ntn.open_terminal(TERMINAL_SIZE).map_err(|error| {
        Problem::new(ProblemCode::NtnFailed).with_evidence(format!("it can't be started in a separate terminal: {error}"))
    })?;
    let mut output = Vec::new();
    let to_the_code = wait_for_code(&mut session, &mut picker, &mut output);
    let code = tokio::time::timeout(CODE_TIMEOUT, to_the_code).await.map_err(|_| {
        Problem::new(ProblemCode::LoginUnreachable).with_evidence(format!("ntn showed no code within {} s", CODE_TIMEOUT.as_secs()))
    })??;
    let was_invited = code.is_some();
    if let Some(code) = code {
        invite(build_invitation(&opener, &output, code.into_text(), clock)?);
    }
    // The opener is removed before the wait: were we killed during it, the URL of this login would stay behind.
    drop(opener);
    while let Some(line) = session.next_line().await {
        output.push(line);
    }
    let status = session.wait().await.map_err(|error| failure::not_run_problem(&error))?;
    if status.success() {
        return Ok(());
    }
    let mut problem = failure::run_problem("ntn login", status, &output);
    if problem.code == ProblemCode::LoginNotStored && !was_invited {
        // Files and keyring are read at the start too, and then nothing has been approved.
        problem.code = ProblemCode::NtnFailed;
    }
    Err(problem)
}

/// Answers the list if one is shown. Returns `None` if `ntn` ended without a code: it had a token, or it failed.
async fn wait_for_code(
    session: &mut TerminalSession,
    picker: &mut WorkspacePicker,
    output: &mut Vec<String>,
) -> Result<Option<ScreenCode>, Problem> {
    let mut code = CodeReader::default();
    loop {
        let next = match picker.line_timeout() {
            Some(limit) => tokio::time::timeout(limit, session.next_line()).await.map_err(|_| picker.unreadable_problem())?,
            None => session.next_line().await,
        };
        let Some(line) = next else { return Ok(None) };
        if let Some(key) = picker.push_line(&line)? {
            session.send_keys(key.bytes()).await;
        }
        let found = code.push_line(&line);
        output.push(line);
        if found.is_some() {
            return Ok(found);
        }
    }
}

/// Builds the invitation from the URL that was to be opened, else from one that was printed because no opener could be started.
fn build_invitation(
    opener: &OpenerShim,
    output: &[String],
    code: Option<String>,
    clock: Clock,
) -> Result<ApprovalRequest, Problem> {
    let address = opener.opened_url().or_else(|| output.iter().find_map(|line| first_url(line)).map(str::to_owned));
    let unseen = || Problem::new(ProblemCode::NtnFailed).with_evidence("the link that ntn opens could not be read");
    Ok(ApprovalRequest { link: check_link(&address.ok_or_else(unseen)?)?, code, ends_at: clock.local_time_after(APPROVAL_TIMEOUT) })
}
