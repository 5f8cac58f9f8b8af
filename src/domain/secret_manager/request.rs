//! A request to send a secret, and its validation for a secret manager.

use super::{NameRule, SecretManager, SendPlan};
use std::collections::BTreeMap;

/// The unvalidated request. Empty values mean the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendRequest {
    pub name: Option<String>,
    /// The values, by the option's id.
    pub options: BTreeMap<String, String>,
}

/// The reason why a request is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendRefusal {
    /// A required option is missing: its flag and its description.
    Missing { flag: String, text: String },
    /// A value is invalid: the text names it and says why.
    Invalid(String),
}

/// Maximum length of a value, far longer than any manager accepts.
const MAX_VALUE_LENGTH: usize = 200;

impl SendRequest {
    pub fn validate(self, manager: &'static SecretManager) -> Result<SendPlan, SendRefusal> {
        let name = self.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| manager.default_name.clone());
        if let Some(fault) = name_fault(&name, manager.names) {
            return Err(SendRefusal::Invalid(format!("the name {name:?} {fault}")));
        }
        let mut options = BTreeMap::new();
        for (id, value) in self.options {
            let Some(option) = manager.option(&id) else {
                return Err(SendRefusal::Invalid(format!("{} has no option --{id}", manager.name)));
            };
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if let Some(fault) = option_fault(value) {
                return Err(SendRefusal::Invalid(format!("--{} {fault}", option.flag())));
            }
            options.insert(id, value.to_owned());
        }
        for option in &manager.options {
            if let Some(default) = &option.default {
                options.entry(option.id.clone()).or_insert_with(|| default.clone());
            } else if option.needed && !options.contains_key(&option.id) {
                return Err(SendRefusal::Missing { flag: option.flag().to_owned(), text: option.text.clone() });
            }
        }
        Ok(SendPlan { manager, name, options })
    }
}

fn name_fault(name: &str, names: NameRule) -> Option<&'static str> {
    let is_variable = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let first = name.chars().next().unwrap_or_default();
    match names {
        _ if name.len() > MAX_VALUE_LENGTH => Some("is too long"),
        NameRule::Variable if first.is_ascii_digit() || !name.chars().all(is_variable) => {
            Some("can contain letters, digits and underscores, and can't start with a digit")
        }
        NameRule::Path if first == '-' || !name.chars().all(|character| is_variable(character) || "/.+=@-".contains(character)) => {
            Some("can contain letters, digits and _/.+=@-")
        }
        NameRule::Variable | NameRule::Path => None,
    }
}

/// Checks a value that becomes part of an argument or of a JSON text: characters that could end either, or begin another option, are
/// refused.
fn option_fault(value: &str) -> Option<&'static str> {
    if value.len() > MAX_VALUE_LENGTH {
        Some("is too long")
    } else if value.starts_with('-') {
        Some("starts with a dash")
    } else if value.chars().any(|character| character.is_control() || "\"\\{}".contains(character)) {
        Some("contains a character that isn't allowed")
    } else {
        None
    }
}
