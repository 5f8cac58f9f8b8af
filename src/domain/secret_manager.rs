//! The secret managers of teams, as `assets/secret_managers.toml` gives them, and what handing a secret to one of them comes to:
//! which programs are run with which arguments. No argument ever holds the secret.

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
    /// Why it cannot be used on any machine of this kind, or on any at all.
    pub fn unsupported(&self, is_windows: bool) -> Option<&str> {
        let no_such_file =
            (is_windows && self.needs_dev_stdin).then_some("Its client reads a secret only from a file that Windows does not have");
        self.unsupported.as_deref().or(no_such_file)
    }

    pub fn option(&self, id: &str) -> Option<&ManagerOption> {
        self.options.iter().find(|option| option.id == id)
    }

    /// What helps against a failure of which the client said this.
    pub fn remedy(&self, said: &str) -> Option<&str> {
        self.failures.iter().find(|failure| said.contains(&failure.says)).map(|failure| failure.remedy.as_str())
    }
}

/// A secret manager on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagerState {
    pub manager: &'static SecretManager,
    /// Why it cannot be used here.
    pub unusable: Option<String>,
}

/// To be handed to this manager, under this name, with these options. Only [`Asked::checked`] makes one.
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
    /// What it reads, with `{secret}` or `{secret_base64}` where the secret belongs.
    pub input: Option<String>,
    /// It is only run where the one before it failed with a line that holds this.
    pub unless: Option<String>,
}

/// What is read afterwards, as the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadBack {
    Secret(Vec<String>),
    /// A JSON list; the fields of name and time of change.
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

    /// How the secret is referred to there.
    pub fn used(&self) -> Option<String> {
        self.manager.used.as_deref().map(|text| self.filled_in(text))
    }

    /// A look that has to fail with a line that holds the text, before anything is written.
    pub fn absent(&self) -> Option<(Vec<String>, &'static str)> {
        let absent = self.manager.absent.as_ref()?;
        Some((self.arguments(&absent.arguments), absent.says.as_str()))
    }

    /// In order; the first that goes well is the last.
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

    /// Each line as it could be typed; what is run and when.
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

    /// Of [`Self::commands`], those that are given the secret.
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

/// How a handing ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// Read back, and the same.
    ReadBack,
    /// It cannot be read back; that it is there and was changed just now, is listed. At this time, as the manager writes it.
    Listed { changed: String },
}

impl Handed {
    /// For a person, to follow the place.
    pub fn told(&self) -> String {
        match self {
            Self::ReadBack => "written, read back, and the same.".to_owned(),
            Self::Listed { changed } => {
                format!("written; its value cannot be read back, but it is listed as changed at {}.", sanitize(changed))
            }
        }
    }
}

/// Made from `assets/secret_managers.toml` by the build script.
const SHIPPED: &str = shipped!("secret_managers");

/// The build script holds that it parses.
static MANAGERS: LazyLock<Vec<SecretManager>> =
    LazyLock::new(|| serde_json::from_str::<SecretManagers>(SHIPPED).map(|file| file.managers).unwrap_or_default());

pub fn managers() -> &'static [SecretManager] {
    &MANAGERS
}

pub fn manager(id: &str) -> Option<&'static SecretManager> {
    MANAGERS.iter().find(|manager| manager.id == id)
}
