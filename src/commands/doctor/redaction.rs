//! Makes a report safe to paste: people and workspaces become numbers, email addresses and tokens are removed, and the home
//! folder becomes `~`.
//!
//! Names are replaced in the data before the checks are made, not in the finished text: a workspace may be called "Notion".

use super::checks::DoctorCheck;
use super::diagnosis::{DiagnosedCredential, Diagnosis};
use crate::domain::checks::Check;
use crate::domain::credentials::{Identity, Owner, Workspace, same_id};
use crate::domain::token_text::{runs, without_secrets};

#[derive(Debug, Default)]
pub(super) struct Redaction {
    home: Option<String>,
    shows_names: bool,
    /// Ids and their aliases.
    aliases: Vec<(String, String)>,
    workspaces: usize,
    people: usize,
}

impl Redaction {
    /// Replaces all names in the diagnosis with aliases, unless names are to be shown.
    pub(super) fn new(found: &mut Diagnosis, names_are_shown: bool) -> Self {
        let host_details = found.findings.host_details.get().and_then(|found| found.as_ref().ok());
        let home = host_details.and_then(|found| found.home.clone()).filter(|home| home.len() > 1);
        let variable = host_details.and_then(|found| found.workspace_id.clone());
        let mut redaction = Self { home, shows_names: names_are_shown, ..Self::default() };
        if names_are_shown {
            return redaction;
        }
        for credential in &mut found.credentials {
            redaction.alias_credential(credential);
        }
        if let crate::domain::machine::Finding::Found(inventory) = &mut found.findings.inventory {
            for workspace in inventory.entries.iter_mut().filter_map(|entry| entry.workspace.as_mut()) {
                redaction.alias_workspace(workspace);
            }
        }
        if let Some(id) = variable {
            redaction.alias_workspace(&mut Workspace { id, name: None });
        }
        redaction
    }

    fn alias_credential(&mut self, credential: &mut DiagnosedCredential) {
        if let Some(workspace) = &mut credential.entry.workspace {
            self.alias_workspace(workspace);
        }
        if let Some(Ok(verified)) = &mut credential.verification {
            self.alias_identity(&mut verified.identity);
        }
        // The actor id is part of the account key.
        if let Some(actor) = credential.entry.record.as_ref().and_then(|record| record.account.actor()) {
            self.alias_for(actor, "connection");
        }
    }

    fn alias_identity(&mut self, identity: &mut Identity) {
        if let Some(workspace) = &mut identity.workspace {
            self.alias_workspace(workspace);
        }
        if let Owner::Person(person) = &mut identity.owner {
            person.name = Some(self.alias_for(&person.id, "person"));
            person.email = None;
        }
        if let Some(bot) = &identity.bot_id {
            let alias = self.alias_for(bot, "connection");
            identity.bot_name = identity.bot_name.is_some().then_some(alias);
        }
        // Without an id, bots cannot be numbered.
        if identity.bot_id.is_none() && identity.bot_name.is_some() {
            identity.bot_name = Some("a connection".into());
        }
    }

    /// Replaces the name. The id stays for comparisons, and is replaced in the report's text.
    fn alias_workspace(&mut self, workspace: &mut Workspace) {
        workspace.name = Some(self.alias_for(&workspace.id, "workspace"));
    }

    /// Returns the alias for an id, and creates it on first use.
    fn alias_for(&mut self, id: &str, kind: &'static str) -> String {
        if let Some((_, known)) = self.aliases.iter().find(|(known, _)| same_id(known, id)) {
            return known.clone();
        }
        let count = match kind {
            "workspace" => &mut self.workspaces,
            _ => &mut self.people,
        };
        *count += 1;
        let alias = format!("{kind} {count}");
        self.aliases.push((id.to_owned(), alias.clone()));
        alias
    }

    /// Redacts the text of a check.
    pub(super) fn redact_check(&self, reported: DoctorCheck) -> DoctorCheck {
        let clean = |text: String| self.redact_text(&text);
        let DoctorCheck { check, subject, command } = reported;
        let (evidence, detail) = (self.redact_text(&check.evidence), check.detail.map(clean));
        let check = Check { evidence, detail, remedy: check.remedy.map(clean), ..check };
        DoctorCheck { check, subject: subject.map(clean), command }
    }

    fn redact_text(&self, text: &str) -> String {
        let text = match &self.home {
            Some(home) => abbreviate_home(text, home),
            None => text.to_owned(),
        };
        let text = without_secrets(&strip_userinfo(&text));
        let mut clean = String::with_capacity(text.len());
        for (is_word, run) in runs(&text) {
            clean.push_str(&if is_word { self.redact_word(run) } else { run.to_owned() });
        }
        clean
    }

    fn redact_word(&self, run: &str) -> String {
        let word = run.trim_end_matches(['.', '-']);
        let rest = run.get(word.len()..).unwrap_or_default();
        let address = word.split_once('@').is_some_and(|(who, place)| !who.is_empty() && place.contains('.'));
        let alias = || self.aliases.iter().find(|(id, _)| same_id(id, word)).map(|(_, alias)| alias.as_str());
        if address && !self.shows_names {
            return format!("(address){rest}");
        }
        format!("{}{rest}", alias().unwrap_or(word))
    }
}

/// Removes everything before the last `@` of a URL. A password may contain any character, even one that should have been
/// percent-encoded, so the URL is not parsed: it ends at the next white space.
fn strip_userinfo(text: &str) -> String {
    let mut parts = text.split("://");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(char::is_whitespace).unwrap_or(part.len());
        let (address, rest) = part.split_at(end);
        clean.push_str("://");
        match address.rsplit_once('@') {
            Some((_, host)) => clean.extend(["(withheld)/", host]),
            None => clean.push_str(address),
        }
        clean.push_str(rest);
    }
    clean
}

/// Replaces the home folder with `~` at whole path components: `/home/ada` does not match `/home/adam`.
fn abbreviate_home(text: &str, home: &str) -> String {
    let home = home.trim_end_matches(['/', '\\']);
    let mut parts = text.split(home);
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let goes_on = part.chars().next().is_some_and(|next| next.is_alphanumeric() || matches!(next, '-' | '_'));
        clean.push_str(if goes_on { home } else { "~" });
        clean.push_str(part);
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redaction() -> Redaction {
        let ids = vec![("11111111-1111-1111-1111-111111111111".to_owned(), "workspace 1".to_owned())];
        Redaction { home: Some("/home/ada".into()), aliases: ids, ..Redaction::default() }
    }

    #[test]
    fn what_must_not_be_pasted_is_replaced_and_everything_else_stays() {
        for (text, clean) in [
            ("/home/ada/.config/notion-auth, for you alone (0700).", "~/.config/notion-auth, for you alone (0700)."),
            ("/home/adam/x and /home/ada", "/home/adam/x and ~"),
            ("account 11111111-1111-1111-1111-111111111111/token", "account workspace 1/token"),
            ("names 11111111111111111111111111111111.", "names workspace 1."),
            ("written by ada@example.com, and ada+b@example.com.", "written by (address), and (address)."),
            ("saw ntn_fake_member_0000000000000000.", "saw (withheld)."),
            ("saw secret_fake_member_0000000000000.", "saw (withheld)."),
            ("saw nrt_fake_refresh_000000000000000.", "saw (withheld)."),
            ("saw development_ntn_fake_00000000000.", "saw (withheld)."),
            ("what is ntn_ and nrt_?", "what is ntn_ and nrt_?"),
            ("request 22222222-2222-2222-2222-222222222222", "request 22222222-2222-2222-2222-222222222222"),
            ("ntn 0.4.0 is installed. 84 ms × 2", "ntn 0.4.0 is installed. 84 ms × 2"),
            (
                "by http://jdoe:Winter#2026@proxy:3128, and https://x.example/y",
                "by http://(withheld)/proxy:3128, and https://x.example/y",
            ),
            (
                "by http://jdoe:Summer@Hunter2#x/?y@127.0.0.1:1 or socks5://a:b@h",
                "by http://(withheld)/127.0.0.1:1 or socks5://(withheld)/h",
            ),
        ] {
            assert_eq!(redaction().redact_text(text), clean);
        }
    }

    #[test]
    fn where_names_are_shown_a_token_is_withheld_all_the_same() {
        let shown = Redaction { shows_names: true, ..Redaction::default() };
        assert_eq!(shown.redact_text("ada@example.com ntn_fake_member_0000"), "ada@example.com (withheld)");
    }
}
