//! A request to send a secret, and its validation for a secret manager.

use super::{Handing, Names, SecretManager};
use std::collections::BTreeMap;

/// The unvalidated request. Empty values mean the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub name: Option<String>,
    /// The values, by the option's id.
    pub options: BTreeMap<String, String>,
}

/// The reason why a request is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A required option is missing: its flag and its description.
    Missing { flag: String, text: String },
    /// A value is invalid: the text names it and says why.
    Unfit(String),
}

/// Maximum length of a value, far longer than any manager accepts.
const LONGEST: usize = 200;

impl Asked {
    pub fn checked(self, manager: &'static SecretManager) -> Result<Handing, Fault> {
        let name = self.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| manager.default_name.clone());
        if let Some(fault) = unfit_name(&name, manager.names) {
            return Err(Fault::Unfit(format!("the name {name:?} {fault}")));
        }
        let mut options = BTreeMap::new();
        for (id, value) in self.options {
            let Some(option) = manager.option(&id) else {
                return Err(Fault::Unfit(format!("{} has no option --{id}", manager.name)));
            };
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if let Some(fault) = unfit_option(value) {
                return Err(Fault::Unfit(format!("--{} {fault}", option.flag())));
            }
            options.insert(id, value.to_owned());
        }
        for option in &manager.options {
            if let Some(default) = &option.default {
                options.entry(option.id.clone()).or_insert_with(|| default.clone());
            } else if option.needed && !options.contains_key(&option.id) {
                return Err(Fault::Missing { flag: option.flag().to_owned(), text: option.text.clone() });
            }
        }
        Ok(Handing { manager, name, options })
    }
}

fn unfit_name(name: &str, names: Names) -> Option<&'static str> {
    let is_variable = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let first = name.chars().next().unwrap_or_default();
    match names {
        _ if name.len() > LONGEST => Some("is too long"),
        Names::Variable if first.is_ascii_digit() || !name.chars().all(is_variable) => {
            Some("may hold letters, digits and underscores, and begins with no digit")
        }
        Names::Path if first == '-' || !name.chars().all(|character| is_variable(character) || "/.+=@-".contains(character)) => {
            Some("may hold letters, digits and _/.+=@-")
        }
        Names::Variable | Names::Path => None,
    }
}

/// Checks a value that becomes part of an argument or of a JSON text: characters that could end either, or begin another option, are
/// refused.
fn unfit_option(value: &str) -> Option<&'static str> {
    if value.len() > LONGEST {
        Some("is too long")
    } else if value.starts_with('-') {
        Some("begins with a dash")
    } else if value.chars().any(|character| character.is_control() || "\"\\{}".contains(character)) {
        Some("holds a character that does not belong there")
    } else {
        None
    }
}
