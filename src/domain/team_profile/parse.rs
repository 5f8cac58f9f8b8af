//! Parses a profile. Nothing but the listed keys and values is accepted, and every fault names its line.

use super::{NOT_SURE, PROFILE_SCHEMA, ProfileKey, TeamProfile};
use crate::domain::agents::selection::find_agent;
use crate::domain::agents::{Agent, known_agents};
use crate::domain::problem::ProblemCode;
use crate::domain::sanitize::sanitize;
use crate::domain::secret::Secret;
use crate::domain::similar::most_similar;
use crate::domain::token_text::{text_contains_secret, without_secrets};
use strum::VariantArray;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

const SCHEMA_KEY: &str = "schema";

/// The longest value that a message repeats.
const MAX_REPEATED_CHARACTERS: usize = 40;

/// The reason why a file is refused as a whole.
pub(super) struct Fault {
    pub code: ProblemCode,
    line: Option<usize>,
    reason: String,
}

impl Fault {
    fn new(reason: impl Into<String>) -> Self {
        Self { code: ProblemCode::ProfileInvalid, line: None, reason: reason.into() }
    }

    /// Completes the name of the file.
    pub fn evidence(&self) -> String {
        let line = self.line.map(|line| format!(", line {line}")).unwrap_or_default();
        format!("{line}: {}", self.reason)
    }

    fn at(self, text: &str, offset: usize) -> Self {
        let line = text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        Self { line: Some(line), ..self }
    }
}

pub(super) fn parse(text: &Secret) -> Result<TeamProfile, Fault> {
    // Before anything else, so that no message about another fault can repeat it.
    let text = text.expose();
    let secret_line = text.lines().position(holds_secret);
    if secret_line.is_some() || holds_secret(text) {
        let reason = "it contains a token or another secret".to_owned();
        return Err(Fault { code: ProblemCode::ProfileHasSecret, line: secret_line.map(|index| index + 1), reason });
    }
    let document = DeTable::parse(text).map_err(|error| {
        let fault = Fault::new(format!("it isn't TOML: {}", without_secrets(error.message())));
        fault.at(text, error.span().map_or(0, |span| span.start))
    })?;
    let table = document.get_ref();
    check_schema(table).map_err(|(fault, offset)| fault.at(text, offset))?;
    let mut profile = TeamProfile::default();
    for (key, value) in table.iter().filter(|(key, _)| key.get_ref() != SCHEMA_KEY) {
        read_answer(key, value, &mut profile).map_err(|(fault, offset)| fault.at(text, offset))?;
    }
    Ok(profile)
}

/// True if there is a secret in the text, even one that is glued to another word.
fn holds_secret(text: &str) -> bool {
    text_contains_secret(text) || without_secrets(text) != text
}

/// A fault, and the offset in the text at which it is.
type FaultAt = (Fault, usize);

fn check_schema(table: &DeTable<'_>) -> Result<(), FaultAt> {
    let Some((_, value)) = table.iter().find(|(key, _)| key.get_ref() == SCHEMA_KEY) else {
        return Err((Fault::new(format!("\"schema = {PROFILE_SCHEMA}\" is missing")), 0));
    };
    let number = value.get_ref().as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
    match number {
        Some(PROFILE_SCHEMA) => Ok(()),
        Some(number @ 2..) => {
            let reason = format!("schema {number} needs a newer notion-auth; this one reads schema {PROFILE_SCHEMA}");
            Err((Fault::new(reason), value.span().start))
        }
        _ => Err((Fault::new(format!("schema has to be the number {PROFILE_SCHEMA}")), value.span().start)),
    }
}

fn read_answer(key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>, profile: &mut TeamProfile) -> Result<(), FaultAt> {
    let Some(known) = ProfileKey::VARIANTS.iter().copied().find(|known| known.name() == key.get_ref().as_ref()) else {
        return Err((unknown_key(key.get_ref(), value.get_ref()), key.span().start));
    };
    if known == ProfileKey::Agents {
        profile.agents = read_agents(value)?;
        return Ok(());
    }
    let Some(name) = read_name(known, value)? else { return Ok(()) };
    match known {
        ProfileKey::Role => profile.role = find(name),
        ProfileKey::Plan => profile.plan = find(name),
        ProfileKey::Policy => profile.policy = find(name),
        ProfileKey::Path => profile.path = find(name),
        ProfileKey::Store => profile.store = find(name),
        ProfileKey::Agents => {}
    }
    Ok(())
}

fn find<T: VariantArray + Copy + Into<&'static str>>(name: &str) -> Option<T> {
    T::VARIANTS.iter().copied().find(|value| <T as Into<&'static str>>::into(*value) == name)
}

/// Returns the one of the key's values that the file names, or `None` for "not sure", which leaves what is known as it is.
fn read_name(key: ProfileKey, value: &Spanned<DeValue<'_>>) -> Result<Option<&'static str>, FaultAt> {
    let values = key.values();
    let choices = || values.join(", ");
    let offset = value.span().start;
    let Some(text) = value.get_ref().as_str() else {
        return Err((Fault::new(format!("{} has to be one of these in quotes: {}", key.name(), choices())), offset));
    };
    if key.is_about_member() && text == NOT_SURE {
        return Ok(None);
    }
    if let Some(name) = values.iter().find(|name| **name == text) {
        return Ok(Some(name));
    }
    let reason = format!("{} has no value {}. {}Values: {}.", key.name(), repeated(text), hint(text, &values), choices());
    Err((Fault::new(reason), offset))
}

fn read_agents(value: &Spanned<DeValue<'_>>) -> Result<Vec<&'static Agent>, FaultAt> {
    let wrong_type = "agents has to be a list of IDs in quotes, such as [\"codex\"]. To list them: notion-auth agents --json";
    let wrong_type = |value: &Spanned<DeValue<'_>>| (Fault::new(wrong_type), value.span().start);
    let mut agents: Vec<&'static Agent> = Vec::new();
    for item in value.get_ref().as_array().ok_or_else(|| wrong_type(value))? {
        let id = item.get_ref().as_str().ok_or_else(|| wrong_type(item))?;
        let Some(agent) = known_agents().iter().find(|agent| agent.id == id) else {
            return Err((Fault::new(unknown_agent(id)), item.span().start));
        };
        if !agents.contains(&agent) {
            agents.push(agent);
        }
    }
    Ok(agents)
}

fn unknown_agent(id: &str) -> String {
    if let Ok(agent) = find_agent(id) {
        return format!("an agent is named by its ID: {}", agent.id);
    }
    let hint = hint(id, &ProfileKey::Agents.values());
    format!("there is no agent {}. {hint}To list them: notion-auth agents --json", repeated(id))
}

fn unknown_key(key: &str, value: &DeValue<'_>) -> Fault {
    let known: Vec<_> = ProfileKey::VARIANTS.iter().map(|known| known.name()).collect();
    let address = value.as_str().is_some_and(is_address);
    let note = if address { "A profile can't contain an address. " } else { "" };
    Fault::new(format!("there is no key {}. {note}{}Keys: {}.", repeated(key), hint(key, &known), known.join(", ")))
}

fn hint(text: &str, names: &[&'static str]) -> String {
    most_similar(&text.to_lowercase(), names.iter().copied()).map(|name| format!("Did you mean {name}? ")).unwrap_or_default()
}

/// Returns the text in quotes for a message; an address or a long text is not repeated.
fn repeated(text: &str) -> String {
    let shown = sanitize(text);
    match shown.chars().count() {
        _ if is_address(text) => "that names an address".to_owned(),
        // An escape sequence of TOML can hide one from the search in the text.
        _ if holds_secret(&shown) => "of this kind".to_owned(),
        0 => "of this kind".to_owned(),
        length if length > MAX_REPEATED_CHARACTERS => "of this length".to_owned(),
        _ => format!("\"{shown}\""),
    }
}

/// True for a URL, a path or the name of a host. No value of a profile has these characters.
fn is_address(text: &str) -> bool {
    text.contains(['.', '/', ':', '@', '\\'])
}
