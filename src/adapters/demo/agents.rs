//! The demo's coding agents: an invented home in the demo's temporary folder, changed by the code that changes a real one. Nothing of the
//! person's own files is read.
#![expect(clippy::disallowed_methods, reason = "this is an adapter that writes the files of the demo")]

use super::simulated_notion::SimulatedNotion;
use crate::adapters::coding_agents::LocalAgents;
use crate::adapters::machine::environment::Environment;
use crate::adapters::storage::folders::Folders;
use crate::domain::agents::plan::{AgentPlan, AgentRequest, FileChange};
use crate::domain::credentials::{Purpose, active_credential};
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::domain::team_profile::PROFILE_FILE_NAME;
use crate::runtime::ports::{CodingAgents, CredentialStore, Job};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of the invented home: not connected, with comments, with a token in plain text, with an own sign-in, and in a format that
/// is changed by hand. Others have tokens in plain text, for a scan: one of the issued form, which works, possible ones, a revoked one, a
/// client secret and a placeholder.
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

/// Creates the home in this folder, and returns the environment of a person who lives there.
pub fn create_home(folder: &Path) -> io::Result<Environment> {
    let home = folder.join("home");
    for (path, text) in FILES {
        let path = home.join(path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, text.replace("{token}", SimulatedNotion::found_token()).replace("{secret}", CLIENT_SECRET))?;
    }
    let project = home.join("project");
    std::fs::create_dir_all(&project)?;
    std::fs::write(project.join(PROFILE_FILE_NAME), TEAM_PROFILE)?;
    let variable = |name: &'static str, folder: &str| (name, home.join(folder));
    let variables = [
        variable("HOME", ""),
        variable("USERPROFILE", ""),
        variable("APPDATA", "AppData/Roaming"),
        variable("XDG_CONFIG_HOME", ".config"),
    ];
    Ok(Environment::from_pairs(variables).with_project_folder(project))
}

pub struct DemoAgents {
    files: LocalAgents,
    store: Arc<dyn CredentialStore>,
}

impl DemoAgents {
    pub fn new(home: Arc<Environment>, program: PathBuf, folders: &Folders, store: Arc<dyn CredentialStore>) -> Self {
        Self { files: LocalAgents::new(home, program, Some(folders)), store }
    }
}

impl CodingAgents for DemoAgents {
    fn plan(&self, request: AgentRequest) -> Job<Vec<AgentPlan>> {
        self.files.plan(request)
    }

    fn apply(&self, change: FileChange) -> Job<()> {
        self.files.apply(change)
    }

    /// Another process would not find the demo's sign-in, so no bridge is started.
    fn verify(&self, _command: Vec<String>) -> Job<usize> {
        let index = self.store.load_index();
        Box::pin(async move {
            active_credential(&index.await?, Purpose::Mcp).map_err(Problem::from)?;
            Ok(SimulatedNotion::mcp_tools())
        })
    }

    fn read_headers(&self, _command: Vec<String>) -> Job<Secret> {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            let account = active_credential(&store.load_index().await?, Purpose::Mcp).map_err(Problem::from)?.account.clone();
            Ok(store.load(account).await?.token)
        })
    }
}
