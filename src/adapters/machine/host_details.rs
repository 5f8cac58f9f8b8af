//! The terminal we run in, inspected without a query to it, and the variables that affect the connection to Notion.

use super::environment::Environment;
use crate::adapters::notion_api::certificates;
use crate::adapters::ntn_cli::installation;
use crate::domain::host_details::{HostDetails, TerminalDetails, TerminalKind};
use crate::domain::sanitize::sanitize;
use std::io::{self, IsTerminal};

/// Inspects everything, including the files that the certificate variables name.
pub fn inspect(environment: &Environment) -> HostDetails {
    HostDetails {
        proxies: environment.proxies(),
        roots: certificates::inspect_roots(environment.custom_roots()),
        workspace_id: environment.workspace_id().map(sanitize),
        ntn: installation::find_all_on_path(environment),
        ..inspect_terminal_only(environment)
    }
}

/// Inspects the terminal alone, for a world in which the person's variables have no effect.
pub fn inspect_terminal_only(environment: &Environment) -> HostDetails {
    HostDetails {
        terminal: inspect_terminal(environment),
        proxies: Vec::new(),
        roots: Vec::new(),
        workspace_id: None,
        ntn: Vec::new(),
        home: environment.home().map(|home| home.display().to_string()),
    }
}

/// Inspects whichever stream is connected to a terminal, because a report is often written to a file.
fn inspect_terminal(environment: &Environment) -> TerminalDetails {
    let is_one = io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal();
    let kind = match (is_one, environment.is_dumb_terminal()) {
        (false, _) => TerminalKind::None,
        (true, true) => TerminalKind::Dumb,
        (true, false) => TerminalKind::Full,
    };
    let inside = match (environment.in_tmux(), environment.in_screen()) {
        (true, _) => Some("tmux"),
        (false, true) => Some("screen"),
        (false, false) => None,
    };
    TerminalDetails {
        kind,
        size: terminal_size(),
        no_color: environment.wants_no_color(),
        ascii: environment.wants_ascii(),
        multiplexer: inside,
    }
}

#[cfg(unix)]
fn terminal_size() -> Option<(u16, u16)> {
    use rustix::termios::tcgetwinsize;
    let sizes = [tcgetwinsize(io::stdout()), tcgetwinsize(io::stdin()), tcgetwinsize(io::stderr())];
    // A serial line knows no size, and reports zeros.
    sizes.into_iter().flatten().map(|size| (size.ws_col, size.ws_row)).find(|(columns, rows)| *columns > 0 && *rows > 0)
}

#[cfg(not(unix))]
fn terminal_size() -> Option<(u16, u16)> {
    None
}
