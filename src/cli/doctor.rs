//! `doctor`: arguments and help.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct DoctorArgs {
    /// Show the names of people and workspaces, which are withheld unless asked for
    #[arg(long)]
    pub names: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

pub(super) const AFTER_HELP: &str = "\
It looks at the terminal, the keychain, the browser, the network and ntn, at what you told notion-auth of your role, at every \
credential, and at the files they are kept in. All at once, each with a time limit of its own. A test entry is written to the \
keychain and deleted, and files of notion-auth that others could read are closed to them, as by every command; nothing else is \
changed.

The report is safe to paste into a ticket: it holds no secret, your home folder is ~, and people and workspaces are numbered rather \
than named.

Examples:
  notion-auth doctor                                 everything, grouped, each with its remedy
  notion-auth doctor --names                         with the names of people and workspaces
  notion-auth doctor --json                          for a program
  notion-auth doctor --demo                          what it looks like, against a simulated Notion

It ends with 0 where nothing failed and with 1 where any check did, whatever kind of trouble it is: `status --check` tells a refusal \
(4) from a silent network (5). Warnings, unknowns and not being signed in do not fail.";
