//! The secret managers from `assets/secret_managers.toml`, and the plan to send a secret to one of them: the programs to run and their
//! arguments. No argument ever contains the secret.

mod content;
mod request;

pub use content::{ManagerOption, SecretManager};
pub use request::{SendRefusal, SendRequest};

use super::command_line::shell_quote;
use super::sanitize::sanitize;
use content::{NameRule, ReadCommand, SecretManagersToml, WriteCommand};
use std::collections::BTreeMap;
use std::sync::LazyLock;

impl ManagerOption {
    pub fn flag(&self) -> &str {
        self.flag.as_deref().unwrap_or(&self.id)
    }
}

impl SecretManager {
    /// The reason why it is unsupported on this operating system, or on all.
    pub fn unsupported_reason(&self, is_windows: bool) -> Option<&str> {
        let no_such_file =
            (is_windows && self.needs_dev_stdin).then_some("Its CLI can read a secret only from a file that Windows doesn't have");
        self.unsupported.as_deref().or(no_such_file)
    }

    /// The label of the name's field.
    pub fn name_text(&self) -> &str {
        self.name_text.as_deref().unwrap_or("Secret name")
    }

    pub fn option(&self, id: &str) -> Option<&ManagerOption> {
        self.options.iter().find(|option| option.id == id)
    }

    /// The remedy for a failure with this output of the client.
    pub fn remedy_for(&self, output: &str) -> Option<&str> {
        self.failures.iter().find(|failure| output.contains(&failure.says)).map(|failure| failure.remedy.as_str())
    }
}

/// A secret manager, and whether it can be used on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagerState {
    pub manager: &'static SecretManager,
    /// The reason why it cannot be used here.
    pub unusable_reason: Option<String>,
}

/// A validated plan: the manager, the secret's name there, and the options. Only [`SendRequest::validate`] creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendPlan {
    manager: &'static SecretManager,
    name: String,
    options: BTreeMap<String, String>,
}

/// One run of the client, without the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCommand {
    pub arguments: Vec<String>,
    /// Its standard input, with `{secret}` or `{secret_base64}` as placeholder of the secret.
    pub input: Option<String>,
    /// If set, it runs only after the previous one failed with a line that contains this text.
    pub after_failure: Option<String>,
}

/// The command that verifies the write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadBackCommand {
    Secret(Vec<String>),
    /// It prints a JSON list; `name` and `time` are its fields for the name and the time of change.
    List {
        arguments: Vec<String>,
        name: String,
        time: String,
    },
}

impl SendPlan {
    pub fn manager(&self) -> &'static SecretManager {
        self.manager
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values of the options, by their ids.
    pub fn options(&self) -> &BTreeMap<String, String> {
        &self.options
    }

    /// False if sending works only while nothing of that name is there.
    pub fn can_replace(&self) -> bool {
        self.manager.absent.is_none()
    }

    /// The reference to the secret in the secret manager.
    pub fn reference(&self) -> Option<String> {
        self.manager.used.as_deref().map(|text| self.fill_in(text))
    }

    /// A command that has to fail with a line that contains the text, before anything is written.
    pub fn absence_check(&self) -> Option<(Vec<String>, &'static str)> {
        let absent = self.manager.absent.as_ref()?;
        Some((self.arguments(&absent.arguments), absent.says.as_str()))
    }

    /// The write commands, tried in order until one succeeds.
    pub fn write_commands(&self) -> Vec<ClientCommand> {
        let run = |write: &WriteCommand| ClientCommand {
            arguments: self.arguments(&write.arguments),
            input: Some(if write.input == "secret" { "{secret}".to_owned() } else { self.fill_in(&write.input) }),
            after_failure: write.fallback.as_ref().map(|fallback| fallback.says.clone()),
        };
        self.manager.writes.iter().map(run).collect()
    }

    /// The sentence that says when the second write runs, if there is one.
    pub fn fallback_text(&self) -> Option<String> {
        let fallback = self.manager.writes.iter().find_map(|write| write.fallback.as_ref())?;
        Some(format!("The second command that stores the token runs only if the first fails because {}.", fallback.because))
    }

    pub fn read_back_command(&self) -> Option<ReadBackCommand> {
        self.manager.read.as_ref().map(|read| match read {
            ReadCommand::Secret { arguments } => ReadBackCommand::Secret(self.arguments(arguments)),
            ReadCommand::List { arguments, name, time } => {
                ReadBackCommand::List { arguments: self.arguments(arguments), name: name.clone(), time: time.clone() }
            }
        })
    }

    /// All commands in the order in which they run, as a person could type them.
    pub fn commands(&self) -> Vec<String> {
        let program = &self.manager.program;
        let line = |arguments: &[String]| {
            let words: Vec<String> = arguments.iter().map(|argument| shell_quote(argument)).collect();
            format!("{program} {}", words.join(" "))
        };
        let mut commands: Vec<String> = self.absence_check().iter().map(|(arguments, _)| line(arguments)).collect();
        commands.extend(self.write_commands().iter().map(|run| line(&run.arguments)));
        commands.extend(self.read_back_command().iter().map(|read| match read {
            ReadBackCommand::Secret(arguments) | ReadBackCommand::List { arguments, .. } => line(arguments),
        }));
        commands
    }

    /// True if this one of [`Self::commands`] receives the secret.
    pub fn receives_secret(&self, command: usize) -> bool {
        let first = usize::from(self.manager.absent.is_some());
        (first..first + self.manager.writes.len()).contains(&command)
    }

    fn arguments(&self, templates: &[String]) -> Vec<String> {
        let is_open = |template: &&String| {
            let open =
                |option: &ManagerOption| template.contains(&format!("{{{}}}", option.id)) && !self.options.contains_key(&option.id);
            self.manager.options.iter().any(open)
        };
        templates.iter().filter(|template| !is_open(template)).map(|template| self.fill_in(template)).collect()
    }

    fn fill_in(&self, template: &str) -> String {
        let named = template.replace("{name}", &self.name);
        self.options.iter().fold(named, |text, (id, value)| text.replace(&format!("{{{id}}}"), value))
    }
}

/// The outcome of sending a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// It was read back and is the same.
    Confirmed,
    /// It cannot be read back, but is listed as changed just now; the text is the manager's own time stamp.
    Listed { changed: String },
}

impl SendOutcome {
    /// A sentence for a person, worded to follow the secret's location.
    pub fn text(&self) -> String {
        match self {
            Self::Confirmed => "saved and verified.".to_owned(),
            Self::Listed { changed } => {
                format!("saved. Its value can't be read back, but it is listed as changed at {}.", sanitize(changed))
            }
        }
    }
}

/// The build script generates it from `assets/secret_managers.toml`.
const SHIPPED: &[u8] = shipped!("secret_managers");

/// The build script has checked that it parses.
static MANAGERS: LazyLock<Vec<SecretManager>> =
    LazyLock::new(|| postcard::from_bytes::<SecretManagersToml>(SHIPPED).map(|file| file.managers).unwrap_or_default());

pub fn managers() -> &'static [SecretManager] {
    &MANAGERS
}

pub fn manager(id: &str) -> Option<&'static SecretManager> {
    MANAGERS.iter().find(|manager| manager.id == id)
}
