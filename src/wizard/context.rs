//! The data that every page may read: the catalog, the findings, and the settings made before the first frame.

use crate::domain::auth_path::AuthPath;
use crate::domain::catalog::Catalog;
use crate::domain::command_line::ShellSyntax;
use crate::domain::credentials::{Account, CredentialIndex, Entry, Inventory, RememberedAnswers, SecretCopy, VerifiedCredential};
use crate::domain::host_details::TerminalDetails;
use crate::domain::link::Link;
use crate::domain::login::LoginSteps;
use crate::domain::machine::Findings;
use crate::domain::oauth::{Pkce, RedirectUri};
use crate::domain::problem::Problem;
use crate::domain::store_choice::{StoreChoice, StoreRequest};
use crate::domain::team_profile::{LoadedProfile, PROFILE_FILE_NAME, ProfileKey, TeamProfile};
use jiff::civil::Date;

/// Settings made before the first frame, which never change afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    pub catalog: &'static Catalog,
    pub demo: Option<Demo>,
    pub today: Date,
    /// The path of the private file, shown before consent.
    pub file_place: String,
    /// The reason why nothing can be saved on this machine.
    pub no_store: Option<Problem>,
    /// The host that tokens are sent to.
    pub notion_host: String,
    /// True if `NOTION_KEYRING` or a flag selects the file, which counts as consent.
    pub file_was_chosen: bool,
    /// The part of a browser login to do now; a script may start one and finish it later.
    pub login_steps: LoginSteps,
    /// The user's own connection, as named by flags.
    pub connection: Option<ConnectionFlags>,
    /// Controls PKCE for the user's own connection.
    pub pkce: Pkce,
    /// The syntax of commands to copy.
    pub shell_syntax: ShellSyntax,
    /// No spinner: only the seconds of a wait change.
    pub no_motion: bool,
    pub team_profile: TeamProfileSource,
}

/// The source of a team profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TeamProfileSource {
    /// No file is looked for, because nobody could be asked about it.
    #[default]
    Off,
    /// A file in this folder is offered.
    Search,
    /// The person named a file on the command line, which is consent to its answers.
    Named(Box<LoadedProfile>),
}

/// A connection named by flags; without a port, the registered one is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionFlags {
    pub client_id: String,
    pub port: Option<u16>,
}

/// The data of the demo.
#[derive(Clone, Debug, PartialEq)]
pub struct Demo {
    /// The simulated portal.
    pub portal: Link,
    pub examples: Vec<DemoToken>,
    pub client: DemoClient,
}

/// A connection that the simulated Notion knows. Its secret is worthless elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoClient {
    pub id: String,
    pub secret: String,
}

/// An example token. It is not a secret: it is worthless outside the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoToken {
    pub token: String,
    pub owner: String,
    pub outcome: String,
}

/// The comparison's layout: a table with a column per path, a list with details, or cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    Columns,
    List,
    Cards,
}

/// Columns and rows of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub columns: u16,
    pub rows: u16,
}

impl Size {
    /// The size for a terminal that does not report its own.
    pub const DEFAULT: Self = Self { columns: 80, rows: 24 };
    /// Larger than any screen. A terminal may report up to 65535 by 65535, and a frame of that size would exhaust the memory.
    const MAX: Self = Self { columns: 640, rows: 320 };

    /// Returns the size to draw at. Serial consoles and pseudo-terminals without a size report 0.
    pub fn from_reported(columns: u16, rows: u16) -> Self {
        if columns == 0 || rows == 0 {
            return Self::DEFAULT;
        }
        Self { columns: columns.min(Self::MAX.columns), rows: rows.min(Self::MAX.rows) }
    }

    pub const MIN: Self = Self { columns: TerminalDetails::MIN_SIZE.0, rows: TerminalDetails::MIN_SIZE.1 };

    pub fn layout(self) -> Layout {
        match self.columns {
            72.. => Layout::Columns,
            60..72 => Layout::List,
            0..60 => Layout::Cards,
        }
    }

    /// Splits a wide screen into two columns: the page's question, and beside it the information behind it.
    pub fn split(self) -> Option<[Self; 2]> {
        let left = 68;
        (self.columns >= 120).then(|| [Self { columns: left, ..self }, Self { columns: self.columns - left, ..self }])
    }

    /// True if there is room for blank lines.
    pub fn is_roomy(self) -> bool {
        self.rows >= 16
    }

    pub fn is_too_small(self) -> bool {
        self.columns < Self::MIN.columns || self.rows < Self::MIN.rows
    }

    /// Width for running text; longer lines are hard to follow.
    pub fn text_width(self) -> usize {
        self.screen_width().min(88)
    }

    /// Width between the margins, for text to copy, which must not be broken while the screen has room.
    pub fn screen_width(self) -> usize {
        usize::from(self.columns).saturating_sub(4).max(1)
    }

    pub fn full_width(self) -> usize {
        self.screen_width().min(128)
    }
}

/// The records before they were read.
static NO_RECORDS: CredentialIndex = CredentialIndex::EMPTY;

/// Passed to a page whenever it acts or draws. Read-only.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct Ctx<'a> {
    pub setup: &'a Setup,
    pub findings: &'a Findings,
    /// The user's answers, of which the latest may not be written to disk yet.
    pub remembered: &'a RememberedAnswers,
    /// Where credentials that are not saved yet were sent in this session.
    pub sent_copies: &'a [(Account, SecretCopy)],
    pub size: Size,
    /// The page's own foreground task is running.
    pub is_waiting: bool,
    /// The user has asked to quit, and the page's task is a write that must finish first.
    pub is_quitting: bool,
    /// Plain mode: the page is written as lines, not drawn.
    pub is_plain_mode: bool,
    /// The user asked for the details of this page.
    pub shows_details: bool,
}

impl<'a> Ctx<'a> {
    pub fn catalog(&self) -> &'static Catalog {
        self.setup.catalog
    }

    /// Chooses the store of a secret without a menu. The person is there for a dialog of the keychain.
    pub fn choose_store(&self) -> StoreChoice {
        let request = StoreRequest { named: None, file_was_chosen: self.setup.file_was_chosen, waits_for_unlock: true };
        request.choose(self.findings.keychain.get())
    }

    /// The redirect URI of the user's own connection: from a flag, otherwise the one registered before.
    pub fn redirect(&self) -> RedirectUri {
        let chosen = self.setup.connection.as_ref().and_then(|chosen| chosen.port).map(|port| RedirectUri { port });
        let before = || self.remembered.connection.as_ref().map(|connection| connection.redirect);
        chosen.or_else(before).unwrap_or_default()
    }

    /// The client ID of the user's own connection: from a flag, otherwise the one registered with this redirect URI.
    pub fn client_id(&self) -> Option<&str> {
        let chosen = self.setup.connection.as_ref().map(|chosen| chosen.client_id.as_str());
        let before = self.remembered.connection.as_ref().filter(|before| before.redirect == self.redirect());
        chosen.or_else(|| before.map(|before| before.client_id.as_str()))
    }

    /// The page where tokens of this path are created; in the demo, the simulated one.
    pub fn portal_link(&self, path: AuthPath) -> Option<Link> {
        match &self.setup.demo {
            Some(demo) => Some(demo.portal.clone()),
            None => Link::parse(&self.catalog().path(path).entry.portal).ok(),
        }
    }

    pub fn revocation_link(&self, path: AuthPath) -> Option<Link> {
        match &self.setup.demo {
            Some(demo) => Some(demo.portal.clone()),
            None => Link::parse(&self.catalog().path(path).entry.revoke).ok(),
        }
    }

    /// Returns the credentials of this machine; `None` until they were searched for.
    pub fn inventory(&self) -> Option<&'a Inventory> {
        self.findings.inventory.get()
    }

    /// Returns the records; none until they were read.
    pub fn credential_index(&self) -> &'a CredentialIndex {
        self.inventory().map_or(&NO_RECORDS, |inventory| &inventory.index)
    }

    /// Returns the place where a credential was found.
    pub fn place_of(&self, verified: &VerifiedCredential) -> String {
        let entry = verified.found_in.as_ref().and_then(|source| self.inventory()?.entry_from(source));
        entry.map(|entry| entry.place.clone()).unwrap_or_default()
    }

    /// True where `NOTION_API_TOKEN` is set.
    pub fn has_environment_token(&self) -> bool {
        self.in_environment().is_some()
    }

    /// Why `NOTION_API_TOKEN` cannot be used.
    pub fn environment_problem(&self) -> Option<&Problem> {
        self.in_environment()?.unusable.as_ref()?.problem()
    }

    /// The team profile that was named or found, used or not.
    pub fn known_profile(&self) -> Option<&'a LoadedProfile> {
        match &self.setup.team_profile {
            TeamProfileSource::Named(named) => Some(named),
            TeamProfileSource::Off | TeamProfileSource::Search => self.findings.team_profile.get()?.as_ref().ok()?.as_ref(),
        }
    }

    /// The reason why the file that was found can't be used.
    pub fn profile_problem(&self) -> Option<&'a Problem> {
        self.findings.team_profile.get()?.as_ref().err()
    }

    /// The decision about the profile: true if its answers are used. Naming a file is one.
    pub fn profile_decision(&self) -> Option<bool> {
        let is_named = matches!(self.setup.team_profile, TeamProfileSource::Named(_));
        if is_named { Some(true) } else { self.remembered.decision_about(&self.known_profile()?.digest) }
    }

    /// The profile that waits for a decision, if there is anything in it to decide about. Earlier decisions come with the records, so it is offered only once these are read.
    pub fn offered_profile(&self) -> Option<&'a LoadedProfile> {
        self.inventory()?;
        self.known_profile().filter(|loaded| !loaded.profile.is_empty() && self.profile_decision().is_none())
    }

    /// The answers of the team, if the person agreed to them.
    pub fn team_answers(&self) -> Option<&'a TeamProfile> {
        self.known_profile().filter(|_| self.profile_decision() == Some(true)).map(|loaded| &loaded.profile)
    }

    /// Returns the team's answer to a question for a line of the page that asks it, with the file it is from.
    pub fn team_note(&self, key: ProfileKey) -> Option<String> {
        let values = self.team_answers()?.values(key);
        (!values.is_empty()).then(|| format!("From {PROFILE_FILE_NAME}: {} {}.", key.name(), values.join(", ")))
    }

    fn in_environment(&self) -> Option<&'a Entry> {
        self.inventory()?.variable()
    }
}
