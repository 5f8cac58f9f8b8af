//! The secret managers from `assets/secret_managers.toml`, and the plan to send a secret to one of them: the programs to run and their
//! arguments. No argument ever contains the secret.

mod content;
mod form;

pub use content::{ManagerOption, SecretManager};
pub use form::{Asked, Fault};

use super::command_line::word;
use super::sanitize::sanitize;
use content::{Names, Read, SecretManagers, Write};
use std::collections::BTreeMap;
use std::sync::LazyLock;

impl ManagerOption {
    pub fn flag(&self) -> &str {
        self.flag.as_deref().unwrap_or(&self.id)
    }
}

impl SecretManager {
    /// The reason why it is unsupported on this operating system, or on all.
    pub fn unsupported(&self, is_windows: bool) -> Option<&str> {
        let no_such_file =
            (is_windows && self.needs_dev_stdin).then_some("Its client reads a secret only from a file that Windows does not have");
        self.unsupported.as_deref().or(no_such_file)
    }

    pub fn option(&self, id: &str) -> Option<&ManagerOption> {
        self.options.iter().find(|option| option.id == id)
    }

    /// The remedy for a failure with this output of the client.
    pub fn remedy(&self, said: &str) -> Option<&str> {
        self.failures.iter().find(|failure| said.contains(&failure.says)).map(|failure| failure.remedy.as_str())
    }
}

/// A secret manager, and whether it can be used on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagerState {
    pub manager: &'static SecretManager,
    /// The reason why it cannot be used here.
    pub unusable: Option<String>,
}

/// A validated plan: the manager, the secret's name there, and the options. Only [`Asked::checked`] creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handing {
    manager: &'static SecretManager,
    name: String,
    options: BTreeMap<String, String>,
}

/// One run of the client, without the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRun {
    pub arguments: Vec<String>,
    /// Its standard input, with `{secret}` or `{secret_base64}` as placeholder of the secret.
    pub input: Option<String>,
    /// If set, it runs only after the previous one failed with a line that contains this text.
    pub unless: Option<String>,
}

/// The command that verifies the write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadBack {
    Secret(Vec<String>),
    /// It prints a JSON list; `name` and `time` are its fields for the name and the time of change.
    List {
        arguments: Vec<String>,
        name: String,
        time: String,
    },
}

impl Handing {
    pub fn manager(&self) -> &'static SecretManager {
        self.manager
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The reference to the secret in the secret manager.
    pub fn used(&self) -> Option<String> {
        self.manager.used.as_deref().map(|text| self.filled_in(text))
    }

    /// A command that has to fail with a line that contains the text, before anything is written.
    pub fn absent(&self) -> Option<(Vec<String>, &'static str)> {
        let absent = self.manager.absent.as_ref()?;
        Some((self.arguments(&absent.arguments), absent.says.as_str()))
    }

    /// The write commands, tried in order until one succeeds.
    pub fn writes(&self) -> Vec<ClientRun> {
        let run = |write: &Write| ClientRun {
            arguments: self.arguments(&write.arguments),
            input: Some(if write.input == "secret" { "{secret}".to_owned() } else { self.filled_in(&write.input) }),
            unless: write.unless.clone(),
        };
        self.manager.writes.iter().map(run).collect()
    }

    pub fn read(&self) -> Option<ReadBack> {
        self.manager.read.as_ref().map(|read| match read {
            Read::Secret { arguments } => ReadBack::Secret(self.arguments(arguments)),
            Read::List { arguments, name, time } => {
                ReadBack::List { arguments: self.arguments(arguments), name: name.clone(), time: time.clone() }
            }
        })
    }

    /// All commands in the order in which they run, as a person could type them.
    pub fn commands(&self) -> Vec<String> {
        let program = &self.manager.program;
        let line = |arguments: &[String]| {
            let words: Vec<String> = arguments.iter().map(|argument| word(argument)).collect();
            format!("{program} {}", words.join(" "))
        };
        let mut commands: Vec<String> = self.absent().iter().map(|(arguments, _)| line(arguments)).collect();
        commands.extend(self.writes().iter().map(|run| line(&run.arguments)));
        commands.extend(self.read().iter().map(|read| match read {
            ReadBack::Secret(arguments) | ReadBack::List { arguments, .. } => line(arguments),
        }));
        commands
    }

    /// True if this one of [`Self::commands`] receives the secret.
    pub fn is_given_the_secret(&self, command: usize) -> bool {
        let first = usize::from(self.manager.absent.is_some());
        (first..first + self.manager.writes.len()).contains(&command)
    }

    fn arguments(&self, templates: &[String]) -> Vec<String> {
        let is_open = |template: &&String| {
            let open =
                |option: &ManagerOption| template.contains(&format!("{{{}}}", option.id)) && !self.options.contains_key(&option.id);
            self.manager.options.iter().any(open)
        };
        templates.iter().filter(|template| !is_open(template)).map(|template| self.filled_in(template)).collect()
    }

    fn filled_in(&self, template: &str) -> String {
        let named = template.replace("{name}", &self.name);
        self.options.iter().fold(named, |text, (id, value)| text.replace(&format!("{{{id}}}"), value))
    }
}

/// The outcome of sending a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It was read back and is the same.
    ReadBack,
    /// It cannot be read back, but is listed as changed just now; the text is the manager's own time stamp.
    Listed { changed: String },
}

impl Handed {
    /// A sentence for a person, worded to follow the secret's location.
    pub fn told(&self) -> String {
        match self {
            Self::ReadBack => "written, read back, and the same.".to_owned(),
            Self::Listed { changed } => {
                format!("written; its value cannot be read back, but it is listed as changed at {}.", sanitize(changed))
            }
        }
    }
}

/// The build script generates it from `assets/secret_managers.toml`.
const SHIPPED: &str = shipped!("secret_managers");

/// The build script has checked that it parses.
static MANAGERS: LazyLock<Vec<SecretManager>> =
    LazyLock::new(|| serde_json::from_str::<SecretManagers>(SHIPPED).map(|file| file.managers).unwrap_or_default());

pub fn managers() -> &'static [SecretManager] {
    &MANAGERS
}

pub fn manager(id: &str) -> Option<&'static SecretManager> {
    MANAGERS.iter().find(|manager| manager.id == id)
}
