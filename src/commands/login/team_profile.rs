//! `login --profile`: the answers of a team's file where no flag says otherwise, and a report of each: what is used, and what is not and
//! why.

use super::{LoginArgs, LoginPath};
use crate::domain::auth_path::AuthMethod;
use crate::domain::credentials::{RememberedAnswers, StoreKind};
use crate::domain::problem::{MissingInput, Problem};
use crate::domain::team_profile::{LoadedProfile, PROFILE_FILE_NAME, ProfileKey};
use crate::frontends::console::Console;
use crate::frontends::headless::OutputFormat;
use crate::runtime::ports::World;
use crate::runtime::team_profile;
use serde_json::{Value, json};
use std::io::{self, IsTerminal};

/// An answer of the profile, and why it is not used, if it is not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProfileAnswer {
    key: ProfileKey,
    value: String,
    unused_reason: Option<String>,
}

impl LoginArgs {
    /// Takes the path and the store from the profile, unless a flag names them. Flags win.
    pub(super) fn apply_profile(&mut self, loaded: &LoadedProfile, file_was_chosen: bool) -> Vec<ProfileAnswer> {
        let profile = &loaded.profile;
        let answers = profile.answers().map(|(key, value)| {
            let unused_reason = match key {
                ProfileKey::Path => self.apply_path(profile.path.map(LoginPath::Compared)),
                // After the path, which decides what can be stored.
                ProfileKey::Store => self.apply_store(profile.store, file_was_chosen),
                ProfileKey::Role | ProfileKey::Plan | ProfileKey::Policy | ProfileKey::Agents => None,
            };
            ProfileAnswer { key, value, unused_reason }
        });
        answers.collect()
    }

    fn apply_path(&mut self, path: Option<LoginPath>) -> Option<String> {
        if let Some(flag) = self.path {
            return (self.path != path).then(|| format!("the command line says {}", flag.name()));
        }
        self.path = path;
        None
    }

    /// True for a login through ntn, which saves it itself.
    fn is_for_browser(&self) -> bool {
        let is_path = matches!(self.path(), LoginPath::Compared(path) if path.main_method() == AuthMethod::BrowserLogin);
        is_path && !self.token_stdin
    }

    fn plaintext_refusal(&self) -> Problem {
        let other = if self.is_for_browser() { "leave out --profile" } else { "name another store, such as --store keychain" };
        let what = format!("The profile's store is a private file, in plain text. Add --store file to agree to it, or {other}.");
        Problem::needed(MissingInput::Option, what)
    }

    fn apply_store(&mut self, store: Option<StoreKind>, file_was_chosen: bool) -> Option<String> {
        if let Some(flag) = self.store {
            return (self.store != store).then(|| format!("the command line says {}", flag.name()));
        }
        let is_for_browser = self.is_for_browser();
        match store {
            Some(StoreKind::Keychain | StoreKind::None) if is_for_browser => Some("ntn saves a browser login itself".to_owned()),
            Some(StoreKind::None) if self.path() == LoginPath::Mcp => {
                Some("a sign-in to Notion MCP can be used only if it is saved".to_owned())
            }
            Some(StoreKind::Keychain) if file_was_chosen => Some("NOTION_KEYRING turns the keychain off".to_owned()),
            // Left unset, because it is the default, and only the default lists the options if there is no keychain.
            Some(StoreKind::Keychain) => None,
            _ => {
                self.store = store;
                None
            }
        }
    }
}

/// Reads the file that `--profile` names and applies it. A file in plain text needs the consent that it needs without a profile.
pub(super) async fn load_and_apply(
    args: &mut LoginArgs,
    file_was_chosen: bool,
    format: OutputFormat,
    world: &World,
    console: &mut Console,
) -> Result<Option<LoadedProfile>, Problem> {
    let Some(path) = args.profile.clone() else {
        announce_file(format, world, console).await;
        return Ok(None);
    };
    let loaded = team_profile::load(path, world).await?;
    let has_consent = file_was_chosen || args.store == Some(StoreKind::File);
    let mut answers = args.apply_profile(&loaded, file_was_chosen);
    let refusal = (args.store == Some(StoreKind::File) && !has_consent).then(|| args.plaintext_refusal());
    if let Some(store) = answers.iter_mut().find(|answer| answer.key == ProfileKey::Store).filter(|_| refusal.is_some()) {
        store.unused_reason = Some("plain text needs --store file too".to_owned());
    }
    report(&loaded, &answers, format, console);
    refusal.map_or(Ok(Some(loaded)), Err)
}

/// Says at a terminal that there is a file that could be used. Its answers are not used without the person's consent.
async fn announce_file(format: OutputFormat, world: &World, console: &mut Console) {
    // The token may come through a pipe while a person reads.
    let has_reader = format == OutputFormat::Text && io::stderr().is_terminal();
    if has_reader && let Ok(Some(file)) = world.profiles.find().await {
        console.write_message(&format!("Found {}, which isn't used. To use its answers, add --profile with its name.", file.place));
    }
}

fn report(loaded: &LoadedProfile, answers: &[ProfileAnswer], format: OutputFormat, console: &mut Console) {
    if format == OutputFormat::Json {
        let answers: Vec<_> = answers.iter().map(answer_json).collect();
        let next = loaded.profile.agents_command();
        return console.write_json(&json!({ "event": "profile", "file": loaded.place, "answers": answers, "next": next }));
    }
    console.write_message(&format!("Answers from {}:", loaded.place));
    for ProfileAnswer { key, value, unused_reason } in answers {
        let note = unused_reason.as_ref().map(|reason| format!(" (not used: {reason})")).unwrap_or_default();
        console.write_message_under(&format!("  {:<8}", key.name()), &format!("{value}{note}"));
    }
    if answers.is_empty() {
        console.write_message("  none");
    }
}

fn answer_json(answer: &ProfileAnswer) -> Value {
    let ProfileAnswer { key, value, unused_reason } = answer;
    json!({ "key": key.name(), "value": value, "used": unused_reason.is_none(), "reason": unused_reason })
}

/// Remembers what the team says about the person's workspace, as the wizard does, and names the agents that are to be connected.
pub(super) async fn conclude(loaded: &LoadedProfile, format: OutputFormat, world: &World, console: &mut Console) {
    let remembered = if loaded.profile.has_member_answers() { remember(loaded, world).await } else { Ok(()) };
    if format == OutputFormat::Json {
        return;
    }
    if let Err(problem) = remembered {
        console.write_message(&format!("Role, plan and policy were not remembered: {}", problem.headline()));
    }
    if let Some(command) = loaded.profile.agents_command() {
        console.write_message(&format!("Next, connect the agents that {PROFILE_FILE_NAME} names:"));
        console.write_message_unwrapped(&format!("  {command}"));
    }
}

async fn remember(loaded: &LoadedProfile, world: &World) -> Result<(), Problem> {
    let known = world.store.load_index().await?.remembered.profile.unwrap_or_default();
    world.store.remember_answers(RememberedAnswers::from_profile(loaded.profile.apply_to(known))).await
}
