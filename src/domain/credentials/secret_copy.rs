//! The copies of a token in secret managers, as `send-to` put them there, so that a rotation can replace them too.

use crate::domain::command_line::{option_word, shell_quote};
use crate::domain::secret_manager::{SendPlan, SendRequest, manager};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One copy. It holds no secret, only where the secret is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretCopy {
    /// The id of the secret manager, as in `assets/secret_managers.toml`.
    pub manager: String,
    /// The secret's name there.
    pub name: String,
    /// The values of the manager's options, by their ids.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// The day on which the manager confirmed it.
    pub sent_on: Date,
    /// True if the credential has another token by now, which this manager has not received.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_outdated: bool,
}

/// The most copies that are remembered of one credential.
const MAX_COPIES: usize = 20;

impl SecretCopy {
    pub fn new(plan: &SendPlan, sent_on: Date) -> Self {
        Self {
            manager: plan.manager().id.clone(),
            name: plan.name().to_owned(),
            options: plan.options().clone(),
            sent_on,
            is_outdated: false,
        }
    }

    fn has_same_target(&self, other: &Self) -> bool {
        (&self.manager, &self.name, &self.options) == (&other.manager, &other.name, &other.options)
    }

    /// Returns the plan that sends a secret there once more. `None` if this version does not know the manager or the options.
    pub fn plan(&self) -> Option<SendPlan> {
        let request = SendRequest { name: Some(self.name.clone()), options: self.options.clone() };
        request.validate(manager(&self.manager)?).ok()
    }

    /// Returns the command that sends the credential of this account there.
    pub fn command(&self, account: &str) -> String {
        let flag = |(id, value): (&String, &String)| {
            let option = manager(&self.manager).and_then(|manager| manager.option(id));
            option_word(option.map_or(id, |option| option.flag()), value)
        };
        let options: Vec<String> = self.options.iter().map(flag).collect();
        let words = ["notion-auth send-to".to_owned(), shell_quote(&self.manager), option_word("workspace", account)];
        let name = [option_word("name", &self.name)];
        words.into_iter().chain(name).chain(options).collect::<Vec<_>>().join(" ")
    }

    /// The manager's name, and the secret's name there.
    pub fn title(&self) -> String {
        let known = manager(&self.manager).map_or(self.manager.as_str(), |manager| manager.name.as_str());
        format!("{known}, {}", self.name)
    }
}

/// Adds a copy. It replaces an earlier one of the same target, and the oldest ones are dropped if there are too many.
pub fn remember_copy(copies: &mut Vec<SecretCopy>, copy: SecretCopy) {
    copies.retain(|known| !known.has_same_target(&copy));
    copies.push(copy);
    copies.drain(..copies.len().saturating_sub(MAX_COPIES));
}

/// Adds the copies of an earlier credential, which are outdated if it had another token. A copy that is known already keeps its state,
/// because the manager may have received the new token before a rotation was interrupted.
pub fn inherit_copies(copies: &mut Vec<SecretCopy>, earlier: &[SecretCopy], has_same_token: bool) {
    let unknown = earlier.iter().filter(|copy| !copies.iter().any(|known| known.has_same_target(copy)));
    let is_outdated = |copy: &SecretCopy| copy.is_outdated || !has_same_token;
    let inherited: Vec<_> = unknown.map(|copy| SecretCopy { is_outdated: is_outdated(copy), ..copy.clone() }).collect();
    for copy in inherited {
        remember_copy(copies, copy);
    }
}

/// Reads the copies of a record. What cannot be read is left out, so that it does not block the credential.
pub(super) fn read_copies<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<SecretCopy>, D::Error> {
    let entries = match Value::deserialize(reader)? {
        Value::Array(entries) => entries,
        _ => Vec::new(),
    };
    Ok(entries.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn copy(name: &str) -> SecretCopy {
        SecretCopy {
            manager: "vault".into(),
            name: name.into(),
            options: [("mount".to_owned(), "secret".to_owned()), ("path".to_owned(), "ci/notion".to_owned())].into(),
            sent_on: date(2026, 11, 22),
            is_outdated: false,
        }
    }

    #[test]
    fn the_newest_copy_of_a_target_counts_and_the_oldest_ones_go() {
        let mut copies = vec![SecretCopy { is_outdated: true, ..copy("A") }, copy("B")];
        remember_copy(&mut copies, SecretCopy { sent_on: date(2026, 11, 23), ..copy("A") });
        let seen: Vec<_> = copies.iter().map(|copy| (copy.name.as_str(), copy.sent_on.day(), copy.is_outdated)).collect();
        assert_eq!(seen, [("B", 22, false), ("A", 23, false)]);
        (0..30).for_each(|number| remember_copy(&mut copies, copy(&format!("N{number}"))));
        assert_eq!((copies.len(), copies[0].name.as_str()), (MAX_COPIES, "N10"));
    }

    #[test]
    fn inherited_copies_are_outdated_unless_they_are_known_or_the_token_is_the_same() {
        for (has_same_token, is_outdated) in [(false, true), (true, false)] {
            let mut copies = vec![copy("A")];
            inherit_copies(&mut copies, &[copy("A"), copy("B")], has_same_token);
            let seen: Vec<_> = copies.iter().map(|copy| (copy.name.as_str(), copy.is_outdated)).collect();
            assert_eq!(seen, [("A", false), ("B", is_outdated)]);
        }
    }

    #[test]
    fn a_copy_can_be_sent_again_as_it_was() {
        let plan = copy("NOTION_API_TOKEN").plan().unwrap();
        assert_eq!(SecretCopy::new(&plan, date(2026, 11, 22)), copy("NOTION_API_TOKEN"));
        let command = copy("NOTION_API_TOKEN").command("ws-1/token@bot-1");
        assert_eq!(
            command,
            "notion-auth send-to vault --workspace=ws-1/token@bot-1 --name=NOTION_API_TOKEN --mount=secret --path=ci/notion"
        );
        for foreign in [
            SecretCopy { manager: "of a newer version".into(), ..copy("A") },
            SecretCopy { options: [("new".to_owned(), "x".to_owned())].into(), ..copy("A") },
        ] {
            assert_eq!(foreign.plan(), None);
        }
    }
}
