//! A login through `ntn` 0.4.0: one command that needs a terminal, opens a browser itself and waits.

use super::code_on_screen::{Code, CodeOnScreen};
use super::invitation::{checked, first_address};
use super::opener::Opener;
use super::picker::Picker;
use super::session::Session;
use super::update_check::UpdateCheck;
use super::{Program, failure};
use crate::adapters::clock::Clock;
use crate::adapters::ntn_files;
use crate::domain::login::{Invitation, NtnStorage, Target};
use crate::domain::problem::{Problem, ProblemCode};
use crate::runtime::ports::Tell;
use std::ffi::OsStr;
use std::time::Duration;

/// Time limit from the start to the code: one request, and perhaps a list to choose from.
const TO_THE_CODE: Duration = Duration::from_secs(30);

/// Time that it waits for the approval, by its own count.
const WAITS: Duration = Duration::from_secs(300);

/// `-v` adds the cause of a failure.
const ARGUMENTS: [&str; 2] = ["login", "-v"];

pub async fn login(program: &Program<'_>, clock: Clock, target: &Target, invite: &Tell<Invitation>) -> Result<(), Problem> {
    let mut picker = Picker::new(program.environment, target)?;
    if program.in_file || matches!(program.storage, NtnStorage::File { .. }) {
        // ntn reads its file only once it has a token to add: an approval would be lost.
        ntn_files::logins(program.environment).1.map_or(Ok(()), Err)?;
    }
    let opener = Opener::prepare()?;
    let _postponed = UpdateCheck::postpone(program.environment);
    let path = opener.path(program.environment.path());
    let mut variables = program.variables();
    // A dumb terminal has no spinner, which would wake us twelve times a second; the list is still drawn.
    variables.extend([("PATH", path.as_os_str()), ("TERM", OsStr::new("dumb"))]);

    let mut session = Session::start(&program.path, &ARGUMENTS, &variables)?;
    let mut said = Vec::new();
    let to_the_code = to_the_code(&mut session, &mut picker, &mut said);
    let code = tokio::time::timeout(TO_THE_CODE, to_the_code).await.map_err(|_| {
        Problem::new(ProblemCode::LoginUnreachable).seen(format!("ntn showed no code within {} s", TO_THE_CODE.as_secs()))
    })??;
    let was_invited = code.is_some();
    if let Some(code) = code {
        invite(invitation(&opener, &said, code.text(), clock)?);
    }
    // The opener is removed before the wait: were we killed during it, the URL of this login would stay behind.
    drop(opener);
    while let Some(line) = session.line().await {
        said.push(line);
    }
    let status = session.end().await?;
    if status.success() {
        return Ok(());
    }
    let mut problem = failure::of("ntn login", status, &said);
    if problem.code == ProblemCode::LoginNotStored && !was_invited {
        // Files and keyring are read at the start too, and then nothing has been approved.
        problem.code = ProblemCode::NtnFailed;
    }
    Err(problem)
}

/// Answers the list if one is shown. Returns `None` if `ntn` ended without a code: it had a token, or it failed.
async fn to_the_code(session: &mut Session, picker: &mut Picker, said: &mut Vec<String>) -> Result<Option<Code>, Problem> {
    let mut code = CodeOnScreen::default();
    loop {
        let next = match picker.patience() {
            Some(limit) => tokio::time::timeout(limit, session.line()).await.map_err(|_| picker.not_understood())?,
            None => session.line().await,
        };
        let Some(line) = next else { return Ok(None) };
        if let Some(key) = picker.read(&line)? {
            session.press(key.bytes()).await;
        }
        let found = code.read(&line);
        said.push(line);
        if found.is_some() {
            return Ok(found);
        }
    }
}

/// Builds the invitation from the URL that was to be opened, else from one that was printed because no opener could be started.
fn invitation(opener: &Opener, said: &[String], code: Option<String>, clock: Clock) -> Result<Invitation, Problem> {
    let address = opener.address().or_else(|| said.iter().find_map(|line| first_address(line)).map(str::to_owned));
    let unseen = || Problem::new(ProblemCode::NtnFailed).seen("the address that ntn opens could not be seen");
    Ok(Invitation { link: checked(&address.ok_or_else(unseen)?)?, code, ends_at: clock.local_time_after(WAITS) })
}
