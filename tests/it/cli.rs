//! The command line and the commands, in this process: what goes to standard output, what to standard error, which
//! exit code.

mod advise;
mod arguments;
mod ask;
mod browser_login;
mod console;
mod doctor;
mod env;
mod headless_termination;
mod logout;
mod logout_revocation;
mod paths;
mod refresh;
mod reset;
mod status;
mod switch;
mod token;
mod verbose;

use notion_auth::domain::catalog::Catalog;
use notion_auth::frontends::console::Console;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// The output and exit code of a command.
pub(crate) struct CommandOutcome {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) exit_code: u8,
}

impl CommandOutcome {
    pub(crate) fn json(&self) -> serde_json::Value {
        assert_eq!(self.out.lines().count(), 1, "one document on one line: {}", self.out);
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Runs a command against a console of 80 columns.
pub(crate) async fn outcome(command: impl AsyncFnOnce(&mut Console) -> u8) -> CommandOutcome {
    outcome_at(80, command).await
}

async fn outcome_at(width: usize, command: impl AsyncFnOnce(&mut Console) -> u8) -> CommandOutcome {
    let (out, err) = (Captured::default(), Captured::default());
    let mut console = Console::new(out.clone(), err.clone(), width);
    console.shows_messages = true;
    let exit_code = command(&mut console).await;
    let exit_code = console.finish(exit_code);
    CommandOutcome { out: out.text(), err: err.text(), exit_code }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Two rows, three paths, one outdated claim: enough to show every kind of line.
fn small_catalog() -> Catalog {
    toml::from_str(include_str!("cli/small_catalog.toml")).unwrap()
}
