//! The files of coding agents: reads them for a plan, changes them, and tries out the bridge that they start.

mod handshake;
mod headers;

use super::machine::agent_files;
use super::machine::environment::Environment;
use super::process::program_search;
use super::storage::agent_file;
use super::storage::agent_records::AgentRecords;
use super::storage::folders::Folders;
use super::trace;
use crate::adapters::blocking_thread::run_blocking;
use crate::domain::agents::config_file::EditFailure;
use crate::domain::agents::connection::{AgentConnectionRecord, FileEdit, manual_entry};
use crate::domain::agents::method::{Connection, ConnectionMethod, EntryValues};
use crate::domain::agents::plan::{AgentAction, AgentPlan, AgentRequest, AgentStep, FileChange, PlanSubject};
use crate::domain::agents::server_entry::ServerEntry;
use crate::domain::agents::skill::{SKILL_FILE, SKILL_NAME, SKILL_TEXT};
use crate::domain::agents::text_change::TextChange;
use crate::domain::agents::{Agent, AgentState, ConfigFormat, Scope, texts_of};
use crate::domain::diff::diff;
use crate::domain::mcp::McpUrl;
use crate::domain::problem::{Problem, ProblemCode};
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::runtime::ports::{CodingAgents, Job};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The agents of this machine.
#[derive(Clone)]
pub struct LocalAgents {
    environment: Arc<Environment>,
    /// The running program.
    program: PathBuf,
    /// `None` if we can store nothing here: then only our entry can be removed.
    records: Option<AgentRecords>,
}

impl LocalAgents {
    pub fn new(environment: Arc<Environment>, program: PathBuf, folders: Option<&Folders>) -> Self {
        Self { environment, program, records: folders.map(|folders| AgentRecords::new(folders.config.clone())) }
    }

    fn run_blocking<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static) -> Job<T> {
        let agents = self.clone();
        run_blocking("agents' files", move || work(&agents))
    }

    /// Returns the program that an entry names. Agents with a window don't have the `PATH` of a shell, so a file of the user gets the
    /// absolute path: the one on `PATH` if it is this program, because that one survives an update. A project's file is shared with
    /// other machines, so it gets the name alone.
    fn program_for(&self, scope: Scope) -> String {
        if scope == Scope::Project {
            return "notion-auth".to_owned();
        }
        let is_this =
            |found: &PathBuf| matches!((found.canonicalize(), self.program.canonicalize()), (Ok(one), Ok(other)) if one == other);
        let installed =
            program_search::find("notion-auth", &self.environment).filter(|found| found.is_absolute() && is_this(found));
        installed.as_ref().unwrap_or(&self.program).to_string_lossy().into_owned()
    }

    fn plan_agent(&self, agent: &'static Agent, request: &AgentRequest) -> Vec<AgentPlan> {
        let paths = agent_files::paths_of(agent, request.scope, &self.environment);
        let paths: Vec<PathBuf> = paths.into_iter().map(|path| std::path::absolute(&path).unwrap_or(path)).collect();
        let plan = |path: Option<&Path>, step: AgentStep| AgentPlan {
            agent,
            subject: PlanSubject::Server,
            file: path.map(|path| sanitize(&path.to_string_lossy())),
            short_file: path.map(|path| self.short(path)),
            step,
        };
        let failed = |path: &Path, problem: Problem| plan(Some(path), AgentStep::Refused(problem));
        let existing: Vec<(&PathBuf, Result<Option<Secret>, Problem>)> =
            paths.iter().filter(|path| path.symlink_metadata().is_ok()).map(|path| (path, agent_file::read(path))).collect();
        match &request.action {
            AgentAction::Disconnect => {
                let disconnect = |(path, text): (&PathBuf, Result<Option<Secret>, Problem>)| match text {
                    Err(problem) => failed(path, problem),
                    Ok(text) => plan(Some(path), self.plan_disconnection(agent, path, text)),
                };
                let plans: Vec<_> = existing.into_iter().map(disconnect).collect();
                if plans.is_empty() { vec![plan(None, AgentStep::Done { command: Vec::new() })] } else { plans }
            }
            AgentAction::Connect { method, workspace } => {
                let values = EntryValues {
                    program: &self.program_for(request.scope),
                    workspace: workspace.as_deref(),
                    server: self.environment.mcp_url().unwrap_or(McpUrl::NOTION),
                };
                let Some(wanted) = agent.connection(*method, values) else {
                    return vec![plan(paths.first().map(PathBuf::as_path), AgentStep::Refused(no_method(agent, *method)))];
                };
                // An agent with several files gets the entry where it already has one for Notion, otherwise in the file that it looks for first.
                let has_notion = |(_, text): &&(&PathBuf, Result<Option<Secret>, Problem>)| matches!(text, Ok(Some(text)) if !matches!(agent.read_state(text.expose()).0, AgentState::NotConnected | AgentState::Unknown));
                let chosen = existing.iter().find(has_notion).or(existing.first());
                let Some(path) = chosen.map(|(path, _)| *path).or(paths.first()) else {
                    return vec![plan(None, AgentStep::Refused(no_file(agent, request.scope)))];
                };
                let step = match chosen {
                    Some((_, Err(problem))) => AgentStep::Refused(problem.clone()),
                    Some((_, Ok(text))) => self.plan_connection(agent, path, text.clone(), &wanted),
                    None => self.plan_connection(agent, path, None, &wanted),
                };
                vec![plan(Some(path), step)]
            }
        }
    }

    fn plan_connection(&self, agent: &Agent, path: &Path, text: Option<Secret>, wanted: &Connection) -> AgentStep {
        if agent.format == ConfigFormat::Yaml {
            return AgentStep::ByHand { entry: manual_entry(agent, &wanted.entry) };
        }
        let edit = agent.connect(text.as_ref().map(Secret::expose), self.record_of(path).as_ref(), wanted);
        change_step(path, text, edit, Some(wanted))
    }

    fn plan_disconnection(&self, agent: &Agent, path: &Path, text: Option<Secret>) -> AgentStep {
        let edit = agent.disconnect(text.as_ref().map(Secret::expose).unwrap_or_default(), self.record_of(path).as_ref());
        match edit {
            // Our entry was added to it by hand.
            Err(EditFailure::NotEditable) if text.as_ref().is_some_and(|text| text.expose().contains("notion-auth")) => {
                AgentStep::ByHand { entry: manual_entry(agent, &ServerEntry::default()) }
            }
            Err(EditFailure::NotEditable) => AgentStep::Done { command: Vec::new() },
            edit => change_step(path, text, edit, None),
        }
    }

    /// Returns `None` if there is nothing to do for the agent's skill.
    fn plan_skill(&self, agent: &'static Agent, request: &AgentRequest) -> Option<AgentPlan> {
        let is_connecting = request.action != AgentAction::Disconnect;
        if request.scope != Scope::User || is_connecting && !request.has_skill {
            return None;
        }
        let path = agent_files::skill_folder(agent, &self.environment)?.join(SKILL_NAME).join(SKILL_FILE);
        let record = self.record_of(&path);
        let is_current = |text: &Secret| *text == Secret::new(SKILL_TEXT);
        // An earlier version may have written another text.
        let is_ours = |text: &Secret| {
            is_current(text) || record.as_ref().is_some_and(|record| *text == Secret::new(record.change.inserted.as_str()))
        };
        let step = match agent_file::read(&path) {
            Ok(None) if !is_connecting => return None,
            Ok(Some(text)) if !is_connecting && record.is_none() && !is_ours(&text) => return None,
            Err(problem) => AgentStep::Refused(problem),
            Ok(Some(text)) if !is_ours(&text) => {
                AgentStep::Refused(agent_file::refused(&path, "it is another skill of this name, or was changed"))
            }
            Ok(Some(text)) if is_connecting && is_current(&text) => AgentStep::Done { command: Vec::new() },
            Ok(before) => {
                let change = TextChange { start: 0, removed: String::new(), inserted: SKILL_TEXT.to_owned() };
                let record = is_connecting.then(|| (SKILL_NAME.to_owned(), change, true));
                let edit = FileEdit { text: is_connecting.then(|| SKILL_TEXT.to_owned()), record, replaces: None };
                change_step(&path, before, Ok(Some(edit)), None)
            }
        };
        let (file, short_file) = (Some(sanitize(&path.to_string_lossy())), Some(self.short(&path)));
        Some(AgentPlan { agent, subject: PlanSubject::Skill, file, short_file, step })
    }

    /// Returns the path as a person would write it, with `~` for the home folder.
    fn short(&self, path: &Path) -> String {
        let in_home = self.environment.home().and_then(|home| path.strip_prefix(home).ok());
        let path = in_home.map_or_else(|| path.to_owned(), |rest| Path::new("~").join(rest));
        sanitize(&path.to_string_lossy())
    }

    fn record_of(&self, path: &Path) -> Option<AgentConnectionRecord> {
        self.records.as_ref()?.find(path.to_str()?)
    }

    fn apply_blocking(&self, change: FileChange) -> Result<(), Problem> {
        let FileChange { path, before, after, record, .. } = change;
        let known = self.record_of(&path);
        let folders = known.as_ref().map(|known| known.folders.clone()).unwrap_or_default();
        let made: Vec<PathBuf> = if let Some(after) = &after {
            agent_file::replace(&path, before.as_ref(), after)?
        } else {
            let folders: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
            agent_file::remove(&path, before.as_ref(), &folders)?;
            Vec::new()
        };
        let (Some(records), Some(file)) = (&self.records, path.to_str()) else { return Ok(()) };
        let made = made.iter().filter_map(|folder| folder.to_str().map(str::to_owned));
        let record = record.map(|record| AgentConnectionRecord { folders: folders.into_iter().chain(made).collect(), ..record });
        // Without a record, a later `disconnect` still removes our entry.
        let _ = records.replace(file, record);
        Ok(())
    }
}

impl CodingAgents for LocalAgents {
    fn plan(&self, request: AgentRequest) -> Job<Vec<AgentPlan>> {
        let plan = self.run_blocking(move |agents| {
            let mut plans: Vec<AgentPlan> = request.agents.iter().flat_map(|agent| agents.plan_agent(agent, &request)).collect();
            for skill in request.agents.iter().filter_map(|agent| agents.plan_skill(agent, &request)) {
                // Some agents share a folder.
                if plans.iter().all(|plan| plan.file != skill.file) {
                    plans.push(skill);
                }
            }
            Ok(plans)
        });
        trace::job("agents", "plan", plan)
    }

    fn apply(&self, change: FileChange) -> Job<()> {
        trace::job("agents", "apply", self.run_blocking(move |agents| agents.apply_blocking(change)))
    }

    fn verify(&self, command: Vec<String>) -> Job<usize> {
        let environment = Arc::clone(&self.environment);
        trace::job("agents", "verify", async move { handshake::count_tools(&command, &environment).await })
    }

    fn read_headers(&self, command: Vec<String>) -> Job<Secret> {
        let environment = Arc::clone(&self.environment);
        trace::job("agents", "read_headers", async move { headers::read_token(&command, &environment).await })
    }
}

fn change_step(
    path: &Path,
    before: Option<Secret>,
    edit: Result<Option<FileEdit>, EditFailure>,
    wanted: Option<&Connection>,
) -> AgentStep {
    let command = wanted.map(|wanted| wanted.command.clone()).unwrap_or_default();
    let FileEdit { text, record, replaces } = match edit {
        Ok(Some(edit)) => edit,
        Ok(None) => return AgentStep::Done { command },
        Err(failure) => return AgentStep::Refused(agent_file::refused(path, failure.reason())),
    };
    let ours = wanted.map(|wanted| wanted.entry.to_value());
    let lines = diff(
        before.as_ref().map(Secret::expose).unwrap_or_default(),
        text.as_deref().unwrap_or_default(),
        &ours.as_ref().map(texts_of).unwrap_or_default(),
    );
    let record = record.and_then(|(name, change, was_created)| {
        Some(AgentConnectionRecord { file: path.to_str()?.to_owned(), name, change, was_created, folders: Vec::new() })
    });
    let after = text.map(Secret::new);
    AgentStep::Change(Box::new(FileChange { path: path.to_owned(), before, after, record, replaces, command, lines }))
}

/// Returns a problem that names the methods that the agent supports.
fn no_method(agent: &Agent, method: ConnectionMethod) -> Problem {
    let name = |method: ConnectionMethod| <&str>::from(method);
    let others: Vec<_> = agent.methods().map(name).collect();
    let reason = match method {
        ConnectionMethod::Helper => "runs no command that prints headers",
        ConnectionMethod::Bridge | ConnectionMethod::Own => "can't sign in to Notion MCP through its settings",
    };
    let evidence = format!("{} {reason}. Use --how {}.", agent.name, others.join(" or --how "));
    Problem::new(ProblemCode::AgentMethodMissing).with_evidence(evidence)
}

fn no_file(agent: &Agent, scope: Scope) -> Problem {
    let scope = if scope == Scope::Project { "project" } else { "user" };
    Problem::new(ProblemCode::AgentFileRefused)
        .with_evidence(format!("{} has no {scope} file for MCP servers on this system", agent.name))
}
