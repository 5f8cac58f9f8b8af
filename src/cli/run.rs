//! `run`: arguments and help.

use clap::Args;

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct RunArgs {
    /// The credential of this workspace (name or id), or with this key, rather than the active one
    #[arg(long, value_name = "W")]
    pub workspace: Option<String>,
    /// The command and its arguments, after --
    #[arg(value_name = "CMD", required = true, last = true)]
    pub command: Vec<std::ffi::OsString>,
}

pub(super) const AFTER_HELP: &str = "\
The command gets this environment, and NOTION_API_TOKEN and NOTION_WORKSPACE_ID of the credential; nothing else of it, no file and no \
argument. Where NOTION_KEYRING turns the keychain off, it is handed on as 0, which is what ntn understands. On Unix the command takes \
the place of notion-auth, so that its input, its terminal, the signals and its exit code are its own.

Examples:
  notion-auth run -- ntn workers list
  notion-auth run -- python script.py
  notion-auth run --workspace Acme -- printenv NOTION_WORKSPACE_ID
  notion-auth run -- sh -c 'test -n \"$NOTION_API_TOKEN\"'

It ends as the command ends. Before the command could begin: 127 where it is not found, 126 where it cannot be executed, and \
otherwise as every command here: 3 where it is open which workspace is meant, 4 where nobody is signed in, 6 where the secret cannot \
be read.";
