//! The demo's invented home in the demo's temporary folder. Nothing of the person's own files is read.
#![expect(clippy::disallowed_methods, reason = "this is an adapter that writes the files of the demo")]

use super::simulated_notion::SimulatedNotion;
use crate::adapters::machine::environment::Environment;
use crate::domain::problem::Problem;
use crate::domain::team_profile::PROFILE_FILE_NAME;
use crate::runtime::ports::Job;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The demo's files: settings of agents in each state (not connected, with comments, with a token in plain text, with a sign-in of
/// their own, and in a format that is changed by hand), and files with tokens in plain text, for a scan: one of the issued form, which
/// works, possible ones, a revoked one, a client secret and a placeholder.
const FILES: [(&str, &str); 8] = [
    (".claude.json", "{\n  \"numStartups\": 12,\n  \"mcpServers\": {}\n}\n"),
    (".codex/config.toml", "model = \"gpt-5\" # my choice\n\n[mcp_servers.docs]\nurl = \"https://docs.example/mcp\"\n"),
    (
        ".cursor/mcp.json",
        "{\n  \"mcpServers\": {\n    \"notion\": {\n      \"command\": \"npx\",\n      \"args\": [\"-y\", \"@notionhq/notion-mcp-server\"],\n      \
         \"env\": { \"NOTION_TOKEN\": \"ntn_demo_member_on_a_paid_plan_0001\" }\n    }\n  }\n}\n",
    ),
    (
        ".config/opencode/opencode.jsonc",
        "{\n  // opencode signs in to Notion by itself\n  \"mcp\": {\n    \"notion\": { \"type\": \"remote\", \"url\": \
         \"https://mcp.notion.com/mcp\", \"enabled\": true },\n  },\n}\n",
    ),
    (".config/goose/config.yaml", "extensions:\n  developer:\n    type: builtin\n    enabled: true\n"),
    (".zshrc", "export EDITOR=vim\nexport NOTION_TOKEN=\"{token}\" # for my scripts\nalias ll='ls -l'\n"),
    (".bash_history", "ls\nexport NOTION_API_KEY=ntn_demo_connection_with_pages_0004\ncurl https://api.notion.com/v1/users/me\n"),
    (
        "project/.env",
        "PORT=3000\nNOTION_TOKEN=ntn_demo_revoked_by_its_creator_0006\nNOTION_API_KEY=ntn_xxxxxxxxxxxxxxxx\nNOTION_CLIENT_SECRET={secret}\n",
    ),
];

/// A client secret of the form that Notion issues.
const CLIENT_SECRET: &str = concat!("secret_", "DemoClientSecretInTheFormNotionIssuesAb0012");

/// The answers of the invented team.
const TEAM_PROFILE: &str = "# The answers of your team\nschema = 1\nrole = \"member\"\nplan = \"business\"\npath = \"cli\"\nstore = \"keychain\"\n\
     agents = [\"claude-code\", \"cursor\"]\n";

/// A home whose files are written when they are first needed, so that the first frame does not wait for them.
pub struct DemoHome {
    folder: PathBuf,
    written: OnceLock<Result<(), Problem>>,
}

impl DemoHome {
    /// The home is a folder in this one.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.join("home"), written: OnceLock::new() }
    }

    fn project(&self) -> PathBuf {
        self.folder.join("project")
    }

    /// Returns an environment whose home is this folder.
    pub fn environment(&self) -> Arc<Environment> {
        let variable = |name: &'static str, folder: &str| (name, self.folder.join(folder));
        let variables = [
            variable("HOME", ""),
            variable("USERPROFILE", ""),
            variable("APPDATA", "AppData/Roaming"),
            variable("XDG_CONFIG_HOME", ".config"),
        ];
        Arc::new(Environment::from_pairs(variables).with_project_folder(self.project()))
    }

    /// Writes the files on first use, then starts the job.
    pub fn with_files<T: Send + 'static>(&self, start: impl FnOnce() -> Job<T>) -> Job<T> {
        let written = self.written.get_or_init(|| self.write().map_err(|error| Problem::bug(error.to_string())));
        match written {
            Ok(()) => start(),
            Err(problem) => Box::pin(std::future::ready(Err(problem.clone()))),
        }
    }

    fn write(&self) -> io::Result<()> {
        for (path, text) in FILES {
            let path = self.folder.join(path);
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(path, text.replace("{token}", SimulatedNotion::found_token()).replace("{secret}", CLIENT_SECRET))?;
        }
        std::fs::write(self.project().join(PROFILE_FILE_NAME), TEAM_PROFILE)
    }
}
